"""What goes out: exactly the bytes that were asked for, to exactly the handler that was named."""

import pytest

from tests.simulate.hostile import AMPLE, BODY, GOOD, PUSH, Do, hostile, run
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.wire.exchange import PushRequest, Response


def sent(request: PushRequest, path: str = "/wx", *, keep_alive: bool = False) -> tuple[bytes, int]:
    """The bytes on the wire and the port they went to."""

    async def body() -> tuple[bytes, int]:
        async with hostile(Do.READ, GOOD, again=True) as server:
            wire = Wire(server.target(path), keep_alive=keep_alive)
            assert isinstance(await wire(request, AMPLE), Response)
            wire.close()
            await server.all_hung_up()
            (seen,) = server.requests
            return seen, server.port

    return run(body())


@pytest.mark.parametrize("keep_alive", [False, True])
def test_a_push_goes_out_byte_for_byte(keep_alive: bool) -> None:
    seen, port = sent(PUSH, keep_alive=keep_alive)
    assert seen == (
        b"POST /wx?signature=abc&timestamp=1700000000&nonce=12 HTTP/1.1\r\n"
        b"User-Agent: Mozilla/4.0\r\n"
        b"Accept: */*\r\n"
        b"Host: 127.0.0.1:%d\r\n"
        b"Content-Length: %d\r\n"
        b"\r\n"
        b"%s"
    ) % (port, len(BODY), BODY)


def test_a_verification_goes_out_byte_for_byte() -> None:
    request = PushRequest("GET", (("echostr", "a b&c=\u4f60"), ("nonce", "1")), (("Host", ""), ("Pragma", "no-cache")))
    seen, port = sent(request, "/")
    assert seen == (
        b"GET /?echostr=a+b%%26c%%3D%%E4%%BD%%A0&nonce=1 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nPragma: no-cache\r\n\r\n"
        % port
    )


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("", b"/?signature=abc&timestamp=1700000000&nonce=12"),
        ("/a//b/../c", b"/a//b/../c?signature=abc&timestamp=1700000000&nonce=12"),
        ("/wx?app=1&x=%20", b"/wx?app=1&x=%20&signature=abc&timestamp=1700000000&nonce=12"),
        ("?app=1", b"/?app=1&signature=abc&timestamp=1700000000&nonce=12"),
        ("/wx#part", b"/wx?signature=abc&timestamp=1700000000&nonce=12"),
    ],
)
def test_the_query_follows_the_own_one_of_the_url(path: str, target: bytes) -> None:
    seen, _ = sent(PUSH, path)
    assert seen.split(b" ")[1] == target


def test_a_host_header_that_is_given_is_left_alone() -> None:
    seen, _ = sent(PUSH._replace(headers=(("Host", "other.example"), ("Content-Length", str(len(BODY))))))
    assert b"\r\nHost: other.example\r\n" in seen


def test_a_header_may_hold_any_latin_1_letter() -> None:
    seen, _ = sent(PUSH._replace(headers=(("Host", ""), ("X", "caf\xe9"), ("Content-Length", str(len(BODY))))))
    assert b"\r\nX: caf\xe9\r\n" in seen


@pytest.mark.parametrize("value", ["a\r\nEvil: b", "a\nb", "a\rb", "a\0b", "\u4f60"])
@pytest.mark.parametrize("in_name", [False, True])
def test_a_header_that_would_break_the_request_is_a_mistake_of_the_caller(value: str, in_name: bool) -> None:
    header = (value, "x") if in_name else ("X", value)
    wire = Wire(parse_url("http://127.0.0.1:9/"))
    with pytest.raises(UsageError, match="header"):
        run(wire(PUSH._replace(headers=(header,)), AMPLE))


def test_a_proxy_in_the_environment_has_no_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    sent(PUSH)
