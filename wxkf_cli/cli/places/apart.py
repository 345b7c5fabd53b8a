"""Keeping apart what a handler in this process prints from what wxkf prints, so that stdout stays ours."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import typer

from wxkf_cli.report.formats import harmless
from wxkf_cli.simulate.complaint import LINE_LIMIT, Complaints, Lines
from wxkf_cli.wire.escape import Redactor, safe


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
    """Within, what other threads than this one print goes to `complaints` instead of stdout and stderr."""
    ours = threading.get_ident()
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_Split(each, ours, complaints) for each in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


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
