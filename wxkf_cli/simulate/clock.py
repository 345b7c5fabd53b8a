"""Where the simulation's time comes from: handed in, so that tests never wait."""

import time
from collections.abc import Callable
from typing import TypeAlias

#: Story time: seconds since the epoch.
Clock: TypeAlias = Callable[[], float]

system_clock: Clock = time.time


class VirtualClock:
    """Story time: seconds since the epoch, moved only by whoever holds it, and only forward."""

    def __init__(self, at: float) -> None:
        self._at = at

    def __call__(self) -> float:
        """The time."""
        return self._at

    def elapse(self, seconds: float) -> None:
        """Let so many seconds pass.

        Raises:
            ValueError: A number below 0.
        """
        if seconds < 0:
            message = "story time only moves forward"
            raise ValueError(message)
        self._at += seconds

    def reach(self, at: float) -> None:
        """Let time pass up to then; nothing if that is over."""
        self._at = max(self._at, at)
