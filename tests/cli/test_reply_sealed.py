"""`wxkf reply` in the sealed modes."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Wxkf
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire import codec
from wxkf_cli.wire.crypto import Opened, decoded_key, open_sealed, seal
from wxkf_cli.wire.document import Document
from wxkf_cli.wire.signature import sign

KEY, APPID, TOKEN = "A" * 43, "wxba5fad812f8e6fb9", "AAAAA"
VECTORS = {
    vector["id"]: vector
    for vector in json.loads((Path(__file__).parents[2] / "fixtures/crypto/vectors.json").read_text("utf-8"))
}
FIXED = ["--create-time", "1714112446", "--nonce", "415670741"]
ADDRESSES = ["--to", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "--from", "gh_97417a04a28d"]


@pytest.fixture(autouse=True)
def secrets(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    del wxkf  # sets a token of its own, before this one
    monkeypatch.setenv("WXKF_TOKEN", TOKEN)
    monkeypatch.setenv("WXKF_AES_KEY", KEY)
    monkeypatch.setenv("WXKF_APPID", APPID)


def fields(envelope: str) -> dict[str, object]:
    data = envelope.encode()
    data_format = codec.sniff(data)
    assert data_format is not None
    document = codec.parse(data, data_format)
    assert isinstance(document, Document)
    return {node.name: node.value for node in document.nodes}


def message_of(envelope: str, key: str = KEY) -> bytes:
    result = open_sealed(str(fields(envelope)["Encrypt"]), decoded_key(key), APPID)
    assert isinstance(result, Opened)
    return result.message


@pytest.mark.parametrize(("name", "data"), [("W1-transfer-xml", "xml"), ("W2-transfer-json", "json")])
def test_fixed_values_reproduce_the_vectors(wxkf: Wxkf, name: str, data: str) -> None:
    vector = VECTORS[name]
    ran = wxkf("reply", "--mode", "secure", "--format", data, *ADDRESSES, *FIXED, "--random16", vector["random16"])
    assert (ran.code, ran.err) == (0, "")
    found = fields(ran.out)
    assert list(found) == ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
    assert (found["Encrypt"], found["MsgSignature"]) == (vector["encrypt"], vector["msg_signature"])
    assert (str(found["TimeStamp"]), found["Nonce"]) == (vector["timestamp"], vector["nonce"])


def sealed_push(data: DataFormat, key: str = KEY, **more: str) -> str:
    plain = codec.render(make(PUSHES["text"]), data)
    encrypt = seal(plain, decoded_key(key), APPID, b"0123456789abcdef")
    values = {"ToUserName": "gh_97417a04a28d", **more, "Encrypt": encrypt}
    if data is DataFormat.JSON:
        return json.dumps(values)
    return "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in values.items()) + "</xml>"


@pytest.mark.parametrize("data", list(DataFormat))
def test_a_sealed_push_is_opened_and_answered_sealed_in_its_format(wxkf: Wxkf, data: DataFormat) -> None:
    Path("push").write_text(sealed_push(data), encoding="utf-8")
    ran = wxkf("reply", "--answer", "push", *FIXED)
    found = fields(ran.out)
    assert found["MsgSignature"] == sign(TOKEN, str(found["TimeStamp"]), str(found["Nonce"]), str(found["Encrypt"]))
    plain = wxkf("reply", "--format", data.value, *ADDRESSES, *FIXED).out
    assert message_of(ran.out) == plain.encode()


def test_no_two_seals_are_the_same(wxkf: Wxkf) -> None:
    sealed = [wxkf("reply", "--mode", "secure", *ADDRESSES, "--create-time", "1").out for _ in range(2)]
    assert fields(sealed[0])["Encrypt"] != fields(sealed[1])["Encrypt"]
    assert fields(sealed[0])["Nonce"] != fields(sealed[1])["Nonce"]


def test_timestamp_is_the_envelopes_own_if_given(wxkf: Wxkf) -> None:
    ran = wxkf("reply", "--mode", "secure", *ADDRESSES, *FIXED, "--timestamp", "1714119999")
    assert fields(ran.out)["TimeStamp"] == "1714119999"
    assert b"<CreateTime>1714112446<" in message_of(ran.out)


def test_a_key_alone_seals_nothing_and_a_compatible_push_is_answered_plainly(wxkf: Wxkf) -> None:
    assert "Encrypt" not in wxkf("reply", *ADDRESSES).out
    more = {"FromUserName": "oUser", "CreateTime": "1", "MsgType": "text", "Content": "hi"}
    Path("push").write_text(sealed_push(DataFormat.XML, **more), encoding="utf-8")
    assert "transfer_customer_service" in wxkf("reply", "--answer", "push").out
    assert "<Encrypt>" in wxkf("reply", "--answer", "push", "--mode", "secure").out


def test_the_key_before_the_last_change_opens_too(wxkf: Wxkf) -> None:
    Path("push").write_text(sealed_push(DataFormat.XML, key="B" * 42 + "A"), encoding="utf-8")
    ran = wxkf("reply", "--answer", "push")
    assert ran.code == 2
    assert "does not open" in ran.err
    ran = wxkf("reply", "--answer", "push", "--previous-aes-key", "B" * 42 + "A")
    assert ran.code == 0
    assert b"transfer_customer_service" in message_of(ran.out)


def test_a_key_on_the_command_line_works_and_warns(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WXKF_AES_KEY")
    ran = wxkf("reply", "--mode", "secure", *ADDRESSES, "--aes-key", KEY)
    assert ran.code == 0
    assert ran.err == "wxkf: a key on the command line can be seen by others (ps); WXKF_AES_KEY cannot\n"


BAD_INPUT = [
    ({"WXKF_AES_KEY": ""}, ["--mode", "secure", *ADDRESSES], "sealing and opening need --aes-key"),
    ({"WXKF_APPID": "", "WXKF_TOKEN": ""}, ["--mode", "secure", *ADDRESSES], "need --token and --appid"),
    ({"WXKF_AES_KEY": "A" * 42}, ["--mode", "secure", *ADDRESSES], "the EncodingAESKey cannot be used"),
    ({}, ["--mode", "secure", *ADDRESSES, "--random16", "short"], "--random16 has 5 characters"),
    ({}, ["--ack", "--mode", "secure"], "never sealed"),
]


@pytest.mark.parametrize(("environment", "arguments", "said"), BAD_INPUT, ids=[row[2] for row in BAD_INPUT])
def test_bad_input_is_one_clear_line_and_exit_2(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], arguments: list[str], said: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    ran = wxkf("reply", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err.splitlines()[0]
    assert "A" * 42 not in ran.err


def test_a_sealed_event_is_opened_and_refused(wxkf: Wxkf) -> None:
    Path("push").write_text(
        json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": VECTORS["V1-push-json-secure"]["encrypt"]}),
        encoding="utf-8",
    )
    ran = wxkf("reply", "--answer", "push")
    assert (ran.code, ran.out) == (1, "")
    assert 'the event "debug_demo"' in ran.err
