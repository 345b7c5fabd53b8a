"""Captured responses: find them, read them, pair them with the push they answered."""

import glob
import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from wxkf_cli.errors import UsageError
from wxkf_cli.trial import files
from wxkf_cli.trial.notes import NOTHING_CHECKED
from wxkf_cli.trial.pushes import GivenPush, read_push
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT, HEADER_LIMIT
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wechat.record import exchange_from_json
from wxkf_cli.wire import rawhttp
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.escape import quoted, safe
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, Response

#: A record's line; longer is not one of ours.
LINE_LIMIT = 524_288
_CAPTURE_LIMIT = HEADER_LIMIT + BODY_LIMIT
_FILES_LIMIT = 100_000
_DIGITS_LIMIT = 20
_RECORDS = (".ndjson", ".jsonl")
_RESPONSE, _PUSH = ".response.", ".push."
#: The lines of a record that are no exchange.
_OTHER_LINES = ("run", "sent", "finding", "summary")


class Capture(NamedTuple):
    """One captured answer.

    Attributes:
        exchange: What is known of it.
        file: Where it was read; `-` for stdin.
        line: The line of the file at which its body begins, from 1; for a record, its line.
        start: The byte of the file at which its body begins, from 0; for a record, its line.
        in_record: Whether the body does not stand in the file as it is (in a line of a record, or in chunks), so that
            places inside the body are not places in the file.
    """

    exchange: Exchange
    file: str
    line: int = 1
    start: int = 0
    in_record: bool = False


def named(paths: Sequence[str]) -> list[str]:
    """The files that the arguments stand for: themselves, what a pattern matches, what lies in a folder.

    A push is none, however it is named: shells expand patterns too.

    Raises:
        UsageError: One of them stands for nothing, or there are too many.
    """
    found: dict[str, None] = {}
    for path in paths:
        matches = [each for each in _matching(path) if _PUSH not in Path(each).name]
        is_push = _PUSH in Path(path).name and files.exists(path)
        if not matches and not (is_push and len(paths) > 1):
            raise _nothing(path)
        found.update(dict.fromkeys(matches))
        if len(found) > _FILES_LIMIT:
            message = f"more than {_FILES_LIMIT} files"
            raise UsageError(message, "name fewer at a time")
    if not found:
        raise _nothing(paths[0])
    return list(found)


def _nothing(path: str) -> UsageError:
    return UsageError(f"{quoted(path)} is no captured response ({NOTHING_CHECKED})", _why_none(path))


def _why_none(path: str) -> str:
    if files.is_folder(path):
        return "in a folder, *.response.*, *.http and *.ndjson are looked for, and there is none"
    if files.exists(path):
        return "by its name it is a push; name the response, and the push is found beside it"
    return "no file matches it" if glob.has_magic(path) else "there is no file or folder of that name"


def _matching(path: str) -> Iterable[str]:
    if files.is_folder(path):
        return sorted(_in_folder(path))
    if path == files.STDIN or files.exists(path):
        return (path,)
    # Not Path.glob: it takes no absolute pattern.
    return sorted(each for each in glob.glob(path, recursive=True) if not files.is_folder(each))  # noqa: PTH207


def _in_folder(path: str) -> Iterator[str]:
    def refuse(error: OSError) -> NoReturn:
        message = f"{safe(str(error.filename))} cannot be read: {error.strerror}"
        raise UsageError(message) from error

    for folder, folders, names in os.walk(path, onerror=refuse, followlinks=False):
        # Hidden folders, our own records among them, are searched only when they are named.
        folders[:] = [each for each in folders if not each.startswith(".")]
        for name in names:
            if _RESPONSE in name or name.endswith((".http", *_RECORDS)):
                yield str(Path(folder) / name)


class Context(NamedTuple):
    """What is known of captures beside themselves.

    Attributes:
        push: The push of every answer that does not come with its own.
        mode: The encryption mode of every push that does not say so itself.
        seal: What opens sealed pushes; None without a key.
    """

    push: GivenPush | None = None
    mode: Mode | None = None
    seal: Seal | None = None


