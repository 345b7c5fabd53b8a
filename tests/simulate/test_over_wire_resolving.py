"""From a name to addresses: looked up once, pinned, and never a reason to hang."""

import asyncio
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.simulate.deliveries import failed, push
from tests.simulate.hostile import AMPLE, GOOD, PUSH, SHORT, Do, hostile, run
from tests.simulate.names import resolving
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import Reach, parse_url
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.wire.exchange import Answer, Response

ROOT = Path(__file__).parents[2]


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


def test_a_resolver_that_hangs_does_not_hold_up_the_end_of_the_program() -> None:
    program = """if True:
        import asyncio, socket, threading
        from tests.simulate.hostile import PUSH
        from wxkf_cli.simulate.over_wire import Wire
        from wxkf_cli.simulate.target import parse_url

        def getaddrinfo(*_, flags=0, **__):
            if flags & socket.AI_NUMERICHOST:
                raise socket.gaierror(socket.EAI_NONAME, "not numeric")
            threading.Event().wait()

        socket.getaddrinfo = getaddrinfo
        print(asyncio.run(Wire(parse_url("http://slow.example/"))(PUSH, 0.05)).outcome)
    """
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=ROOT)
    assert (ended.stdout.strip(), ended.stderr, ended.returncode) == ("timeout.connect", "", 0)


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
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

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
