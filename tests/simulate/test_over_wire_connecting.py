"""From a URL to a connection: names, several addresses, and what it is called when there is none."""

import asyncio
import errno
import socket
import sys
import threading
from typing import Any

import pytest

from tests.simulate.deliveries import failed
from tests.simulate.hostile import AMPLE, GOOD, PUSH, SHORT, Do, hostile, run
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import Reach, parse_url
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.wire.exchange import Answer, Failure, Response

V4, V6 = socket.AF_INET, socket.AF_INET6
real_getaddrinfo = socket.getaddrinfo


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str, error: Exception | None = None) -> list[str]:
    """Let every name resolve to those addresses; the list fills with the names that were asked for."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *arguments: Any, flags: int = 0, **keywords: Any) -> Any:
        if flags & socket.AI_NUMERICHOST:
            return real_getaddrinfo(host, port, *arguments, flags=flags, **keywords)
        asked.append(host)
        if error is not None:
            raise error
        return [
            (V6, socket.SOCK_STREAM, 6, "", (each, port, 0, 0))
            if ":" in each
            else (V4, socket.SOCK_STREAM, 6, "", (each, port))
            for each in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=V6):
            return True
    except OSError:
        return False


def push(url: str, deadline: float = AMPLE) -> Answer:
    return run(Wire(parse_url(url))(PUSH, deadline))


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


def test_out_of_threads_is_no_fault_of_the_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: threading.Thread) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    monkeypatch.setattr(threading.Thread, "start", start)
    assert failed(push("http://handler.example/")) == (Outcome.LOCAL_BUG, Phase.RESOLVE)


def test_an_unknown_name(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, error=socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
    assert failed(push("http://x.invalid/")) == (Outcome.NET_DNS, Phase.RESOLVE)


def test_a_name_that_cannot_be_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, error=UnicodeError("label too long"))
    assert failed(push("http://x.invalid/")) == (Outcome.NET_DNS, Phase.RESOLVE)


def test_a_resolver_that_hangs_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    release, released = threading.Event(), threading.Event()

    def getaddrinfo(*_: Any, flags: int = 0, **__: Any) -> Any:
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "not numeric")
        release.wait(AMPLE)
        released.set()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert failed(push("http://slow.example/", SHORT)) == (Outcome.TIMEOUT_CONNECT, Phase.RESOLVE)
    release.set()
    assert released.wait(AMPLE), "the look-up ends after its event loop, and nobody minds"


def test_many_pushes_share_one_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolving(monkeypatch, "127.0.0.1")

    async def body() -> list[Answer]:
        async with hostile(Do.READ, GOOD) as server:
            wire = Wire(server.target(host="handler.example"))
            return await asyncio.gather(*(wire(PUSH, AMPLE) for _ in range(20)), wire(PUSH, AMPLE))

    assert all(isinstance(answer, Response) for answer in run(body()))
    assert asked == ["handler.example"]


def test_one_that_runs_out_of_time_leaves_the_look_up_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, release = [], threading.Event()

    def getaddrinfo(host: str, port: int, *_: Any, flags: int = 0, **__: Any) -> Any:
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "not numeric")
        asked.append(host)
        release.wait(AMPLE)
        return [(V4, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    async def body() -> tuple[Answer, Answer]:
        async with hostile(Do.READ, GOOD) as server:
            wire = Wire(server.target(host="handler.example"))
            patient = asyncio.create_task(wire(PUSH, AMPLE))
            hasty = await wire(PUSH, SHORT)
            release.set()
            return hasty, await patient

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    hasty, patient = run(body())
    assert failed(hasty) == (Outcome.TIMEOUT_CONNECT, Phase.RESOLVE)
    assert isinstance(patient, Response)
    assert asked == ["handler.example"]


def test_the_address_is_pinned_for_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolving(monkeypatch, "127.0.0.1")

    async def body() -> Outcome | None:
        async with hostile(Do.READ, GOOD) as server:
            wire = Wire(server.target(host="rebinding.example"))
            assert isinstance(await wire(PUSH, AMPLE), Response)
            resolving(monkeypatch, "169.254.169.254")
            return None if isinstance(await wire(PUSH, AMPLE), Response) else Outcome.LOCAL_BUG

    assert run(body()) is None
    assert asked == ["rebinding.example"]


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


@pytest.mark.parametrize("address", ["169.254.169.254", "100.100.100.200", "fd00:ec2::254", "fe80::1"])
def test_a_name_for_a_metadata_address_is_never_pushed_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolving(monkeypatch, "127.0.0.1", address)
    with pytest.raises(UsageError, match=f"innocent.example is {address}, a link-local or cloud metadata address"):
        push("http://innocent.example/")
    with pytest.raises(UsageError):
        run(Wire(parse_url("http://innocent.example/")).reach(AMPLE))


@pytest.mark.parametrize(
    ("addresses", "reach"),
    [
        (["127.0.0.1"], Reach.LOCAL),
        (["10.0.0.1", "::1"], Reach.LOCAL),
        (["127.0.0.1", "93.184.215.14"], Reach.PUBLIC),
    ],
)
def test_the_farthest_address_decides_how_far_a_name_is(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], reach: Reach
) -> None:
    resolving(monkeypatch, *addresses)
    assert run(Wire(parse_url("http://handler.example/")).reach(AMPLE)) is reach


@pytest.mark.parametrize("error", [socket.gaierror(socket.EAI_AGAIN, "try again"), UnicodeError("no"), TimeoutError()])
def test_a_name_that_does_not_resolve_is_nowhere(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    resolving(monkeypatch, error=error)
    assert run(Wire(parse_url("http://handler.example/")).reach(AMPLE)) is None
