// What `logic.py` does, in the language of cloud functions.
const FROM_USERS = ['text', 'image', 'miniprogrampage']

exports.reply = (event, { forwardsEvents = false } = {}) => {
  if (!FROM_USERS.includes(event.MsgType) && !forwardsEvents) return 'success'
  return {
    ToUserName: event.FromUserName,
    FromUserName: event.ToUserName,
    CreateTime: event.CreateTime,
    MsgType: 'transfer_customer_service'
  }
}

exports.seconds = (count) => new Promise((resolve) => setTimeout(resolve, count * 1000))
