"""What a cloud function sends is part of the run: in the record and the machine shape, and shown where one looks."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.recorded import cut, lines, record, untimed
from tests.cli.running import Wxkf
from wxkf_cli.report.fitting import LINE_LIMIT

FIXTURES = Path(__file__).parents[2] / "fixtures" / "cloudfn"
SEND = "customerServiceMessage.send"
#: Answers at once, and sends one thing on the way and one a moment after, the push before last being answered by then.
SENDS = """
const { openapi } = require('wx-server-sdk')
const send = (event, content) => openapi.customerServiceMessage.send(
  { touser: event.FromUserName, msgtype: 'text', text: { content } })
let before = null
exports.main = async (event) => {
  if (before) await before()
  await send(event, `at once ${event.MsgId || event.Event}`)
  before = () => send(event, `later ${event.MsgId || event.Event}`)
  return 'success'
}
"""


def function(source: str = SENDS) -> str:
    Path("fn").mkdir()
    Path("fn/index.js").write_text(source, "utf-8")
    return "fn"


def calls_in(path: Path) -> list[dict[str, Any]]:
    return [line for line in lines(path) if line["type"] == "call"]


def without_place(call: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in call.items() if name not in ("type", "n")}


def test_calls_are_in_the_record_behind_the_answer_and_everywhere_else_the_same(wxkf: Wxkf) -> None:
    welcomes = str(FIXTURES / "welcomes")
    report = wxkf.json("simulate", "--cloud-function", welcomes, "--only", "user_enter_tempsession", "--only", "text")
    (entered,) = [each["id"] for each in report["exchanges"] if each["kind"] == "user_enter_tempsession"]
    typing, sent = report["calls"]
    assert [each["exchange"] for each in (typing, sent)] == [entered, entered]
    assert (sent["api"], sent["delivery"], sent["result"]) == (SEND, 1, {"errcode": 0, "errmsg": "ok"})
    assert sent["arguments"]["text"] == {"content": "您好，请问有什么可以帮您？"}
    assert [without_place(each) for each in calls_in(record())] == report["calls"]
    kinds = [(each["type"], each.get("id", each.get("exchange"))) for each in lines(record())]
    at = kinds.index(("done", entered))
    assert kinds[at + 1 : at + 3] == [("call", entered)] * 2
    assert wxkf.json("runs", "show", "last")["calls"] == report["calls"]
    assert len(wxkf.json("lint-response", ".wxkf/runs")["exchanges"]) == len(report["exchanges"])


def test_the_lines_are_those_of_the_record(wxkf: Wxkf) -> None:
    printed = wxkf.ndjson("simulate", "--cloud-function", function(), "--only", "image")
    called = [each for each in printed if each["type"] == "call"]
    assert called == calls_in(record())
    assert wxkf.ndjson("runs", "show", "last")[1:] != []


def test_a_run_without_calls_has_no_list_of_them(wxkf: Wxkf) -> None:
    assert "calls" not in wxkf.json("simulate", "--cloud-function", function("exports.main = async () => 'success'"))


def test_each_call_is_shown_once_under_its_push_or_on_stderr(wxkf: Wxkf) -> None:
    arguments = ("simulate", "--only", "user_enter_tempsession", "--cloud-function", str(FIXTURES / "welcomes"))
    told = f'{SEND} text "您好，请问有什么可以帮您？" to o'
    brief, verbose = wxkf(*arguments), wxkf(*arguments, "-v")
    assert (brief.out.count(SEND), brief.err.count(f"[function] {told}")) == (0, 1)
    assert (verbose.out.count(f"        e1      {told}"), verbose.err.count(SEND)) == (1, 0)
    assert wxkf("runs", "show", "last", "-v").out.count(f"        e1      {told}") == 1
    assert wxkf("runs", "show", "last").out.count(SEND) == 0


def test_one_push_shows_what_was_called_for_it(wxkf: Wxkf) -> None:
    ran = wxkf("push", "user_enter_tempsession", "--cloud-function", str(FIXTURES / "welcomes"))
    assert (ran.out.count(SEND), ran.err.count(SEND)) == (1, 0)


def test_a_refusal_is_told_in_both_languages(wxkf: Wxkf) -> None:
    source = SENDS.replace("touser: event.FromUserName", "touser: 'nobody'").replace("await send", "send")
    source = source.replace("{ content } })", "{ content } }).catch(() => {})")
    arguments = ("push", "user_enter_tempsession", "--cloud-function", function(source))
    assert " to nobody: refused: 40003 invalid openid" in wxkf(*arguments).out
    assert " to nobody: 被拒绝: 40003 invalid openid" in wxkf(*arguments, "--lang", "zh").out


def test_what_is_called_later_belongs_to_the_push_it_came_from(wxkf: Wxkf) -> None:
    report = wxkf.json("simulate", "--cloud-function", function(), "--only", "text")
    first, second = (json.loads(each["push"]["body"])["MsgId"] for each in report["exchanges"])
    said = [(each["exchange"], each["arguments"]["text"]["content"]) for each in report["calls"]]
    # A function that keeps what it does for later does it for the push that is there then.
    assert said == [("e1", f"at once {first}"), ("e2", f"later {first}"), ("e2", f"at once {second}")]


def test_a_deferred_call_is_told_of_under_the_push_that_began_it(wxkf: Wxkf) -> None:
    source = """
    const { openapi } = require('wx-server-sdk')
    let waiting = null
    exports.main = async (event) => {
      if (waiting) { waiting(); return 'success' }
      new Promise((resolve) => { waiting = resolve }).then(() => openapi.customerServiceMessage.setTyping(
        { touser: event.FromUserName, command: 'Typing' }))
      return 'success'
    }"""
    report = wxkf.json("simulate", "--cloud-function", function(source), "--only", "text", "--expect", "none")
    assert [each["exchange"] for each in report["calls"]] == ["e1"]


@pytest.mark.parametrize("back", [1, 2, 3, 4, 5, 8])
def test_a_run_that_goes_on_has_each_call_once(wxkf: Wxkf, back: int) -> None:
    arguments = ("simulate", "--cloud-function", function(), "--only", "text", "--only", "image", "--seed", "5")
    whole = wxkf(*arguments, "-v")
    path = record()
    before = len(calls_in(path))
    kept = len(lines(path)) - back
    cut(path, kept)
    in_doubt = {each["id"] for each in lines(path) if each["type"] == "sent"}
    in_doubt -= {each["id"] for each in lines(path) if each["type"] == "done"}
    report = wxkf.json("simulate", "--resume", "last")
    again = lines(path)
    assert [line["n"] for line in again] == list(range(1, len(again) + 1))
    recorded = [without_place(each) for each in calls_in(path)]
    assert sorted(report["calls"], key=str) == sorted(recorded, key=str)
    keys = [(each["exchange"], each["arguments"]["text"]["content"]) for each in recorded]
    assert len(keys) == len(set(keys))
    assert before >= len(recorded) - len(in_doubt)
    assert untimed(wxkf("runs", "show", "last").out)
    assert whole.code == report["exit_code"]


def test_what_is_sent_cannot_do_harm(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WXKF_TOKEN", "topsecret0")
    source = SENDS.replace("`at once ${", r"`\u001b[31m##[error]\ud800 topsecret0 ${'x'.repeat(600000)} ${")
    shown = wxkf("simulate", "--only", "user_enter_tempsession", "--cloud-function", function(source), "-v")
    hidden = wxkf("push", "user_enter_tempsession", "--cloud-function", "fn", "--format", "json")
    assert SEND in shown.out
    assert SEND in hidden.err
    for path in Path(".wxkf/runs").iterdir():
        (line,) = [each for each in path.read_bytes().splitlines() if b'"type":"call"' in each]
        assert len(line) < LINE_LIMIT
        assert calls_in(path)[0]["arguments_cut"] is True
        for each in (shown.out, shown.err, hidden.out, hidden.err, line.decode("ascii")):
            assert not [harm for harm in ("\x1b", "topsecret0") if harm in each]
        assert "##[error]" not in shown.out + hidden.out + line.decode("ascii")
    # So long a text is refused, and nothing here catches that.
    assert shown.code == wxkf("lint-response", ".wxkf/runs", "--format", "json").code == 1
