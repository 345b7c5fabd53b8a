"""What every course of pushes ends with, however it ends."""

import asyncio
import errno
import sys
from collections.abc import Callable

import pytest

from wxkf_cli.report.event import Event, Summary
from wxkf_cli.trial.course import CLOSED_PIPE, Course


class Playing(Course):
    """A course that does one thing."""

    def __init__(self, play: Callable[["Playing"], int], told: list[Event]) -> None:
        super().__init__(Summary(), told.append)
        self._does = play

    async def _play(self) -> int:
        return self._does(self)


def ended(play: Callable[[Playing], int]) -> tuple[BaseException | None, int]:
    """What came out of it, and the exit code that was told."""
    told: list[Event] = []
    came: BaseException | None = None
    try:
        asyncio.run(Playing(play, told).run())
    except BaseException as error:
        came = error
    (summary,) = told
    assert isinstance(summary, Summary)
    return came, summary.exit_code


def raising(error: BaseException) -> Callable[[Playing], int]:
    def play(_course: Playing) -> int:
        raise error

    return play


def wound_down(course: Playing) -> int:
    course.wind_down(15)
    course.check_going()
    return 0


@pytest.mark.parametrize(
    ("play", "error", "code"),
    [
        (lambda _: 1, type(None), 1),
        (raising(BrokenPipeError()), BrokenPipeError, CLOSED_PIPE),
        (raising(ExceptionGroup("", [ExceptionGroup("", [BrokenPipeError()])])), ExceptionGroup, CLOSED_PIPE),
        (raising(ExceptionGroup("", [ValueError()])), ExceptionGroup, 4),
        (raising(OSError()), OSError, 4),
        (raising(asyncio.CancelledError(1)), asyncio.CancelledError, 129),
        (raising(asyncio.CancelledError()), asyncio.CancelledError, 130),
        (wound_down, asyncio.CancelledError, 143),
    ],
    ids=["played", "closed pipe", "closed pipe in a task", "bug in a task", "bug", "signal", "cancelled", "wound down"],
)
def test_the_summary_is_told_once_with_the_exit_code_of_the_process(
    play: Callable[[Playing], int], error: type[BaseException], code: int
) -> None:
    came, told = ended(play)
    assert (type(came), told) == (error, code)


#: How Windows says that nobody reads any more, python/cpython#79935.
CLOSED_THERE = OSError(errno.EINVAL, "Invalid argument")


@pytest.mark.parametrize("error", [CLOSED_THERE, ExceptionGroup("", [ExceptionGroup("", [CLOSED_THERE])])])
@pytest.mark.parametrize(("platform", "code"), [("win32", CLOSED_PIPE), ("linux", 4)])
def test_a_closed_pipe_has_another_number_on_windows(
    monkeypatch: pytest.MonkeyPatch, error: Exception, platform: str, code: int
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert ended(raising(error)) == (error, code)


def socket_error() -> OSError:
    error = OSError(errno.EINVAL, "An invalid argument was supplied")
    error.winerror = 10022  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EINVAL, "Invalid argument", "a?.ndjson"),
        socket_error(),
        OSError(errno.EBADF, "Bad file descriptor"),
        ValueError(),
    ],
    ids=["of a file", "of a socket", "another", "a bug"],
)
def test_another_error_is_no_closed_pipe_there(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert ended(raising(error)) == (error, 4)


def test_a_terminal_has_no_reader_that_could_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert ended(raising(CLOSED_THERE)) == (CLOSED_THERE, 4)
