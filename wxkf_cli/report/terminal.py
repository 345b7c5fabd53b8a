"""Printing: the only file that knows rich, and it loads it only where there is colour to show."""

import os
import re
import sys
from typing import TextIO

from wxkf_cli.report.console import acts_on_escapes
from wxkf_cli.report.line import Line, Style, plain

_LOOK = {
    Style.PLAIN: "",
    Style.GOOD: "green",
    Style.BAD: "bold red",
    Style.DOUBTFUL: "yellow",
    Style.QUIET: "dim",
    Style.STRONG: "bold",
}


class Terminal:
    """A stream to print lines on, and a progress line on stderr where that is a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self.is_terminal = self._stream.isatty()
        self._coloured = wants_colour(self.is_terminal) and (not self.is_terminal or acts_on_escapes(self._stream))
        self._shows_progress = sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and acts_on_escapes(sys.stderr)
        self._progress = ""

    @property
    def width(self) -> int | None:
        """Columns to break lines at; None for a pipe or a file, where lines stay whole."""
        if not self.is_terminal:
            return None
        try:
            columns = os.get_terminal_size(self._stream.fileno()).columns
        except (OSError, ValueError):
            columns = 0
        # A terminal that nobody has told its size, as over a serial line or in some CI, says 0.
        return max(columns or _columns_named() or 80, 40)

    def print(self, parts: Line) -> None:
        """Print one line."""
        self.progress("")
        self._stream.write((self._painted(parts) if self._coloured else plain(parts)) + "\n")
        self._stream.flush()

    def progress(self, text: str) -> None:
        """Show what is going on in one line that the next one replaces; nothing where stderr is no terminal."""
        if not self._shows_progress or text == self._progress:
            return
        self._progress = text
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()

    def _painted(self, parts: Line) -> str:
        from rich.style import Style as Look

        return "".join(Look.parse(_LOOK[part.style]).render(part.text) if part.text else "" for part in parts)


def _columns_named() -> int:
    """What COLUMNS says; 0 where that is no number of columns."""
    named = os.environ.get("COLUMNS", "")
    return int(named) if re.fullmatch("[0-9]{1,5}", named) else 0


def wants_colour(is_terminal: bool) -> bool:
    """Whether to colour, by the conventions: NO_COLOR, then FORCE_COLOR, then TERM and what the stream is."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal and os.environ.get("TERM") != "dumb"
