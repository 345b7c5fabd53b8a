"""Read a captured push: the body that WeChat posted."""

from collections.abc import Callable
from typing import NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.trial import files
from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.policy import BODY_LIMIT
from wxkf_cli.vocab.terms import DataFormat, Direction, Mode
from wxkf_cli.wechat import plainpush
from wxkf_cli.wire import codec, envelope
from wxkf_cli.wire.crypto import Unopened
from wxkf_cli.wire.document import PUSH_LIMITS, Defect, Document, Malformed, place_of, to_message
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.escape import quoted

_WHY = {
    Defect.TOO_LARGE: "it is larger than any push",
    Defect.NOT_UTF8: "it is not UTF-8",
    Defect.BYTE_ORDER_MARK: "it starts with a byte order mark",
    Defect.FORBIDDEN_CHARACTER: "it holds a character that the format does not allow",
    Defect.DOCTYPE: "it has a DOCTYPE, which no push has",
    Defect.ROOT: "its outermost element or value is another",
    Defect.SHAPE: "it is built like no push",
}


class GivenPush(NamedTuple):
    """A captured push.

    Attributes:
        message: What it means.
        data: The data format it was written in.
        mode: How it was sealed.
    """

    message: Message
    data: DataFormat
    mode: Mode = Mode.PLAINTEXT


def read_push(path: str, option: str, seal: Callable[[], Seal] | Seal | None = None) -> GivenPush:
    """The push in a file or on stdin.

    Args:
        path: The file, or `-`.
        option: What named it, for messages.
        seal: What opens a sealed push, or gives it: that is asked only for one.

    Raises:
        UsageError: It is empty, unreadable, no push, or sealed and does not open; the message quotes it.
    """
    data = files.read(path, BODY_LIMIT)
    plain = _at_a_glance(data)
    if plain is not None:
        return plain
    where = f"{option} {files.shown(path)}"
    if not data.strip():
        message = f"{where} is empty"
        raise UsageError(message, "give the body that WeChat posted, XML or JSON")
    data_format = codec.sniff(data)
    if data_format is None:
        message = f"{where} starts like neither XML nor JSON: {quoted(data)}"
        raise UsageError(message, _hint(data))
    document = _parsed(data, data_format, where)
    mode = envelope.mode_of(document)
    if mode is Mode.SECURE:
        data = _opened(document, where, seal)
        document = _parsed(data, data_format, f"what {where} holds")
    push = to_message(document, Direction.PUSH)
    if push.msgtype is None:
        message = f"{where} has no MsgType, so it is not a push: {quoted(data)}"
        raise UsageError(message, "give the body that WeChat posted")
    return GivenPush(push, data_format, mode)


def _at_a_glance(data: bytes) -> GivenPush | None:
    """A push as WeChat writes it; None where that takes a parser."""
    try:
        found = plainpush.glance(data.decode())
    except UnicodeDecodeError:
        return None
    return GivenPush(plainpush.message_of(found), found[0].data) if found is not None else None


def _parsed(data: bytes, data_format: DataFormat, where: str) -> Document:
    document = codec.parse(data, data_format, PUSH_LIMITS)
    if isinstance(document, Malformed):
        message = f"{where} is not a push: {_reason(document, data, data_format)}"
        raise UsageError(message, "give the body that WeChat posted, as it came")
    return document


def _opened(document: Document, where: str, seal: Callable[[], Seal] | Seal | None) -> bytes:
    if seal is None:
        message = f"{where} is sealed"
        raise UsageError(message, "to open it, set WXKF_TOKEN, WXKF_AES_KEY and WXKF_APPID, or give the options")
    result = envelope.opened(document.get("Encrypt"), seal if isinstance(seal, Seal) else seal())
    if isinstance(result, Unopened):
        message = f"{where} is sealed and does not open: {result.defect.meaning} ({result.defect.label})"
        raise UsageError(message, "is it sealed with this EncodingAESKey and for this appid?")
    return result.message


def _hint(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "it is UTF-16, as PowerShell's > writes; save it as UTF-8 without a byte order mark"
    return "give the body that WeChat posted, without headers"


def _reason(malformed: Malformed, data: bytes, data_format: DataFormat) -> str:
    if malformed.defect is not Defect.SYNTAX:
        return f"{_WHY[malformed.defect]} ({quoted(malformed.detail)})"
    if malformed.offset is None:
        return f"it is not well-formed {data_format.upper()}"
    place = place_of(data, malformed.offset)
    met = quoted(data[malformed.offset : malformed.offset + 20])
    return f"it is not well-formed {data_format.upper()} at line {place.line}, column {place.column}: {met}"
