"""The pushes that a cloud function has at one time: which is answered, which late, and which an end of its process hit.

One process has many, so a push that ends it or makes it hang takes others along. It alone is blamed; the others are
interrupted, and are for the next process.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from wxkf_cli.simulate.cloudends import Ends
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire.exchange import Answer, Failure


class Interruption(NamedTuple):
    """A push that came to nothing because its process ended, or had to be ended.

    Attributes:
        is_explained: Whether it is known which push did it.
        otherwise: What came of this one if it did it itself.
    """

    is_explained: bool
    otherwise: Failure


@dataclass(slots=True)
class Pending:
    """A push that the function has.

    Attributes:
        answer: What comes of it.
        started: When the process had it.
        at: The same in story time.
        late: What comes of it since its deadline has passed, unless others kept the process from it.
    """

    answer: asyncio.Future[Answer | Interruption]
    started: float
    at: float
    late: Failure | None = None


class Pushes:
    """The pushes that are under way, by number."""

    def __init__(self) -> None:
        self._pending: dict[int, Pending] = {}
        self._ends = Ends()
        self._number = 0
        self._interrupted = 0
        self._has_calmed_down = asyncio.Event()
        self._has_calmed_down.set()

    @contextmanager
    def begun(self, at: float, name: str) -> Iterator[tuple[int, Pending]]:
        """A push that the process has from now on, and its number.

        Args:
            at: Story time.
            name: What a person knows it by; may be empty.
        """
        loop = asyncio.get_running_loop()
        self._number += 1
        number = self._number
        pending = self._pending[number] = Pending(loop.create_future(), loop.time(), at)
        self._ends.know(number, name)
        try:
            yield number, pending
        finally:
            del self._pending[number]

    def find(self, number: int) -> Pending | None:
        """What is under way by this number."""
        return self._pending.get(number)

    def open(self, number: int | None) -> Pending | None:
        """The same if nothing has come of it yet."""
        pending = self._pending.get(number or 0)
        return pending if pending is not None and not pending.answer.done() else None

    async def turn(self) -> None:
        """Wait until a new push may begin: one at a time they could end the process of an interrupted one for ever."""
        await self._has_calmed_down.wait()

    @contextmanager
    def going_first(self) -> Iterator[None]:
        """Let new pushes wait until an interrupted one is answered."""
        self._interrupted += 1
        self._has_calmed_down.clear()
        try:
            yield
        finally:
            self._interrupted -= 1
            if not self._interrupted:
                self._has_calmed_down.set()

    def give_up_late(self) -> None:
        """The process goes on: what is late is so by itself."""
        for each in self._pending.values():
            if each.late is not None and not each.answer.done():
                each.answer.set_result(each.late)

    def end(self, number: int | None, reason: Text) -> None:
        """The process has ended by itself.

        Args:
            number: Whose code did it; None where that is not known.
            reason: Why.
        """
        guilty = self.open(number)
        if guilty is not None:
            guilty.late = _failed(guilty, reason)
        self.stop(number, reason)

    def stop(self, number: int | None, reason: Text) -> None:
        """The process is ended: the push that is guilty of it has failed, as late as it is, and the others go on.

        Args:
            number: Whose code did it; None where that is not known.
            reason: Why; told at the end if that push is over.
        """
        guilty = self.open(number)
        if guilty is None:
            self._ends.note(number, reason)
        for each in self._pending.values():
            if each.answer.done():
                continue
            failure = each.late or _failed(each, reason)
            each.answer.set_result(failure if each is guilty else Interruption(number is not None, failure))

    def ends(self) -> list[Text]:
        """What a person should know of the ends that no answer shows."""
        return self._ends.told()


def _failed(pending: Pending, reason: Text) -> Failure:
    """What comes of a push that ended the process."""
    elapsed = asyncio.get_running_loop().time() - pending.started
    return Failure(Outcome.FUNCTION_EXIT, Phase.FIRST_BYTE, elapsed, reason.en)
