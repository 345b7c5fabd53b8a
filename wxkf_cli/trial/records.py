"""Records of exchanges: NDJSON, one in each line; a run that `simulate` recorded, or what somebody else wrote."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NoReturn, TypeAlias

from wxkf_cli.errors import UsageError
from wxkf_cli.trial.capture import Capture, Context, PassedOver, in_context, limited
from wxkf_cli.vocab.policy import BODY_LIMIT
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wechat.record import exchange_from_json
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.exchange import Exchange

#: Given a line of a record and its file; returns whether nothing is left to be done with it, or what is known of it.
Skim: TypeAlias = Callable[[Mapping[str, Any], str], Any]

#: How the names of records end.
ENDINGS = (".ndjson", ".jsonl")
#: A record's line; longer is not one of ours.
LINE_LIMIT = 524_288
_DIGITS_LIMIT = 20
#: How the first line of a run of ours begins.
_OURS = b'{"type":"run"'
#: The lines of a record that are no exchange.
_OTHER_LINES = frozenset({"run", "sent", "call", "finding", "check", "summary"})


def is_record(line: bytes) -> bool:
    """Whether bytes are a record although their name does not say so: the first line has an exchange in it."""
    if not line.lstrip().startswith(b"{") or len(line) > LINE_LIMIT:
        return False
    try:
        record = _DECODER.decode(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return False
    if record.get("type") in ("run", "sent", "done"):
        return True
    return isinstance(record.get("response"), dict) or ("response" in record and "outcome" in record)


def is_run(line: bytes) -> bool:
    """Whether a record is one of a run of ours, by its first line."""
    return line.startswith(_OURS)


def read(
    lines: Iterable[bytes],
    context: Context,
    *,
    name: str,
    shown: str,
    skim: Skim | None = None,
    first: int = 1,
    start: int = 0,
    is_ours: bool = False,
) -> Iterator[Capture | PassedOver]:
    """The exchanges in lines of a record.

    The last line of a run of ours may be torn: that is how a killed process leaves it, and the rest is good. Whoever
    else wrote a record may have lost more than that.

    Args:
        lines: The lines, each at most one byte longer than `LINE_LIMIT`.
        context: What is known beside them.
        name: The file.
        shown: The file, for messages.
        skim: What may do with a line already; then it is passed over.
        first: The number of the first line, from 1.
        start: The byte of the file at which that begins.
        is_ours: Whether it is known to be a run of ours; the very first line says it too.

    Raises:
        UsageError: A line is none of a record's.
    """
    for number, line in enumerate(lines, start=first):
        record = _plain_record(line)
        is_ours = is_ours or (number == 1 and is_run(line))
        if record is not None or not line.isspace() or len(line) > LINE_LIMIT:
            if record is None:
                if is_ours and number > 1 and _is_torn(line):
                    yield PassedOver(_torn(shown, len(line)), name, "lines")
                    return
                record = _record(f"{shown}:{number}", line)
            known = (skim is not None and skim(record, name)) or None
            if known is not True:
                exchange = _exchange(f"{shown}:{number}", line, record, context.seal, known)
                if exchange is not None:
                    exchange = in_context(exchange, context, context.push)
                    yield Capture(exchange, name, number, start, in_record=True, known=known)
        start += len(line)


def _plain_record(line: bytes) -> dict[str, Any] | None:
    """A line that is an object and a newline, as nearly every one is; None for any other, whatever is wrong with it."""
    if len(line) > LINE_LIMIT or not line.startswith(b"{") or b"\\u" in line:
        return None
    try:
        text = line.decode()
        # Not `decode`: it looks for blanks around the object, which takes its time.
        record, end = _DECODER.scan_once(text, 0)
    except (ValueError, StopIteration, RecursionError):
        return None
    return record if text[end:] == "\n" else None


def _is_torn(line: bytes) -> bool:
    """Whether a line breaks off: only the last one can be without its end."""
    if line.endswith(b"\n") or len(line) > LINE_LIMIT:
        return False
    try:
        _DECODER.decode(line.decode())
    except (ValueError, RecursionError):
        return True
    return False


def _torn(shown: str, size: int) -> Text:
    return Text(
        f"the last line of {shown} is torn: its {size} bytes are left out",
        f"{shown} 的最后一行不完整，这 {size} 个字节未检查",
    )


def _record(where: str, line: bytes) -> dict[str, Any]:
    """One line of a record.

    Raises:
        UsageError: It is none.
    """
    if len(line) > LINE_LIMIT:
        message = f"{where} is longer than {LINE_LIMIT} bytes"
        raise UsageError(message, "a record has one exchange in each line")
    try:
        record = _DECODER.decode(line.decode())
    except (ValueError, RecursionError) as error:
        message = f"{where} is not JSON: {quoted(line)}"
        raise UsageError(message, "a record has one JSON object in each line") from error
    if not isinstance(record, dict):
        message = f"{where} is not a JSON object: {quoted(line)}"
        raise UsageError(message, "a record has one JSON object in each line")
    if b"\\u" in line and b"\\ud" in line.lower() and not _is_text(record):
        message = f"{where} holds half a surrogate pair, which is no text"
        raise UsageError(message, "a body that is not UTF-8 stands in body_base64")
    return record


def is_plain(record: Mapping[str, Any], push: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    """Whether a line tells of a delivery with nothing special about it, in values of the types they should have."""
    if "body_base64" in push or "body_base64" in response or response.get("leniencies"):
        return False
    if push.get("body_cut") or response.get("body_cut") or record.get("type") not in (None, "done"):
        return False
    if record.get("genuine") is False or record.get("flaw") is not None or push.get("method", "POST") != "POST":
        return False
    return (
        record.get("route") is None
        and type(response.get("status")) in _INTEGER_OR_NONE
        and type(response.get("elapsed_ms", 0)) in _NUMBERS
        and type(record.get("sent_at")) in _NUMBER_OR_NONE
        and type(record.get("mode")) in _TEXT_OR_NONE
        and _are_pairs(push.get("headers"))
        and _are_pairs(response.get("headers"))
    )


_INTEGER_OR_NONE = (int, type(None))
_NUMBERS = (int, float)
_NUMBER_OR_NONE = (int, float, type(None))
_TEXT_OR_NONE = (str, type(None))


def _are_pairs(headers: Any) -> bool:
    return not headers or (
        type(headers) is list
        and all(type(each) is list and len(each) == 2 and type(each[0]) is type(each[1]) is str for each in headers)
    )


def _exchange(where: str, line: bytes, record: Mapping[str, Any], seal: Seal | None, known: Any) -> Exchange | None:
    """The exchange in one line of a record; None when it tells of something else."""
    kind = record.get("type")
    if isinstance(kind, str) and kind in _OTHER_LINES:
        return None
    try:
        exchange = exchange_from_json(record, seal, known and known.plain)
    except UsageError as error:
        message = f"{where}: {error}"
        raise UsageError(message, error.hint) from error
    # An answer is no longer than the line it stands in.
    return exchange if len(line) <= BODY_LIMIT else exchange._replace(answer=limited(exchange.answer))


def _is_text(record: Mapping[str, Any]) -> bool:
    try:
        return bool(json.dumps(record, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        return False


def _refused(text: str) -> NoReturn:
    raise ValueError(text)


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= _DIGITS_LIMIT else _refused(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refused(digits)


#: What Python takes and JSON does not have, and numbers that nothing can be done with.
_DECODER: Any = json.JSONDecoder(parse_constant=_refused, parse_float=_finite, parse_int=_integer)
