"""A thread with an event loop for an app in this process.

It is a daemon, and so is what it starts: a handler that hangs does not keep wxkf from ending.
"""

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")


class AppLoop:
    """A thread that first imports an app, with no event loop running, and then runs one for it."""

    def __init__(self) -> None:
        with _wakeup_kept():
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
        with _wakeup_kept():
            self.loop.close()
        return True


@contextmanager
def _wakeup_kept() -> Iterator[None]:
    """Leave to the loop of the run what wakes it at a signal.

    On Windows each new loop takes that in the main thread, and gives it up, for all, when it is closed.
    """
    if sys.platform != "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.set_wakeup_fd(-1)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)


async def _cancelled() -> None:
    """Cancel every other task of this loop, and let them see it."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=1.0)
    await asyncio.get_running_loop().shutdown_asyncgens()
