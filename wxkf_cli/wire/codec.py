"""Choose XML or JSON: by what was asked, or by the first byte that is not blank."""

from wxkf_cli.vocab.message import SEALED_PUSH, Message
from wxkf_cli.vocab.terms import DataFormat, Direction
from wxkf_cli.wire import jsonwire, xmlwire
from wxkf_cli.wire.document import BLANKS, REPLY_LIMITS, Document, Limits, Malformed, Place


def render(message: Message, data_format: DataFormat) -> bytes:
    """A push or reply in the given format.

    Raises:
        UsageError: A value that the format cannot carry.
    """
    if data_format is DataFormat.JSON:
        return jsonwire.render(message)
    one_line = message.kind.direction is Direction.REPLY or message.kind is SEALED_PUSH
    return xmlwire.render_reply(message) if one_line else xmlwire.render(message)


def sniff(data: bytes) -> DataFormat | None:
    """The format a body seems to be in; None when it starts like neither."""
    first = data.lstrip(BLANKS)[:1]
    return {b"<": DataFormat.XML, b"{": DataFormat.JSON}.get(first)


def parse(data: bytes, data_format: DataFormat, limits: Limits = REPLY_LIMITS) -> Document | Malformed:
    """Read a body in the given format. White space around the document is no fault."""
    return jsonwire.parse(data, limits) if data_format is DataFormat.JSON else xmlwire.parse(data, limits)


def locate(data: bytes, data_format: DataFormat, name: str) -> Place | None:
    """Where the value of the first top-level field of that name begins; None when it is not found."""
    return jsonwire.locate(data, name) if data_format is DataFormat.JSON else xmlwire.locate(data, name)


def span(data: bytes, data_format: DataFormat, name: str) -> tuple[int, int] | None:
    """From where to where the first top-level field of that name stands, as it is written: with CDATA, with quotes."""
    return jsonwire.span(data, name) if data_format is DataFormat.JSON else xmlwire.span(data, name)
