"""Do something two turns of the event loop later: once for all that ask in one turn, instead of a wake-up for each."""

import asyncio
from collections.abc import Callable


class TwoTurns:
    """What is to be done two turns from now. What is due must not raise."""

    def __init__(self) -> None:
        self._asked: list[Callable[[], None]] = []

    def call(self, due: Callable[[], None]) -> None:
        """Call that two turns from now."""
        if not self._asked:
            asyncio.get_running_loop().call_soon(self._once_more)
        self._asked.append(due)

    def _once_more(self) -> None:
        asked, self._asked = self._asked, []
        asyncio.get_running_loop().call_soon(_call_all, asked)


def _call_all(asked: list[Callable[[], None]]) -> None:
    for due in asked:
        due()
