"""Threads for apps in this process: one with an event loop, and workers for what blocks.

All are daemons, and so is what they start: a handler that hangs does not keep wxkf from ending.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

#: Calls into a blocking app at a time; one that is past its deadline does not count (ours).
WORKERS = 40
#: Workers in all, those that hang among them (ours).
WORKERS_IN_ALL = 400


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


class Workers:
    """Threads that run jobs, made as they are needed; a job that hangs has its thread for itself."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._idle = self._alive = self._given_up = 0

    def run(self, job: Callable[[], None]) -> None:
        """Run a job as soon as a thread is free; it raises nothing."""
        self._jobs.put(job)
        with self._lock:
            if self._idle:
                self._idle -= 1  # one of those that wait will take it
                return
            if self._alive - self._given_up >= WORKERS or self._alive >= WORKERS_IN_ALL:
                return  # it waits, as it would in a server
            self._alive += 1
        threading.Thread(target=self._work, name="wxkf-worker", daemon=True).start()

    def give_up(self) -> None:
        """One more job hangs: another thread may come in its place."""
        with self._lock:
            self._given_up += 1

    def given_back(self) -> None:
        """One job that hung has ended after all."""
        with self._lock:
            self._given_up -= 1

    def close(self) -> None:
        """End the threads that have nothing to do."""
        for _ in range(self._alive):
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            with self._lock:
                self._idle += 1
