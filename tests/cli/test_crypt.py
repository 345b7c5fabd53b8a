"""`wxkf crypt`: the official vectors in both directions, every refusal with its reason, no secret shown unasked."""

import json
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Wxkf
from wxkf_cli.cli.start import COMMANDS
from wxkf_cli.wire.crypto import decoded_key, seal
from wxkf_cli.wire.signature import sign, spoiled

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "crypto" / "vectors.json").read_text("utf-8")
)
SIGNED = [each for each in VECTORS if "signature" in each]
SEALED = [each for each in VECTORS if "encrypt" in each and "msg" in each]
SEALED_AND_SIGNED = [each for each in SEALED if "msg_signature" in each]

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OLD_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
APPID, RANDOM16 = "wxba5fad812f8e6fb9", "0123456789abcdef"
TOKEN, TIMESTAMP, NONCE = "Secret7Token", "1714112445", "415670741"
MESSAGE = '{"Content":"你好"}'.encode()
ENCRYPT = seal(MESSAGE, decoded_key(KEY), APPID, RANDOM16.encode())
MSG_SIGNATURE = sign(TOKEN, TIMESTAMP, NONCE, ENCRYPT)
THREE = ("--timestamp", TIMESTAMP, "--nonce", NONCE)
FOUR = (*THREE, "--encrypt", ENCRYPT)
QUERY = f"timestamp={TIMESTAMP}&nonce={NONCE}"
BODIES = {
    "xml": f"<xml><ToUserName><![CDATA[gh]]></ToUserName><Encrypt><![CDATA[{ENCRYPT}]]></Encrypt></xml>",
    "json": json.dumps({"ToUserName": "gh", "Encrypt": ENCRYPT}),
    "bare": f"{ENCRYPT}\n",
}


@pytest.fixture(autouse=True)
def _environment(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    del wxkf  # sets a token of its own, before this one
    monkeypatch.setitem(COMMANDS, "crypt", "Sign, verify, encrypt, decrypt.")
    monkeypatch.setenv("WXKF_TOKEN", TOKEN)
    monkeypatch.setenv("WXKF_AES_KEY", KEY)
    monkeypatch.setenv("WXKF_APPID", APPID)


def written(data: bytes | str) -> str:
    Path("given").write_bytes(data if isinstance(data, bytes) else data.encode())
    return "given"


def of(vector: dict[str, Any]) -> tuple[str, ...]:
    return ("--token", vector["token"], "--timestamp", vector["timestamp"], "--nonce", vector["nonce"])


@pytest.mark.parametrize("vector", SIGNED, ids=lambda vector: vector["id"])
def test_the_official_signatures_are_signed_and_verified(wxkf: Wxkf, vector: dict[str, Any]) -> None:
    ran = wxkf("crypt", "sign", *of(vector))
    assert (ran.code, ran.out, ran.err) == (0, f"{vector['signature']}\n", "")
    ran = wxkf("crypt", "verify", *of(vector), "--signature", vector["signature"])
    assert (ran.code, ran.out, ran.err) == (0, "signature is right\n", "")


@pytest.mark.parametrize("vector", SEALED_AND_SIGNED, ids=lambda vector: vector["id"])
def test_the_official_msg_signatures_are_signed_and_verified(wxkf: Wxkf, vector: dict[str, Any]) -> None:
    sealed = (*of(vector), "--encrypt", vector["encrypt"])
    assert wxkf("crypt", "sign", *sealed).out == f"{vector['msg_signature']}\n"
    ran = wxkf("crypt", "verify", *sealed, "--msg-signature", vector["msg_signature"])
    assert (ran.code, ran.out, ran.err) == (0, "msg_signature is right\n", "")


@pytest.mark.parametrize("vector", SEALED, ids=lambda vector: vector["id"])
def test_the_official_seals_open_and_are_made_again(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, vector: dict[str, Any]
) -> None:
    monkeypatch.setenv("WXKF_AES_KEY", vector["encoding_aes_key"])
    monkeypatch.setenv("WXKF_APPID", vector["appid"])
    ran = wxkf("crypt", "decrypt", "--encrypt", vector["encrypt"])
    assert (ran.code, ran.out, ran.err) == (0, vector["msg"], "")
    ran = wxkf("crypt", "encrypt", written(vector["msg"]), "--random16", vector["random16"])
    assert (ran.code, ran.out, ran.err) == (0, f"{vector['encrypt']}\n", "")


@pytest.mark.parametrize("shape", BODIES)
@pytest.mark.parametrize("source", ["file", "stdin"])
def test_a_whole_body_is_opened_from_a_file_or_stdin(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, source: str, shape: str
) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(BODIES[shape].encode())))
    ran = wxkf("crypt", "decrypt", "-" if source == "stdin" else written(BODIES[shape]))
    assert (ran.code, ran.out, ran.err) == (0, MESSAGE.decode(), "")


