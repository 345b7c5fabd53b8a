// Answers at once; what it began is still going on then, for longer than the deadline of the test.
const { reply, seconds } = require('../logic')

exports.main = async (event) => {
  seconds(30).then(() => console.log('worked'))
  return reply(event)
}
