"""How late this program itself is: what a handler seems late by, while our own loop stood still, is not its fault."""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Reversible
from typing import TypeVar

from wxkf_cli.simulate.suspension import slept
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import SLOW_SHARE
from wxkf_cli.wire.exchange import Answer, Failure

#: Seconds of our own lag beyond which a late answer says nothing of the handler (ours).
LAG_LIMIT = 0.05
#: Seconds between two beats, and how many that came late are remembered (ours).
BEAT_SECONDS = 0.02
KEPT = 256

_A = TypeVar("_A", bound=Answer)


class LagMeter:
    """Beats while deliveries are under way, and remembers which beats came late.

    All times are the event loop's, which no step of the wall clock moves. While the machine sleeps they stand still: a
    beat sees nothing of that, so `asleep` tells how long it has slept so far.
    """

    def __init__(self, asleep: Callable[[], float] = slept) -> None:
        self._asleep = asleep
        self._under_way = 0
        self._timer: asyncio.TimerHandle | None = None
        self._due = math.inf
        self._late: deque[tuple[float, float]] = deque(maxlen=KEPT)

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
            self._timer, self._due = None, math.inf

    def note(self, due: float, came: float) -> None:
        """A beat that was due came at another time."""
        if came - due > LAG_LIMIT:
            self._late.append((due, came))

    def lagged_since(self, started: float) -> bool:
        """Whether our own loop stood still, for longer than it may, since then."""
        return any(came > started for _, came in self._late)

    def awake(self, started: float, ended: float) -> float:
        """Seconds between the two, less those in which our own loop stood still; asked while a delivery is under way.

        The answer to it may be read before the beat that would tell: one that is overdue counts as well.
        """
        if ended - started <= LAG_LIMIT:
            return ended - started
        if ended - self._due > LAG_LIMIT:
            return outside((*self._late, (self._due, ended)), started, ended)
        return outside(self._late, started, ended)

    def fair(self, answer: _A, started: float, deadline: float, asleep: float) -> _A | Failure:
        """What came of a delivery, without what our own lag and sleep have done to it; asked before its end.

        Args:
            answer: As it was read.
            started: When the delivery began.
            deadline: Seconds that it had.
            asleep: What `begin` gave.
        """
        if not isinstance(answer, Failure):
            if answer.elapsed <= LAG_LIMIT:
                return answer
            # Read in the same turn of the loop that would have ended it: it was there in time, as far as we can tell.
            elapsed = min(self.awake(started, started + answer.elapsed), deadline)
            return answer._replace(elapsed=elapsed)
        if self.slept_since(asleep):
            return answer._replace(outcome=Outcome.LOCAL_OVERLOAD, detail=answer.outcome.value)
        if answer.outcome.family != "timeout":
            return answer._replace(elapsed=self.awake(started, started + answer.elapsed))
        # The beat that would tell of a lag may be due in the same turn of the loop as the deadline.
        self.note(started + deadline, started + answer.elapsed)
        # What came before a lag was read after it; only one near the deadline can hide an answer.
        if self.lagged_since(started + SLOW_SHARE * deadline):
            return answer._replace(outcome=Outcome.LOCAL_OVERLOAD, detail=answer.outcome.value)
        return answer

    def slept_since(self, before: float) -> bool:
        """Whether this machine slept through a part of a delivery: that says nothing of the handler either."""
        return self._asleep() - before > LAG_LIMIT

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = due = loop.time() + BEAT_SECONDS

        def beat() -> None:
            self.note(due, loop.time())
            self._schedule(loop)

        self._timer = loop.call_at(due, beat)


def outside(intervals: Reversible[tuple[float, float]], started: float, ended: float) -> float:
    """Seconds between two times that are in no interval; these may overlap, and are in the order of their ends."""
    seconds, until = 0.0, ended
    for begun, over in reversed(intervals):
        if over <= started:
            break
        if begun < until:
            seconds += max(0.0, until - over)
            until = begun
    return seconds + max(0.0, until - started)
