"""How late this program itself is: what a handler seems late by, while our own loop stood still, is not its fault."""

import asyncio
from collections import deque
from collections.abc import Callable

from wxkf_cli.simulate.suspension import slept

#: Seconds of our own lag beyond which a late answer says nothing of the handler (ours).
LAG_LIMIT = 0.05
_BEAT_SECONDS = 0.02
_KEPT = 256


class LagMeter:
    """Beats while deliveries are under way, and remembers which beats came late.

    All times are the event loop's, which no step of the wall clock moves. While the machine sleeps they stand still: a
    beat sees nothing of that, so `asleep` tells how long it has slept so far.
    """

    def __init__(self, asleep: Callable[[], float] = slept) -> None:
        self._asleep = asleep
        self._under_way = 0
        self._timer: asyncio.TimerHandle | None = None
        self._late: deque[tuple[float, float]] = deque(maxlen=_KEPT)

    def begin(self, loop: asyncio.AbstractEventLoop) -> float:
        """A delivery begins; returns what `slept_since` takes."""
        self._under_way += 1
        if self._timer is None:
            self._schedule(loop)
        return self._asleep()

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

    def slept_since(self, before: float) -> bool:
        """Whether this machine slept through a part of a delivery: that says nothing of the handler either."""
        return self._asleep() - before > LAG_LIMIT

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        due = loop.time() + _BEAT_SECONDS

        def beat() -> None:
            self.note(due, loop.time())
            self._schedule(loop)

        self._timer = loop.call_at(due, beat)
