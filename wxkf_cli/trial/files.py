"""Reading files that somebody else wrote: regular files and stdin only, never more than the limit."""

import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO

from wxkf_cli.errors import UsageError
from wxkf_cli.wire.escape import quoted, safe

STDIN = "-"


def read(path: str, limit: int) -> bytes:
    """At most `limit` + 1 bytes of a file, or of stdin for `-`.

    Raises:
        UsageError: It does not exist, cannot be read, or is a folder, a FIFO or a device.
    """
    if path == STDIN:
        return sys.stdin.buffer.read(limit + 1)
    with opened(path) as file:
        return file.read(limit + 1)


def opened(path: str) -> BinaryIO:
    """A regular file, open for reading.

    Raises:
        UsageError: As for `read`.
    """
    try:
        # Not blocking: opening a FIFO would wait for somebody to write into it.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        message = f"{safe(path)} cannot be read: {reason}"
        raise UsageError(message) from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        message = f"{safe(path)} is {_what(mode)}, not a file"
        raise UsageError(message, "give a regular file, or - and pipe the bytes in")
    return open(descriptor, "rb")  # noqa: PTH123 - what was checked is what is read; the caller closes it


def _what(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a FIFO" if stat.S_ISFIFO(mode) else "a device or socket"


def shown(path: str) -> str:
    """A path for a message."""
    return "stdin" if path == STDIN else quoted(path)


def exists(path: str) -> bool:
    """Whether there is something of that name."""
    return Path(path).exists()
