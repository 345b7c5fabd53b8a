"""The handlers of sealed modes do what they are here for: judged from outside, without `simulate`."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.handlers.flawed_sealer import FLAWS
from tests.handlers.launch import handler
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire import codec
from wxkf_cli.wire.crypto import BLOCK, Opened, decoded_key, open_sealed, seal
from wxkf_cli.wire.document import Document
from wxkf_cli.wire.signature import sign

TOKEN = "test-token-42"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
APPID = "wx2c2769f8efd9abc2"
PUSHES = Path(__file__).parents[1] / "fixtures" / "pushes"
#: Program, variant, the data format it speaks, and the digits of its TimeStamp: co-wechat counts milliseconds.
HANDLERS = [
    ("flask_wechatpy", "correct", DataFormat.XML, 10),
    ("flask_wechatpy_json", "correct", DataFormat.JSON, 10),
    ("koa_co_wechat", "correct", DataFormat.XML, 13),
    ("flawed_sealer", "none", DataFormat.XML, 10),
    ("flawed_sealer", "none", DataFormat.JSON, 10),
]
#: Flaws of conduct: what is wrong with a push, and the status that the flaw alone answers it with.
CONDUCT = [
    ("checks-signature-only", {"msg_signature": "0" * 40}, 200),
    ("no-signature-check", {"msg_signature": "0" * 40}, 200),
    ("no-appid-check", {"appid": "wx0000000000000000"}, 200),
    ("crashes-on-unopenable", {"aes_key": AES_KEY[::-1]}, 500),
    ("accepts-plaintext", {"mode": "plaintext"}, 200),
    ("seals-after-first", {"mode": "plaintext"}, 200),
    # Padded by 32, which is right.
    ("padding-16-only", {"padding": 32}, 403),
]


@pytest.fixture(scope="module", params=HANDLERS, ids=lambda row: f"{row[0]} {row[2]}")
def running(request: pytest.FixtureRequest) -> Iterator[tuple[str, DataFormat, int]]:
    """The URL of a handler without flaws, its data format and the digits of its TimeStamp."""
    program, variant, data_format, digits = request.param
    with handler(program, variant, token=TOKEN, aes_key=AES_KEY, appid=APPID) as url:
        yield url, data_format, digits


def push(
    url: str,
    name: str,
    data_format: DataFormat,
    *,
    mode: str = "secure",
    aes_key: str = AES_KEY,
    appid: str = APPID,
    padding: int | None = None,
    **query: str,
) -> httpx.Response:
    """Push a fixture; what is given stands in place of what is right."""
    body = (PUSHES / f"{name}.{data_format}").read_bytes()
    while padding is not None and (20 + len(body) + len(appid) + padding) % BLOCK:
        body += b" "
    timestamp, nonce = str(int(time.time()) - 2), "486452656"
    right = {"signature": sign(TOKEN, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    if mode != "plaintext":
        encrypt = seal(body, decoded_key(aes_key), appid, os.urandom(16))
        right |= {"encrypt_type": "aes", "msg_signature": sign(TOKEN, timestamp, nonce, encrypt)}
        is_json = data_format is DataFormat.JSON
        start, end = ("{", "}") if is_json else ("<xml>", "</xml>")
        field = f'"Encrypt":"{encrypt}"' if is_json else f"<Encrypt><![CDATA[{encrypt}]]></Encrypt>"
        if mode == "compatible":
            plain = body.decode().rstrip().removesuffix(end)
            body = f"{plain}{',' if is_json else ''}{field}{end}".encode()
        else:
            body = f"{start}{field}{end}".encode()
    # As WeChat does: the Content-Type says nothing of the body.
    headers = {"Content-Type": "text/xml"}
    return httpx.post(url, params=right | query, content=body, headers=headers, trust_env=False, timeout=30)


def fields(body: bytes, data_format: DataFormat) -> dict[str, str]:
    document = codec.parse(body, data_format)
    assert isinstance(document, Document), document
    return {node.name: str(node.value) for node in document.nodes}


def assert_sealed_transfer(response: httpx.Response, data_format: DataFormat, digits: int = 10) -> None:
    """A right transfer in a right envelope, both in the given format."""
    assert response.status_code == 200
    envelope = fields(response.content, data_format)
    assert set(envelope) == {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}
    encrypt, timestamp = envelope["Encrypt"], envelope["TimeStamp"]
    assert envelope["MsgSignature"] == sign(TOKEN, timestamp, envelope["Nonce"], encrypt)
    assert len(timestamp) == digits
    opened = open_sealed(encrypt, decoded_key(AES_KEY), APPID)
    assert isinstance(opened, Opened), opened
    assert (20 + len(opened.message) + len(APPID) + opened.padding) % BLOCK == 0
    reply = fields(opened.message, data_format)
    came = fields((PUSHES / f"text.{data_format}").read_bytes(), data_format)
    assert len(reply.pop("CreateTime")) == digits
    assert reply == {
        "ToUserName": came["FromUserName"],
        "FromUserName": came["ToUserName"],
        "MsgType": "transfer_customer_service",
    }


@pytest.mark.parametrize("mode", ["secure", "compatible"])
def test_a_message_is_transferred_in_an_envelope(running: tuple[str, DataFormat, int], mode: str) -> None:
    url, data_format, digits = running
    assert_sealed_transfer(push(url, "text", data_format, mode=mode), data_format, digits)


@pytest.mark.parametrize("mode", ["secure", "compatible"])
def test_an_event_is_acknowledged_in_plaintext(running: tuple[str, DataFormat, int], mode: str) -> None:
    url, data_format, _ = running
    response = push(url, "user_enter_tempsession", data_format, mode=mode)
    assert response.status_code == 200
    assert response.content in (b"success", b"")


@pytest.mark.parametrize("mode", ["secure", "compatible"])
def test_a_wrong_msg_signature_is_refused(running: tuple[str, DataFormat, int], mode: str) -> None:
    url, data_format, _ = running
    response = push(url, "text", data_format, mode=mode, msg_signature="0" * 40)
    assert response.status_code in (401, 403)
    assert b"Encrypt" not in response.content


@pytest.mark.parametrize("returned", ["returns-success", "returns-nothing"])
def test_co_wechat_seals_a_text_message_for_whatever_is_not_the_empty_text(returned: str) -> None:
    with handler("koa_co_wechat", returned, token=TOKEN, aes_key=AES_KEY, appid=APPID) as url:
        envelope = fields(push(url, "user_enter_tempsession", DataFormat.XML).content, DataFormat.XML)
    opened = open_sealed(envelope["Encrypt"], decoded_key(AES_KEY), APPID)
    assert isinstance(opened, Opened)
    reply = fields(opened.message, DataFormat.XML)
    assert (reply["MsgType"], reply["Content"]) == ("text", "success" if returned == "returns-success" else "")


@pytest.mark.parametrize("data_format", DataFormat)
@pytest.mark.parametrize("flaw", [name for name in FLAWS if name not in {"none", *(row[0] for row in CONDUCT)}])
def test_a_flaw_of_the_reply_is_in_every_reply(flaw: str, data_format: DataFormat) -> None:
    with handler("flawed_sealer", flaw, token=TOKEN, aes_key=AES_KEY, appid=APPID) as url:
        if flaw == "sealed-success":
            event = push(url, "user_enter_tempsession", data_format)
            assert "Encrypt" in fields(event.content, data_format)
            return
        response = push(url, "text", data_format)
        assert response.status_code == 200
        with pytest.raises(AssertionError):
            assert_sealed_transfer(response, data_format)


@pytest.mark.parametrize(("flaw", "wrong", "status"), CONDUCT, ids=[row[0] for row in CONDUCT])
def test_a_flaw_of_conduct_shows_in_one_answer(flaw: str, wrong: dict[str, str], status: int) -> None:
    with handler("flawed_sealer", "none", token=TOKEN, aes_key=AES_KEY, appid=APPID) as url:
        without = push(url, "text", DataFormat.XML, **wrong)  # type: ignore[arg-type] # one of several
    with handler("flawed_sealer", flaw, token=TOKEN, aes_key=AES_KEY, appid=APPID) as url:
        assert_sealed_transfer(push(url, "text", DataFormat.XML, padding=8), DataFormat.XML)
        response = push(url, "text", DataFormat.XML, **wrong)  # type: ignore[arg-type] # one of several
    assert response.status_code == status
    if status == 403:
        assert_sealed_transfer(without, DataFormat.XML)
    else:
        assert without.status_code == 403
    if flaw == "seals-after-first":
        assert_sealed_transfer(response, DataFormat.XML)
