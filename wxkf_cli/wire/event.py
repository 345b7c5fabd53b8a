"""What a cloud function is handed for a push: an object, neither signed nor sealed, that differs from the HTTP body.

Source: https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
"""

from wxkf_cli.vocab.message import Message, Value
from wxkf_cli.vocab.policy import EVENT_USER_INFO

#: The official sample begins and ends with these; what else a push has stands between them.
_FIRST, _LAST = ("FromUserName", "ToUserName"), ("CreateTime", "MsgId", "MsgType")


def as_event(message: Message, *, has_user_info: bool = EVENT_USER_INFO) -> Message:
    """A push in the order of an event.

    Args:
        message: The push; its ToUserName is the appid, its MsgId a string.
        has_user_info: Whether `userInfo` is in it too, as in calls from a mini program (reported: code reads it).
    """
    values: dict[str, Value] = {name: message.values[name] for name in _FIRST if name in message.values}
    values |= {name: value for name, value in message.values.items() if name not in (*_FIRST, *_LAST)}
    values |= {name: message.values[name] for name in _LAST if name in message.values}
    if has_user_info:
        values["userInfo"] = {"openId": message.from_user, "appId": message.to_user}
    return Message(message.kind._replace(json_order=()), values)


def event_message_id(digest: bytes, created: int) -> str:
    """A MsgId as events have it: `<hex>_<digits>`.

    Args:
        digest: At least 20 bytes, from which it follows.
        created: When the push was made, seconds since the epoch.
    """
    return f"{digest[:16].hex()}{created}_{10**9 + int.from_bytes(digest[16:20], 'big') % (9 * 10**9)}"
