"""The shape of messages: a kind is a row of fields, a message is a kind with values.

How a message is written as XML or JSON is `wire`'s business; what it means to WeChat is `wechat`'s.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple, TypeAlias

from wxkf_cli.vocab import sources
from wxkf_cli.vocab.policy import TRANSFER_MSGTYPE
from wxkf_cli.vocab.terms import Direction, Evidence

#: What a field holds. What comes from outside may hold a value of the wrong type; it stays, for a rule to name.
Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None"


class FieldType(Enum):
    """How a field is written: in XML, and in JSON."""

    TEXT = "CDATA, string"
    INTEGER = "bare integer, number"
    BARE_TEXT = "bare text, string"
    TREE = "one element with children, object"
    ITEMS = "one element for each item, array"


class Field(NamedTuple):
    """One field of a kind.

    Attributes:
        name: The wire name, case and all.
        type: How it is written.
        sample: The value a push has unless told otherwise.
        children: The fields of a TREE, or of each of the ITEMS.
        xml_wrapper: In XML the field stands inside an element of this name; JSON has no such level.
        one_is_object: In JSON a single item is written as an object instead of an array of one.
        json_order: The children's names in the order JSON has them, where it differs from XML.
    """

    name: str
    type: FieldType
    sample: Value
    children: tuple["Field", ...] = ()
    xml_wrapper: str = ""
    one_is_object: bool = False
    json_order: tuple[str, ...] = ()


class Kind(NamedTuple):
    """One row of the catalogue: everything that is known of one kind of message.

    Attributes:
        name: What it is called on the command line.
        direction: A push from WeChat or a reply from the handler.
        msgtype: The value of MsgType.
        event: The value of Event, for events.
        fields: All fields, common ones included, in the order WeChat writes them in XML.
        source: The public page the fields come from.
        evidence: How well they are known.
        json_order: The names in the order JSON has them, where it differs.
        variants: Name -> values that differ from the samples, for kinds that come in several shapes.
        told_by: For kinds that share one Event, the field whose presence tells this one.
        note: What a user should know, in English; empty for most.
    """

    name: str
    direction: Direction
    msgtype: str
    event: str
    fields: tuple[Field, ...]
    source: str
    evidence: Evidence
    json_order: tuple[str, ...] = ()
    variants: Mapping[str, Mapping[str, Value]] = {}
    told_by: str = ""
    note: str = ""

    @property
    def is_event(self) -> bool:
        """Whether WeChat sends this as `MsgType=event`."""
        return self.msgtype == "event"


class Message(NamedTuple):
    """A kind with its values, by wire name, in the order they are written."""

    kind: Kind
    values: Mapping[str, Value]

    @property
    def to_user(self) -> Value:
        """ToUserName as it came; None when it is missing."""
        return self.values.get("ToUserName")

    @property
    def from_user(self) -> Value:
        """FromUserName as it came; None when it is missing."""
        return self.values.get("FromUserName")

    @property
    def msgtype(self) -> Value:
        """MsgType as it came; None when it is missing."""
        return self.values.get("MsgType")

    @property
    def is_event(self) -> bool:
        """Whether this is an event in WeChat's sense."""
        return self.msgtype == "event"


#: The one reply that a mini program has: these four fields, nothing else.
TRANSFER = Kind(
    name=TRANSFER_MSGTYPE,
    direction=Direction.REPLY,
    msgtype=TRANSFER_MSGTYPE,
    event="",
    fields=(
        Field("ToUserName", FieldType.TEXT, "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"),
        Field("FromUserName", FieldType.TEXT, "gh_97417a04a28d"),
        Field("CreateTime", FieldType.INTEGER, 1714112446),
        Field("MsgType", FieldType.TEXT, TRANSFER_MSGTYPE),
    ),
    source=sources.TRANSFER,
    evidence=Evidence.DOCUMENTED,
)


#: What wraps a sealed reply: exactly these names, in any order.
ENVELOPE = Kind(
    name="envelope",
    direction=Direction.REPLY,
    msgtype="",
    event="",
    fields=(
        Field("Encrypt", FieldType.TEXT, ""),
        Field("MsgSignature", FieldType.TEXT, ""),
        Field("TimeStamp", FieldType.INTEGER, 1714112446),
        Field("Nonce", FieldType.TEXT, ""),
    ),
    source=sources.ENCRYPTION,
    evidence=Evidence.DOCUMENTED,
)


#: What WeChat posts in secure mode; the third-party platform's form, with AppId for ToUserName, is not among them.
SEALED_PUSH = Kind(
    name="sealed push",
    direction=Direction.PUSH,
    msgtype="",
    event="",
    fields=(Field("ToUserName", FieldType.TEXT, ""), Field("Encrypt", FieldType.TEXT, "")),
    source=sources.MESSAGE_PUSH,
    evidence=Evidence.DOCUMENTED,
)


def make(kind: Kind, values: Mapping[str, Value] | None = None, *, without: Sequence[str] = ()) -> Message:
    """A message of `kind`: its samples, overridden by `values`, less the fields named in `without`.

    Values of fields that the kind does not have are appended in the order given.
    """
    merged = {field.name: field.sample for field in kind.fields}
    merged.update(values or {})
    for name in without:
        merged.pop(name, None)
    return Message(kind, merged)


def transfer(to_user: str, from_user: str, create_time: int) -> Message:
    """The reply that hands one message to the agents.

    Args:
        to_user: The user's openid, the FromUserName of the push.
        from_user: The original id `gh_…`, the ToUserName of the push.
        create_time: Seconds since the epoch.
    """
    return make(TRANSFER, {"ToUserName": to_user, "FromUserName": from_user, "CreateTime": create_time})
