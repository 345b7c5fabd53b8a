"""Run something asynchronous from a command: signals end it in good order, with an exit code of their own."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine
from typing import Any

from wxkf_cli.errors import WxkfError

#: 128 and the number of the signal, as shells have it.
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Interrupted(WxkfError):
    """A signal asked the run to end."""

    def __init__(self, number: int) -> None:
        super().__init__(f"interrupted by {signal.Signals(number).name}")
        self.exit_code = 128 + number


def run(main: Coroutine[Any, Any, int], *, fast: bool = False) -> int:
    """Run to the end or to a signal.

    Args:
        main: What to run; it is cancelled by the first signal.
        fast: Use uvloop where it is installed.

    Raises:
        Interrupted: By a signal.
    """
    with asyncio.Runner(loop_factory=_fast_loop() if fast else None) as runner:
        return runner.run(_guarded(main))


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        from uvloop import new_event_loop
    except ImportError:
        return None
    made: Callable[[], asyncio.AbstractEventLoop] = new_event_loop
    return made


async def _guarded(main: Coroutine[Any, Any, int]) -> int:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(main)
    caught: list[int] = []

    def on_signal(number: int) -> None:
        caught.append(number)
        task.cancel(number)

    for number in _SIGNALS:
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
            loop.add_signal_handler(number, on_signal, number)
    try:
        return await task
    except asyncio.CancelledError:
        if caught:
            raise Interrupted(caught[0]) from None
        raise
    except BaseExceptionGroup as group:
        raise _first(group) from group


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
