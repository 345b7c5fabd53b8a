"""What a run tells of a cloud function whose process ends after its answers."""

from pathlib import Path
from typing import Any

from tests.cli.running import Wxkf, codes

AWAITED = """
const cloud = require('wx-server-sdk')
exports.main = async () => {
  AWAIT cloud.openapi.customerServiceMessage.send({ touser: 'x', msgtype: 'text', text: { content: 'a' } })AFTER
  return 'success'
}"""


def function(source: str) -> str:
    Path("fn").mkdir()
    Path("fn", "index.js").write_text(source, "utf-8")
    return "fn"


def outcomes(shape: dict[str, Any]) -> set[str]:
    return {each["outcome"] for each in shape["exchanges"]}


def test_calls_that_nobody_awaits_end_the_process_and_spare_the_next_push(wxkf: Wxkf) -> None:
    fn = function(AWAITED.replace("AWAIT", "").replace("AFTER", ""))
    shape = wxkf.json("simulate", "--cloud-function", fn, "--expect", "none", "--no-record")
    assert outcomes(shape) == {"ok", "local.fault"}, "what is void is so by a story's own fault"
    assert codes(shape) == ["KF905"], "one for all, though each has an id of its own in its error"
    (found,) = shape["findings"]
    assert "an unhandled rejection: errCode: 40003" in found["message"]["en"]
    assert "结束之后，函数的进程退出了，类似情况另有" in found["message"]["zh"]


def test_a_call_that_is_caught_ends_nothing(wxkf: Wxkf) -> None:
    fn = function(AWAITED.replace("AWAIT", "await").replace("AFTER", ".catch(() => {})"))
    shape = wxkf.json("simulate", "--cloud-function", fn, "--expect", "none", "--no-record")
    assert outcomes(shape) == {"ok", "local.fault"}, "what is void is so by a story's own fault"
    assert codes(shape) == []


def test_an_end_after_the_last_push_is_told(wxkf: Wxkf) -> None:
    fn = function("exports.main = async () => { Promise.reject(new Error('no')); return 'success' }")
    shape = wxkf.json("simulate", "--cloud-function", fn, "--only", "known-event", "--no-record")
    assert codes(shape) == ["KF905"]
    assert shape["findings"][0]["message"]["en"].startswith(
        "the function's process ended after e1 was over: an unhandled rejection: no (at index.js:1:"
    )


def test_an_end_some_time_after_the_last_push_is_told(wxkf: Wxkf) -> None:
    fn = function("exports.main = async () => { setTimeout(() => { throw new Error('no') }, 20); return 'success' }")
    shape = wxkf.json("simulate", "--cloud-function", fn, "--only", "known-event", "--no-record")
    assert codes(shape) == ["KF905"]
    assert shape["findings"][0]["message"]["en"].startswith(
        "the function's process ended after e1 was over: an uncaught error: no (at index.js:1:"
    )