@pytest.mark.parametrize("url", [f"https://example.com/wx?{QUERY}", QUERY, f"?{QUERY}#part"])
@pytest.mark.parametrize("shape", BODIES)
def test_a_push_is_verified_from_its_url_and_body(wxkf: Wxkf, url: str, shape: str) -> None:
    whole = url.replace("nonce=", f"msg_signature={MSG_SIGNATURE}&signature=x&nonce=")
    ran = wxkf("crypt", "verify", written(BODIES[shape]), "--url", whole)
    assert (ran.code, ran.out, ran.err) == (0, "msg_signature is right\n", "")


@pytest.mark.parametrize("number", ["1714112445", '"1714112445"'])
def test_a_reply_is_verified_from_its_envelope_alone(wxkf: Wxkf, number: str) -> None:
    envelope = f'"Encrypt":"{ENCRYPT}","MsgSignature":"{MSG_SIGNATURE}","TimeStamp":{number},"Nonce":"{NONCE}"'
    assert wxkf("crypt", "verify", written("{" + envelope + "}")).code == 0


def test_what_is_verified_wrong_is_exit_1_with_the_reason(wxkf: Wxkf) -> None:
    ran = wxkf("crypt", "verify", *FOUR, "--msg-signature", sign(TOKEN, TIMESTAMP, NONCE))
    assert (ran.code, ran.out) == (1, "")
    assert "is not that of these values (-40001)" in ran.err
    assert "three values were signed" in ran.err
    ran = wxkf("crypt", "verify", *THREE, "--signature", spoiled(sign(TOKEN, TIMESTAMP, NONCE)))
    assert (ran.code, ran.out) == (1, "")
    assert "signature = SHA-1 in lower-case hex over token, timestamp and nonce" in ran.err


def test_a_message_sealed_by_chance_opens_and_never_twice_alike(wxkf: Wxkf) -> None:
    first, second = (wxkf("crypt", "encrypt", written(MESSAGE)).out for _ in range(2))
    assert first != second
    assert wxkf("crypt", "decrypt", written(first)).out == MESSAGE.decode()


def test_a_message_with_fields_of_an_envelope_is_sealed_as_it_is(wxkf: Wxkf) -> None:
    ran = wxkf("crypt", "encrypt", written('{"Encrypt":'), "--random16", RANDOM16)
    assert ran.out.strip() == seal(b'{"Encrypt":', decoded_key(KEY), APPID, RANDOM16.encode())


def test_the_previous_key_opens_and_is_named(wxkf: Wxkf) -> None:
    old = seal(MESSAGE, decoded_key(OLD_KEY), APPID, RANDOM16.encode())
    ran = wxkf("crypt", "decrypt", "--encrypt", old, "--previous-aes-key", OLD_KEY)
    assert (ran.code, ran.out) == (0, MESSAGE.decode())
    assert "opened with the previous key" in ran.err
    shape = json.loads(wxkf("crypt", "decrypt", "--encrypt", old, "--previous-aes-key", OLD_KEY, "--format=json").out)
    assert shape["key"] == "previous"
    shape = json.loads(wxkf("crypt", "decrypt", written(ENCRYPT), "--previous-aes-key", OLD_KEY, "--format=json").out)
    assert (shape["key"], "notes" in shape) == ("current", False)


