"""A thread with an event loop for an app in this process.

It is a daemon, and so is what it starts: a handler that hangs does not keep wxkf from ending.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class AppLoop:
    """A thread that first imports an app, with no event loop running, and then runs one for it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None

    async def start(self, load: Callable[[], T]) -> T:
        """Start the thread and give what `load` gives in it, or raise what it raises."""
        loaded: Future[T] = Future()

        def run() -> None:
            asyncio.set_event_loop(self.loop)
            try:
                result = load()
            except BaseException as error:
                self.loop.close()
                loaded.set_exception(error)
                return
            loaded.set_result(result)
            self.loop.run_forever()

        self._thread = threading.Thread(target=run, name="wxkf-app", daemon=True)
        self._thread.start()
        return await asyncio.wrap_future(loaded)

    async def run(self, make: Callable[[], Any], limit: float) -> bool:
        """Run a coroutine in that thread and wait for it; False when it takes longer than so many seconds."""
        done = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(make(), self.loop))
        try:
            async with asyncio.timeout(limit):
                await done
        except TimeoutError:
            return False
        return True

    async def close(self, limit: float) -> bool:
        """Cancel what still runs and end the thread; False when it does not end in so many seconds."""
        if self.loop.is_closed() or not await self.run(_cancelled, limit):
            return self.loop.is_closed()
        self.loop.call_soon_threadsafe(self.loop.stop)
        assert self._thread is not None  # noqa: S101 - only what was started is closed
        await asyncio.to_thread(self._thread.join, limit)
        if self._thread.is_alive():
            return False
        self.loop.close()
        return True


async def _cancelled() -> None:
    """Cancel every other task of this loop, and let them see it."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=1.0)
    await asyncio.get_running_loop().shutdown_asyncgens()
