"""`--wait`: every address of a name is tried, and none that is silent holds up the others."""

import asyncio
import socket
from typing import Any

import pytest

from tests.simulate.hostile import AMPLE
from tests.simulate.names import resolving
from wxkf_cli.cli.places import url
from wxkf_cli.errors import HandlerDown, UsageError
from wxkf_cli.simulate import addresses
from wxkf_cli.simulate.target import parse_url


def waited(port: int, limit: float = AMPLE) -> None:
    asyncio.run(url._wait(parse_url(f"http://handler.example:{port}/wx"), limit))


def test_an_address_that_is_slow_to_refuse_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "127.0.0.2", "127.0.0.1")
    real = asyncio.SelectorEventLoop.sock_connect

    async def sock_connect(loop: asyncio.SelectorEventLoop, plain: socket.socket, address: Any) -> None:
        if address[0] == "127.0.0.2":
            tried.append(address[0])
            await loop.create_future()
        await real(loop, plain, address)

    tried: list[str] = []
    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", sock_connect)
    monkeypatch.setattr(addresses, "_PATIENCE", 0)
    monkeypatch.setattr(url, "_RETRY_SECONDS", AMPLE)  # so that there is one attempt
    with socket.create_server(("127.0.0.1", 0)) as server:
        waited(server.getsockname()[1])
    assert tried == ["127.0.0.2"]


def test_a_name_is_looked_up_again_as_long_as_it_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(url, "_RETRY_SECONDS", 0)
    asked = resolving(monkeypatch, error=socket.gaierror(socket.EAI_NONAME, "Name or service not known"))

    async def retried(_: float) -> None:
        if len(asked) == 3:
            resolving(monkeypatch, "127.0.0.1")

    monkeypatch.setattr(asyncio, "sleep", retried)
    with socket.create_server(("127.0.0.1", 0)) as server:
        waited(server.getsockname()[1])
    assert len(asked) == 3


def test_nothing_is_waited_for_where_nothing_may_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "169.254.169.254")
    with pytest.raises(UsageError, match="a link-local or cloud metadata address"):
        waited(80)


def test_what_never_answers_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(HandlerDown, match=f"no handler at http://handler.example:{port}/wx after 0.001 s"):
        waited(port, 0.001)
