"""Signals where the event loop takes none, as on Windows: the run ends in the same good order."""

import asyncio
import signal
from collections.abc import Callable
from typing import Any

import pytest

from wxkf_cli.cli.running import Interrupted, run, winding_down


@pytest.fixture(autouse=True)
def no_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop that takes no signals."""

    def refuse(*_: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(asyncio.SelectorEventLoop, "add_signal_handler", refuse)


def ending(*numbers: int) -> Callable[[], Any]:
    """What sends those signals to itself, and then goes on for ever."""

    async def main() -> int:
        for number in numbers:
            signal.raise_signal(number)
        await asyncio.Event().wait()
        return 0

    return main


SIGNALS = [signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_the_run_with_128_and_its_number(number: int) -> None:
    before = signal.getsignal(number)
    with pytest.raises(Interrupted) as caught:
        run(ending(number)())
    assert caught.value.exit_code == 128 + number
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_winds_down_and_the_second_ends_it(number: int, capfd: pytest.CaptureFixture[str]) -> None:
    wound: list[int] = []

    async def main() -> int:
        with winding_down(wound.append, "r1"):
            return int(await ending(number, number)())

    with pytest.raises(Interrupted) as caught:
        run(main())
    assert wound == [number]
    assert caught.value.exit_code == 128 + number
    assert "r1" in caught.value.hint
    assert "a second signal ends it" in capfd.readouterr().err


def test_what_ends_by_itself_leaves_the_signals_as_they_were() -> None:
    async def main() -> int:
        assert all(signal.getsignal(each) is not old for each, old in before.items())
        return 7

    before = {each: signal.getsignal(each) for each in SIGNALS}
    assert run(main()) == 7
    assert {each: signal.getsignal(each) for each in SIGNALS} == before
