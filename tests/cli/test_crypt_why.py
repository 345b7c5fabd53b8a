"""`wxkf crypt why`: which mistake gives what a handler computed."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Wxkf
from wxkf_cli.cli.start import COMMANDS
from wxkf_cli.wire.crypto import decoded_key, seal
from wxkf_cli.wire.signature import sign

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APPID, RANDOM16 = "wxba5fad812f8e6fb9", b"0123456789abcdef"
TOKEN, TIMESTAMP, NONCE = "Secret7Token", "1714112445", "415670741"
MESSAGE = '{"Content":"你好"}'.encode()
ENCRYPT = seal(MESSAGE, decoded_key(KEY), APPID, RANDOM16)
MSG_SIGNATURE = sign(TOKEN, TIMESTAMP, NONCE, ENCRYPT)
THREE = ("--timestamp", TIMESTAMP, "--nonce", NONCE)
FOUR = (*THREE, "--encrypt", ENCRYPT)
QUERY = f"timestamp={TIMESTAMP}&nonce={NONCE}"
BODY = f"<xml><ToUserName><![CDATA[gh]]></ToUserName><Encrypt><![CDATA[{ENCRYPT}]]></Encrypt></xml>"


@pytest.fixture(autouse=True)
def _environment(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    del wxkf  # sets a token of its own, before this one
    monkeypatch.setitem(COMMANDS, "crypt", "Sign, verify, encrypt, decrypt.")
    monkeypatch.setenv("WXKF_TOKEN", TOKEN)
    monkeypatch.setenv("WXKF_AES_KEY", KEY)
    monkeypatch.setenv("WXKF_APPID", APPID)


def test_why_names_the_mistake(wxkf: Wxkf) -> None:
    ran = wxkf("crypt", "why", *FOUR, "--got", sign(TOKEN, TIMESTAMP, NONCE))
    assert ran.code == 1
    assert ran.out.startswith("three-values: three values were signed")
    assert f"right: {MSG_SIGNATURE}" in ran.err
    ran = wxkf("crypt", "why", *THREE, "--got", sign(KEY, TIMESTAMP, NONCE), "--lang", "zh")
    assert ran.out == "key-as-token: 把 EncodingAESKey 当作 token 使用\n"


def test_the_language_is_that_of_the_environment(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WXKF_LANG", "zh")
    assert wxkf("crypt", "why", *THREE, "--got", sign(TIMESTAMP, NONCE)).out == "token-left-out: 没有加入 token\n"
    monkeypatch.setenv("WXKF_LANG", "fr")
    assert wxkf("crypt", "why", *THREE, "--got", "x").code == 2


def test_why_takes_a_whole_push_that_was_refused(wxkf: Wxkf) -> None:
    Path("body").write_text(BODY, "utf-8")
    refused = sign(TOKEN, TIMESTAMP, NONCE, ENCRYPT, BODY)
    assert wxkf("crypt", "why", "body", "--url", f"{QUERY}&msg_signature={refused}").out.startswith("body-too:")
    ran = wxkf("crypt", "why", "body", "--url", f"{QUERY}&msg_signature={MSG_SIGNATURE}")
    signed = "right: this is the signature of these values\n"
    assert (ran.code, ran.out, ran.err) == (0, f"{signed}right: this Encrypt opens with this key and appid\n", "")
    other = ("--url", f"{QUERY}&msg_signature={MSG_SIGNATURE}", "--appid", "wx0000000000000000")
    ran = wxkf("crypt", "why", "body", *other)
    assert (ran.code, ran.out) == (1, f"{signed}another-appid: another appid behind the message\n")
    shape = json.loads(wxkf("crypt", "why", "body", *other, "--format", "json").out)
    assert ([each["name"] for each in shape["mistakes"]], shape["right"]) == (["another-appid"], MSG_SIGNATURE)
    echoed = sign(TOKEN, TIMESTAMP, NONCE, "437")
    assert wxkf("crypt", "why", "--url", f"{QUERY}&echostr=437", "--got", echoed).out.startswith("echostr-too:")


def test_why_says_when_three_are_due_though_there_is_an_encrypt(wxkf: Wxkf) -> None:
    assert wxkf("crypt", "why", *FOUR, "--values", "3", "--got", MSG_SIGNATURE).out.startswith("four-values:")


def test_what_nobody_knows_is_said_with_the_right_recipe(wxkf: Wxkf) -> None:
    ran = wxkf("crypt", "why", *THREE, "--got", "0" * 40)
    assert ran.code == 1
    assert "no known mistake gives" in ran.err
    assert "sorted by their bytes" in ran.out
    assert sign(TOKEN, TIMESTAMP, NONCE) in ran.out
    shape = json.loads(wxkf("crypt", "why", *THREE, "--got", "0" * 40, "--format", "json").out)
    assert (shape["ok"], shape["mistakes"]) == (False, [])


def test_why_explains_a_seal_when_it_has_no_signature(wxkf: Wxkf) -> None:
    assert wxkf("crypt", "why", "--encrypt", ENCRYPT).out == "right: this Encrypt opens with this key and appid\n"
    Path("body").write_text(BODY.replace(ENCRYPT, seal(MESSAGE, decoded_key(KEY), "wxother", RANDOM16)), "utf-8")
    ran = wxkf("crypt", "why", "body")
    assert (ran.code, ran.out) == (1, "another-appid: another appid behind the message\n")
    assert "AES-256-CBC" in ran.err
    shape = json.loads(wxkf("crypt", "why", "body", "--format", "json").out)
    assert (shape["label"], shape["mistakes"][0]["name"]) == (-40005, "another-appid")


def test_the_previous_key_explains_a_seal(wxkf: Wxkf) -> None:
    old_key = "A" * 43
    old = seal(MESSAGE, decoded_key(old_key), APPID, RANDOM16)
    assert wxkf("crypt", "why", "--encrypt", old, "--previous-aes-key", old_key).out.startswith("previous-key:")
    ran = wxkf("crypt", "why", "--encrypt", old)
    assert (ran.code, "no known mistake gives this Encrypt" in ran.err) == (1, True)
    assert "AES-256-CBC" in ran.out


def test_a_seal_is_explained_for_one_appid(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WXKF_APPID")
    ran = wxkf("crypt", "why", "--encrypt", ENCRYPT)
    assert (ran.code, ran.out) == (2, "")
    assert "takes an appid" in ran.err


@pytest.mark.parametrize("encrypt", ["", "%2B", "AAAA", "\udcff", "A" * 64])
def test_no_encrypt_is_too_broken_to_be_explained(wxkf: Wxkf, encrypt: str) -> None:
    assert wxkf("crypt", "why", "--encrypt", encrypt, "--explain").code == 1
