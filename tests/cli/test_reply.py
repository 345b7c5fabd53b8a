"""`wxkf reply`: byte exact, addressed back, and judged transferred."""

import json
import os
import re
import subprocess
import sys
import time
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.running import Wxkf
from wxkf_cli.lint.linter import lint
from wxkf_cli.vocab.catalog import PUSHES, USER_MESSAGES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire import codec
from wxkf_cli.wire.exchange import Exchange, Response

XML = (
    "<xml><ToUserName><![CDATA[oMe]]></ToUserName><FromUserName><![CDATA[gh_x]]></FromUserName>"
    "<CreateTime>1714112446</CreateTime><MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>"
)
JSON = '{"ToUserName":"oMe","FromUserName":"gh_x","CreateTime":1714112446,"MsgType":"transfer_customer_service"}'
ADDRESSES = ("--to", "oMe", "--from", "gh_x")
AT = ("--create-time", "1714112446")
EVENTS = [name for name, kind in PUSHES.items() if kind.is_event]


def pushed(name: str, data: DataFormat, **values: str) -> bytes:
    addresses = {"ToUserName": "gh_x", "FromUserName": "oMe"}
    return codec.render(make(PUSHES[name], {**addresses, **values}), data)


def written(name: str, data: bytes) -> str:
    Path(name).write_bytes(data)
    return name


def type_in(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(data)))


@pytest.mark.parametrize(
    ("arguments", "reply"),
    [
        ((), XML),
        (("--format", "xml"), XML),
        (("--format", "json"), JSON),
        (("--to", "o'\"&<>"), XML.replace("oMe", "o'\"&<>")),
        (("--to", "a]]>b"), XML.replace("oMe", "a]]]]><![CDATA[>b")),
        (("--to", '你"\\', "--format", "json"), JSON.replace("oMe", '你\\"\\\\')),
        (("--create-time", "0"), XML.replace("1714112446", "0")),
    ],
)
def test_the_reply_is_exactly_these_bytes(wxkf: Wxkf, arguments: tuple[str, ...], reply: str) -> None:
    ran = wxkf("reply", *ADDRESSES, *AT, *arguments)
    assert (ran.code, ran.out, ran.err) == (0, reply, "")


def test_it_is_what_the_catalogue_of_replies_holds(wxkf: Wxkf) -> None:
    replies = Path(__file__).parents[2] / "fixtures" / "replies"
    sample = ("--to", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "--from", "gh_97417a04a28d", *AT)
    for data in DataFormat:
        golden = (replies / f"transfer_customer_service.{data}").read_text("utf-8")
        assert wxkf("reply", *sample, "--format", data).out == golden


def test_it_has_four_fields_and_nothing_else(wxkf: Wxkf) -> None:
    names = ["ToUserName", "FromUserName", "CreateTime", "MsgType"]
    assert list(json.loads(wxkf("reply", *ADDRESSES, "--format", "json").out)) == names
    assert re.findall(r"<(\w+)>", wxkf("reply", *ADDRESSES).out) == ["xml", *names]


def test_without_a_time_it_is_now_in_whole_seconds(wxkf: Wxkf) -> None:
    before = int(time.time())
    created = json.loads(wxkf("reply", *ADDRESSES, "--format", "json").out)["CreateTime"]
    assert isinstance(created, int)
    assert before <= created <= int(time.time())


@pytest.mark.parametrize("source", ["file", "stdin"])
@pytest.mark.parametrize(("data", "reply"), [(DataFormat.XML, XML), (DataFormat.JSON, JSON)])
def test_an_answer_goes_back_in_the_format_of_the_push_with_the_addresses_exchanged(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, source: str, data: DataFormat, reply: str
) -> None:
    body = pushed("text", data)
    type_in(monkeypatch, body)
    answered = "-" if source == "stdin" else written("a push.txt", body)
    for more in ((), ("--format", data)):
        ran = wxkf("reply", "--answer", answered, *AT, *more)
        assert (ran.code, ran.out, ran.err) == (0, reply, "")
        type_in(monkeypatch, body)


def test_an_address_that_is_given_goes_before_that_of_the_push(wxkf: Wxkf) -> None:
    push = written("p.xml", pushed("text", DataFormat.XML))
    assert wxkf("reply", "--answer", push, "--to", "oOther", *AT).out == XML.replace("oMe", "oOther")
    assert wxkf("reply", "--answer", push, "--from", "gh_y", *AT).out == XML.replace("gh_x", "gh_y")


@pytest.mark.parametrize("data", DataFormat)
@pytest.mark.parametrize("event", EVENTS)
def test_no_event_is_answered_with_a_transfer(wxkf: Wxkf, event: str, data: DataFormat) -> None:
    ran = wxkf("reply", "--answer", written("p", pushed(event, data)))
    assert (ran.code, ran.out) == (1, "")
    assert f'the event "{PUSHES[event].event}", and events are never transferred' in ran.err
    assert "wxkf reply --ack" in ran.err


