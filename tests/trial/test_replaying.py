"""Which exchanges are replayed, and how answers are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.report.answer_diff import answer_diff
from wxkf_cli.trial.replaying import is_ids
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, Response


@pytest.mark.parametrize("word", ["e1", "e12", "e12..e20", "e12..20"])
def test_ids_and_ranges_are_ids(word: str) -> None:
    assert is_ids(word)


@pytest.mark.parametrize("word", ["", "e", "e0", "e01", "e1..", "e1...e2", "last", "20261124-134000-abc", "e1e2", "E1"])
def test_anything_else_names_a_run(word: str) -> None:
    assert not is_ids(word)


def compared(before: Answer, now: Answer) -> list[str]:
    return answer_diff(Exchange(before), Exchange(now), None)


REPLY = "<xml><ToUserName>o</ToUserName><CreateTime>{}</CreateTime><MsgId>{}</MsgId><MsgType>text</MsgType></xml>"
JSON = '{{"ToUserName":"o","CreateTime":{},"MsgId": {},"MsgType":"text"}}'


@given(st.sampled_from([REPLY, JSON]), st.integers(0, 2**63), st.integers(0, 2**63), st.integers(0, 2**63))
def test_times_and_ids_make_no_difference(form: str, first: int, second: int, third: int) -> None:
    before, now = (Response(200, (), form.format(*ids).encode()) for ids in ((first, second), (second, third)))
    assert compared(before, now) == []


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (Response(200, (), b"success"), Response(500, (), b"success"), ["- HTTP 200", "+ HTTP 500"]),
        (Response(200, (), b"success"), Response(200, (), b"fail"), ["- success", "+ fail"]),
        (Response(200, (), b"a\nb\nc"), Response(200, (), b"a\nB\nc"), ["- b", "+ B"]),
        (Response(200, (), b"\xff"), Response(200, (), b"\xfe"), [r"- \\xff", r"+ \\xfe"]),
        (
            Response(200, (), b""),
            Failure(Outcome.NET_REFUSED, Phase.CONNECT, 0.0),
            ["+ net.refused", "- HTTP 200", "- Content-Type: "],
        ),
        (Response(200, (("Date", "a"),), b""), Response(200, (("Date", "b"),), b""), []),
    ],
)
def test_the_rest_does(before: Answer, now: Answer, told: list[str]) -> None:
    assert compared(before, now) == told


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_no_answer_gets_past_the_escapes(first: bytes, second: bytes) -> None:
    for line in compared(Response(200, (), first), Response(200, (), second)):
        assert line.isprintable() or line.endswith(" ")
