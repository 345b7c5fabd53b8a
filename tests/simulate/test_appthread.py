"""The loop of an app takes nothing from the loop of the run."""

import asyncio
import signal
import sys
import threading

import pytest

from wxkf_cli.simulate.appthread import AppLoop


class Greedy(asyncio.SelectorEventLoop):
    """Takes the wakeup descriptor of the process as each loop on Windows does, and gives it up when it is closed."""

    def __init__(self) -> None:
        super().__init__()
        if threading.current_thread() is threading.main_thread():
            signal.set_wakeup_fd(self._csock.fileno(), warn_on_full_buffer=False)  # type: ignore[attr-defined]

    def close(self) -> None:
        if not self.is_closed() and threading.current_thread() is threading.main_thread():
            signal.set_wakeup_fd(-1)
        super().close()


def wakeup() -> int:
    """The wakeup descriptor of now."""
    descriptor = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(descriptor)
    return descriptor


def of_an_app() -> list[int]:
    """The wakeup descriptor while an app has its loop, and when that is closed; the one of the run goes first."""

    async def main() -> list[int]:
        before = wakeup()
        apploop = AppLoop()
        during = wakeup()
        await apploop.start(lambda: None)
        assert await apploop.close(30)
        return [before, during, wakeup()]

    with asyncio.Runner(loop_factory=Greedy) as runner:
        return runner.run(main())


def test_signals_wake_the_loop_of_the_run_before_and_after_an_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(asyncio, "new_event_loop", Greedy)
    before, during, after = of_an_app()
    assert before != -1
    assert (during, after) == (before, before)


def test_in_another_thread_there_is_nothing_to_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    closed: list[bool] = []

    async def main() -> None:
        apploop = AppLoop()
        await apploop.start(lambda: None)
        closed.append(await apploop.close(30))

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    thread.join()
    assert closed == [True]
