"""The records under `.wxkf/runs/`: found by name, read line by line, and removed when they are old."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.report.fitting import LINE_LIMIT
from wxkf_cli.trial import files
from wxkf_cli.trial.doubt import ENDED, Doubt
from wxkf_cli.trial.runfile import RUNS, SUFFIX
from wxkf_cli.trial.runlock import holder_of, lock_of
from wxkf_cli.wire.escape import quoted, safe

LAST = "last"
_SECOND = re.compile(r"[0-9]{8}-[0-9]{6}(?=-)")
_NUMBER = re.compile(r"e([1-9][0-9]{0,11})\Z")
#: The id and the case of a push stand in so many bytes of its lines.
_NEAR = 1000


class Line(NamedTuple):
    """One line of a record.

    Attributes:
        record: What it says.
        start: The byte of the file at which it begins.
    """

    record: Mapping[str, Any]
    start: int


def all_runs() -> list[Path]:
    """Every record, oldest first: their names begin with the second, and what is in them tells those of one apart."""
    try:
        found = [each for each in RUNS.iterdir() if each.suffix == SUFFIX and each.is_file() and not each.is_symlink()]
    except FileNotFoundError:
        return []
    except OSError as error:
        message = f"{safe(str(RUNS))} cannot be read: {error.strerror}"
        raise UsageError(message) from error
    at_once = Counter(_second(each) for each in found)

    def by_time(path: Path) -> tuple[str, float, str]:
        second = _second(path)
        return second, _begun(path) if at_once[second] > 1 else 0.0, path.name

    return sorted(found, key=by_time)


def _second(path: Path) -> str:
    """What the name of a record says of its time: the second; all of it, where it is not like ours."""
    found = _SECOND.match(path.name)
    return found[0] if found else path.name


def _begun(path: Path) -> float:
    """About when a run began, in seconds since the epoch: when it pushed first, as far as that can be so.

    A story may let time pass before it pushes, so that it is never later than what the file system says.
    """
    try:
        touched = path.stat().st_mtime
        with path.open("rb") as file:
            file.readline(LINE_LIMIT)
            sent_at = (_quietly(file.readline(LINE_LIMIT)) or {}).get("sent_at")
    except OSError:  # removed meanwhile, or for others to read
        return 0.0
    return min(touched, sent_at) if isinstance(sent_at, int | float) else touched


def name_of(path: Path) -> str:
    """What `find` finds a record by: its id, or the path of one that is somewhere else."""
    return path.stem if path.parent.resolve() == RUNS.resolve() else str(path)


def find(name: str) -> Path:
    """The record of that name: an id, the beginning of one, a path, or `last`.

    Raises:
        UsageError: There is none, or several begin so.
    """
    if name.endswith(SUFFIX) or "/" in name or "\\" in name:
        if files.exists(name) and not files.is_folder(name):
            return Path(name)
        message = f"there is no record {quoted(name)}"
        raise UsageError(message, "wxkf runs list shows those in .wxkf/runs")
    runs = all_runs()
    if not runs:
        message = f"there is no run {quoted(name)}: nothing is recorded in {RUNS.as_posix()}"
        raise UsageError(message, "wxkf simulate records its runs in the folder it is started in")
    if name == LAST:
        return runs[-1]
    exact = [each for each in runs if each.stem == name]
    near = exact or [each for each in runs if name and each.stem.startswith(name)]
    if len(near) != 1:
        what = "no run is called" if not near else f"{len(near)} runs begin with"
        message = f"{what} {quoted(name)}"
        raise UsageError(message, f"the last is {runs[-1].stem}; wxkf runs list shows them all")
    return near[0]


def lines(path: Path, notices: list[str] | None = None) -> Iterator[Line]:
    """The lines of a record, in order.

    Args:
        path: The record.
        notices: What a person should know is added to it: that the last line is torn, which a killed process leaves.

    Raises:
        UsageError: It cannot be read, a line is none, or lines are missing.
    """
    start, expected = 0, 1
    with files.reading(str(path)) as file:
        while line := file.readline(LINE_LIMIT + 1):
            if not line.endswith(b"\n") and len(line) <= LINE_LIMIT:
                if notices is not None:
                    notices.append(f"the last line of {safe(str(path))} is torn: its {len(line)} bytes are left out")
                return
            where = f"{safe(str(path))}:{expected}"
            record = _parsed(line, where)
            number = record.get("n", expected)
            if number != expected:
                message = f"{where} says that it is line {quoted(number)}: the record is not whole"
                raise UsageError(message, "lines were removed or put in; wxkf only goes by a whole record")
            yield Line(record, start)
            start += len(line)
            expected += 1


def line_at(path: Path, start: int) -> Mapping[str, Any]:
    """The line that begins at a byte of a record.

    Raises:
        UsageError: It cannot be read any more.
    """
    with path.open("rb") as file:
        file.seek(start)
        return _parsed(file.readline(LINE_LIMIT + 1), f"{safe(str(path))}, byte {start}")


def _parsed(line: bytes, where: str) -> Mapping[str, Any]:
    try:
        record = json.loads(line) if len(line) <= LINE_LIMIT else None
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        message = f"{where} is no line of a record: {quoted(line)}"
        raise UsageError(message, "a record has one JSON object in each line")
    return record


def number_of(exchange_id: object) -> int | None:
    """Which push of its run an id stands for; None for one that is not like `e12`."""
    found = _NUMBER.match(exchange_id) if isinstance(exchange_id, str) else None
    return int(found[1]) if found else None


class Outline(NamedTuple):
    """What a record is about, without its pushes.

    Attributes:
        name: The id of the run.
        head: Its first line; None in a record that is not one of ours, or empty.
        summary: Its last figures; None where it was cut off before them.
        cases: How many cases its pushes are of.
        pushes: Deliveries that have left; what was in doubt and made again counts once.
        doubtful: Those of them without an answer.
        is_running: Whether a process still writes it.
    """

    name: str
    head: Mapping[str, Any] | None
    summary: Mapping[str, Any] | None
    cases: int
    pushes: int
    doubtful: int
    is_running: bool


def outline(path: Path) -> Outline:
    """Look a record through; of its pushes, only how many there are.

    Raises:
        UsageError: It cannot be read.
    """
    cases: set[bytes] = set()
    doubt = Doubt()
    head = summary = None
    with files.reading(str(path)) as file:
        while line := file.readline(LINE_LIMIT + 1):
            if line.startswith(b'{"type":"sent"'):
                doubt.sent(_text_in(line, b"id"))
                cases.add(_text_in(line, b"case"))
            elif line.startswith(b'{"type":"done"'):
                doubt.answered(_text_in(line, b"id"))
            elif line.startswith(b'{"type":"run"'):
                head, summary = head or _quietly(line), None
                doubt.begun()
            elif line.startswith(b'{"type":"summary"'):
                summary = _quietly(line)
                if summary is not None and summary.get("exit_code") in ENDED:
                    doubt.ended()
    pushes, is_running = doubt.done + doubt.left, holder_of(path) is not None
    return Outline(path.stem, head, summary, len(cases), pushes, doubt.left, is_running)


def _text_in(line: bytes, name: bytes) -> bytes:
    """The text of a field that stands near the beginning of a line."""
    return line[:_NEAR].partition(b'"%b":"' % name)[2].partition(b'"')[0]


def _quietly(line: bytes) -> Mapping[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def prune(*, keep: int | None = None, older_than: float | None = None, now: float) -> list[str]:
    """Remove old records, and nothing else; returns the ids of those removed.

    Args:
        keep: How many stay, the newest; None for any number.
        older_than: Remove only those that were last written more seconds ago; None for any age.
        now: Seconds since the epoch.

    Raises:
        UsageError: One cannot be removed.
    """
    runs = all_runs()
    removed: list[str] = []
    for path in runs[: max(len(runs) - keep, 0)] if keep is not None else runs:
        try:
            is_old = older_than is None or now - path.stat().st_mtime > older_than
            if not is_old or holder_of(path) is not None:
                continue
            path.unlink()
            lock_of(path).unlink(missing_ok=True)
        except OSError as error:
            message = f"{safe(str(path))} cannot be removed: {error.strerror}"
            raise UsageError(message, _told(removed)) from error
        removed.append(path.stem)
    return removed


def _told(removed: Sequence[str]) -> str:
    return f"removed before: {', '.join(removed)}" if removed else ""
