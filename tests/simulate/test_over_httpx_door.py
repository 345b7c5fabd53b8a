"""What the door to httpx is for: other transports, proxies, client certificates; and what it must not let in."""

import asyncio
import gzip
import ipaddress
import logging
import socket
import ssl
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.simulate.certificates import authority, served
from tests.simulate.faults import answer
from tests.simulate.hostile import AMPLE, BODY, GOOD, PUSH, SHORT, Do, hostile, run
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.over_httpx import Httpx, client
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT, HEADER_LINES_LIMIT
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest, Response

TARGET = parse_url("http://handler.example/wx?app=1")
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Respond = Callable[[httpx.Request], httpx.Response]


async def through(made: httpx.AsyncClient, url: str, request: PushRequest = PUSH, deadline: float = AMPLE) -> Answer:
    transport = Httpx(parse_url(url), made)
    try:
        return await transport(request, deadline)
    finally:
        await transport.aclose()


def mocked(respond: Respond, url: str = TARGET.url, **options: Any) -> Answer:
    return run(through(httpx.AsyncClient(transport=httpx.MockTransport(respond), **options), url))


def failed(got: Answer) -> tuple[Outcome, Phase]:
    assert isinstance(got, Failure), got
    return got.outcome, got.phase


# --- transports without a socket ---


def test_a_transport_in_memory_sees_the_request_as_it_would_go_out() -> None:
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, headers=[("X-Odd", "a"), ("x-odd", "b")], content=b"success")

    got = mocked(respond)
    (request,) = seen
    assert str(request.url) == "http://handler.example/wx?app=1&signature=abc&timestamp=1700000000&nonce=12"
    assert request.headers.raw == [
        (name.encode(), (value or "handler.example").encode()) for name, value in PUSH.headers
    ]
    assert isinstance(got, Response)
    assert (got.status, got.reason, got.body) == (200, "OK", b"success")
    assert got.headers[:2] == (("X-Odd", "a"), ("x-odd", "b"))


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (httpx.Response(999), Outcome.HTTP_PROTOCOL),
        (httpx.Response(101), Outcome.HTTP_PROTOCOL),
        (httpx.Response(200, extensions={"http_version": b"HTTP/2"}), Outcome.HTTP_PROTOCOL),
        (httpx.Response(200, content=bytes(BODY_LIMIT + 1)), Outcome.LIMIT_BODY),
        (httpx.Response(200, headers=[("X", "y")] * (HEADER_LINES_LIMIT + 1)), Outcome.LIMIT_HEADERS),
        (httpx.Response(200, headers={"X": "y" * 65_536}), Outcome.LIMIT_HEADERS),
        (httpx.Response(200, headers={"Content-Length": "x"}, stream=httpx.ByteStream(b"")), Outcome.HTTP_PROTOCOL),
        (
            httpx.Response(200, headers={"Content-Encoding": "br"}, stream=httpx.ByteStream(b"success")),
            Outcome.HTTP_CONTENT_ENCODING,
        ),
    ],
)
def test_a_transport_in_memory_is_held_to_the_same_rules(response: httpx.Response, outcome: Outcome) -> None:
    assert failed(mocked(lambda _: response))[0] is outcome


def test_a_body_is_decoded_by_us_alone() -> None:
    twice = gzip.compress(b"suc") + gzip.compress(b"cess")
    headers = {"Content-Encoding": "gzip"}
    got = mocked(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(gzip.compress(b"success"))))
    assert isinstance(got, Response)
    assert got.body == b"success"
    got = mocked(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(twice)))
    assert failed(got) == (Outcome.HTTP_CONTENT_ENCODING, Phase.DECODE)


@pytest.mark.parametrize("location", ["/again", "http://[::bad", "http://host:99999/", "file:///etc/passwd"])
def test_no_client_follows_a_redirect(location: str) -> None:
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(302, headers={"Location": location, "Set-Cookie": "a=b"})

    got = mocked(respond, follow_redirects=True)
    assert isinstance(got, Response), got
    assert (got.status, got.header("location"), len(seen)) == (302, location, 1)


def test_no_cookie_goes_from_one_push_to_the_next() -> None:
    cookies: list[str | None] = []

    def respond(request: httpx.Request) -> httpx.Response:
        cookies.append(request.headers.get("Cookie"))
        return httpx.Response(200, headers={"Set-Cookie": "a=b; Path=/"})

    async def body() -> None:
        transport = Httpx(TARGET, httpx.AsyncClient(transport=httpx.MockTransport(respond)))
        await transport(PUSH, AMPLE)
        await transport(PUSH, AMPLE)
        await transport.aclose()

    run(body())
    assert cookies == [None, None]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (httpx.ConnectError("no"), Outcome.NET_UNREACHABLE),
        (httpx.ReadError(""), Outcome.NET_RESET),
        (httpx.WriteError(""), Outcome.NET_RESET),
        (httpx.ReadTimeout("no"), Outcome.TIMEOUT_FIRST_BYTE),
        (httpx.ProxyError("403 Forbidden"), Outcome.NET_UNREACHABLE),
        (httpx.RemoteProtocolError("odd"), Outcome.HTTP_PROTOCOL),
        (ConnectionRefusedError("no"), Outcome.NET_REFUSED),
        (RuntimeError("a bug"), Outcome.LOCAL_BUG),
        (ExceptionGroup("all", [OverflowError("port")]), Outcome.LOCAL_BUG),
    ],
)
def test_an_exception_of_a_transport_has_its_word(error: Exception, outcome: Outcome) -> None:
    def respond(_: httpx.Request) -> httpx.Response:
        raise error

    got = mocked(respond)
    assert failed(got) == (outcome, Phase.FIRST_BYTE)


def test_an_app_in_this_process_is_pushed_to() -> None:
    seen: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["query_string"] + b" " + (await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Content-Type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"success"})

    got = run(through(httpx.AsyncClient(transport=httpx.ASGITransport(app)), TARGET.url))
    assert isinstance(got, Response)
    assert (got.body, got.headers) == (b"success", (("Content-Type", "text/plain"),))
    assert seen == [b"app=1&signature=abc&timestamp=1700000000&nonce=12 " + BODY]


def test_an_app_in_this_process_has_the_same_deadline() -> None:
    async def app(_: Scope, __: Receive, ___: Send) -> None:
        await asyncio.Event().wait()

    got = run(through(httpx.AsyncClient(transport=httpx.ASGITransport(app)), TARGET.url, deadline=SHORT))
    assert failed(got) == (Outcome.TIMEOUT_FIRST_BYTE, Phase.FIRST_BYTE)


def test_an_app_that_fails_answers_500_as_a_server_would() -> None:
    async def app(_: Scope, __: Receive, ___: Send) -> None:
        message = "the app's own"
        raise ConnectionRefusedError(message)

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    got = run(through(httpx.AsyncClient(transport=transport), TARGET.url))
    assert isinstance(got, Response)
    assert got.status == 500


# --- over a socket ---


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
