"""Chaos: faults that hit a share of all pushes. Which, follows from the seed and the push's number alone.

So the same seed gives the same run, in whatever order, and however many pushes are under way together.
"""

import hashlib
import struct
from collections.abc import Sequence
from typing import NamedTuple

from wxkf_cli.simulate.story import Fault, FaultKind

#: Faults in how the push is written: only wxkf's own wire can make them, and only one of them in one push.
WRITTEN = frozenset({FaultKind.RESET, FaultKind.SLOW_BODY, FaultKind.SPLIT})
_DRAW = struct.Struct(">Q")
_DRAWS = 2**64


class Share(NamedTuple):
    """A fault, and how many pushes it hits.

    Attributes:
        fault: What goes wrong.
        share: Of how many of all pushes: more than 0, at most 1.
    """

    fault: Fault
    share: float


#: A bad day, where nothing else is asked for: lost and late answers, copies, cuts and trickles.
DEFAULT = (
    Share(Fault(FaultKind.DROP_ANSWER), 0.05),
    Share(Fault(FaultKind.DELAY, {"seconds": 6.0}), 0.05),
    Share(Fault(FaultKind.DUPLICATE, {"copies": 1}), 0.05),
    Share(Fault(FaultKind.RESET, {"after_bytes": 0}), 0.02),
    Share(Fault(FaultKind.SPLIT, {"bytes": 16}), 0.05),
    Share(Fault(FaultKind.SLOW_BODY, {"bytes_per_second": 5000.0}), 0.01),
)


class Chaos:
    """Says which pushes are hit by what.

    Args:
        shares: Of which faults; those in how a push is written hit 1 of all pushes together at most.
        seed: That of the run.
    """

    def __init__(self, shares: Sequence[Share], seed: int) -> None:
        self._others = [each for each in shares if each.fault.kind not in WRITTEN]
        self._written = [each for each in shares if each.fault.kind in WRITTEN]
        self._seed = seed

    def __call__(self, number: int, own: Sequence[Fault] = ()) -> tuple[Fault, ...]:
        """What goes wrong with push `number` of the run, from 1, outermost first.

        Args:
            number: Which push.
            own: What goes wrong with it anyhow; it stays, and a push that is written wrongly is not written so twice.
        """
        hit = [each.fault for place, each in enumerate(self._others) if self._draw(number, place) < each.share]
        is_written = any(fault.kind in WRITTEN for fault in own)
        return (*hit, *own, *(() if is_written else self._written_for(number)))

    def _written_for(self, number: int) -> tuple[Fault, ...]:
        """One at most: a single draw chooses among them."""
        drawn = self._draw(number, len(self._others)) if self._written else 1.0
        for fault, share in self._written:
            if drawn < share:
                return (fault,)
            drawn -= share
        return ()

    def _draw(self, number: int, place: int) -> float:
        """From 0 up to 1, evenly; another for each push and fault. Not for secrets."""
        digest = hashlib.blake2b(b"chaos %d %d %d" % (self._seed, number, place), digest_size=8).digest()
        return int(_DRAW.unpack(digest)[0]) / _DRAWS
