"""Safe fixes of captured answers in their files: bare bodies and raw HTTP, whose bytes can be told one from another.

Records, HAR and sealed answers are never rewritten: what they hold stands in them in another form.
"""

import contextlib
import difflib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.mending import MENDS, mend
from wxkf_cli.lint.selection import EVERYTHING, Selection
from wxkf_cli.lint.subject import Setting
from wxkf_cli.trial import captures, files
from wxkf_cli.trial.capture import Capture, Context
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Exchange, Response
from wxkf_cli.wire.paths import safe_path

_LENGTH = re.compile(rb"^(Content-Length:[ \t]*)([0-9]+)(?=[ \t]*\r?$)", re.IGNORECASE | re.MULTILINE)
_LONGEST_LINE = 10_000


class Fix(NamedTuple):
    """What a file holds and what it should hold.

    Attributes:
        path: The file, or `-`.
        before: Its bytes.
        after: Those after the safe fixes.
        mends: How many findings that mends.
        why_not: Why it is left alone all the same; None where it need not be.
    """

    path: str
    before: bytes
    after: bytes
    mends: int
    why_not: Text | None = None


def proposed(path: str, context: Context, setting: Setting, selection: Selection = EVERYTHING) -> Fix | None:
    """The safe fixes of one file, as far as the findings they are for count; None where there are none.

    Raises:
        UsageError: It cannot be read.
    """
    capture = next(captures.read(path, context), None)
    if not isinstance(capture, Capture) or not _stands_alone(capture):
        return Fix(path, b"", b"", 0, _RECORD)
    codes = [code for code in MENDS if selection.is_shown(code, capture.file)]
    mended = mend(capture.exchange, setting, codes)
    answer = capture.exchange.answer
    if mended is None or not isinstance(answer, Response):
        return None
    before = answer.raw or answer.body
    if _is_chunked(answer):
        return Fix(path, before, before, len(mended.codes), _CHUNKED)
    head = before[: len(before) - len(answer.body)]
    after = _with_length(head, answer, len(mended.body)) + mended.body
    return Fix(path, before, after, len(mended.codes), _LINK if _is_link(path) else None)


def with_fixes(
    findings: tuple[Finding, ...], exchange: Exchange, setting: Setting, capture: Capture
) -> tuple[Finding, ...]:
    """The findings of one answer, those marked that a safe fix of its file mends."""
    if capture.in_record or capture.file == files.STDIN or all(each.code not in MENDS for each in findings):
        return findings
    answer = exchange.answer
    if isinstance(answer, Response) and _is_chunked(answer):
        return findings
    mended = mend(exchange, setting, [each.code for each in findings])
    gone = mended.codes if mended is not None else ()
    return tuple(each._replace(is_fixable=each.code in MENDS and each.code in gone) for each in findings)


def _stands_alone(capture: Capture) -> bool:
    """Whether the answer is all that the file holds."""
    answer = capture.exchange.answer
    return not capture.in_record or (isinstance(answer, Response) and answer.raw != b"" and _is_chunked(answer))


def _is_chunked(answer: Response) -> bool:
    return "chunked" in answer.header("Transfer-Encoding").lower()


def _is_link(path: str) -> bool:
    return path != files.STDIN and Path(path).is_symlink()


_RECORD = Text("records, HAR files and compressed answers are not rewritten", "不改写记录、HAR 文件和压缩的应答")
_CHUNKED = Text("its answer came in chunks", "应答是分块传输的")
_LINK = Text("it is a symbolic link", "它是符号链接")


def _with_length(head: bytes, answer: Response, length: int) -> bytes:
    """What stands before the body, with another Content-Length; one that was not right before says something else."""
    given = [value for name, value in answer.headers if name.lower() == "content-length"]
    if not given or any(value != str(len(answer.body)) for value in given):
        return head
    # From the end: those of the last answer, not of a redirect before it.
    for found in list(_LENGTH.finditer(head))[: -len(given) - 1 : -1]:
        head = head[: found.start(2)] + str(length).encode() + head[found.end(2) :]
    return head


def write(fix: Fix) -> None:
    """Put the fixed bytes in the place of the file, all at once.

    Raises:
        UsageError: They cannot be written, or the file was changed meanwhile.
    """
    path = Path(fix.path)
    name = safe_path(fix.path)
    try:
        mode = path.lstat().st_mode
        descriptor, temporary = tempfile.mkstemp(prefix=".wxkf-", dir=path.parent)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor is no path
                file.write(fix.after)
                file.flush()
                os.fsync(descriptor)
            Path(temporary).chmod(mode & 0o7777)
            if path.is_symlink() or path.read_bytes() != fix.before:
                message = f"{name} was changed while it was being fixed"
                raise UsageError(message, "run it again")
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).chmod(0o600)  # Windows does not remove what is read-only
                Path(temporary).unlink()
            raise
    except OSError as error:
        message = f"{name} cannot be fixed: {error.strerror}"
        raise UsageError(message, "--diff shows what would be changed") from error


def diff(fix: Fix, redact: Redact = str) -> Iterator[str]:
    """A unified diff of a fix, line by line, to be looked at: nothing in it is other than it can be shown."""
    name = safe_path(fix.path)
    before, after = _lines(fix.before), _lines(fix.after)
    if before is None or after is None:
        yield f"--- {name}: not UTF-8, so not shown; {len(fix.before)} bytes become {len(fix.after)}"
        return
    for number, each in enumerate(difflib.unified_diff(before, after, name, name, lineterm="")):
        # The first two are the names, which are safe already.
        yield each if number < 2 else each[:1] + redact(safe(each[1:], _LONGEST_LINE))


def _lines(data: bytes) -> list[str] | None:
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return None
    return lines[:-1] if lines[-1] == "" else lines
