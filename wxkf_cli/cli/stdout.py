"""Stdout as bytes, for commands whose result is a body."""

import sys


def write_bytes(data: bytes) -> None:
    """The bytes and nothing else; on a terminal a newline, so that the prompt stands on a line of its own."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data + b"\n" if data and sys.stdout.isatty() else data)
    sys.stdout.buffer.flush()
