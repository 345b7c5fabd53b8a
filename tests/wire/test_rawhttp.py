"""`curl -i` output is read back into the response that it shows."""

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wxkf_cli.errors import UsageError
from wxkf_cli.wire import rawhttp
from wxkf_cli.wire.exchange import Response

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nsuccess"


def response(data: bytes) -> Response:
    read = rawhttp.read(data)
    assert read is not None
    return read


def test_a_capture_has_status_reason_headers_and_body() -> None:
    read = response(OK)
    assert (read.status, read.reason, read.body, read.elapsed) == (200, "OK", b"success", 0.0)
    assert read.headers == (("Content-Type", "text/plain"), ("Content-Length", "7"))
    assert read.leniencies == ()
    assert read.raw == OK


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        (b"HTTP/1.0 204 No Content", 204, "No Content"),
        (b"HTTP/1.1 200", 200, ""),
        (b"HTTP/1.1 200 ", 200, ""),
        (b"HTTP/2 200 ", 200, ""),
        (b"HTTP/2 404", 404, ""),
        (b"HTTP/3 500 ", 500, ""),
        ("HTTP/1.1 500 出错".encode(), 500, "出错".encode().decode("latin-1")),
    ],
)
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_every_version_of_the_status_line_is_read(line: bytes, status: int, reason: str, line_end: bytes) -> None:
    read = response(line + line_end + b"a:b" + line_end * 2 + b"body")
    assert (read.status, read.reason, read.headers, read.body) == (status, reason, (("a", "b"),), b"body")


@pytest.mark.parametrize("data", [b"", b"success", b"<xml></xml>", b"http/1.1 200 OK", b"\nHTTP/1.1 200 OK", b"HTT"])
def test_what_does_not_start_like_http_is_none(data: bytes) -> None:
    assert rawhttp.read(data) is None


@pytest.mark.parametrize(
    "before",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 200 Connection established\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nProxy-Agent: a\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 99\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/2 301 \r\nlocation: https://a.example/\r\n\r\nHTTP/2 308 \r\nlocation: /b\r\n\r\n",
        b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 407 Proxy Authentication Required\nContent-Length: 5\n\n",
    ],
)
def test_the_last_of_several_answers_counts(before: bytes) -> None:
    assert response(before + OK).body == b"success"
    assert response(before + OK).headers == response(OK).headers


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",
        b"HTTP/1.1 500 Internal Server Error\r\n\r\n",
    ],
)
def test_a_body_that_looks_like_an_answer_stays_the_body(head: bytes) -> None:
    assert response(head + OK).body == OK


@pytest.mark.parametrize("status", [b"100", b"302", b"401"])
def test_an_answer_that_curl_would_have_gone_on_from_counts_if_it_is_the_last(status: bytes) -> None:
    read = response(b"HTTP/1.1 " + status + b"\r\n\r\nmoved")
    assert (read.status, read.body) == (int(status), b"moved")


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "joined"),
    [
        (b"", b""),
        (b"success", b"success"),
        (b"7\r\nsuccess\r\n0\r\n\r\n", b"success"),
        (b"3\r\nsuc\r\n4\r\ncess\r\n0\r\n\r\n", b"success"),
        (b"3;a=b\r\nsuc\r\n004 \r\ncess\r\n000\r\nA: b\r\nC: d\r\n\r\n", b"success"),
        (b"3\nsuc\n4\ncess\n0\n\n", b"success"),
        (b"D\r\n0\r\n\r\n3\r\nsuc\r\n\r\n0\r\n\r\n", b"0\r\n\r\n3\r\nsuc\r\n"),
        (b"0\r\n\r\n", b""),
        (b"7\r\nsuccess\r\n", b"7\r\nsuccess\r\n"),
        (b"7\r\nsuccess\r\n0\r\n", b"7\r\nsuccess\r\n0\r\n"),
        (b"7\r\nsuccess\r\n0\r\n\r\nmore", b"7\r\nsuccess\r\n0\r\n\r\nmore"),
        (b"8\r\nsuccess\r\n0\r\n\r\n", b"8\r\nsuccess\r\n0\r\n\r\n"),
        (b"ffffffff\r\nsuccess", b"ffffffff\r\nsuccess"),
        (b"4375120948345356249", b"4375120948345356249"),
        (b"7\nsuccess", b"7\nsuccess"),
    ],
)
def test_a_body_is_joined_only_if_it_is_chunks_from_end_to_end(body: bytes, joined: bytes) -> None:
    assert response(CHUNKED + body).body == joined
    assert response(OK.replace(b"success", body)).body == body


