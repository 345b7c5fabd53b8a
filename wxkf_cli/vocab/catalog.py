"""Every kind that is pushed, one row each: fields, samples, source and how well it is known."""

from wxkf_cli.vocab import sources
from wxkf_cli.vocab.events import EVENTS
from wxkf_cli.vocab.message import Field, FieldType, Kind, Message, Value
from wxkf_cli.vocab.rows import (
    SAMPLE_AES_KEY,
    SAMPLE_APPID,
    SAMPLE_MSGID,
    SAMPLE_OPENID,
    SAMPLE_ORIGINAL_ID,
    SAMPLE_TIME,
    SAMPLE_TOKEN,
    addresses,
    event,
)
from wxkf_cli.vocab.terms import Direction, Evidence

__all__ = [
    "PUSHES",
    "SAMPLE_AES_KEY",
    "SAMPLE_APPID",
    "SAMPLE_MSGID",
    "SAMPLE_OPENID",
    "SAMPLE_ORIGINAL_ID",
    "SAMPLE_TIME",
    "SAMPLE_TOKEN",
    "UNKNOWN_EVENT",
    "UNKNOWN_MESSAGE",
    "USER_MESSAGES",
    "is_known",
    "shapes",
]

_TEXT, _INTEGER = FieldType.TEXT, FieldType.INTEGER


_MSGID = Field("MsgId", _INTEGER, SAMPLE_MSGID)


def _message(name: str, *fields: Field) -> Kind:
    common = addresses(name)
    return Kind(name, Direction.PUSH, name, "", common + fields, sources.RECEIVE, Evidence.DOCUMENTED)


_MESSAGES = (
    _message("text", Field("Content", _TEXT, "你好"), _MSGID),
    _message(
        "image",
        Field("PicUrl", _TEXT, "http://mmbiz.qpic.cn/example/0"),
        Field("MediaId", _TEXT, "MEDIA_ID"),
        _MSGID,
    ),
    _message(
        "miniprogrampage",
        _MSGID,
        Field("Title", _TEXT, "订单 42"),
        Field("AppId", _TEXT, SAMPLE_APPID),
        Field("PagePath", _TEXT, "pages/order/index?id=42"),
        Field("ThumbUrl", _TEXT, "http://mmbiz.qpic.cn/example/1"),
        Field("ThumbMediaId", _TEXT, "THUMB_MEDIA_ID"),
    ),
)

#: What stands for everything that WeChat may push tomorrow.
UNKNOWN_EVENT = event(
    "unknown_event",
    source=sources.MESSAGE_PUSH,
    evidence=Evidence.ASSUMED,
    called="wxkf_event_of_tomorrow",
    note="an event that nobody knows yet",
)
UNKNOWN_MESSAGE = Kind(
    "unknown_message",
    Direction.PUSH,
    "wxkf_message_of_tomorrow",
    "",
    (*addresses("wxkf_message_of_tomorrow"), _MSGID),
    source=sources.RECEIVE,
    evidence=Evidence.ASSUMED,
    note="a MsgType that nobody knows yet",
)

_ENTER = event(
    "user_enter_tempsession",
    Field("SessionFrom", _TEXT, "wxapp"),
    source=sources.RECEIVE,
    note="the user opens the session; must never be transferred",
)
_DEBUG = event(
    "debug_demo",
    Field("debug_str", _TEXT, "hello world"),
    source=sources.MESSAGE_PUSH,
    note="sent by the console's debugging tool",
)

#: Every kind that can be pushed, by name, in the order they are listed.
PUSHES: dict[str, Kind] = {
    kind.name: kind for kind in (*_MESSAGES, _ENTER, _DEBUG, *EVENTS, UNKNOWN_EVENT, UNKNOWN_MESSAGE)
}

#: The MsgTypes a user can send (documented, sources.RECEIVE).
USER_MESSAGES = tuple(kind.name for kind in _MESSAGES)


def shapes() -> list[tuple[str, Kind, dict[str, Value]]]:
    """Every shape that can be pushed: its name (`kind` or `kind.variant`), its kind, what differs from the samples."""
    return [
        (f"{kind.name}.{variant}" if variant else kind.name, kind, dict(values))
        for kind in PUSHES.values()
        for variant, values in {"": {}, **kind.variants}.items()
    ]


def is_known(push: Message) -> bool:
    """Whether the push is of a kind that is documented or reported, as opposed to one nobody knows."""
    return push.kind not in (UNKNOWN_EVENT, UNKNOWN_MESSAGE)
