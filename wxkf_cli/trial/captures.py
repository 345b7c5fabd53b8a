"""Captured responses: find them, read them, pair them with the push they answered."""

import glob
import io
import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NoReturn

from wxkf_cli.errors import UsageError
from wxkf_cli.trial import files, harmarks, records
from wxkf_cli.trial.capture import Capture, Context, PassedOver, Skims, in_context, limited, unpacked
from wxkf_cli.trial.notes import NOTHING_CHECKED
from wxkf_cli.trial.pushes import GivenPush, read_push
from wxkf_cli.trial.records import LINE_LIMIT
from wxkf_cli.vocab.policy import BODY_LIMIT, HEADER_LIMIT
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wire import rawhttp
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.escape import quoted, safe
from wxkf_cli.wire.exchange import Exchange, Response

__all__ = ["LINE_LIMIT", "Capture", "Context", "PassedOver", "named", "read"]

_CAPTURE_LIMIT = HEADER_LIMIT + BODY_LIMIT
_FILES_LIMIT = 100_000
_RESPONSE, _PUSH = ".response.", ".push."
_PUSH_ENDINGS = tuple(f"{_PUSH}{data_format}" for data_format in DataFormat)
#: How the names of files end that hold more than one answer, and of those looked for in folders beside `.response.`.
_TOLD_BY_NAME = (harmarks.ENDING, *records.ENDINGS)
_ENDINGS = (".http", *_TOLD_BY_NAME)


def named(paths: Sequence[str]) -> list[str]:
    """The files that the arguments stand for: themselves, what a pattern matches, what lies in a folder.

    A push is none, however it is named: shells expand patterns too.

    Raises:
        UsageError: One of them stands for nothing, or there are too many.
    """
    found: dict[str, None] = {}
    for path in paths:
        matches = [each for each in _matching(path) if not _is_push(each)]
        is_push = _is_push(path) and files.exists(path)
        if not matches and not (is_push and len(paths) > 1):
            raise _nothing(path)
        found.update(dict.fromkeys(matches))
        if len(found) > _FILES_LIMIT:
            message = f"more than {_FILES_LIMIT} files"
            raise UsageError(message, "name fewer at a time")
    if not found:
        raise _nothing(paths[0])
    return list(found)


def _is_push(path: str) -> bool:
    return _PUSH in path and _PUSH in Path(path).name  # the first is for the many that are none


def _nothing(path: str) -> UsageError:
    return UsageError(f"{quoted(path)} is no captured response ({NOTHING_CHECKED})", _why_none(path))


def _why_none(path: str) -> str:
    if files.is_folder(path):
        return "in a folder, *.har, *.response.*, *.http and *.ndjson are looked for, and there is none"
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
        # As pathlib joins them, which for each of many files takes longer than reading it.
        prefix = str(Path(folder) / "_")[:-1]
        for name in names:
            if (_RESPONSE in name or name.endswith(_ENDINGS)) and _PUSH not in name:
                yield prefix + name


def read(path: str, context: Context, skims: Skims | None = None) -> Generator[Capture | PassedOver, None, None]:
    """The answers in one file.

    Args:
        path: The file, or `-`.
        context: What is known beside it.
        skims: What may do with an answer already; then it is passed over.

    Raises:
        UsageError: It cannot be read, or is a record or a HAR that breaks off or holds something else.
    """
    name = name_of(path, context)
    data = files.glimpse(path)
    if data is None:
        with files.reading(path) as file:
            yield from _read(file, path, name, context, skims)
    elif skims is None or not _is_skimmed(data, path, context, skims):
        yield from _read(io.BytesIO(data), path, name, context, skims)


def _is_skimmed(data: bytes, path: str, context: Context, skims: Skims) -> bool:
    """Whether nothing is left to be done with a file: a bare body beside its push, which was counted."""
    if context.push is not None or path.endswith(_TOLD_BY_NAME) or not _is_bare(data):
        return False
    for candidate in _pushes_beside(path):
        push = files.glimpse(candidate)
        if push is not None:
            try:
                return skims.skim_bare(push.decode(), data.decode(), context.mode or Mode.PLAINTEXT, path)
            except UnicodeDecodeError:
                return False
        if files.exists(candidate):  # and cannot be read just so: whoever reads it says why
            return False
    return False


