"""A stop of this whole process is told from an app that keeps the interpreter for itself."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.simulate.inprocess import HEADERS, LONG, opened
from wxkf_cli.simulate.standstill import Standstill
from wxkf_cli.vocab.choices import AppKind
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest, Response

REQUEST = PushRequest("POST", (), HEADERS, b'{"MsgType": "text"}')


class Machine:
    """Time, and what a process has computed in it."""

    def __init__(self) -> None:
        self.at = self.computed = 100.0
        self.standstill = Standstill(lambda: self.at, lambda: self.computed)

    def passes(self, seconds: float, computing: float = 0.0) -> None:
        with self.standstill._lock:  # a beat sees both or neither
            self.computed += computing
            self.at += seconds


#: Seconds that a beat was due in, that it came after, and that were computed meanwhile -> those that are awake.
BEATS = {
    "in time": (0.02, 0.02, 0.02, 0.02),
    "a little late": (0.02, 0.07, 0.0, 0.07),
    "stopped": (0.0, 3.0, 0.0, 0.0),
    "stopped while it computed a little": (0.0, 3.0, 0.25, 0.25),
    "computing all the while": (0.0, 3.0, 3.0, 3.0),
    "computing in several threads": (0.0, 3.0, 6.0, 3.0),
    "computing on a machine that is shared": (0.0, 3.0, 1.0, 3.0),
}


@pytest.mark.parametrize("is_overdue", [False, True], ids=["the beat came", "the beat is overdue"])
@pytest.mark.parametrize(("due", "passed", "computed", "awake"), BEATS.values(), ids=BEATS)
def test_only_a_process_that_computed_next_to_nothing_stood_still(
    due: float, passed: float, computed: float, awake: float, is_overdue: bool
) -> None:
    machine = Machine()
    standstill = machine.standstill
    standstill.expect(due)
    machine.passes(passed, computed)
    if not is_overdue:
        standstill.came()
    assert standstill.awake(100.0, machine.at) == pytest.approx(awake)


def test_a_standstill_counts_for_what_was_under_way_then() -> None:
    machine = Machine()
    standstill = machine.standstill
    standstill.expect(0.0)
    machine.passes(3.0)
    standstill.came()
    machine.passes(2.0)
    assert standstill.awake(98.0, 105.0) == 4.0
    assert standstill.awake(103.0, 105.0) == 2.0
    assert standstill.awake(90.0, 99.0) == 9.0


def test_it_beats_while_something_is_under_way_and_until_it_is_closed() -> None:
    standstill = Standstill()
    assert standstill._thread is None
    standstill.begin()
    thread = standstill._thread
    assert thread is not None
    assert thread.is_alive()
    standstill.end()
    standstill.begin()
    assert standstill._thread is thread
    standstill.close()
    thread.join()
    assert standstill._due is None, "what beats no more is never overdue"


def test_without_a_thread_no_standstill_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError

    machine = Machine()
    standstill = machine.standstill
    monkeypatch.setattr(threading.Thread, "start", refuse)
    standstill.begin()
    machine.passes(3.0)
    assert standstill.awake(100.0, 103.0) == 3.0


def ways(does: Callable[[], None]) -> dict[str, tuple[Any, AppKind]]:
    """Apps of every kind that do something before they answer."""

    def plain(_: dict[str, Any]) -> str:
        does()
        return "success"

    async def awaited(_: dict[str, Any]) -> str:
        does()
        return "success"

    def wsgi(_: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        does()
        start_response("200 OK", [("Content-Length", "7")])
        return [b"success"]

    async def asgi(scope: dict[str, Any], _receive: object, send: Callable[[dict[str, Any]], Any]) -> None:
        assert scope["type"] == "http"
        does()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"success"})

    return {
        "plain": (plain, AppKind.PLAIN),
        "async": (awaited, AppKind.PLAIN),
        "WSGI": (wsgi, AppKind.WSGI),
        "ASGI": (asgi, AppKind.ASGI),
    }


@pytest.mark.parametrize("way", ways(lambda: None))
@pytest.mark.parametrize(
    ("computing", "is_late"),
    [(0.0, False), (2 * LONG, True)],
    ids=["the process was stopped", "the app computed"],
)
def test_an_app_is_late_by_what_it_takes_and_not_by_what_this_process_stood_still(
    way: str, computing: float, is_late: bool
) -> None:
    machine = Machine()
    app, kind = ways(lambda: machine.passes(2 * LONG, computing))[way]

    async def main() -> Answer:
        async with opened(app, kind) as entered:
            entered.call._standstill = machine.standstill  # type: ignore[attr-defined] # every way has one
            return await entered.call(REQUEST, LONG)

    answer = asyncio.run(main())
    assert (isinstance(answer, Failure) and answer.outcome.family == "timeout") is is_late
    assert (answer.elapsed > LONG) is is_late


def test_the_deadline_waits_for_what_this_process_stood_still() -> None:
    machine, is_let = Machine(), threading.Event()

    def plain(_: dict[str, Any]) -> str:
        assert is_let.wait(LONG)
        return "success"

    async def main() -> Answer:
        async with opened(plain, AppKind.PLAIN) as entered:
            entered.call._standstill = machine.standstill  # type: ignore[attr-defined] # every way has one
            waiting = asyncio.ensure_future(entered.call(REQUEST, 1e-6))
            for _ in range(100):  # no time passes by this machine, so that its deadline never comes
                await asyncio.sleep(0)
            is_let.set()
            return await waiting

    answer = asyncio.run(main())
    assert isinstance(answer, Response)
    assert (answer.body, answer.elapsed) == (b"success", 0.0)
