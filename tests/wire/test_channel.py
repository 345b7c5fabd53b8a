"""A push looks as it does in a server's log: its query, its headers, its order."""

import pytest

from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire import codec
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.signature import verify

TEXT = make(PUSHES["text"])


def test_a_push_has_the_query_and_the_headers_of_a_real_one_in_order() -> None:
    push = Channel("AAAAA").push(TEXT, timestamp=1714037059, nonce="486452656")
    assert push.method == "POST"
    assert push.query == (
        ("signature", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        ("timestamp", "1714037059"),
        ("nonce", "486452656"),
        ("openid", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"),
    )
    assert push.query_string == (
        "signature=899cf89e464efb63f54ddac96b0a0a235f53aa78&timestamp=1714037059&nonce=486452656"
        "&openid=o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
    )
    assert push.headers == (
        ("User-Agent", "Mozilla/4.0"),
        ("Accept", "*/*"),
        ("Host", ""),
        ("Pragma", "no-cache"),
        ("Accept-Encoding", "identity"),
        ("Content-Length", str(len(push.body))),
        ("Content-Type", "text/xml"),
    )
    assert push.body == codec.render(TEXT, DataFormat.XML)


def test_a_json_push_is_json_and_says_so() -> None:
    push = Channel("AAAAA", data=DataFormat.JSON).push(TEXT, timestamp=1, nonce="2")
    assert push.body == codec.render(TEXT, DataFormat.JSON)
    assert push.headers[-2:] == (("Content-Length", str(len(push.body))), ("Content-Type", "application/json"))


@pytest.mark.parametrize(("label", "sent"), [("text/xml", [("Content-Type", "text/xml")]), ("", [])])
def test_a_json_push_can_be_mislabelled_or_unlabelled_as_some_are(label: str, sent: list[tuple[str, str]]) -> None:
    push = Channel("AAAAA", data=DataFormat.JSON).push(TEXT, timestamp=1, nonce="2", content_type=label)
    assert [pair for pair in push.headers if pair[0] == "Content-Type"] == sent
    assert push.headers[5][0] == "Content-Length"


def test_the_length_counts_bytes() -> None:
    push = Channel("AAAAA").push(make(PUSHES["text"], {"Content": "你好🙂"}), timestamp=1, nonce="2")
    assert dict(push.headers)["Content-Length"] == str(len(push.body))
    assert "你好🙂".encode() in push.body


@pytest.mark.parametrize("genuine", [True, False])
def test_only_a_genuine_push_verifies(genuine: bool) -> None:
    channel = Channel("secret")
    for request in (
        channel.push(TEXT, timestamp=1714037059, nonce="42", genuine=genuine),
        channel.verification("4375120948345356249", timestamp=1714037059, nonce="42", genuine=genuine),
    ):
        assert verify(request.parameter("signature"), "secret", "1714037059", "42") is genuine


@pytest.mark.parametrize("sender", [None, 42])
def test_a_push_without_a_sender_has_no_openid(sender: int | None) -> None:
    push = Channel("AAAAA").push(make(PUSHES["text"], {"FromUserName": sender}), timestamp=1, nonce="2")
    assert [name for name, _ in push.query] == ["signature", "timestamp", "nonce"]


def test_a_verification_is_a_get_in_the_official_order_without_a_body() -> None:
    request = Channel("AAAAA").verification("4375120948345356249", timestamp=1714036504, nonce="1514711492")
    assert request.method == "GET"
    assert request.query == (
        ("signature", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        ("echostr", "4375120948345356249"),
        ("timestamp", "1714036504"),
        ("nonce", "1514711492"),
    )
    assert [name for name, _ in request.headers] == ["User-Agent", "Accept", "Host", "Pragma", "Accept-Encoding"]
    assert request.body == b""


def test_a_request_is_addressed_by_its_host_header_and_more_headers_come_last() -> None:
    plain = Channel("AAAAA").push(TEXT, timestamp=1, nonce="2")
    addressed = Channel("AAAAA", host="127.0.0.1:8080", extra_headers=(("X-Env", "test"),)).push(
        TEXT, timestamp=1, nonce="2"
    )
    assert dict(plain.headers)["Host"] == ""
    assert dict(addressed.headers)["Host"] == "127.0.0.1:8080"
    assert [name for name, _ in addressed.headers] == [*(name for name, _ in plain.headers), "X-Env"]
    assert (addressed.query, addressed.body) == (plain.query, plain.body)
