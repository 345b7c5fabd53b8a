"""An app in the event loop of the test itself, so that both may share connections, locks and tasks."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from wxkf_cli.simulate.appthread import AppLoop

T = TypeVar("T")


class SameLoop(AppLoop):
    """The running loop in the place of a thread's; an app that blocks it blocks the test."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()

    async def start(self, load: Callable[[], T]) -> T:
        """Give what `load` gives, or raise what it raises."""
        return load()

    async def run(self, make: Callable[[], Any], limit: float) -> bool:
        """Run a coroutine; False when it takes longer than so many seconds."""
        try:
            async with asyncio.timeout(limit):
                await make()
        except TimeoutError:
            return False
        return True

    async def close(self, limit: float) -> bool:  # noqa: ARG002 - the loop is the test's to end
        """Leave the loop as it is: whoever runs it ends what still runs in it."""
        return True
