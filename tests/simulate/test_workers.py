"""Threads for what blocks: as many as there are jobs that block, and not one more than is allowed."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from wxkf_cli.simulate import workers as module
from wxkf_cli.simulate.handover import Handover
from wxkf_cli.simulate.workers import Workers

#: Seconds after which a test has failed rather than goes on.
LONG = 60.0


@asynccontextmanager
async def running() -> AsyncIterator[Workers]:
    before = set(threading.enumerate())
    workers = Workers(Handover(asyncio.get_running_loop()))
    yield workers
    workers.close()
    for thread in set(threading.enumerate()) - before:
        if thread.name == "wxkf-worker":
            await asyncio.to_thread(thread.join, LONG)
            assert not thread.is_alive()


class Held:
    """Jobs that block until they are let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go = threading.Event()

    def __call__(self) -> None:
        self.begun.release()
        self.go.wait(LONG)

    async def has_begun(self) -> bool:
        return await asyncio.to_thread(self.begun.acquire, timeout=LONG)


async def done(jobs: list[threading.Event]) -> bool:
    return all([await asyncio.to_thread(job.wait, LONG) for job in jobs])


async def _jobs_that_wait_for_one_another(count: int) -> None:
    async with running() as workers:
        barrier = threading.Barrier(count)
        met = [threading.Event() for _ in range(count)]

        def job(event: threading.Event) -> Callable[[], None]:
            def wait() -> None:
                barrier.wait(LONG)
                event.set()

            return wait

        for event in met:
            workers.run(job(event))
        assert await done(met)


@pytest.mark.parametrize("count", [1, 2, 8, module.WORKERS])
def test_jobs_that_wait_for_one_another_run_at_the_same_time(count: int) -> None:
    asyncio.run(_jobs_that_wait_for_one_another(count))


def test_every_job_is_done_once_whatever_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WORKERS", 3)

    async def main() -> list[int]:
        finished: list[int] = []
        full = threading.Event()

        def job(number: int) -> Callable[[], None]:
            def work() -> None:
                if number % 7 == 0:
                    threading.Event().wait(0.001)  # gives the others the interpreter
                finished.append(number)
                if len(finished) == 2_000:
                    full.set()

            return work

        async with running() as workers:
            for number in range(2_000):
                workers.run(job(number))
                if number % 50 == 0:
                    await asyncio.sleep(0)
            assert await done([full])
        return finished

    assert sorted(asyncio.run(main())) == list(range(2_000))


def test_a_job_too_many_waits_until_one_ends_or_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WORKERS", 2)

    async def main() -> None:
        async with running() as workers:
            held, last = Held(), threading.Event()
            for _ in range(2):
                workers.run(held)
            assert await held.has_begun()
            assert await held.has_begun()
            workers.run(last.set)
            for _ in range(5):
                await asyncio.sleep(0)
            assert not last.is_set()
            workers.give_up()
            assert await done([last])
            held.go.set()

    asyncio.run(main())


def test_there_is_an_end_to_those_that_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WORKERS", 1)
    monkeypatch.setattr(module, "WORKERS_IN_ALL", 2)

    async def main() -> None:
        async with running() as workers:
            held, last = Held(), threading.Event()
            for _ in range(2):
                workers.run(held)
                assert await held.has_begun()
                workers.give_up()
            workers.run(last.set)
            for _ in range(5):
                await asyncio.sleep(0)
            assert not last.is_set()
            held.go.set()
            assert await done([last])

    asyncio.run(main())


def test_without_a_thread_the_job_is_refused_and_with_one_it_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_more(_: threading.Thread) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    async def main() -> None:
        async with running() as workers:
            ran: list[str] = []
            start = threading.Thread.start
            monkeypatch.setattr(threading.Thread, "start", no_more)
            with pytest.raises(RuntimeError, match="new thread"):
                workers.run(lambda: ran.append("refused"))
            monkeypatch.setattr(threading.Thread, "start", start)
            held, last = Held(), threading.Event()
            workers.run(held)
            assert await held.has_begun()
            monkeypatch.setattr(threading.Thread, "start", no_more)
            workers.run(last.set)
            monkeypatch.setattr(threading.Thread, "start", start)
            assert not last.is_set()
            held.go.set()
            assert await done([last])
            assert not ran

    asyncio.run(main())
