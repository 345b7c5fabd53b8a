"""Our own lag is told from a handler's."""

import asyncio
import socket

import pytest

from wxkf_cli.simulate.lag import LAG_LIMIT, LagMeter
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.suspension import slept
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.exchange import Exchange, Failure

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
