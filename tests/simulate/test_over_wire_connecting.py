"""From addresses to a connection, and what it is called when there is none."""

import asyncio
import errno
import socket
import sys
from typing import Any

import pytest

from tests.simulate.deliveries import failed, push
from tests.simulate.hostile import AMPLE, GOOD, PUSH, SHORT, Do, hostile, run
from tests.simulate.names import resolving
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.wire.exchange import Answer, Failure, Response

V6 = socket.AF_INET6


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=V6):
            return True
    except OSError:
        return False


def test_nobody_listens() -> None:
    assert failed(push(f"http://127.0.0.1:{free_port()}/wx")) == (Outcome.NET_REFUSED, Phase.CONNECT)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux drops a SYN when the queue is full")
def test_nobody_answers_the_first_packet() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        answer = push(f"http://127.0.0.1:{listener.getsockname()[1]}/wx", SHORT)
        for each in waiting:
            each.close()
    assert failed(answer) == (Outcome.TIMEOUT_CONNECT, Phase.CONNECT)


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (errno.ENETUNREACH, Outcome.NET_UNREACHABLE),
        (errno.EHOSTUNREACH, Outcome.NET_UNREACHABLE),
        (errno.EADDRNOTAVAIL, Outcome.LOCAL_PORTS),
    ],
)
def test_the_system_says_why_there_is_no_connection(
    monkeypatch: pytest.MonkeyPatch, number: int, outcome: Outcome
) -> None:
    async def sock_connect(*_: Any) -> None:
        raise OSError(number, "as the system says it")

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", sock_connect)
    answer = push("http://127.0.0.1:9/wx")
    assert failed(answer) == (outcome, Phase.CONNECT)
    assert isinstance(answer, Failure)
    assert "as the system says it" in answer.detail


def test_out_of_descriptors_is_no_fault_of_the_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    class Exhausted(socket.socket):
        def __new__(cls, *_: Any, **__: Any) -> "Exhausted":
            raise OSError(errno.EMFILE, "Too many open files")

    async def body() -> Answer:
        monkeypatch.setattr(socket, "socket", Exhausted)
        try:
            return await Wire(parse_url("http://127.0.0.1:9/wx"))(PUSH, AMPLE)
        finally:
            monkeypatch.undo()

    assert failed(run(body())) == (Outcome.LOCAL_FDS, Phase.CONNECT)


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 here")
@pytest.mark.parametrize("order", [("127.0.0.1", "::1"), ("::1", "127.0.0.1")])
@pytest.mark.parametrize("listening", ["127.0.0.1", "::1"])
def test_both_families_are_tried(monkeypatch: pytest.MonkeyPatch, order: tuple[str, str], listening: str) -> None:
    resolving(monkeypatch, *order)

    async def body() -> Answer:
        async with hostile(Do.READ, GOOD, host=listening) as server:
            return await Wire(server.target(host="localhost"))(PUSH, AMPLE)

    assert isinstance(run(body()), Response)


@pytest.mark.parametrize("silent_first", [True, False])
def test_an_address_nobody_answers_at_leaves_time_for_the_next(
    monkeypatch: pytest.MonkeyPatch, silent_first: bool
) -> None:
    addresses = ["127.0.0.2", "127.0.0.1"] if silent_first else ["127.0.0.1", "127.0.0.2"]
    resolving(monkeypatch, *addresses)
    real = asyncio.SelectorEventLoop.sock_connect

    async def sock_connect(loop: asyncio.SelectorEventLoop, plain: socket.socket, address: Any) -> None:
        if address[0] == "127.0.0.2":
            await loop.create_future()
        await real(loop, plain, address)

    async def body() -> Answer:
        async with hostile(Do.READ, GOOD) as server:
            return await Wire(server.target(host="handler.example"))(PUSH, 2 * SHORT)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", sock_connect)
    assert isinstance(run(body()), Response)


@pytest.mark.parametrize("order", [("127.0.0.1", "127.0.0.2"), ("127.0.0.2", "127.0.0.1")])
@pytest.mark.parametrize("other", [errno.EADDRNOTAVAIL, errno.ENETUNREACH, errno.EAFNOSUPPORT])
def test_a_refusal_tells_more_than_a_family_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, order: tuple[str, str], other: int
) -> None:
    resolving(monkeypatch, *order)

    async def sock_connect(_: Any, __: Any, address: Any) -> None:
        raise OSError(errno.ECONNREFUSED if address[0] == "127.0.0.1" else other, "no")

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", sock_connect)
    assert failed(push("http://localhost:9/")) == (Outcome.NET_REFUSED, Phase.CONNECT)
