"""What an app in this process says besides its answers: tracebacks, prints; line by line, and not without end."""

import io
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

#: Characters of a line that are shown (ours).
LINE_LIMIT = 2_000
#: Lines in all; what comes after them is only counted (ours).
LINES = 2_000


class Complaints:
    """Hands lines to whoever shows them; from any thread.

    Args:
        say: Takes one line, as it came: not yet safe to show.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._show = say
        self._lock = threading.Lock()
        self._left = LINES
        self._seen: set[str] = set()

    def say(self, text: str) -> None:
        """One or more lines."""
        for line in text.splitlines():
            with self._lock:
                self._left -= 1
                left = self._left
            if left > 0:
                self._show(line)
            elif left == 0:
                self._show(f"more than {LINES} lines; the rest is not shown")

    def of(self, error: BaseException) -> str:
        """An exception of the app: its traceback the first time, its last line after that. Gives the last line."""
        last = traceback.format_exception_only(error)[-1].strip()
        with self._lock:
            is_new = last not in self._seen
            self._seen.add(last)
        # The frame on top is ours.
        told = traceback.format_exception(error.with_traceback(_without_ours(error))) if is_new else [last]
        self.say("".join(told))
        return last

    def told(self, text: str) -> str:
        """A mistake of the app that is no exception."""
        self.say(text)
        return text


def _without_ours(error: BaseException) -> TracebackType | None:
    trace = error.__traceback__
    return trace.tb_next if trace is not None and trace.tb_next is not None else trace


class Lines(io.TextIOBase):
    """Takes text and hands on whole lines; what is printed in pieces waits for its end."""

    def __init__(self, complaints: Complaints) -> None:
        self._complaints = complaints
        self._rest = ""
        self._lock = threading.Lock()

    @property
    def buffer(self) -> io.RawIOBase:
        """For bytes."""
        return _Bytes(self)

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, text: str) -> int:
        """Take a piece."""
        with self._lock:
            *lines, self._rest = f"{self._rest}{text}".split("\n")
            if len(self._rest) > LINE_LIMIT:
                lines, self._rest = [*lines, self._rest], ""
        for line in lines:
            self._complaints.say(line or " ")
        return len(text)


class _Bytes(io.RawIOBase):
    """The same for what writes bytes."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, data: Any) -> int:
        """Take a piece."""
        self._lines.write(bytes(data).decode("utf-8", "backslashreplace"))
        return len(data)
