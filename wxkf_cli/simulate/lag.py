"""How late this program itself is: what a handler seems late by, while our own loop stood still, is not its fault."""

import asyncio
from collections import deque

#: Seconds of our own lag beyond which a late answer says nothing of the handler (ours).
LAG_LIMIT = 0.05
_BEAT_SECONDS = 0.02
_KEPT = 256


class LagMeter:
    """Beats while deliveries are under way, and remembers which beats came late.

    All times are the event loop's.
    """

    def __init__(self) -> None:
        self._under_way = 0
        self._timer: asyncio.TimerHandle | None = None
        self._late: deque[tuple[float, float]] = deque(maxlen=_KEPT)

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """A delivery begins."""
        self._under_way += 1
        if self._timer is None:
            self._schedule(loop)

    def end(self) -> None:
        """A delivery has ended; without any, nothing beats."""
        self._under_way -= 1
        if not self._under_way and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def note(self, due: float, came: float) -> None:
        """A beat that was due came at another time."""
        if came - due > LAG_LIMIT:
            self._late.append((due, came))

    def lagged_since(self, started: float) -> bool:
        """Whether our own loop stood still, for longer than it may, since then."""
        return any(came > started for _, came in self._late)

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        due = loop.time() + _BEAT_SECONDS

        def beat() -> None:
            self.note(due, loop.time())
            self._schedule(loop)

        self._timer = loop.call_at(due, beat)
