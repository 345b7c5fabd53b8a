"""Our own lag is told from a handler's."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.simulate.cloudfunctions import Handed, running, written
from tests.simulate.hostile import AMPLE, GOOD, Do, hostile
from wxkf_cli.simulate.lag import LAG_LIMIT, LagMeter
from wxkf_cli.simulate.over_httpx import Httpx, client
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.suspension import slept
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.exchange import Exchange, Failure, Response

MESSAGE = make(PUSHES["text"])
PUSH = Channel("test-token-42").push(MESSAGE, timestamp=1714112445, nonce="1514711492")


def test_a_beat_that_comes_late_counts_from_when_it_came() -> None:
    meter = LagMeter()
    meter.note(0.0, LAG_LIMIT)
    assert not meter.lagged_since(-1.0)
    meter.note(11.0, 11.3)
    assert meter.lagged_since(0.0)
    assert meter.lagged_since(11.2)
    assert not meter.lagged_since(11.4)


def test_it_beats_only_while_something_is_under_way() -> None:
    async def pending() -> list[bool]:
        loop = asyncio.get_running_loop()
        meter = LagMeter()
        seen = [meter._timer is not None]
        meter.begin(loop)
        meter.begin(loop)
        meter.end()
        seen.append(meter._timer is not None)
        meter.end()
        return [*seen, meter._timer is not None]

    assert asyncio.run(pending()) == [False, True, False]


#: Lags as (due, came), when a delivery began and ended, and how much of that our own loop was awake.
AWAKE = {
    "no lag": ([], 10.0, 17.0, 7.0),
    "a lag before": ([(1.0, 5.0)], 10.0, 17.0, 7.0),
    "a lag within": ([(11.0, 14.0)], 10.0, 17.0, 4.0),
    "two lags": ([(11.0, 12.0), (13.0, 15.0)], 10.0, 17.0, 4.0),
    "a lag that it began in": ([(8.0, 12.0)], 10.0, 17.0, 5.0),
    "a lag that it ended in": ([(12.0, 18.0)], 10.0, 17.0, 2.0),
    "a lag after": ([(17.5, 19.0)], 10.0, 17.0, 7.0),
    "a lag that was noted twice": ([(11.0, 14.0), (11.5, 14.0)], 10.0, 17.0, 4.0),
    "a lag over everything": ([(9.0, 18.0)], 10.0, 17.0, 0.0),
}


@pytest.mark.parametrize(("lags", "started", "ended", "awake"), AWAKE.values(), ids=AWAKE)
def test_what_our_own_loop_stood_still_for_is_no_time_of_the_handlers(
    lags: list[tuple[float, float]], started: float, ended: float, awake: float
) -> None:
    meter = LagMeter()
    for due, came in lags:
        meter.note(due, came)
    assert meter.awake(started, ended) == awake


def test_an_answer_that_is_read_before_the_beat_that_is_overdue_shows_the_lag_too() -> None:
    async def awake() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        meter = LagMeter()
        meter.begin(loop)
        now = loop.time()
        seen = meter.awake(now, now + 7)
        meter.end()
        return seen, meter.awake(now, now + 7)

    during, after = asyncio.run(awake())
    assert during < 1
    assert after == 7


@pytest.mark.parametrize(
    ("lag", "elapsed"),
    [((11.0, 17.0), 1.05), ((30.0, 31.0), 5.0)],
    ids=["our lag explains it", "it was read in the turn of the deadline"],
)
def test_an_answer_that_came_in_never_took_longer_than_the_deadline(lag: tuple[float, float], elapsed: float) -> None:
    meter = LagMeter()
    meter.note(*lag)
    answer = meter.fair(Response(200, (), b"success", 7.05), 10.0, 5.0, slept())
    assert isinstance(answer, Response)
    assert (answer.status, answer.body, answer.elapsed) == (200, b"success", pytest.approx(elapsed))


class Struck(LagMeter):
    """Shows where it is asked."""

    def awake(self, *_: Any, **__: Any) -> float:
        """Take all time for none."""
        return -1.0

    def fair(self, answer: Any, *_: Any, **__: Any) -> Any:
        """Take every answer for one of no time."""
        return answer._replace(elapsed=-1.0)


def test_every_way_over_a_wire_asks_for_the_lag() -> None:
    async def deliver() -> list[float]:
        async with hostile(Do.READ, GOOD, again=True) as server:
            wire, door = Wire(server.target()), Httpx(server.target(), client(insecure=True))
            wire._lag = door._lag = Struck()
            answers = [await way(PUSH, AMPLE) for way in (wire, door)]
            wire.close()
            await door.aclose()
        return [answer.elapsed for answer in answers]

    assert asyncio.run(deliver()) == [-1.0, -1.0]


def test_a_cloud_function_takes_no_time_in_which_we_lagged(tmp_path: Path) -> None:
    async def play(handed: Handed) -> float:
        handed.function._lag = Struck()
        return (await handed.push()).answer.elapsed

    assert running(written(tmp_path / "f", "exports.main = async () => 'success'"), play) == -1.0


def test_an_app_in_our_own_loop_makes_it_lag_itself() -> None:
    async def deliver() -> float:
        memory = httpx.MockTransport(lambda _: httpx.Response(200, content=b"success"))
        door = Httpx(parse_url("http://127.0.0.1:1/wx"), httpx.AsyncClient(transport=memory))
        door._lag = Struck()
        answer = await door(PUSH, AMPLE)
        await door.aclose()
        return answer.elapsed

    assert asyncio.run(deliver()) >= 0


@pytest.mark.parametrize(
    ("share", "outcome", "verdict"),
    [(0.9, Outcome.LOCAL_OVERLOAD, Verdict.VOID), (0.1, Outcome.TIMEOUT_FIRST_BYTE, Verdict.LATE)],
)
def test_a_late_answer_is_not_judged_if_our_loop_stood_still_near_the_deadline(
    share: float, outcome: Outcome, verdict: Verdict
) -> None:
    async def deliver() -> Failure:
        with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts in its queue, and says nothing
            wire = Wire(parse_url(f"http://127.0.0.1:{silent.getsockname()[1]}/wx"))
            waiting = asyncio.create_task(wire(PUSH, 0.2))
            await asyncio.sleep(0)
            now = asyncio.get_running_loop().time()
            wire._lag.note(now - 1, now + share * 0.2)
            answer = await waiting
            wire.close()
        assert isinstance(answer, Failure)
        return answer

    late = asyncio.run(deliver())
    assert late.outcome is outcome
    assert late.detail == ("timeout.first-byte" if outcome is Outcome.LOCAL_OVERLOAD else "")
    assert judge(Exchange(late, push=MESSAGE, request=PUSH)).verdict is verdict


@pytest.mark.parametrize(
    ("seconds", "outcome"),
    [(10.0, Outcome.LOCAL_OVERLOAD), (0.0, Outcome.NET_CLOSED_EARLY), (-1.0, Outcome.NET_CLOSED_EARLY)],
)
def test_what_the_machine_slept_through_is_not_judged(seconds: float, outcome: Outcome) -> None:
    asleep = iter([3.0, 3.0 + seconds])

    async def deliver() -> Failure:
        async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(len(PUSH.body))
            writer.close()

        async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
            wire = Wire(parse_url(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/wx"))
            wire._lag = LagMeter(lambda: next(asleep))
            answer = await wire(PUSH, 10.0)
            wire.close()
        assert isinstance(answer, Failure)
        return answer

    gone = asyncio.run(deliver())
    assert gone.outcome is outcome
    expected = Verdict.VOID if outcome is Outcome.LOCAL_OVERLOAD else Verdict.UNREACHABLE
    assert judge(Exchange(gone, push=MESSAGE, request=PUSH)).verdict is expected


def test_sleep_is_what_one_clock_has_counted_and_the_other_not() -> None:
    awake, since_boot = iter([100.0, 100.0, 107.0, 107.0]), iter([100.0, 117.0])
    first, second = (slept(lambda: next(since_boot), lambda: next(awake)) for _ in range(2))
    assert second - first == 10.0
    assert isinstance(slept(), float)
