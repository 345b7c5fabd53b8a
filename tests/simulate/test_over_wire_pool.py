"""Kept connections: never a wrong answer from one, never an open one left behind."""

import asyncio
import contextlib
import ssl
from pathlib import Path

import pytest

from tests.simulate.certificates import authority, served
from tests.simulate.faults import answer
from tests.simulate.hostile import AMPLE, GOOD, PUSH, SHORT, Do, Script, drip, hostile, run
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.trust import tls_context
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.wire.exchange import Failure, Response

LARGE_PUSH = PUSH._replace(headers=(("Host", ""), ("Content-Length", str(1 << 24))), body=bytes(1 << 24))
SECOND = answer(b"second", status=b"500 Poison")
SAYS_CLOSE = answer(b"success", b"Connection: close")


async def pushed(wire: Wire, times: int) -> None:
    for _ in range(times):
        got = await wire(PUSH, AMPLE)
        assert isinstance(got, Response), got
        assert (got.status, got.body) == (200, b"success")


async def turns() -> None:
    """Let the event loop carry what was written to the other side."""
    for _ in range(10):
        await asyncio.sleep(0)


def connections_for(*script: bytes | Do, pushes: int = 100, again: bool = True, keep_alive: bool = True) -> int:
    """How many connections so many good pushes took."""

    async def body() -> int:
        async with hostile(*script, again=again) as server:
            wire = Wire(server.target(), keep_alive=keep_alive)
            await pushed(wire, pushes)
            wire.close()
            await server.all_hung_up()
            assert len(server.requests) == pushes
            return server.connections

    return run(body())


def test_each_push_has_a_connection_of_its_own_by_default() -> None:
    assert connections_for(Do.READ, GOOD, keep_alive=False) == 100


def test_one_connection_is_kept_for_all() -> None:
    assert connections_for(Do.READ, GOOD) == 1


@pytest.mark.parametrize("closes", [SAYS_CLOSE, GOOD.replace(b"1.1", b"1.0"), b"HTTP/1.1 200 OK\r\n\r\nsuccess"])
def test_what_the_handler_wants_closed_is_not_kept(closes: bytes) -> None:
    assert connections_for(Do.READ, closes, Do.FIN) == 100


def test_http_1_0_may_ask_to_be_kept() -> None:
    kept = answer(b"success", b"Connection: keep-alive").replace(b"1.1", b"1.0")
    assert connections_for(Do.READ, kept) == 1


def test_a_connection_closed_without_a_word_is_retried_in_silence() -> None:
    assert connections_for(Do.READ, GOOD, again=False) == 100


def test_a_connection_reset_after_its_answer_is_retried_in_silence() -> None:
    assert connections_for(Do.READ, GOOD, Do.RESET) == 100


@pytest.mark.parametrize("behind", [b"\r\n", b"garbage", SECOND, b"HTTP/1.1 101 x\r\nUpgrade: x\r\n\r\n", GOOD])
def test_what_stands_behind_an_answer_never_poisons_the_next(behind: bytes) -> None:
    assert connections_for(Do.READ, GOOD + behind) == 100


def test_what_comes_after_an_answer_closes_its_connection() -> None:
    async def body() -> int:
        async with hostile(Do.READ, GOOD, prelude=(Do.READ, GOOD, Do.WAIT, SECOND, Do.HOLD)) as server:
            wire = Wire(server.target(), keep_alive=True)
            await pushed(wire, 1)
            server.go.set()
            await turns()
            await pushed(wire, 1)
            wire.close()
            await server.all_hung_up()
            return server.connections

    assert run(body()) == 2


def test_what_comes_while_the_next_push_begins_is_not_its_answer() -> None:
    async def body() -> int:
        async with hostile(Do.READ, GOOD, prelude=(Do.READ, GOOD, Do.WAIT, SECOND, Do.HOLD)) as server:
            wire = Wire(server.target(), keep_alive=True)
            await pushed(wire, 1)
            server.go.set()
            await asyncio.sleep(0)  # written, not yet read
            await pushed(wire, 1)
            wire.close()
            await server.all_hung_up()
            return server.connections

    assert run(body()) == 2


def test_a_handler_that_hangs_up_sees_a_push_at_most_twice() -> None:
    async def body() -> int:
        async with hostile(Do.READ, Do.FIN, prelude=(Do.READ, GOOD), preludes=5) as server:
            wire = Wire(server.target(), keep_alive=True)
            await asyncio.gather(*(pushed(wire, 1) for _ in range(5)))
            got = await wire(PUSH, AMPLE)
            assert isinstance(got, Failure)
            assert got.outcome is Outcome.NET_CLOSED_EARLY
            wire.close()
            await server.all_hung_up()
            return len(server.requests) - 5

    assert run(body()) == 2


def test_a_kept_connection_is_given_up_only_when_no_byte_came() -> None:
    async def body() -> int:
        async with hostile(Do.READ, GOOD, prelude=(Do.READ, GOOD, Do.READ, b"H", Do.FIN)) as server:
            wire = Wire(server.target(), keep_alive=True)
            await pushed(wire, 1)
            got = await wire(PUSH, AMPLE)
            assert isinstance(got, Failure)
            assert (got.outcome, got.phase, got.raw) == (Outcome.NET_CLOSED_EARLY, Phase.HEADERS, b"H")
            wire.close()
            return len(server.requests)

    assert run(body()) == 2


