"""Which pushes are in doubt: they have left, and whether they were answered is not in the record."""

from collections import Counter

#: What a run ends with that has come to its end.
ENDED = (0, 1)


class Doubt:
    """Counts deliveries without an answer, from the lines of a record in their order.

    A run that goes on pushes again what it finds in doubt, as a delivery of its own, and that settles it.

    Attributes:
        done: How many deliveries have an answer.
    """

    def __init__(self) -> None:
        self.done = 0
        self._open: Counter[str | bytes] = Counter()
        self._before: Counter[str | bytes] = Counter()

    @property
    def left(self) -> int:
        """How many are in doubt."""
        return self._open.total() + self._before.total()

    def begun(self) -> None:
        """A run begins, or goes on."""
        self._before.update(self._open)
        self._open.clear()

    def sent(self, push: str | bytes) -> None:
        """A delivery of a push leaves."""
        self._before.pop(push, None)
        self._open[push] += 1

    def answered(self, push: str | bytes) -> None:
        """One of them has its answer."""
        self.done += 1
        if self._open[push] > 1:
            self._open[push] -= 1
        else:
            del self._open[push]

    def ended(self) -> None:
        """The run has come to its end: what it did not push again it needs no more."""
        self._before.clear()
