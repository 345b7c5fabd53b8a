"""How a row of the catalogue is built: the fields that every push has, and the sample values they start with."""

from collections.abc import Mapping

from wxkf_cli.vocab.message import Field, FieldType, Kind, Value
from wxkf_cli.vocab.terms import Direction, Evidence

#: The sample values of the official pages.
SAMPLE_ORIGINAL_ID = "gh_97417a04a28d"
SAMPLE_OPENID = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
SAMPLE_APPID = "wxba5fad812f8e6fb9"
SAMPLE_TOKEN = "AAAAA"  # noqa: S105 - the documented sample, not a secret
SAMPLE_AES_KEY = "A" * 43
SAMPLE_TIME = 1714112445
#: 64 bits, and past 2^53, as real ones are: a JavaScript number cannot hold it.
SAMPLE_MSGID = 23637352235060881


def addresses(msgtype: str) -> tuple[Field, ...]:
    """The four fields that every push begins with."""
    return (
        Field("ToUserName", FieldType.TEXT, SAMPLE_ORIGINAL_ID),
        Field("FromUserName", FieldType.TEXT, SAMPLE_OPENID),
        Field("CreateTime", FieldType.INTEGER, SAMPLE_TIME),
        Field("MsgType", FieldType.TEXT, msgtype),
    )


def event(
    name: str,
    *fields: Field,
    source: str,
    evidence: Evidence = Evidence.DOCUMENTED,
    called: str = "",
    json_order: tuple[str, ...] = (),
    variants: Mapping[str, Mapping[str, Value]] | None = None,
    told_by: str = "",
    note: str = "",
) -> Kind:
    """The row of an event with its own fields behind the common ones.

    Args:
        name: What the kind is called on the command line.
        fields: The fields behind Event.
        source: As in Kind, like the rest.
        evidence: As in Kind.
        called: The value of Event, where it is not the name.
        json_order: As in Kind.
        variants: As in Kind.
        told_by: As in Kind.
        note: As in Kind.
    """
    value = called or name
    return Kind(
        name,
        Direction.PUSH,
        "event",
        value,
        (*addresses("event"), Field("Event", FieldType.TEXT, value), *fields),
        source,
        evidence,
        json_order,
        variants or {},
        told_by,
        note,
    )
