"""What a run keeps of a call: whatever a function sends, the line stays short, is readable, and holds no secret."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.running import valid_lines
from wxkf_cli.report.event import Called
from wxkf_cli.report.fitting import LINE_LIMIT
from wxkf_cli.report.machine import ndjson
from wxkf_cli.trial.capture import Context
from wxkf_cli.trial.records import read
from wxkf_cli.wechat.callrecord import call_from_json, kept
from wxkf_cli.wechat.service_api import Call, ServiceApi

SEND = "customerServiceMessage.send"
TEXTS = st.one_of(
    st.text(st.characters(), max_size=8),
    st.sampled_from(["", "\ud800", "\udfff\ud800", "##[error]", "</script>", "\x1b[31m", "secret"]),
    st.sampled_from(["😀" * 9000, "x" * 70_000]),
)
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.sampled_from([10**20, -(10**21), 10**400, -0.0])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=30,
)
ARGUMENTS = st.dictionaries(TEXTS, VALUES, max_size=5)


def called(arguments: dict[str, Any], api: str = SEND) -> Call:
    return ServiceApi().call(api, arguments, 1714112445.25)._replace(exchange="e3", delivery=2)


def line_of(call: Call) -> str:
    (line,) = ndjson(Called(call), 7)
    return line


@given(ARGUMENTS, TEXTS)
def test_any_call_makes_a_line_that_is_read_back_as_it_was_kept(arguments: dict[str, Any], api: str) -> None:
    call = kept(called(arguments, api))
    line = line_of(call)
    assert len(line) < LINE_LIMIT
    (record,) = valid_lines(f"{line}\n")
    assert call_from_json(record) == call
    assert list(read([f"{line}\n".encode()], Context(), name="run", shown="run", is_ours=True)) == []


@given(ARGUMENTS)
def test_what_is_kept_is_kept_once_more_as_it_is_and_holds_no_secret(arguments: dict[str, Any]) -> None:
    call = kept(called(arguments), lambda text: text.replace("secret", "***"))
    assert "secret" not in line_of(call)
    if not call.is_cut:
        assert kept(call) == call


def test_an_ordinary_call_is_kept_whole() -> None:
    arguments = {"touser": "o1", "msgtype": "text", "text": {"content": "您" * 682}, "list": [1, 2.5, None, True, [""]]}
    assert kept(called(arguments)) == called(arguments)
    assert json.loads(line_of(called(arguments))) == {
        "type": "call", "n": 7, "exchange": "e3", "delivery": 2, "at": 1714112445.25, "api": SEND,
        "arguments": arguments, "result": dict(called(arguments).result),
    }  # fmt: skip


NESTED: Any = "deep"
for _ in range(20):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("given_", "left"),
    [
        ({"a": "x" * 5000}, {"a": "x" * 4096 + "…"}),
        ({"x" * 101: 1}, {"x" * 100 + "…": 1}),
        ({"a": 10**400, "b": float("nan")}, {"a": None, "b": None}),
        ({"a": NESTED}, {"a": [[[[[[[None]]]]]]]}),
    ],
)
def test_what_is_left_out_is_marked(given_: dict[str, Any], left: dict[str, Any]) -> None:
    call = kept(called(given_))
    assert (call.arguments, call.is_cut) == (left, True)
    assert json.loads(line_of(call))["arguments_cut"] is True


def test_of_many_values_the_first_are_kept() -> None:
    call = kept(called({"touser": "o1", "many": list(range(10**5)), "last": 1}))
    assert call.is_cut
    assert call.arguments["many"] == list(range(len(call.arguments["many"])))
    assert (call.api, set(call.arguments)) == (SEND, {"touser", "many"})


def test_a_secret_at_the_place_of_the_cut_leaves_no_part_of_itself() -> None:
    call = kept(called({"a": "x" * 4090 + "topsecret"}), lambda text: text.replace("topsecret", "***"))
    assert call.arguments["a"] == "x" * 4090 + "***"


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"exchange": 1, "delivery": "x", "at": "now", "api": None, "arguments": [], "result": "no"},
        {"exchange": "e1", "delivery": True, "result": {"errcode": "0"}},
        {"exchange": "\ud800", "delivery": 1},
        {"exchange": "e1", "delivery": 10**30},
    ],
)
def test_a_line_of_other_types_counts_as_empty(record: dict[str, Any]) -> None:
    call = call_from_json(record)
    assert call == Call("", {}, {"errcode": 0, "errmsg": ""}, 0.0)
    assert valid_lines(line_of(call))
