"""What the door to httpx is for: proxies, client certificates; and what it must not let in."""

import asyncio
import ipaddress
import logging
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.simulate.certificates import authority, served
from tests.simulate.deliveries import failed, through
from tests.simulate.faults import answer
from tests.simulate.hostile import AMPLE, BODY, GOOD, PUSH, SHORT, Do, hostile, run
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.over_httpx import Httpx, client
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.wire.exchange import Answer, Response


def test_headers_go_out_as_they_are_and_host_first() -> None:
    async def body() -> tuple[bytes, int]:
        async with hostile(Do.READ, GOOD) as server:
            assert isinstance(await through(client(), server.target("/wx?x=%20").url), Response)
            return server.requests[0], server.port

    seen, port = run(body())
    assert seen == (
        b"POST /wx?x=%%20&signature=abc&timestamp=1700000000&nonce=12 HTTP/1.1\r\n"
        b"Host: 127.0.0.1:%d\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\nContent-Length: %d\r\n\r\n%s"
    ) % (port, len(BODY), BODY)


def test_each_push_has_a_connection_of_its_own_and_none_waits_for_another() -> None:
    async def body() -> int:
        async with hostile(Do.READ, Do.WAIT, GOOD) as server:
            transport = Httpx(server.target(), client(insecure=True))
            pushes = [asyncio.create_task(transport(PUSH, AMPLE)) for _ in range(105)]
            while len(server.requests) < 105:  # noqa: ASYNC110 - until all are in flight at once
                await asyncio.sleep(0)
            server.go.set()
            assert all(isinstance(got, Response) for got in await asyncio.gather(*pushes))
            await server.all_hung_up()
            await transport.aclose()
            return server.connections

    assert run(body()) == 105


def test_a_push_that_is_cancelled_leaves_no_connection() -> None:
    async def body() -> None:
        async with hostile(Do.READ, Do.HOLD) as server:
            transport = Httpx(server.target(), client(insecure=True))
            push = asyncio.create_task(transport(PUSH, AMPLE))
            await server.heard.wait()
            push.cancel()
            await asyncio.wait({push})
            assert push.cancelled()
            await server.all_hung_up()
            await transport.aclose()

    run(body())


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ((("Host", ""), ("X", "a\r\nEvil: b")), "a header with a line break"),
        ((("Host", ""), ("X", "\u4f60")), "a header cannot carry"),
        ((("Host", ""), ("X Y", "z"), ("Content-Length", str(len(BODY)))), "a request that cannot be sent"),
    ],
)
def test_a_request_that_cannot_be_sent_is_a_mistake_of_the_caller(
    headers: tuple[tuple[str, str], ...], words: str
) -> None:
    async def body() -> None:
        async with hostile(Do.HOLD) as server:
            await through(client(), server.target().url, PUSH._replace(headers=headers))

    with pytest.raises(UsageError, match=words):
        run(body())