def test_the_deadline_covers_both_tries() -> None:
    async def body() -> Failure:
        async with hostile(Do.READ, Do.HOLD, prelude=(Do.READ, GOOD, Do.READ, Do.FIN)) as server:
            wire = Wire(server.target(), keep_alive=True)
            await pushed(wire, 1)
            got = await wire(PUSH, SHORT)
            assert isinstance(got, Failure)
            await server.all_hung_up()
            return got

    assert run(body()).outcome is Outcome.TIMEOUT_FIRST_BYTE


@pytest.mark.parametrize("first", [SHORT / 2, SHORT * 2, AMPLE])
def test_each_push_on_a_kept_connection_has_its_own_deadline(first: float) -> None:
    async def body() -> Failure:
        async with hostile(Do.READ, Do.HOLD, prelude=(Do.READ, GOOD, Do.READ, Do.HOLD)) as server:
            wire = Wire(server.target(), keep_alive=True)
            assert isinstance(await wire(PUSH, first), Response)
            got = await wire(PUSH, SHORT)
            assert isinstance(got, Failure)
            await server.all_hung_up()
            return got

    got = run(body())
    assert got.outcome is Outcome.TIMEOUT_FIRST_BYTE
    assert SHORT * 0.9 <= got.elapsed < AMPLE, "not at the deadline of the push before"


def test_an_answer_to_a_push_that_is_half_sent_ends_its_connection() -> None:
    async def body() -> int:
        async with hostile(Do.READ, GOOD, prelude=(GOOD, Do.IGNORE)) as server:
            wire = Wire(server.target(), keep_alive=True)
            got = await wire(LARGE_PUSH, AMPLE)
            assert isinstance(got, Response), got
            await pushed(wire, 1)
            wire.close()
            return server.connections

    assert run(body()) == 2


@pytest.mark.parametrize("secure", [False, True])
def test_a_push_that_is_never_read_is_not_sent(secure: bool, tmp_path: Path) -> None:
    tls = served(authority().issue("127.0.0.1"), tmp_path) if secure else None

    async def body() -> tuple[Outcome, Phase]:
        async with hostile(Do.IGNORE, tls=tls) as server:
            got = await Wire(server.target(), tls=tls_context(insecure=True))(LARGE_PUSH, 2 * SHORT)
            assert isinstance(got, Failure), got
            return got.outcome, got.phase

    assert run(body()) == (Outcome.TIMEOUT_SEND, Phase.SEND)


def test_what_is_not_sent_by_the_deadline_is_dropped() -> None:
    async def body() -> int:
        async with hostile(Do.WAIT, Do.HOLD) as server:
            got = await Wire(server.target())(LARGE_PUSH, SHORT)
            assert isinstance(got, Failure), got
            server.go.set()
            await server.all_hung_up()
            return server.held

    assert 0 < run(body()) < len(LARGE_PUSH.body)


def test_many_at_a_time_share_the_pool() -> None:
    async def body() -> int:
        async with hostile(Do.READ, GOOD, again=True) as server:
            wire = Wire(server.target(), keep_alive=True)
            await asyncio.gather(*(pushed(wire, 20) for _ in range(8)))
            wire.close()
            await server.all_hung_up()
            assert len(server.requests) == 160
            return server.connections

    assert run(body()) == 8


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize("keep_alive", [False, True])
@pytest.mark.parametrize(
    "script",
    [(Do.HOLD,), (Do.READ, Do.HOLD), (Do.READ, GOOD[:20], Do.HOLD), (Do.READ, drip(GOOD[:-1], paced=True))],
    ids=["unread", "unanswered", "in the head", "in the body"],
)
def test_a_push_that_is_cancelled_leaves_no_connection(
    script: Script, keep_alive: bool, secure: bool, tmp_path: Path
) -> None:
    tls = served(authority().issue("127.0.0.1"), tmp_path) if secure else None
    prelude: Script = (Do.READ, GOOD) if keep_alive else ()

    async def body() -> None:
        async with hostile(*script, prelude=prelude, tls=tls) as server:
            wire = Wire(server.target(), keep_alive=keep_alive, tls=tls_context(insecure=True))
            if keep_alive:
                await pushed(wire, 1)
            task = asyncio.create_task(wire(PUSH, AMPLE))
            await server.accepted.wait()
            await turns()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            assert task.cancelled()
            await server.all_hung_up()

    run(body())


@pytest.mark.parametrize("after", range(12))
def test_a_push_that_is_cancelled_at_any_turn_leaves_no_connection(after: int, tmp_path: Path) -> None:
    async def body(tls: ssl.SSLContext | None) -> None:
        async with hostile(Do.HOLD, prelude=(Do.READ, GOOD), tls=tls) as server:
            wire = Wire(server.target(), keep_alive=True, tls=tls_context(insecure=True))
            await pushed(wire, after % 2)
            task = asyncio.create_task(wire(PUSH, AMPLE))
            for _ in range(after):
                await asyncio.sleep(0)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            wire.close()
            await server.all_hung_up()

    run(body(None))
    run(body(served(authority().issue("127.0.0.1"), tmp_path)))


def test_nothing_is_kept_once_the_wire_is_closed() -> None:
    async def body() -> None:
        async with hostile(Do.READ, Do.WAIT, GOOD, Do.HOLD) as server:
            wire = Wire(server.target(), keep_alive=True)
            under_way = asyncio.create_task(wire(PUSH, AMPLE))
            await server.heard.wait()
            wire.close()
            server.go.set()
            assert isinstance(await under_way, Response)
            await server.all_hung_up()

    run(body())
