"""Asking a witness about pushes that came more than once: whether the handler acted on one of them twice.

Nobody innocent is blamed. A witness that counts all pushes together does not say whose an action is: there an error is
found only where more happened than every push so far, acted on once, can explain. One that is asked about a single
message knows.
"""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable

from wxkf_cli.errors import WxkfError
from wxkf_cli.lint.finding import Finding
from wxkf_cli.simulate.witness import MessageWitness, Witness
from wxkf_cli.trial.repeating import acted_twice
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire.exchange import Exchange

#: Pushes that are remembered until they can be asked about, the last ones.
_KEPT = 10_000
_NEVER_PUSHED = 1


class Watch(ABC):
    """Asks a witness around each push; safe for pushes that overlap.

    Attributes:
        lost: Why the witness cannot be asked any more; empty while it can.
        untold: About how many pushes that came more than once it could not tell.
    """

    def __init__(self) -> None:
        self.lost = ""
        self.untold = 0

    @abstractmethod
    async def begin(self) -> None:
        """Ask for the first time, before anything is pushed.

        Raises:
            UsageError: The witness has no count; from then on, that is only noted in `lost`.
        """

    async def opened(self) -> None:  # noqa: B027 - not every witness needs to know
        """A push is about to leave for the first time."""

    @abstractmethod
    async def closed(self, last: Exchange, times: int) -> Finding | None:
        """A push is over, and came so many times, copies included; `last` is its last delivery."""

    @abstractmethod
    async def ended(self) -> list[Finding]:
        """Everything is over: what was found only now."""

    async def _asked(self, witness: Callable[[], Awaitable[int | None]]) -> int | None:
        """The count; None where there is none, and from then on where the witness fails."""
        if self.lost:
            return None
        try:
            return await witness()
        except WxkfError as error:
            self.lost = str(error)
            return None


def untold(watch: Watch) -> Text:
    """Why it could not be told of some pushes whether they were acted on twice."""
    if watch.lost:
        return Text(f"the witness was lost: {watch.lost}", f"无法再询问计数：{watch.lost}")
    return Text(
        f"of {watch.untold} pushes that came more than once it cannot be told: put {{MsgId}} into the witness's URL",
        f"有 {watch.untold} 条重复到达的推送无法判断：请在计数 URL 中加入 {{MsgId}}",
    )


class TotalWatch(Watch):
    """Asks how often the handler has acted on everything together."""

    def __init__(self, witness: Witness) -> None:
        super().__init__()
        self._witness = witness
        self._lock = asyncio.Lock()
        #: The count before anything, the pushes since then, and actions beyond one each that are told already.
        self._base = self._pushes = self._told = 0
        self._under_way = 0
        self._repeated: deque[Exchange] = deque(maxlen=_KEPT)

    async def begin(self) -> None:
        """What is there already does not count."""
        self._base = await self._witness()

    async def opened(self) -> None:
        """One push more may be acted on."""
        async with self._lock:
            self._under_way += 1
            self._pushes += 1

    async def closed(self, last: Exchange, times: int) -> Finding | None:
        """Compared once nothing is under way: whatever is may have been acted on, or not yet."""
        async with self._lock:
            self._under_way -= 1
            if times > 1:
                self._repeated.append(last)
            return await self._compared() if not self._under_way and self._repeated else None

    async def ended(self) -> list[Finding]:
        """What could not be compared before."""
        async with self._lock:
            found = await self._compared() if self._repeated else None
            return [found] if found is not None else []

    async def _compared(self) -> Finding | None:
        count = await self._asked(self._witness)
        if count is None:
            self.untold += len(self._repeated)
            self._repeated.clear()
            return None
        if count < self._base:  # it was started anew, and what it counted before is not known
            self._base, self._told = count, 0
        allowed = self._pushes + self._told
        moved = count - self._base
        found = acted_twice(moved, allowed, self._repeated)
        if found is not None:
            self._told += moved - allowed
        elif 2 <= moved < allowed:  # what was not acted on could hide what was acted on twice
            self.untold += len(self._repeated)
        self._repeated.clear()
        return found


class MessageWatch(Watch):
    """Asks how often the handler has acted on each push that came more than once."""

    def __init__(self, witness: MessageWitness) -> None:
        super().__init__()
        self._witness = witness
        self._clean: deque[Exchange] = deque(maxlen=_KEPT)

    async def begin(self) -> None:
        """It has to know what to say of a message that it has never seen."""
        await self._witness(make(PUSHES["text"], {"MsgId": _NEVER_PUSHED}))

    async def closed(self, last: Exchange, times: int) -> Finding | None:
        """Asked at once, and at the end again: it may still be acted on after its answer."""
        if times <= 1:
            return None
        count = await self._count(last)
        if count is None:
            self.untold += 1
            return None
        if count <= 1:
            self._clean.append(last)
        return acted_twice(count, 1, [last])

    async def ended(self) -> list[Finding]:
        """What was acted on twice only after its answers."""
        found = [acted_twice(await self._count(each) or 0, 1, [each]) for each in self._clean]
        self._clean.clear()
        return [each for each in found if each is not None]

    async def _count(self, exchange: Exchange) -> int | None:
        push = exchange.push
        return await self._asked(lambda: self._witness(push)) if push is not None else None
