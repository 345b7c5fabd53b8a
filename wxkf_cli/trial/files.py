"""Reading files that somebody else wrote: regular files and stdin only, never more than is asked for."""

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from wxkf_cli.errors import UsageError
from wxkf_cli.wire.escape import quoted, safe

STDIN = "-"
#: Bytes of a file that is read in one go.
_SMALL = 65_536
#: Not blocking: opening a FIFO would wait for somebody to write into it.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read(path: str, limit: int) -> bytes:
    """At most `limit` + 1 bytes of a file, or of stdin for `-`.

    Raises:
        UsageError: It does not exist, cannot be read, or is a folder, a FIFO or a device.
    """
    data = glimpse(path)
    if data is not None:
        return data[: limit + 1]
    with reading(path) as file:
        return file.read(limit + 1)


def glimpse(path: str) -> bytes | None:
    """All of a small file, in as few calls as can be; None where there is none such: whoever reads it knows why."""
    if path == STDIN:
        return None
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return None
    try:
        status = os.fstat(descriptor)
        is_small = stat.S_ISREG(status.st_mode) and status.st_size < _SMALL
        data = os.read(descriptor, status.st_size + 1) if is_small else None
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return data if data is not None and len(data) == status.st_size else None


@contextlib.contextmanager
def reading(path: str) -> Iterator[BinaryIO]:
    """A file, or stdin for `-`, open for reading.

    Raises:
        UsageError: As for `read`, also when it stops being readable on the way.
    """
    try:
        if path != STDIN:
            with _opened(path) as file:
                yield file
        elif sys.stdin is None:
            message = "stdin is closed"
            raise UsageError(message, "pipe the bytes in")
        else:
            yield sys.stdin.buffer
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "a file name has no null character"
        message = f"{'stdin' if path == STDIN else safe(path)} cannot be read: {reason}"
        raise UsageError(message) from error


def _opened(path: str) -> BinaryIO:
    descriptor = os.open(path, _FLAGS)
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
    return _mode(path) is not None


def is_folder(path: str) -> bool:
    """Whether there is a folder of that name."""
    mode = _mode(path)
    return mode is not None and stat.S_ISDIR(mode)


def _mode(path: str) -> int | None:
    try:
        return Path(path).stat().st_mode
    except (OSError, ValueError):  # not only that it is missing: a name may be too long to be one
        return None
