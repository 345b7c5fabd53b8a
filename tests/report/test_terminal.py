"""The width of a terminal: what it says, else what the environment says, else 80."""

import io
import os
import pty
import struct
from collections.abc import Iterator
from typing import TextIO

import pytest

from wxkf_cli.report.terminal import Terminal

fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")


@pytest.fixture
def screen() -> Iterator[TextIO]:
    """A real terminal, which as a new one reports 0 columns."""
    ours, theirs = pty.openpty()
    with open(theirs, "w", encoding="utf-8") as stream:  # noqa: PTH123 - a descriptor
        yield stream
    os.close(ours)


@pytest.mark.parametrize(
    ("reported", "named", "width"),
    [
        (100, "", 100),
        (100, "120", 100),
        (7, "120", 40),
        (0, "120", 120),
        (0, "7", 40),
        (0, "0", 80),
        (0, "-5", 80),
        (0, "wide", 80),
        (0, "\u00b2", 80),
        (0, "9" * 5000, 80),
        (0, "", 80),
    ],
)
def test_the_width_is_the_terminals_else_that_of_the_environment(
    screen: TextIO, monkeypatch: pytest.MonkeyPatch, reported: int, named: str, width: int
) -> None:
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 24, reported, 0, 0))
    monkeypatch.setenv("COLUMNS", named)
    assert Terminal(screen).width == width


def test_a_pipe_has_no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert Terminal(io.StringIO()).width is None
