"""Witnesses behind a URL: which counts are read, which answers are quoted, and where nobody is asked."""

import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scripted import Reply, Request, scripted
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.target import Reach, parse_url
from wxkf_cli.simulate.witness import UrlWitness, count_in
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make

COUNTS: list[tuple[bytes, int | None]] = [
    (b"0", 0),
    (b"3", 3),
    (b" 3\r\n", 3),
    (b"3.0", 3),
    (b"3e2", 300),
    (b'{"count": 3}', 3),
    (b'{"count": 3, "since": "yesterday"}', 3),
    (b"999999999999999", 999_999_999_999_999),
    (b"", None),
    (b"-1", None),
    (b"1.5", None),
    (b"true", None),
    (b'"3"', None),
    (b"three", None),
    (b"[3]", None),
    (b"{}", None),
    (b'{"count": "3"}', None),
    (b'{"count": {"count": 3}}', None),
    (b'{"acted": 3}', None),
    (b"NaN", None),
    (b"Infinity", None),
    (b"1e999", None),
    (b"9" * 5000, None),
    (b"9" * 16, None),
    (b"\xff\xfe3\x00", None),
    (b"[" * 4000, None),
    (b" " * 5000 + b"3", None),
    (b"<html>3</html>", None),
]


@pytest.mark.parametrize(("body", "count"), COUNTS)
def test_a_count_is_a_number_or_an_object_with_one(body: bytes, count: int | None) -> None:
    assert count_in(body) == count


@given(st.binary(max_size=64) | st.text(max_size=64).map(str.encode))
def test_no_bytes_make_it_fail_and_a_count_is_never_below_nothing(body: bytes) -> None:
    count = count_in(body)
    assert count is None or count >= 0


@given(st.integers(0, 10**15 - 1))
def test_every_count_is_read_back(count: int) -> None:
    assert count_in(str(count).encode()) == count_in(b'{"count": %d}' % count) == count


def test_it_is_asked_by_a_plain_get() -> None:
    with scripted(lambda _: Reply(b'{"count": 7}')) as handler:
        witness = UrlWitness(parse_url(f"{handler.url}/acted?by=me"))
        assert asyncio.run(witness.total()) == 7
        (asked,) = handler.requests
    assert (asked.method, asked.path, asked.query, asked.body) == ("GET", "/wx/acted", {"by": "me"}, b"")
    assert asked.headers["Host"] == handler.url.split("/")[2]
    assert not witness.is_per_message


def test_it_is_asked_about_one_message_by_what_tells_it_apart() -> None:
    with scripted(lambda _: Reply(b"1")) as handler:
        witness = UrlWitness(parse_url(handler.url + "/{FromUserName}?id={MsgId}&at={CreateTime}"))
        push = make(PUSHES["text"], {"FromUserName": "o/&x", "MsgId": 2**62 + 1, "CreateTime": 1714112445})
        assert asyncio.run(witness.of(push)) == 1
        # An event has no MsgId: nobody is asked about none.
        assert asyncio.run(witness.of(make(PUSHES["user_enter_tempsession"]))) is None
        (asked,) = handler.requests
    assert witness.is_per_message
    assert (asked.path, asked.query) == ("/wx/o%2F%26x", {"id": str(2**62 + 1), "at": "1714112445"})


@pytest.mark.parametrize(
    ("name", "hint"), [("MsgID", "did you mean {MsgId}?"), ("x", "{MsgId}, {FromUserName}, {CreateTime}"), ("", "{Msg")]
)
def test_what_tells_no_push_apart_is_refused(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match="tells no push apart") as caught:
        UrlWitness(parse_url(f"http://127.0.0.1:1/{{{name}}}"))
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b"no such page\x1b[31m", 404), 'status 404, "no such page\\x1b[31m"'),
        (Reply(b"3", 500), 'status 500, "3"'),
        (Reply(b"many"), 'status 200, "many"'),
        (Reply(b""), 'status 200, ""'),
    ],
)
def test_an_answer_that_is_no_count_is_quoted(reply: Reply, said: str) -> None:
    def answer(_: Request) -> Reply:
        return reply

    with scripted(answer) as handler, pytest.raises(UsageError) as caught:
        asyncio.run(UrlWitness(parse_url(handler.url)).total())
    assert said in str(caught.value)
    assert str(caught.value).startswith(f'the witness "{handler.url}" has no count: it answered')
    assert '{"count": 3}' in caught.value.hint


def test_a_witness_that_nobody_is_at_is_a_usage_error_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(UsageError, match=r"the connection was refused \(net.refused\)"):
        asyncio.run(UrlWitness(parse_url(f"http://127.0.0.1:{port}/")).total())


@pytest.mark.parametrize("host", ["169.254.169.254", "metadata.google.internal", "[fe80::1]", "100.100.100.200"])
def test_link_local_and_metadata_addresses_are_never_asked(host: str) -> None:
    with pytest.raises(UsageError, match="link-local or cloud metadata"):
        parse_url(f"http://{host}/count")


def test_how_far_away_it_is_can_be_told_before_it_is_asked() -> None:
    assert asyncio.run(UrlWitness(parse_url("http://127.0.0.1:1/")).reach()) is Reach.LOCAL
    assert asyncio.run(UrlWitness(parse_url("http://203.0.113.7:1/")).reach()) is not Reach.FORBIDDEN