@given(st.lists(st.binary(min_size=1), max_size=5))
@example([b"0\r\n\r\n"])
def test_joining_inverts_chunking(pieces: list[bytes]) -> None:
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    assert response(CHUNKED + chunked).body == b"".join(pieces)


def test_a_content_encoding_and_a_wrong_length_are_left_to_others() -> None:
    read = response(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08\x00")
    assert read.header("content-encoding") == "gzip"
    assert read.body == b"\x1f\x8b\x08\x00"


def test_header_values_are_trimmed_kept_in_order_and_repeated() -> None:
    read = response(b"HTTP/1.1 200 OK\r\nA:1\r\na: \t2 \t\r\nB:\r\nC: x:y\r\n\r\n")
    assert read.headers == (("A", "1"), ("a", "2"), ("B", ""), ("C", "x:y"))


def test_a_folded_line_is_unfolded_and_noted() -> None:
    read = response(b"HTTP/1.1 200 OK\r\nA: 1\r\n  2\r\n\t3\r\nB: 4\r\n\r\n")
    assert read.headers == (("A", "1 2 3"), ("B", "4"))
    assert read.leniencies == ("a folded header line",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"HTTP/1.1\r\n\r\n", '"HTTP/1.1" is no HTTP status line'),
        (b"HTTP/1.1 20 OK\r\n\r\n", '"HTTP/1.1 20 OK" is no HTTP status line'),
        (b"HTTP/1.1 2000\r\n\r\n", '"HTTP/1.1 2000" is no HTTP status line'),
        (b"HTTP/1.1 999 No\r\n\r\n", '"HTTP/1.1 999 No" is no HTTP status line'),
        (b"HTTP/a 200 \x1b[2J\r\n\r\n", '"HTTP/a 200 \\x1b[2J" is no HTTP status line'),
        (b"HTTP/1.1 200 OK\r\nsuccess\r\n\r\n", '"success" is no HTTP header line'),
        (b"HTTP/1.1 200 OK\r\nA : 1\r\n\r\n", '"A : 1" is no HTTP header line'),
        (b"HTTP/1.1 200 OK\r\n folded\r\n\r\n", '" folded" is no HTTP header line'),
        (b"HTTP/1.1 200 OK\r\nA\xff: 1\r\n\r\n", '"A\\xff: 1" is no HTTP header line'),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 OK\r\n\r\n", '"HTTP/1.1 OK" is no HTTP status line'),
    ],
)
def test_a_malformed_head_is_a_usage_error_that_quotes_the_line(data: bytes, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        rawhttp.read(data)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\r\n" + b" \r\n" * 40_000 + b"\r\n",
    ],
)
def test_a_head_without_its_end_is_a_usage_error_with_a_hint(data: bytes) -> None:
    with pytest.raises(UsageError, match="do not end: no empty line after") as caught:
        rawhttp.read(data)
    assert "curl -si" in caught.value.hint


@given(st.lists(st.sampled_from([*(bytes([each]) for each in b"\r\n :0123;aHTP/.\xff"), OK, CHUNKED]), max_size=40))
def test_no_bytes_make_anything_but_a_usage_error(pieces: list[bytes]) -> None:
    for data in (b"".join(pieces), b"HTTP/" + b"".join(pieces), CHUNKED + b"".join(pieces)):
        with contextlib.suppress(UsageError):
            rawhttp.read(data)


def test_many_answers_are_read_in_linear_time() -> None:
    assert response(b"HTTP/1.1 100 C\r\n\r\n" * 50_000 + OK).body == b"success"
