"""Read a captured push: the body that WeChat posted."""

from wxkf_cli.errors import UsageError
from wxkf_cli.trial import files
from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.policy import BODY_LIMIT
from wxkf_cli.vocab.terms import DataFormat, Direction
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import PUSH_LIMITS, Defect, Malformed, place_of, to_message
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


def read_push(path: str, option: str) -> tuple[Message, DataFormat]:
    """The push in a file or on stdin, and its data format.

    Raises:
        UsageError: It is empty, unreadable or no push; the message quotes it.
    """
    data = files.read(path, BODY_LIMIT)
    where = f"{option} {files.shown(path)}"
    if not data.strip():
        message = f"{where} is empty"
        raise UsageError(message, "give the body that WeChat posted, XML or JSON")
    data_format = codec.sniff(data)
    if data_format is None:
        message = f"{where} starts like neither XML nor JSON: {quoted(data)}"
        raise UsageError(message, _hint(data))
    document = codec.parse(data, data_format, PUSH_LIMITS)
    if isinstance(document, Malformed):
        message = f"{where} is not a push: {_reason(document, data, data_format)}"
        raise UsageError(message, "give the body that WeChat posted, as it came")
    push = to_message(document, Direction.PUSH)
    if push.msgtype is None:
        message = f"{where} has no MsgType, so it is not a push: {quoted(data)}"
        raise UsageError(message, "an encrypted push must be opened first" if "Encrypt" in document.names else "")
    return push, data_format


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