def test_an_unknown_name_has_the_same_word_and_phase(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert failed(run(through(client(), "http://x.invalid/"))) == (Outcome.NET_DNS, Phase.RESOLVE)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert failed(run(through(client(), f"http://127.0.0.1:{port}/"))) == (Outcome.NET_REFUSED, Phase.CONNECT)


def test_a_connection_to_a_forbidden_address_is_closed_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wxkf_cli.simulate.target._METADATA_ADDRESSES", {ipaddress.ip_address("127.0.0.1")})

    async def body() -> None:
        async with hostile(Do.READ, GOOD) as server:
            url = server.target(host="localhost").url
            with pytest.raises(UsageError, match=r"localhost is .+, a link-local or cloud metadata"):
                await through(client(), url)
            await server.all_hung_up()
            assert server.requests == []

    run(body())


# --- proxies and the environment ---


def test_a_proxy_that_is_asked_for_gets_the_push() -> None:
    async def body() -> bytes:
        async with hostile(Do.READ, GOOD) as proxy:
            got = await through(client(proxy=proxy.target("").url), "http://handler.invalid/wx?app=1")
            assert isinstance(got, Response), got
            return proxy.requests[0]

    seen = run(body())
    assert seen.startswith(
        b"POST http://handler.invalid/wx?app=1&signature=abc&timestamp=1700000000&nonce=12 HTTP/1.1\r\n"
    )
    assert b"\r\nHost: handler.invalid\r\n" in seen


def test_a_proxy_that_refuses_makes_the_handler_unreachable() -> None:
    async def body() -> tuple[Answer, bytes]:
        async with hostile(Do.READ, answer(b"", status=b"407 Proxy Authentication Required")) as proxy:
            got = await through(client(proxy=proxy.target("").url), "https://handler.invalid/wx")
            return got, proxy.requests[0]

    got, seen = run(body())
    assert failed(got)[0] is Outcome.NET_UNREACHABLE
    assert seen.startswith(b"CONNECT handler.invalid:443 HTTP/1.1\r\n")


@pytest.mark.parametrize("proxy", ["nonsense", "ftp://127.0.0.1:1", "http://127.0.0.1:99999", "socks5://127.0.0.1:1"])
def test_a_proxy_that_is_none_is_a_mistake_of_the_caller(proxy: str) -> None:
    with pytest.raises(UsageError, match="not the URL of a proxy that can be used"):
        client(proxy=proxy)


def test_a_proxy_in_the_environment_has_no_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def body() -> Answer:
        async with hostile(Do.READ, GOOD) as server:
            return await through(client(insecure=True), server.target().url)

    assert isinstance(run(body()), Response)


def test_no_url_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def body() -> Answer:
        async with hostile(Do.READ, GOOD) as server:
            return await through(client(insecure=True), server.target().url)

    assert isinstance(run(body()), Response)
    assert "signature" not in caplog.text


def test_httpx_is_loaded_only_when_it_is_used() -> None:
    program = "import sys, wxkf_cli.simulate.over_httpx; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


# --- TLS ---


def secure_delivery(context: ssl.SSLContext, made: httpx.AsyncClient) -> Answer:
    async def body() -> Answer:
        async with hostile(Do.READ, GOOD, tls=context) as server:
            return await through(made, server.target().url)

    return run(body())


@pytest.fixture
def ca(tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    path.write_bytes(authority().certificate)
    return str(path)


def test_certificates_are_verified_with_the_same_words(ca: str, tmp_path: Path) -> None:
    right = served(authority().issue("127.0.0.1"), tmp_path)
    wrong = served(authority().issue("example.com"), tmp_path)
    expired = served(authority().issue("127.0.0.1", expired=True), tmp_path)
    assert isinstance(secure_delivery(right, client(ca=ca)), Response)
    assert isinstance(secure_delivery(expired, client(insecure=True)), Response)
    for context, made, outcome in (
        (right, client(), Outcome.TLS_UNTRUSTED),
        (wrong, client(ca=ca), Outcome.TLS_HOSTNAME),
        (expired, client(ca=ca), Outcome.TLS_EXPIRED),
    ):
        assert failed(secure_delivery(context, made)) == (outcome, Phase.TLS)


@pytest.mark.parametrize(
    ("script", "deadline", "outcome"),
    [
        ((b"HTTP/1.1 400 Bad Request\r\n\r\n", Do.FIN), AMPLE, Outcome.TLS_NOT_TLS),
        ((Do.FIN,), AMPLE, Outcome.TLS_HANDSHAKE),
        ((Do.RESET,), AMPLE, Outcome.TLS_HANDSHAKE),
        ((Do.HOLD,), SHORT, Outcome.TIMEOUT_TLS),
    ],
)
def test_a_handshake_that_fails_has_the_same_word(script: Any, deadline: float, outcome: Outcome) -> None:
    async def body() -> Answer:
        async with hostile(*script) as server:
            url = server.target().url.replace("http:", "https:")
            return await through(client(), url, deadline=deadline)

    assert failed(run(body())) == (outcome, Phase.TLS)


def test_a_client_certificate_opens_the_door(ca: str, tmp_path: Path) -> None:
    context = served(authority().issue("127.0.0.1"), tmp_path)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(ca)
    mine = authority().issue("client").saved(tmp_path / "client.pem")
    assert isinstance(secure_delivery(context, client(ca=ca, certificate=str(mine))), Response)