def _is_bare(data: bytes) -> bool:
    """Whether a file holds a body and nothing else, as far as that is plain to see: no HTTP, no record, no HAR."""
    if data.startswith(b"<"):
        return True
    # No record and no HAR is without these, unless their names are written with escapes.
    return not data.startswith(b"HTTP/") and not any(
        mark in data for mark in (b'"type"', b'"response"', b'"log"', b"\\")
    )


def name_of(path: str, context: Context) -> str:
    """What a file is called: stdin may stand for one."""
    return context.stdin_name if path == files.STDIN and context.stdin_name else path


def _read(
    file: BinaryIO, path: str, name: str, context: Context, skims: Skims | None
) -> Iterator[Capture | PassedOver]:
    shown = _shown(path, name)
    first = file.readline(LINE_LIMIT + 1)
    is_named_har = name.endswith(harmarks.ENDING)
    if name.endswith(records.ENDINGS) or (not is_named_har and records.is_record(first)):
        lines = chain([first], iter(partial(file.readline, LINE_LIMIT + 1), b"")) if first else ()
        yield from read_lines(lines, path, context, skims)
        return
    data = first + file.read(max(_CAPTURE_LIMIT + 1 - len(first), 0))
    if is_named_har or harmarks.is_har(data):
        from wxkf_cli.trial import har  # noqa: PLC0415 - most captures are none

        yield from har.read(file, data, context, name=name, shown=shown)
        return
    exchange, start = _from_capture(shown, data)
    exchange = in_context(exchange, context, context.push or _beside(name, context.seal))
    yield Capture(exchange, name, data.count(b"\n", 0, start or 0) + 1, start or 0, start is None)


def read_lines(
    lines: Iterable[bytes],
    path: str,
    context: Context,
    skims: Skims | None = None,
    *,
    first: int = 1,
    start: int = 0,
    is_ours: bool = False,
) -> Iterator[Capture | PassedOver]:
    """The answers in lines of a record, the first of which has that number and begins at that byte of its file.

    `is_ours` says of lines from the midst of it that it is a run of ours, whose last line may be torn.

    Raises:
        UsageError: A line is none of a record's.
    """
    name, skim = name_of(path, context), skims.skim if skims is not None else None
    shown = _shown(path, name)
    return records.read(lines, context, name=name, shown=shown, skim=skim, first=first, start=start, is_ours=is_ours)


def _shown(path: str, name: str) -> str:
    return quoted(name) if name != path else files.shown(path)


def _from_capture(shown: str, data: bytes) -> tuple[Exchange, int | None]:
    """What a file that is no record holds, and the byte at which its body begins; None where it was put together."""
    try:
        answer = rawhttp.read(data) or Response(None, (), data)
    except UsageError as error:
        message = f"{shown}: {error}"
        raise UsageError(message, error.hint) from error
    held = unpacked(answer)
    stands_there = held is answer and data.endswith(answer.body)
    return Exchange(limited(held)), len(data) - len(answer.body) if stands_there else None


def _beside(path: str, seal: Seal | None) -> GivenPush | None:
    """The push in `x.push.xml` or `x.push.json` beside `x.response.xml`."""
    for candidate in _pushes_beside(path):
        if files.exists(candidate):
            return read_push(candidate, "the push beside it,", seal)
    return None


def _pushes_beside(path: str) -> tuple[str, ...]:
    """Where the push may stand that a file answers."""
    # Not pathlib, as above.
    at = path.find(_RESPONSE, max(path.rfind("/"), path.rfind(os.sep)) + 1)
    return tuple([path[:at] + ending for ending in _PUSH_ENDINGS]) if at >= 0 else ()
