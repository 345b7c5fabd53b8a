"""A push looks as it does in a server's log: its query, its headers, its order."""

import pytest

from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.terms import DataFormat, Flaw, Mode
from wxkf_cli.wire import codec
from wxkf_cli.wire.channel import OTHER_APPID, Channel
from wxkf_cli.wire.crypto import Opened, SealDefect, Unopened, decoded_key, open_sealed
from wxkf_cli.wire.document import PUSH_LIMITS, Document
from wxkf_cli.wire.envelope import Seal, mode_of, opened
from wxkf_cli.wire.exchange import PushRequest
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


@pytest.mark.parametrize("flaw", [None, Flaw.SIGNATURE])
def test_only_a_genuine_push_verifies(flaw: Flaw | None) -> None:
    channel = Channel("secret")
    for request in (
        channel.push(TEXT, timestamp=1714037059, nonce="42", flaw=flaw),
        channel.verification("4375120948345356249", timestamp=1714037059, nonce="42", flaw=flaw),
    ):
        assert verify(request.parameter("signature"), "secret", "1714037059", "42") is (flaw is None)


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


SEAL = Seal("AAAAA", decoded_key("A" * 43), "wxba5fad812f8e6fb9")
FORMATS = list(DataFormat)


def sealed(mode: Mode, data: DataFormat, flaw: Flaw | None = None) -> tuple[PushRequest, Document]:
    channel = Channel("AAAAA", mode, data, seal=SEAL)
    push = channel.push(TEXT, timestamp=1714037059, nonce="486452656", flaw=flaw)
    document = codec.parse(push.body, data, PUSH_LIMITS)
    assert isinstance(document, Document)
    return push, document


@pytest.mark.parametrize("data", FORMATS)
def test_a_secure_push_has_the_query_and_the_body_of_the_official_page(data: DataFormat) -> None:
    push, document = sealed(Mode.SECURE, data)
    encrypt = str(document.get("Encrypt"))
    assert [name for name, _ in push.query] == [
        "signature", "timestamp", "nonce", "openid", "encrypt_type", "msg_signature",
    ]  # fmt: skip
    assert push.parameter("encrypt_type") == "aes"
    assert push.parameter("signature") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"
    assert verify(push.parameter("msg_signature"), "AAAAA", "1714037059", "486452656", encrypt)
    expected = {
        DataFormat.XML: "<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName>"
        f"<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>",
        DataFormat.JSON: f'{{"ToUserName":"gh_97417a04a28d","Encrypt":"{encrypt}"}}',
    }
    assert push.body.decode() == expected[data]
    assert dict(push.headers)["Content-Length"] == str(len(push.body))
    assert mode_of(document) is Mode.SECURE
    result = opened(encrypt, SEAL)
    assert isinstance(result, Opened)
    assert result.message == codec.render(TEXT, data)


@pytest.mark.parametrize("data", FORMATS)
def test_a_compatible_push_is_the_plain_one_with_encrypt_last(data: DataFormat) -> None:
    push, document = sealed(Mode.COMPATIBLE, data)
    plain = codec.parse(codec.render(TEXT, data), data)
    assert isinstance(plain, Document)
    assert document.names == [*plain.names, "Encrypt"]
    assert [document.get(name) for name in plain.names] == [plain.get(name) for name in plain.names]
    result = opened(document.get("Encrypt"), SEAL)
    assert isinstance(result, Opened)
    assert result.message == codec.render(TEXT, data)
    assert verify(push.parameter("msg_signature"), "AAAAA", "1714037059", "486452656", str(document.get("Encrypt")))
    assert verify(push.parameter("signature"), "AAAAA", "1714037059", "486452656")
    assert mode_of(document) is Mode.COMPATIBLE


def test_a_secure_push_says_to_whom_it_goes_only_where_that_is_known() -> None:
    message = make(PUSHES["text"], without=("ToUserName",))
    push = Channel("AAAAA", Mode.SECURE, DataFormat.JSON, seal=SEAL).push(message, timestamp=1, nonce="2")
    assert push.body.startswith(b'{"Encrypt":"')


@pytest.mark.parametrize("mode", [Mode.SECURE, Mode.COMPATIBLE])
@pytest.mark.parametrize("data", FORMATS)
@pytest.mark.parametrize("flaw", [Flaw.SIGNATURE, Flaw.APPID, Flaw.TRUNCATED, Flaw.BASE64])
def test_a_probe_has_one_flaw_and_no_other(mode: Mode, data: DataFormat, flaw: Flaw) -> None:
    push, document = sealed(mode, data, flaw)
    encrypt = str(document.get("Encrypt"))
    # Where plain fields count as well, a forger cannot know that signature either.
    is_signed = verify(push.parameter("signature"), "AAAAA", "1714037059", "486452656")
    assert is_signed is not (flaw is Flaw.SIGNATURE and mode is Mode.COMPATIBLE)
    covers = verify(push.parameter("msg_signature"), "AAAAA", "1714037059", "486452656", encrypt)
    assert covers is (flaw is not Flaw.SIGNATURE)
    result = opened(encrypt, SEAL)
    defects = {Flaw.APPID: SealDefect.APPID, Flaw.TRUNCATED: SealDefect.CIPHERTEXT, Flaw.BASE64: SealDefect.BASE64}
    assert (result.defect if isinstance(result, Unopened) else None) is defects.get(flaw)
    if flaw is Flaw.APPID:
        assert isinstance(open_sealed(encrypt, SEAL.key, OTHER_APPID), Opened)


def test_a_push_that_should_be_sealed_can_be_plain_as_a_probe() -> None:
    channel = Channel("AAAAA", Mode.SECURE, seal=SEAL)
    plain = Channel("AAAAA").push(TEXT, timestamp=1, nonce="2")
    assert channel.push(TEXT, timestamp=1, nonce="2", flaw=Flaw.UNSEALED) == plain


@pytest.mark.parametrize("mode", list(Mode))
def test_a_url_is_verified_in_the_same_way_in_every_mode(mode: Mode) -> None:
    request = Channel("AAAAA", mode, seal=SEAL).verification("4375120948345356249", timestamp=1, nonce="2")
    assert request == Channel("AAAAA").verification("4375120948345356249", timestamp=1, nonce="2")