def test_a_message_that_nobody_knows_can_be_answered(wxkf: Wxkf) -> None:
    push = written("p.json", pushed("unknown_message", DataFormat.JSON))
    assert wxkf("reply", "--answer", push, *AT).out == JSON


def test_another_format_than_that_of_the_push_is_refused_with_the_reason(wxkf: Wxkf) -> None:
    push = written("p.xml", pushed("text", DataFormat.XML))
    ran = wxkf("reply", "--answer", push, "--format", "json")
    assert (ran.code, ran.out) == (2, "")
    assert "the push is xml, and a reply in another format than the push is abnormal data to WeChat" in ran.err


def test_an_acknowledgement_is_seven_bytes(wxkf: Wxkf) -> None:
    ran = wxkf("reply", "--ack")
    assert (ran.code, ran.out, ran.err) == (0, "success", "")


@pytest.mark.parametrize("more", [("--to", "o"), ("--from", "g"), ("--format", "xml"), AT, ("--answer", "p.xml")])
def test_an_acknowledgement_takes_nothing_else(wxkf: Wxkf, more: tuple[str, ...]) -> None:
    ran = wxkf("reply", "--ack", *more)
    assert (ran.code, ran.out) == (2, "")
    assert "--ack is the word success" in ran.err


# the arguments, what stderr must say
REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "no address": ((), "two addresses: --to and --from missing"),
    "no user": (("--from", "gh_x"), "two addresses: --to missing"),
    "no mini program": (("--to", "o"), "two addresses: --from missing"),
    "an empty address": (("--to", "", "--from", "gh_x"), "two addresses: --to empty"),
    "an address of blanks": (("--to", "o", "--from", " \t"), "two addresses: --from empty"),
    "a time before the epoch": ((*ADDRESSES, "--create-time", "-1"), "--create-time -1 lies before the epoch"),
    "a fraction": ((*ADDRESSES, "--create-time", "1.5"), "'--create-time': '1.5' is not a valid int"),
    "a square": ((*ADDRESSES, "--create-time", "²"), "is not a valid int"),
    "a number without end": ((*ADDRESSES, "--create-time", "1" * 5000), "is not a valid int"),
    "another format": ((*ADDRESSES, "--format", "yaml"), "'yaml' is not one of 'xml', 'json'"),
    "a control character": (("--to", "o\x01", "--from", "g"), "ToUserName holds U+0001, which XML cannot carry"),
    "a carriage return": (("--to", "o", "--from", "g\r"), "FromUserName holds U+000D, which XML cannot carry"),
    "bytes that are no text": (("--to", "o\udcff", "--from", "g"), "holds U+DCFF, which XML cannot carry"),
    "the same in JSON": (("--to", "o\udcff", "--from", "g", "--format", "json"), "holds U+DCFF, which JSON cannot"),
    "an unknown option": ((*ADDRESSES, "--colour"), "No such option: --colour"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_a_reply_is_exit_2_and_nothing_on_stdout(wxkf: Wxkf, name: str) -> None:
    arguments, said = REFUSED[name]
    ran = wxkf("reply", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.startswith("wxkf: ")


def test_json_carries_what_xml_does_not(wxkf: Wxkf) -> None:
    ran = wxkf("reply", "--to", "o\x01", "--from", "g", "--format", "json", *AT)
    assert json.loads(ran.out)["ToUserName"] == "o\x01"


def test_no_setting_stands_in_the_way_of_a_reply(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WXKF_NO_SUCH", "x")
    Path("wxkf.toml").write_text("not TOML", "utf-8")
    assert wxkf("reply", *ADDRESSES, *AT).out == XML


USER_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=20)
OPENID = USER_TEXT.map(str.strip).filter(bool)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=USER_TEXT, openid=OPENID)
@pytest.mark.parametrize("data", DataFormat)
@pytest.mark.parametrize("kind", USER_MESSAGES)
def test_what_it_answers_is_transferred_and_flawless(
    wxkf: Wxkf, kind: str, data: DataFormat, content: str, openid: str
) -> None:
    push = make(PUSHES[kind], {"FromUserName": openid, "Content": content})
    body = codec.render(push, data)
    ran = wxkf("reply", "--answer", written("p", body))
    assert ran.code == 0, ran.err
    exchange = Exchange(Response(200, (), ran.out.encode()), push=push, data=data, sent_at=time.time())
    assert judge(exchange).verdict is Verdict.TRANSFERRED
    assert lint(exchange).findings == ()


@pytest.mark.parametrize("arguments", [("--ack",), (*ADDRESSES, *AT)])
def test_only_a_terminal_gets_a_newline(arguments: tuple[str, ...]) -> None:
    program = [sys.executable, "-m", "wxkf_cli", "reply", *arguments]
    piped = subprocess.run(program, capture_output=True, timeout=60, check=True).stdout
    leader, follower = os.openpty()
    try:
        subprocess.run(program, stdout=follower, timeout=60, check=True)
        shown = os.read(leader, 4096)
    finally:
        os.close(leader)
        os.close(follower)
    assert not piped.endswith(b"\n")
    assert shown == piped + b"\r\n"
