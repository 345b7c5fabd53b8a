"""How the checks of the conformance suite push: so many at once, at a pace, and nothing more when it is time to end."""

import asyncio
from collections.abc import Awaitable, Callable

from wxkf_cli.simulate.engine import send
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.conformance_plan import ConformancePlan
from wxkf_cli.trial.course import Course
from wxkf_cli.wire.exchange import Exchange


class Pushing:
    """Pushes what checks ask with.

    Args:
        plan: At which pace, and how many at once.
        course: What they are part of; it says when nothing more is to leave.
        transport: Delivers.
        sent: Called when a push is about to leave; what it returns is waited for.
        last: The number of the last push that has left before.
    """

    def __init__(
        self,
        plan: ConformancePlan,
        course: Course,
        transport: Transport,
        sent: Callable[[Exchange], Awaitable[None] | None],
        last: int,
    ) -> None:
        self._plan = plan
        self._course = course
        self._transport = transport
        self._sent = sent
        self._last = last
        self._next_at = 0.0
        self._slots = asyncio.Semaphore(plan.concurrency)
        self._in_flight = 0
        self._all_landed = asyncio.Event()
        self._all_landed.set()

    async def push(self, exchange: Exchange) -> Exchange:
        """Push and wait for the answer.

        Raises:
            CancelledError: Nothing more is to be pushed.
        """
        async with self._slots:
            await self._pace()
            if self._course.stopping is not None:
                # Who leaves a check takes along those that ask beside him: they may land first.
                await self._all_landed.wait()
                self._course.check_going()
            self._last += 1
            self._in_flight += 1
            self._all_landed.clear()
            try:
                sending = exchange._replace(id=f"e{self._last}")
                return await send(sending, self._transport, self._plan.policy.deadline, self._sent)
            finally:
                self._in_flight -= 1
                if not self._in_flight:
                    self._all_landed.set()

    async def _pace(self) -> None:
        if self._plan.pace is None:
            return
        loop = asyncio.get_running_loop()
        at = max(self._next_at, loop.time())
        self._next_at = at + 1 / self._plan.pace
        await asyncio.sleep(at - loop.time())
