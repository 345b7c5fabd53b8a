"""What threads hand to an event loop: it is woken once for everything that waits for it."""

import asyncio
from collections import deque
from collections.abc import Callable


class Handover:
    """The way into a loop from other threads.

    To wake a loop costs two system calls and a change of threads, more than what most answers have it do: what is
    handed over while it is on its way comes with the rest.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[Callable[[], object]] = deque()
        self._is_woken = False

    def give(self, callback: Callable[[], object]) -> None:
        """Have the loop call something that raises nothing, in the order in which it is given.

        Raises:
            RuntimeError: The loop is closed.
        """
        self._waiting.append(callback)
        if not self._is_woken:
            self._is_woken = True  # if two threads come here at once, it is woken once too often
            try:
                self._loop.call_soon_threadsafe(self._take)
            except RuntimeError:
                self._is_woken = False
                raise

    def _take(self) -> None:
        self._is_woken = False  # before the count: what comes after it wakes the loop again
        for _ in range(len(self._waiting)):
            self._waiting.popleft()()
