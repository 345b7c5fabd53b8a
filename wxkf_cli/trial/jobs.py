"""Lint files, in one process or in several: the same events in the same order.

Records are cut into pieces at line ends, other files are handed out by the hundred. A worker reads its piece itself,
but for stdin, and sends back its figures and what is to be told; only so many pieces are under way at once, so that
memory does not grow with the input.
"""

import copyreg
import io
import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from wxkf_cli.errors import UsageError, WxkfError
from wxkf_cli.lint.linter import rule
from wxkf_cli.lint.rule import Rule
from wxkf_cli.report.event import Listener, Summary
from wxkf_cli.trial import captures, files, records
from wxkf_cli.trial.capture import Capture, Context, PassedOver, Skims
from wxkf_cli.trial.checking import Checked, Checker, Linting, Tally
from wxkf_cli.trial.linting import close, tell_of

if TYPE_CHECKING:
    from concurrent.futures import Future

#: Bytes of a record, and other files, in one piece.
_BYTES, _FILES = 1_048_576, 100
#: Pieces under way for each worker: one at work, the others waiting, so that none is idle while this process tells.
_WAITING = 4
#: More processes Windows cannot wait for.
_MOST_ON_WINDOWS = 61


class _Piece(NamedTuple):
    """Some of the input.

    Attributes:
        paths: Whole files; or one record.
        size: How many bytes of that record; None for whole files.
        line: The number of the first line.
        start: The byte of the record at which it begins.
        data: The lines, where only the first process can read them.
        is_ours: Whether it is of a run of ours.
    """

    paths: tuple[str, ...]
    size: int | None = None
    line: int = 1
    start: int = 0
    data: bytes | None = None
    is_ours: bool = False


class _Outcome(NamedTuple):
    """What became of a piece.

    Attributes:
        tally: Its figures.
        checked: What is to be told, with its number in the piece, from 1.
        error: Why it ended early; None when it did not.
    """

    tally: Tally
    checked: list[tuple[int, Checked]]
    error: UsageError | None


def lint_files(
    paths: Sequence[str], context: Context, linting: Linting, tell: Listener, jobs: int, *, tells_clean: bool
) -> Summary:
    """Lint every capture in files, telling of each; the summary is also the last event.

    Args:
        paths: The files.
        context: What is known beside them.
        linting: What they are linted with.
        tell: Called with every event, here.
        jobs: How many processes.
        tells_clean: Whether to tell of captures without a finding too, for those who want to hear of them.

    Raises:
        UsageError: As `captures.read`, once all before it is told.
        RuleCrash: A rule failed on one of them.
        WxkfError: A process ended before its time.
    """
    is_mixed = files.STDIN in paths and not captures.name_of(files.STDIN, context).endswith(records.ENDINGS)
    if jobs == 1 or is_mixed:
        checker = Checker(linting)
        skims = None if tells_clean else checker
        for path in paths:
            for found in captures.read(path, context, skims):
                checked = checker.check(found)
                if checked is not None:
                    tell_of(checked, checker.responses, tell)
        return close(checker.taken(), linting, tell)
    return _in_jobs(paths, context, linting, tell, jobs, tells_clean=tells_clean)


def _in_jobs(
    paths: Sequence[str], context: Context, linting: Linting, tell: Listener, jobs: int, *, tells_clean: bool
) -> Summary:
    # Most runs are in one process, and this takes as long to import as a file takes to be linted.
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    if sys.platform == "win32":
        jobs = min(jobs, _MOST_ON_WINDOWS)
    tally = Tally()
    under_way: deque[Future[_Outcome]] = deque()
    workers = ProcessPoolExecutor(jobs, initializer=_start, initargs=(context, linting, tells_clean))
    try:
        for piece in _pieces(paths, context):
            under_way.append(workers.submit(_work, piece))
            if len(under_way) >= jobs * _WAITING:
                _take(under_way.popleft().result(), tally, tell)
        while under_way:
            _take(under_way.popleft().result(), tally, tell)
    except BrokenProcessPool as error:
        message = "a process that was linting ended before its time"
        raise WxkfError(message, "it may have been killed, or short of memory; try it with --jobs 1") from error
    finally:
        workers.shutdown(cancel_futures=True)
    return close(tally, linting, tell)


def _take(outcome: _Outcome, tally: Tally, tell: Listener) -> None:
    for number, checked in outcome.checked:
        tell_of(checked, tally.responses + number, tell)
    tally.add(outcome.tally)
    if outcome.error is not None:
        raise outcome.error


def _pieces(paths: Sequence[str], context: Context) -> Iterator[_Piece]:
    whole: list[str] = []
    for path in paths:
        is_record = captures.name_of(path, context).endswith(records.ENDINGS)
        if not is_record:
            whole.append(path)
        if whole and (is_record or len(whole) == _FILES):
            yield _Piece(tuple(whole))
            whole = []
        if is_record:
            yield from _pieces_of_record(path)
    if whole:
        yield _Piece(tuple(whole))


def _pieces_of_record(path: str) -> Iterator[_Piece]:
    line, start, is_ours = 1, 0, False
    with files.reading(path) as file:
        while data := file.read(_BYTES):
            # What is longer than a line may be, is no line: whoever reads the piece says so.
            data += file.readline(records.LINE_LIMIT + 1)
            is_ours = is_ours or (not start and records.is_run(data))
            yield _Piece((path,), len(data), line, start, data if path == files.STDIN else None, is_ours)
            line += data.count(b"\n")
            start += len(data)


class _Worker:
    """What a process keeps from one piece to the next."""

    context: Context
    checker: Checker
    tells_clean: bool


def _start(context: Context, linting: Linting, tells_clean: bool) -> None:
    # An interrupt reaches every process of a terminal: the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _Worker.context, _Worker.checker, _Worker.tells_clean = context, Checker(linting), tells_clean


def _work(piece: _Piece) -> _Outcome:
    checker, checked = _Worker.checker, []
    try:
        for found in _found(piece, _Worker.context, None if _Worker.tells_clean else checker):
            each = checker.check(found)
            if each is not None and (each.findings or _Worker.tells_clean):
                # What was known at a glance has done its work, and does not go from one process to another.
                checked.append((checker.responses, each._replace(capture=each.capture._replace(known=None))))
    except UsageError as error:
        return _Outcome(checker.taken(), checked, error)
    return _Outcome(checker.taken(), checked, None)


def _found(piece: _Piece, context: Context, skims: Skims | None) -> Iterator[Capture | PassedOver]:
    if piece.size is None:
        for path in piece.paths:
            yield from captures.read(path, context, skims)
        return
    file = io.BytesIO(_lines_of(piece, piece.size) if piece.data is None else piece.data)
    lines = iter(partial(file.readline, records.LINE_LIMIT + 1), b"")
    yield from captures.read_lines(
        lines, piece.paths[0], context, skims, first=piece.line, start=piece.start, is_ours=piece.is_ours
    )


def _lines_of(piece: _Piece, size: int) -> bytes:
    with files.reading(piece.paths[0]) as file:
        file.seek(piece.start)
        return file.read(size)


def _by_code(each: Rule) -> tuple[object, tuple[str]]:
    return rule, (each.code,)


# A rule is the same in every process, and large.
copyreg.pickle(Rule, _by_code)  # type: ignore[arg-type] # typeshed wants a plain function of object