def test_a_key_on_the_command_line_works_and_warns(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WXKF_AES_KEY")
    ran = wxkf("crypt", "decrypt", written(ENCRYPT), "--aes-key", KEY)
    assert (ran.code, ran.out) == (0, MESSAGE.decode())
    assert "can be seen by others (ps)" in ran.err
    assert KEY not in ran.err


def test_without_an_appid_it_opens_and_says_what_was_not_checked(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WXKF_APPID")
    ran = wxkf("crypt", "decrypt", written(ENCRYPT))
    assert (ran.code, ran.out) == (0, MESSAGE.decode())
    assert "the appid at the end was not checked" in ran.err


def test_a_wrong_msg_signature_is_said_beside_what_it_covers(wxkf: Wxkf) -> None:
    ran = wxkf("crypt", "decrypt", written(ENCRYPT), "--url", f"{QUERY}&msg_signature={spoiled(MSG_SIGNATURE)}")
    assert (ran.code, ran.out) == (0, MESSAGE.decode())
    assert "the msg_signature is another (-40001)" in ran.err
    assert wxkf("crypt", "decrypt", written(ENCRYPT), "--url", f"{QUERY}&msg_signature={MSG_SIGNATURE}").err == ""


#: what is decrypted, the label, what stderr says
UNOPENED: dict[str, tuple[str, int, str]] = {
    "not base64": ("%2B" + ENCRYPT[3:], -40010, "Encrypt is not base64"),
    "cut": (ENCRYPT[:-4], -40007, "not a multiple of 16 bytes"),
    "another key": (seal(MESSAGE, decoded_key(OLD_KEY), APPID, RANDOM16.encode()), -40008, "is it the right key?"),
    "another appid": (seal(MESSAGE, decoded_key(KEY), "wxother", RANDOM16.encode()), -40005, '"wxother", not "wxba5f'),
}


@pytest.mark.parametrize("name", UNOPENED)
def test_what_does_not_open_is_exit_1_with_the_label_of_wechat(wxkf: Wxkf, name: str) -> None:
    encrypt, label, said = UNOPENED[name]
    ran = wxkf("crypt", "decrypt", "--encrypt", encrypt)
    assert (ran.code, ran.out) == (1, "")
    assert f"({label})" in ran.err
    assert said in ran.err
    ran = wxkf("crypt", "decrypt", "--encrypt", encrypt, "--format", "json")
    shape = json.loads(ran.out)
    assert (ran.code, shape["ok"], shape["label"]) == (1, False, label)


def test_a_body_that_is_no_document_is_refused_as_such(wxkf: Wxkf) -> None:
    ran = wxkf("crypt", "decrypt", written("<xml><Encrypt>"))
    assert (ran.code, ran.out) == (1, "")
    assert "(-40002)" in ran.err


#: the arguments, what stderr must say
REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "no action": ((), "Missing argument 'action'"),
    "another action": (("open",), "'open' is not one of"),
    "nothing to sign": (("sign",), "signature covers three values: --timestamp and --nonce missing"),
    "no Encrypt for four": (("sign", *THREE, "--values", "4"), "msg_signature covers four values: --encrypt missing"),
    "no Encrypt for msg_signature": (("verify", *THREE, "--msg-signature", "x"), "four values: --encrypt missing"),
    "five values": (("sign", *FOUR, "--values", "5"), "5 is not in the range"),
    "nothing to verify": (("verify", *THREE), "there is no signature to verify"),
    "nothing to explain": (("why", *THREE), "there is nothing to explain"),
    "no message": (("encrypt",), "to encrypt takes a message"),
    "nothing to decrypt": (("decrypt",), "there is nothing to decrypt"),
    "no such file": (("decrypt", "nowhere"), "nowhere cannot be read"),
    "no query": (("verify", "--url", "https://example.com/"), "--url has no query string"),
    "a short key": (("decrypt", "--encrypt", "x", "--aes-key", "short"), "it has 5 characters"),
    "a stray =": (("decrypt", "--encrypt", "x", "--previous-aes-key", f"{KEY}="), "there is a stray ="),
    "a short random": (("encrypt", "given", "--random16", "short"), "--random16 has 5 bytes, not 16"),
    "an appid that is none": (("encrypt", "given", "--appid", "wx\udcff"), "is no appid"),
    "an empty body": (("decrypt", "empty"), "the input is empty"),
    "too much": (("decrypt", "large"), "is larger than"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_exit_2_and_nothing_on_stdout(wxkf: Wxkf, name: str) -> None:
    arguments, said = REFUSED[name]
    written(MESSAGE)
    Path("empty").write_bytes(b" \n")
    Path("large").write_bytes(b"A" * 300_000)
    ran = wxkf("crypt", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_no_key_is_exit_2(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WXKF_AES_KEY")
    ran = wxkf("crypt", "decrypt", written(ENCRYPT))
    assert (ran.code, ran.out) == (2, "")
    assert "set WXKF_AES_KEY" in ran.err


EXPLAINED = [
    ("sign", *FOUR),
    ("verify", *FOUR, "--msg-signature", MSG_SIGNATURE),
    ("why", *FOUR, "--got", "x"),
    ("encrypt", "given", "--random16", RANDOM16),
    ("decrypt", "--encrypt", ENCRYPT),
    ("decrypt", "--encrypt", ENCRYPT[:-24]),
]


@pytest.mark.parametrize("arguments", EXPLAINED)
@pytest.mark.parametrize("shape", ["text", "json"])
def test_no_secret_is_shown_unless_asked_for(wxkf: Wxkf, arguments: tuple[str, ...], shape: str) -> None:
    written(MESSAGE)
    key = decoded_key(KEY).hex()
    ran = wxkf("crypt", *arguments, "--explain", "--format", shape)
    assert all(secret not in ran.out + ran.err for secret in (TOKEN, KEY, key, key[:32]))
    ran = wxkf("crypt", *arguments, "--explain", "--format", shape, "--show-key")
    assert (TOKEN if arguments[0] in ("sign", "verify", "why") else key) in ran.out + ran.err


def test_the_steps_of_a_signature_are_explained(wxkf: Wxkf) -> None:
    ran = wxkf("crypt", "sign", *THREE, "--explain")
    assert ran.out == f"{sign(TOKEN, TIMESTAMP, NONCE)}\n"
    assert ran.err.splitlines() == [
        f'sorted  timestamp "{TIMESTAMP}"',
        f'        nonce "{NONCE}"',
        '        token "***"',
        f"joined  {TIMESTAMP}{NONCE}***",
        f"digest  {sign(TOKEN, TIMESTAMP, NONCE)}",
    ]


def test_the_steps_of_a_seal_are_explained(wxkf: Wxkf) -> None:
    steps = json.loads(wxkf("crypt", "decrypt", written(ENCRYPT), "--explain", "--format", "json").out)["explain"]
    assert list(steps) == ["key", "iv", "random", "length", "message", "appid", "padding"]
    assert steps["key"].startswith("*** (sha256 ")
    assert steps["random"] == RANDOM16.encode().hex()
    assert steps["length"] == "00 00 00 14 = 20 bytes"
    assert (steps["message"], steps["appid"]) == (MESSAGE.decode(), APPID)
    assert steps["padding"] == "6 bytes of 0x06"


def test_a_message_that_is_no_text_is_base64_in_json(wxkf: Wxkf) -> None:
    sealed = written(seal(b"\xff\x1b[2J", decoded_key(KEY), APPID, RANDOM16.encode()))
    ran = wxkf("crypt", "decrypt", sealed, "--explain", "--format", "json")
    assert json.loads(ran.out)["message_base64"] == "/xtbMko="
    assert "\x1b" not in ran.out + ran.err


def test_nothing_from_outside_reaches_the_terminal_as_it_is(wxkf: Wxkf) -> None:
    for arguments in (("verify", "--signature", "\x1b[2J"), ("why", "--got", "\x1b[2J\u202e")):
        ran = wxkf("crypt", *arguments, "--timestamp", "\x1b]0;x", "--nonce", "\u202e\n", "--explain")
        assert ran.code == 1
        assert not {"\x1b", "\u202e"} & set(ran.out + ran.err)


def test_secrets_come_from_the_settings_file_too(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WXKF_TOKEN", raising=False)
    Path("wxkf.toml").write_text('token = "AAAAA"\n', encoding="utf-8")
    ran = wxkf("crypt", "sign", "--timestamp", "1714036504", "--nonce", "1514711492")
    assert (ran.code, ran.out) == (0, "f464b24fc39322e44b38aa78f5edd27bd1441696\n")
