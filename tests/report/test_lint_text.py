"""Findings as people read them: the source line, the caret, the width of the terminal."""

import pytest

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.event import Done, Linted
from wxkf_cli.report.line import plain, width_of
from wxkf_cli.report.lint_text import LintText
from wxkf_cli.vocab.terms import Evidence, Language, Severity, Text
from wxkf_cli.wechat.verdict import judge
from wxkf_cli.wire.document import place_of
from wxkf_cli.wire.exchange import Exchange, Response


def shown(body: bytes, at: bytes, width: int | None = None) -> list[str]:
    """The lines of one finding that lies where `at` begins."""
    exchange = Exchange(Response(None, (), body))
    place = place_of(body, body.index(at))
    text = Text("what is wrong " * 12, "什么地方不对" * 12)
    finding = Finding("KF301", "a-rule", Severity.ERROR, text, text, Evidence.DOCUMENTED, "https://example.org/", "r1")
    done = Done(exchange, judge(exchange))
    linted = Linted(done, (finding._replace(place=place, file="a.xml"),), False)
    return [plain(each) for each in LintText(Language.ZH, width).lines(linted)]


# body, where the finding lies, what the caret must stand under
MARKED: dict[str, tuple[str, str, str]] = {
    "a value in CDATA": ("<xml><ToUserName><![CDATA[gh_x,<y]]></ToUserName>", "gh_x", "gh_x,<y"),
    "a bare value": ("<xml><CreateTime>17,5</CreateTime>", "17", "17,5"),
    "a value in JSON": ('{"ToUserName":"gh_x,}<y","b":1}', "gh_x", "gh_x,}<y"),
    "a number in JSON": ('{"CreateTime":171411,"b":1}', "1714", "171411"),
    "the last number in JSON": ('{"CreateTime":171411}', "1714", "171411"),
    "under Chinese text": ("<备注>你好</备注><a>值</a>", "值", "值"),
    "a whole body": ('"success"', '"success"', '"success"'),
    "the second line": ("<xml>\n  <a>b</a>", "b</a>", "b"),
    "an empty value": ("<xml><a></a></xml>", "</a>", "<"),
    "an empty value in JSON": ('{"a":"","b":1}', '","b"', '"'),
    "a cut character": ("<a>" + "你" * 300 + "<b>c</b>", "c</b>", "c"),
}


@pytest.mark.parametrize("name", MARKED)
def test_the_caret_stands_under_the_value(name: str) -> None:
    body, at, marked = MARKED[name]
    _, source, caret, *_ = shown(body.encode(), at.encode())
    assert caret == "  | " + " " * (width_of(source[: source.index(at)]) - 4) + "^" * width_of(marked)


@pytest.mark.parametrize("length", [0, 50, 500, 50_000])
def test_a_source_line_is_never_longer_than_a_screen(length: int) -> None:
    for filling in ("x", "你", "\x1b", "\U0001f600"):
        body = f"<a>{filling * length}<b>value{filling * length}</b>".encode()
        _, source, caret, *_ = shown(body, b"value")
        assert width_of(source) <= 124
        assert width_of(caret) <= 124
        assert width_of(source[: source.index("value")]) == caret.index("^")
        assert source.isprintable()


@pytest.mark.parametrize("width", [40, 60, 100])
def test_explanations_break_at_the_width_of_the_terminal(width: int) -> None:
    lines = shown(b"<a>b</a>", b"b", width)
    explained = [each for each in lines[3:] if "https:" not in each]
    assert len(explained) > 4
    assert all(width_of(each) <= width for each in explained)


def test_into_a_pipe_every_explanation_is_one_line() -> None:
    assert sum(each.startswith("  = ") for each in shown(b"<a>b</a>", b"b")) == 4
