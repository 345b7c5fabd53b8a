"""A `Random` whose every choice is read from a string of bytes.

Hypothesis draws the string in one piece, which is a hundred times as fast as drawing each choice, and still shrinks
what fails: a byte of zero, and all that come behind the end, choose what stands first.
"""

from random import Random

from hypothesis import strategies as st


class Tape(Random):
    """Choices from a tape."""

    def __init__(self, tape: bytes) -> None:
        super().__init__()
        self._tape = tape
        self._at = 0

    def random(self) -> float:
        """The next 16 bits as a fraction of one."""
        return self.getrandbits(16) / 65_536

    def getrandbits(self, k: int, /) -> int:
        """The next whole bytes, cut down to that many bits."""
        size = (k + 7) // 8
        taken, self._at = self._tape[self._at : self._at + size], self._at + size
        return int.from_bytes(taken, "big") & ((1 << k) - 1)

    def __repr__(self) -> str:
        return f"Tape({self._tape!r})"


def tapes(size: int) -> st.SearchStrategy[Tape]:
    """Tapes of that many bytes."""
    return st.binary(min_size=size, max_size=size).map(Tape)
