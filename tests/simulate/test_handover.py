"""What threads hand to a loop arrives, all of it and in order, and wakes the loop no more often than it must."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from wxkf_cli.simulate.handover import Handover

THREADS, EACH = 8, 500


class CountingLoop(asyncio.SelectorEventLoop):
    """A loop that counts how often it is woken from outside."""

    woken = 0

    def call_soon_threadsafe(self, callback: Callable[..., object], *args: object, **more: object) -> asyncio.Handle:  # type: ignore[override]
        self.woken += 1
        return super().call_soon_threadsafe(callback, *args, **more)  # type: ignore[arg-type]


def test_everything_arrives_once_and_in_the_order_of_each_thread() -> None:
    async def main() -> list[tuple[int, int]]:
        arrived: list[tuple[int, int]] = []
        full = asyncio.Event()
        handover = Handover(asyncio.get_running_loop())

        def arrive(thread: int, number: int) -> None:
            arrived.append((thread, number))
            if len(arrived) == THREADS * EACH:
                full.set()

        def bound(thread: int, number: int) -> Callable[[], None]:
            return lambda: arrive(thread, number)

        def work(thread: int) -> None:
            for number in range(EACH):
                handover.give(bound(thread, number))

        threads = [threading.Thread(target=work, args=(thread,)) for thread in range(THREADS)]
        for thread in threads:
            thread.start()
        await asyncio.wait_for(full.wait(), 60)
        for thread in threads:
            thread.join()
        await asyncio.sleep(0)
        return arrived

    arrived = asyncio.run(main())
    assert len(arrived) == THREADS * EACH
    for thread in range(THREADS):
        assert [number for who, number in arrived if who == thread] == list(range(EACH))


def test_what_comes_while_the_loop_is_on_its_way_comes_with_the_rest() -> None:
    loop = CountingLoop()
    handover = Handover(loop)
    arrived: list[int] = []
    for number in range(100):
        handover.give(lambda number=number: arrived.append(number))  # type: ignore[misc]
    assert loop.woken == 1
    loop.run_until_complete(asyncio.sleep(0))
    assert arrived == list(range(100))
    loop.close()


def test_what_is_given_meanwhile_wakes_it_again_and_holds_up_nothing() -> None:
    loop = CountingLoop()
    handover = Handover(loop)
    rounds = 0

    def again() -> None:
        nonlocal rounds
        rounds += 1
        handover.give(again)

    handover.give(again)
    loop.run_until_complete(asyncio.sleep(0))  # would never end if each was called as it came
    assert rounds == loop.woken - 1 >= 1
    loop.close()


def test_a_closed_loop_is_told_of_every_time() -> None:
    loop = asyncio.new_event_loop()
    handover = Handover(loop)
    loop.close()
    for _ in range(2):
        with pytest.raises(RuntimeError):
            handover.give(print)
