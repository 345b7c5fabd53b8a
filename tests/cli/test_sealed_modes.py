"""The sealed modes from outside: pushes, answers, keys, and what is said when something is missing."""

import json
import shlex
from pathlib import Path

import pytest

from tests.cli.running import Wxkf, codes
from tests.scripted import Reply, Request, scripted
from wxkf_cli.cli.sealing import SealOptions
from wxkf_cli.trial.standard import suite
from wxkf_cli.vocab.terms import Mode

KEY, APPID = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx2c2769f8efd9abc2"
MODES = [mode.value for mode in Mode]


@pytest.fixture
def keyed(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> Wxkf:
    """`wxkf` with key and appid in its environment."""
    monkeypatch.setenv("WXKF_AES_KEY", KEY)
    monkeypatch.setenv("WXKF_APPID", APPID)
    return wxkf


@pytest.mark.parametrize("mode", MODES)
def test_the_correct_demo_is_right_in_every_mode(wxkf: Wxkf, mode: str) -> None:
    shape = wxkf.json("simulate", "--demo", "correct", "--mode", mode)
    assert codes(shape) == []
    assert shape["exit_code"] == 0
    assert {each["mode"] for each in shape["exchanges"] if each["case"] == "text"} == {mode}
    assert shape["settings"]["mode"] == [mode]


@pytest.mark.parametrize("mode", MODES)
def test_the_buggy_demo_is_wrong_in_every_mode_for_the_same_reason(wxkf: Wxkf, mode: str) -> None:
    shape = wxkf.json("simulate", "--demo", "buggy", "--mode", mode)
    assert set(codes(shape)) == {"KF401", "KF402", "KF405"}
    assert shape["exit_code"] == 1


def test_each_mode_that_is_named_is_played_once_and_in_order(wxkf: Wxkf) -> None:
    named = ["secure", "plaintext", "secure", "compatible"]
    shape = wxkf.json("simulate", "--demo", "correct", *(word for mode in named for word in ("--mode", mode)))
    played = [each["mode"] for each in shape["exchanges"] if each["case"] == "image"]
    assert played == ["secure", "secure", "plaintext", "plaintext", "compatible", "compatible"]
    text = wxkf("simulate", "--demo", "correct", *(word for mode in named for word in ("--mode", mode))).out
    assert "mode=secure,plaintext,compatible" in text
    assert "PASS  image                   compatible json" in text


PLAYED = [
    ("plaintext", ()),
    ("secure", ("paddings", "other-appid", "truncated-encrypt", "encrypt-not-base64", "plaintext-body")),
    ("compatible", ("plain-sealed-plain",)),
    ("secure compatible", ("paddings", "other-appid", "truncated-encrypt", "encrypt-not-base64", "plain-sealed-plain")),
    ("plaintext secure", ("paddings", "other-appid", "truncated-encrypt", "encrypt-not-base64", "plain-sealed-plain")),
    ("plaintext compatible", ("plain-sealed-plain",)),
]


@pytest.mark.parametrize(("modes", "cases"), PLAYED, ids=[row[0] for row in PLAYED])
def test_the_modes_decide_which_sealed_cases_are_played(wxkf: Wxkf, modes: str, cases: tuple[str, ...]) -> None:
    shape = wxkf.json(
        "simulate", "--demo", "correct", "--data", "xml", *(word for mode in modes.split() for word in ("--mode", mode))
    )
    in_all_modes = {story.name for story in suite() if not story.modes}
    assert {each["case"] for each in shape["exchanges"]} - in_all_modes == set(cases)
    assert codes(shape) == []


def test_every_padding_is_pushed_once_in_each_format(wxkf: Wxkf) -> None:
    shape = wxkf.json("simulate", "--demo", "correct", "--mode", "secure", "--only", "paddings")
    for data in ("xml", "json"):
        sizes = [
            len(each["push"]["body"])
            for each in shape["exchanges"]
            if each["data"] == data and each["case"] == "paddings"
        ]
        # Bodies grow by a whole block of 32 bytes just once, so the paddings went all the way round.
        assert len(sizes) == 32
        assert len(set(sizes)) == 2


def test_a_key_and_an_appid_make_secure_the_only_mode(keyed: Wxkf) -> None:
    def answer(request: Request) -> Reply:
        assert request.query.get("encrypt_type", "aes") == "aes"
        return Reply(request.query.get("echostr", "success").encode() if request.signed else b"", 200)

    with scripted(answer) as handler:
        shape = keyed.json("simulate", "--url", handler.url, "--skip", "plaintext-body", "--expect", "none")
        plain = keyed.json("simulate", "--url", handler.url, "--mode", "plaintext", "--expect", "none")
    assert {each["mode"] for each in shape["exchanges"]} == {"secure"}
    assert {each["mode"] for each in plain["exchanges"]} == {"plaintext"}
    bodies = [request.body for request in handler.requests if request.method == "POST"]
    assert all(body.find(b"Content") < 0 for body in bodies[: len(shape["exchanges"]) - 2])


def test_modes_can_stand_in_the_settings(keyed: Wxkf) -> None:
    Path("wxkf.toml").write_text('mode = ["compatible"]\n', "utf-8")
    assert keyed.json("simulate", "--demo", "correct")["settings"]["mode"] == ["compatible"]
    assert keyed.json("simulate", "--demo", "correct", "--mode", "secure")["settings"]["mode"] == ["secure"]


MISSING = [
    (["--mode", "secure"], {}, "sealing and opening need --aes-key and --appid", "set WXKF_AES_KEY WXKF_APPID"),
    (["--mode", "compatible"], {"WXKF_AES_KEY": KEY}, "sealing and opening need --appid", "set WXKF_APPID"),
    ([], {"WXKF_AES_KEY": KEY}, "sealing and opening need --appid", "set WXKF_APPID"),
    ([], {"WXKF_AES_KEY": KEY[:-1], "WXKF_APPID": APPID}, "it has 42 characters", "the console's has 43"),
    ([], {"WXKF_AES_KEY": f"{KEY}=", "WXKF_APPID": APPID}, "there is a stray = in it", ""),
    ([], {"WXKF_AES_KEY": f"{KEY} ", "WXKF_APPID": APPID}, "there is a blank before or behind it", ""),
    (["--only", "paddings"], {}, "in plaintext mode there is nothing to play of paddings (KF901", "--list"),
    (["--only", "plaintext-body", "--mode", "compatible"], {"WXKF_AES_KEY": KEY, "WXKF_APPID": APPID}, "KF901", ""),
]


@pytest.mark.parametrize(("options", "environment", "said", "hint"), MISSING)
def test_what_is_missing_is_said(
    wxkf: Wxkf,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    environment: dict[str, str],
    said: str,
    hint: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    ran = wxkf("simulate", "--url", "http://127.0.0.1:1/wx", *options)
    assert ran.code == 2
    # On a terminal of 80 columns the sentence may be broken.
    shown = " ".join(ran.err.split())
    assert said in shown
    assert hint in shown
    assert all(secret.strip(" =") not in ran.err for secret in environment.values() if len(secret) > 40)


def test_a_key_on_the_command_line_works_and_warns_once(wxkf: Wxkf) -> None:
    ran = wxkf("simulate", "--demo", "correct", "--aes-key", KEY, "--appid", APPID, "--only", "text")
    assert ran.code == 0
    assert "mode=secure" in ran.out
    assert ran.err.count("a key on the command line can be seen by others") == 1
    assert KEY not in ran.out + ran.err + repr(SealOptions(aes_key=KEY))


def test_a_key_that_a_handler_gives_back_is_masked_everywhere(keyed: Wxkf) -> None:
    with scripted(lambda _: Reply(f"<p>bad key {KEY}</p>".encode())) as handler:
        for output in ("text", "json", "ndjson"):
            ran = keyed("simulate", "--url", handler.url, "--format", output)
            assert KEY not in ran.out + ran.err
            assert "***" in ran.out
    records = [path.read_text("ascii") for path in Path(".wxkf/runs").iterdir()]
    assert len(records) == 3
    assert all(KEY not in record for record in records)


def test_a_failure_in_one_of_several_modes_is_played_again_in_that_mode(wxkf: Wxkf) -> None:
    ran = wxkf("simulate", "--demo", "buggy", "--mode", "plaintext", "--mode", "secure", "--data", "xml", "--no-record")
    commands = [line.split(": ", 1)[1] for line in ran.out.splitlines() if "reproduce: " in line]
    assert [command for command in commands if "--mode secure --only unknown-event" in command]
    for command in commands:
        again = wxkf(*shlex.split(command)[1:])
        assert again.code == 1
        assert ("mode=secure" in again.out) is ("--mode secure" in command)


def test_a_push_can_be_sealed(keyed: Wxkf) -> None:
    shown = keyed("push", "text", "--print", "--url", "http://127.0.0.1:1/wx", "--seed", "1").out
    assert "&encrypt_type=aes&msg_signature=" in shown
    assert shown.endswith("]]></Encrypt></xml>")
    assert (
        keyed("push", "text", "--print", "--url", "http://127.0.0.1:1/wx", "--mode", "plaintext").out.count("Encrypt")
        == 0
    )
    with scripted() as handler:
        shape = keyed.json("push", "text", "--url", handler.url, "--mode", "compatible", "--data", "json")
    (request,) = handler.requests
    assert list(json.loads(request.body))[-1] == "Encrypt"
    assert json.loads(request.body)["Content"] == "你好"
    assert [each["verdict"] for each in shape["exchanges"]] == ["transferred"]


def test_a_recorded_sealed_run_is_linted_as_it_was_judged(keyed: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, demo in enumerate(("correct", "buggy")):
        whole = keyed.ndjson("simulate", "--demo", demo, "--mode", "secure", "--mode", "compatible")
        file = Path(f"{number}.ndjson")
        file.write_text("\n".join(map(json.dumps, whole)), "utf-8")
        monkeypatch.setenv("WXKF_TOKEN", "AAAAA")
        monkeypatch.setenv("WXKF_AES_KEY", "A" * 43)
        monkeypatch.setenv("WXKF_APPID", "wxba5fad812f8e6fb9")
        shape = keyed.json("lint-response", str(file))
        done = [line for line in whole if line["type"] == "done"]
        assert [each["verdict"] for each in shape["exchanges"]] == [line["verdict"] for line in done]
        found = [line["code"] for line in whole if line["type"] == "finding"]
        assert sorted(codes(shape)) == sorted(found)


def test_sealed_captures_without_a_key_are_a_note_and_skip_what_needs_the_push(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = wxkf.ndjson("simulate", "--demo", "buggy", "--mode", "secure", "--only", "user_enter_tempsession")
    Path("a.ndjson").write_text("\n".join(map(json.dumps, whole)), "utf-8")
    shape = wxkf.json("lint-response", "a.ndjson")
    assert set(codes(shape)) == {"KF510"}
    assert {each["verdict"] for each in shape["exchanges"]} == {"void"}
    assert shape["exit_code"] == 0
    monkeypatch.setenv("WXKF_AES_KEY", "A" * 43)
    assert wxkf("lint-response", "a.ndjson").code == 2  # no appid
    assert wxkf("lint-response", "a.ndjson", "--mode", "plaintext").code == 0


PLAIN = (
    "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
    "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
)


def test_a_bare_capture_is_linted_in_the_mode_that_is_named(keyed: Wxkf) -> None:
    Path("plain.response.xml").write_text(PLAIN, "utf-8")
    addresses = ("--to", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "--from", "gh_97417a04a28d", "--create-time", "1714112446")
    Path("sealed.response.xml").write_text(keyed("reply", *addresses, "--mode", "secure").out, "utf-8")
    assert codes(keyed.json("lint-response", "plain.response.xml")) == []
    assert codes(keyed.json("lint-response", "plain.response.xml", "--mode", "secure")) == ["KF501"]
    assert codes(keyed.json("lint-response", "plain.response.xml", "--mode", "compatible")) == []
    assert codes(keyed.json("lint-response", "sealed.response.xml")) == []
    assert codes(keyed.json("lint-response", "sealed.response.xml", "--mode", "secure")) == []
    assert codes(keyed.json("lint-response", "sealed.response.xml", "--mode", "plaintext")) == ["KF502"]
    other = keyed.json("lint-response", "sealed.response.xml", "--appid", "wx0123456789abcdef")
    assert codes(other) == ["KF508"]
    assert "wx2c2769f8efd9abc2" in other["findings"][0]["message"]["en"]
    assert other["exchanges"][0]["user_sees"] == "该小程序提供的服务出现故障，请稍候再试"


def test_a_sealed_push_beside_a_response_is_opened_and_what_was_sealed_is_linted(keyed: Wxkf) -> None:
    with scripted() as handler:
        keyed("push", "user_enter_tempsession", "--url", handler.url, "--mode", "secure")
    (request,) = handler.requests
    Path("a.push.xml").write_bytes(request.body)
    addresses = ("--to", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "--from", "gh_97417a04a28d")
    Path("a.response.xml").write_text(keyed("reply", *addresses, "--mode", "secure").out, "utf-8")
    shape = keyed.json("lint-response", "a.response.xml")
    assert codes(shape) == ["KF401"]
    assert shape["findings"][0]["message"]["en"].startswith("inside Encrypt: ")
    text = keyed("lint-response", "a.response.xml", "--lang", "zh").out
    assert "Encrypt 内：" in text
    Path("a.response.xml").write_text("success", "utf-8")
    assert codes(keyed.json("lint-response", "a.response.xml")) == []


def test_a_secret_in_a_capture_is_masked(keyed: Wxkf) -> None:
    Path("a.response.xml").write_text(f'<xml key="{KEY}"><a>{KEY}</a></xml>', "utf-8")
    for output in ("text", "json", "ndjson"):
        ran = keyed("lint-response", "a.response.xml", "--format", output)
        assert ran.code == 1
        assert KEY not in ran.out + ran.err
