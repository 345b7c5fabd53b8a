const { reply } = require('../logic')

exports.main = async (event) => reply(event)
