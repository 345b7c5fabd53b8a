"""What every way of playing has in common: it starts, may be wound down, and ends in a summary with an exit code."""

import asyncio
import signal
from abc import ABC, abstractmethod

from wxkf_cli.report.event import Listener, Summary
from wxkf_cli.trial.closedpipe import is_closed_pipe
from wxkf_cli.trial.resuming import NotPlayed
from wxkf_cli.trial.scoring import exit_code_of

#: Seconds that pushes in flight have to end in when no new ones are to leave.
GRACE_SECONDS = 1.0
#: What a run ends with whose reader has gone: 128 and the number of SIGPIPE, which not every system has.
CLOSED_PIPE = 141


class Course(ABC):
    """One course of pushes against one handler; `run` it once.

    Args:
        summary: The figures, which whoever plays keeps.
        tell: Who is told.

    Attributes:
        stopping: The number of the signal that nothing more is to be pushed after; None until there was one.
    """

    def __init__(self, summary: Summary, tell: Listener) -> None:
        self.stopping: int | None = None
        self._summary = summary
        self._tell = tell
        self._task: asyncio.Task[object] | None = None

    async def run(self) -> Summary:
        """Play everything; the summary is also the last event.

        Cancelled (with the number of a signal as its message), it tells the summary of what was done so far.
        """
        loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        summary, started = self._summary, loop.time()
        summary.exit_code = 4  # until it is known better: a run that breaks must not look like a good one
        try:
            summary.exit_code = await self._play()
        except asyncio.CancelledError as error:
            summary.exit_code = 128 + (self.stopping or (error.args[0] if error.args else signal.SIGINT))
            raise
        except NotPlayed:
            summary.exit_code = exit_code_of(summary)  # nothing broke: the record of what is told again ends there
            raise
        except Exception as error:
            if is_closed_pipe(error):
                summary.exit_code = CLOSED_PIPE
            raise
        finally:
            self._task = None
            summary.wall = loop.time() - started
            self._tell(summary)
        return summary

    def wind_down(self, number: int) -> None:
        """Push nothing more, give what is in flight a second, and end as if cancelled by that signal."""
        self.stopping = number
        asyncio.get_running_loop().call_later(GRACE_SECONDS, self._give_up)

    def check_going(self) -> None:
        """Before a push leaves: end where nothing more is to be pushed."""
        if self.stopping is not None:
            raise asyncio.CancelledError(self.stopping)

    def _give_up(self) -> None:
        if self._task is not None:
            self._task.cancel(self.stopping)

    @abstractmethod
    async def _play(self) -> int:
        """Play; returns the exit code."""
