"""Stdout as bytes, for commands whose result is a body, and as UTF-8, for what other programs read."""

import os
import sys


def write_bytes(data: bytes) -> None:
    """The bytes and nothing else; on a terminal a newline, so that the prompt stands on a line of its own."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data + b"\n" if data and sys.stdout.isatty() else data)
    sys.stdout.buffer.flush()


def speak_utf8() -> None:
    """Write UTF-8 from now on: Windows would give a pipe or a file what its code page has.

    On a terminal that is what can be read, and in PYTHONIOENCODING somebody has said what it is to be.
    """
    if hasattr(sys.stdout, "reconfigure") and not sys.stdout.isatty() and "PYTHONIOENCODING" not in os.environ:
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
