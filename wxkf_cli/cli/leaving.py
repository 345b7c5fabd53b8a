"""Ending the program although something in it hangs: threads of a handler that nobody can end."""

import os
import sys
from contextlib import suppress
from typing import NoReturn

_held_up: list[str] = []


def holds_up(what: str) -> None:
    """Say that something may never end; the program then does not wait for it."""
    _held_up.append(what)


def leave(code: int) -> NoReturn:
    """End with an exit code."""
    if _held_up:
        # Not sys.exit: Python waits for the threads of every pool before it ends.
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(code)
    sys.exit(code)
