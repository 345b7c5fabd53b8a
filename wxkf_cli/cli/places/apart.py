"""Keeping apart what a handler in this process prints from what wxkf prints, so that stdout stays ours."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

import typer

from wxkf_cli.report.formats import harmless
from wxkf_cli.simulate.complaint import LINE_LIMIT, Complaints, Lines
from wxkf_cli.wire.escape import Redactor, safe

_STDOUT = 1
#: Seconds that the last of what was written to the pipe has to be read, while somebody may hold its other end (ours).
_LAST_WORDS_SECONDS = 0.5


def complaints_on_stderr(name: str, redact: Redactor) -> Complaints:
    """What a handler says, on stderr, each line with its name before it, escaped and without secrets."""
    # The stream of now: later it may be one of those below.
    stream = sys.stderr

    def show(line: str) -> None:
        # Where CI reads stderr, it must not take what a handler says for a command.
        typer.echo(harmless(f"[{name}] {redact(safe(line.expandtabs(), LINE_LIMIT))}"), file=stream)

    return Complaints(show)


@contextmanager
def prints_apart(complaints: Complaints) -> Iterator[None]:
    """Within, what other threads than this one print goes to `complaints` instead of stdout and stderr.

    So does what is written to the descriptor of stdout, as by processes that an app starts.
    """
    ours = threading.get_ident()
    before = sys.stdout, sys.stderr
    with _stdout_apart(sys.stdout, complaints) as stdout:
        sys.stdout, sys.stderr = (_Split(each, ours, complaints) for each in (stdout, before[1]))
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before


@contextmanager
def _stdout_apart(stream: TextIO, complaints: Complaints) -> Iterator[TextIO]:
    """Within, descriptor 1 is a pipe to `complaints`; gives the stream that goes where it went before.

    Another stream than that of descriptor 1, as in tests, is left alone, and so is the console of Windows, for which
    Python has a stream that cannot write to a pipe.
    """
    if _descriptor(stream) != _STDOUT or (sys.platform == "win32" and stream.isatty()):
        yield stream
        return
    stream.flush()
    kept = os.dup(_STDOUT)
    reads, writes = os.pipe()
    os.dup2(writes, _STDOUT)
    os.close(writes)
    reading = threading.Thread(target=_hand_on, args=(reads, complaints), name="wxkf-stdout", daemon=True)
    reading.start()
    ours = open(kept, "w", encoding=stream.encoding, errors=stream.errors)  # noqa: PTH123, SIM115 - a descriptor
    try:
        yield ours
        ours.flush()
    finally:
        with suppress(OSError, ValueError):
            stream.flush()  # what the app has written to it
        os.dup2(kept, _STDOUT)
        with suppress(OSError):
            ours.close()
        # A process that the app has started may go on, and hold its end.
        reading.join(_LAST_WORDS_SECONDS)


def _descriptor(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError):  # it has none
        return None


def _hand_on(reads: int, complaints: Complaints) -> None:
    """Hand on the lines that come through a pipe; in a thread of its own."""
    with open(reads, encoding="utf-8", errors="backslashreplace") as written:
        while line := written.readline(LINE_LIMIT):
            complaints.say(line)


class _Split:
    """A stream that is itself for one thread, and for all others hands lines on."""

    def __init__(self, stream: TextIO, ours: int, complaints: Complaints) -> None:
        self._stream = stream
        self._ours = ours
        self._foreign = Lines(complaints)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream if threading.get_ident() == self._ours else self._foreign, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._stream)
