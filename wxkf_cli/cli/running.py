"""Run something asynchronous from a command: signals end it in good order, with an exit code of their own."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, NamedTuple

import typer

from wxkf_cli.cli.descriptors import raise_limit
from wxkf_cli.errors import WxkfError

#: 128 and the number of the signal, as shells have it.
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]


class Interrupted(WxkfError):
    """A signal asked the run to end."""

    def __init__(self, number: int, run: str = "") -> None:
        hint = f"what was done is recorded; go on with: wxkf simulate --resume {run}" if run else ""
        super().__init__(f"interrupted by {signal.Signals(number).name}", hint)
        self.exit_code = 128 + number


class _Gently(NamedTuple):
    """How what goes on is brought to an end.

    Attributes:
        wind_down: Called with the number of the first signal; it sees to the end itself.
        run: The id of its record; empty where there is none.
    """

    wind_down: Callable[[int], None]
    run: str


#: What goes on in this process, innermost last; a signal is for the whole process too.
_going_on: list[_Gently] = []


@contextlib.contextmanager
def winding_down(wind_down: Callable[[int], None], run: str = "") -> Iterator[None]:
    """Within, the first signal calls `wind_down` instead of ending everything at once; the second does that.

    Args:
        wind_down: What ends it in good order, cancelled at last; it is given the number of the signal.
        run: The id of the record that it can be resumed by; empty for none.
    """
    gently = _Gently(wind_down, run)
    _going_on.append(gently)
    try:
        yield
    except asyncio.CancelledError as error:
        number = error.args[0] if error.args else None
        if isinstance(number, int):
            raise Interrupted(number, run) from error
        raise
    finally:
        _going_on.remove(gently)


def run(main: Coroutine[Any, Any, int], *, fast: bool = False) -> int:
    """Run to the end or to a signal.

    Args:
        main: What to run; where nothing winds it down, it is cancelled by the first signal.
        fast: Use uvloop where it is installed.

    Raises:
        Interrupted: By a signal.
    """
    raise_limit()
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
    task = asyncio.ensure_future(main)
    caught: list[int] = []

    def on_signal(number: int) -> None:
        caught.append(number)
        if len(caught) == 1 and _going_on:
            _going_on[-1].wind_down(number)
            with contextlib.suppress(OSError):  # nobody may be listening
                typer.echo(
                    "wxkf: nothing more is pushed; what is in flight has a second, a second signal ends it", err=True
                )
        else:
            task.cancel(caught[0])

    with _taking(on_signal):
        try:
            return await task
        except asyncio.CancelledError:
            if caught:
                raise Interrupted(caught[0]) from None
            raise
        except BaseExceptionGroup as group:
            raise _first(group) from group


@contextlib.contextmanager
def _taking(on_signal: Callable[[int], None]) -> Iterator[None]:
    """Within, signals are handed on in the event loop."""
    loop = asyncio.get_running_loop()
    before: dict[int, Any] = {}

    def wake(number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(on_signal, number)

    for number in _SIGNALS:
        with contextlib.suppress(RuntimeError, ValueError):  # not the main thread
            try:
                loop.add_signal_handler(number, on_signal, number)
            except NotImplementedError:  # Windows
                before[number] = signal.signal(number, wake)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
