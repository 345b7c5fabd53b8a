"""The door to httpx reaches transports without a socket, and holds them to the same rules."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.simulate.deliveries import failed, through
from tests.simulate.hostile import AMPLE, BODY, PUSH, SHORT, run
from wxkf_cli.simulate.over_httpx import Httpx
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT, HEADER_LINES_LIMIT
from wxkf_cli.wire.exchange import Answer, Response

TARGET = parse_url("http://handler.example/wx?app=1")
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Respond = Callable[[httpx.Request], httpx.Response]


def mocked(respond: Respond, url: str = TARGET.url, **options: Any) -> Answer:
    return run(through(httpx.AsyncClient(transport=httpx.MockTransport(respond), **options), url))


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