def read(path: str, context: Context) -> Iterator[Capture]:
    """The answers in one file.

    Args:
        path: The file, or `-`.
        context: What is known beside it.

    Raises:
        UsageError: It cannot be read, or is a record with a line that is none.
    """
    with files.reading(path) as file:
        first = file.readline(LINE_LIMIT + 1)
        if path.endswith(_RECORDS) or _is_record(first):
            yield from _records(path, chain([first], iter(lambda: file.readline(LINE_LIMIT + 1), b"")), context)
            return
        data = first + file.read(max(_CAPTURE_LIMIT + 1 - len(first), 0))
    exchange, start = _from_capture(path, data)
    exchange = _with_push(exchange, context, context.push or _beside(path, context.seal))
    yield Capture(exchange, path, data.count(b"\n", 0, start or 0) + 1, start or 0, start is None)


def _from_capture(path: str, data: bytes) -> tuple[Exchange, int | None]:
    """What a file that is no record holds, and the byte at which its body begins; None where it was put together."""
    try:
        answer = rawhttp.read(data) or Response(None, (), data)
    except UsageError as error:
        message = f"{files.shown(path)}: {error}"
        raise UsageError(message, error.hint) from error
    return Exchange(_limited(answer)), len(data) - len(answer.body) if data.endswith(answer.body) else None


def _limited(answer: Answer) -> Answer:
    """Larger than the wire takes, an answer is what the wire makes of it."""
    if isinstance(answer, Response) and len(answer.body) > BODY_LIMIT:
        return Failure(Outcome.LIMIT_BODY, Phase.BODY, answer.elapsed)
    return answer


def _with_push(exchange: Exchange, context: Context, given: GivenPush | None) -> Exchange:
    """The exchange with what is known beside it; what it says itself goes first."""
    if given is not None and exchange.push is None and exchange.request is None:
        # Many frameworks log a sealed push as it was opened: then the mode is what the options say.
        return exchange._replace(push=given.message, data=given.data, mode=exchange.mode or context.mode or given.mode)
    return exchange._replace(mode=exchange.mode or context.mode)


def _beside(path: str, seal: Seal | None) -> GivenPush | None:
    """The push in `x.push.xml` or `x.push.json` beside `x.response.xml`."""
    stem, mark, _ = Path(path).name.partition(_RESPONSE)
    for data_format in DataFormat:
        candidate = str(Path(path).with_name(f"{stem}{_PUSH}{data_format}")) if mark else ""
        if mark and files.exists(candidate):
            return read_push(candidate, "the push beside it,", seal)
    return None


def _is_record(line: bytes) -> bool:
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


def _records(path: str, lines: Iterable[bytes], context: Context) -> Iterator[Capture]:
    start = 0
    for number, line in enumerate(lines, start=1):
        if line.strip():
            exchange = _exchange(f"{files.shown(path)}:{number}", line, context.seal)
            if exchange is not None:
                yield Capture(_with_push(exchange, context, context.push), path, number, start, in_record=True)
        start += len(line)


def _exchange(where: str, line: bytes, seal: Seal | None) -> Exchange | None:
    """The exchange in one line of a record; None when it tells of something else."""
    if len(line) > LINE_LIMIT:
        message = f"{where} is longer than {LINE_LIMIT} bytes"
        raise UsageError(message, "a record has one exchange in each line")
    try:
        record = _DECODER.decode(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        message = f"{where} is not JSON: {quoted(line)}"
        raise UsageError(message, "a record has one JSON object in each line") from error
    if not isinstance(record, dict):
        message = f"{where} is not a JSON object: {quoted(line)}"
        raise UsageError(message, "a record has one JSON object in each line")
    if b"\\ud" in line.lower() and not _is_text(record):
        message = f"{where} holds half a surrogate pair, which is no text"
        raise UsageError(message, "a body that is not UTF-8 stands in body_base64")
    if record.get("type") in _OTHER_LINES:
        return None
    try:
        exchange = exchange_from_json(record, seal)
    except UsageError as error:
        message = f"{where}: {error}"
        raise UsageError(message, error.hint) from error
    return exchange._replace(answer=_limited(exchange.answer))


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
