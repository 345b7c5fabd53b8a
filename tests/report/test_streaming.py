"""What a format keeps of a run: nothing, or a bounded share of its findings, and never its exchanges."""

import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from wxkf_cli.lint.linter import rule
from wxkf_cli.report.concise import Concise
from wxkf_cli.report.event import CaseDone, Done, Event, Found, Linted, Started, Summary
from wxkf_cli.report.formats import PlainText, Report
from wxkf_cli.report.github import GitHub
from wxkf_cli.report.gitlab import GitLab
from wxkf_cli.report.junit import JUnit
from wxkf_cli.report.lint_text import LintText
from wxkf_cli.report.machine import Ndjson
from wxkf_cli.report.markdown import Markdown
from wxkf_cli.report.sarif import Sarif
from wxkf_cli.vocab.terms import DataFormat, Language, Text
from wxkf_cli.wechat.verdict import judge
from wxkf_cli.wire.document import Place
from wxkf_cli.wire.exchange import Exchange, Response

COUNT, BODY = 5_000, 4_000
KEPT = COUNT * BODY // 4  # bytes; to keep the bodies would be four times as much
FORMATS: dict[str, Callable[[], Report]] = {
    "text": lambda: PlainText(LintText(Language.EN, None)),
    "concise": lambda: Concise(Language.EN),
    "ndjson": Ndjson,
    "github": lambda: GitHub(Language.EN, str),
    "junit": lambda: JUnit(Language.EN),
    "markdown": lambda: Markdown(Language.EN),
}
KEEP_FINDINGS: dict[str, Callable[[], Report]] = {
    "gitlab": lambda: GitLab(Language.EN, str),
    "sarif": lambda: Sarif(str),
}


def one(number: int) -> Done:
    body = b"%d" % number + b"x" * BODY
    exchange = Exchange(Response(200, (), body), id=f"e{number}", case="text", data=DataFormat.XML)
    return Done(exchange, judge(exchange), (rule("KF202"),))


def captured(*, wrong: bool) -> Iterator[Event]:
    yield Started(["run.ndjson"], {}, "inputs")
    for number in range(COUNT):
        done = one(number)
        found = rule("KF202").finding(Text("x" * 1000 + str(number), "x"), done.exchange)
        found = found._replace(file="run.ndjson", place=Place(0, number, 1))
        yield done
        if wrong:
            yield Found(found)
        yield Linted(done, (found,) if wrong else (), True, "run.ndjson")
    yield Summary(exit_code=int(wrong))


def live() -> Iterator[Event]:
    yield Started({"kind": "url", "url": "http://127.0.0.1/"}, {"mode": ["plaintext"]})
    for number in range(COUNT):
        yield one(number)
    yield CaseDone("text", DataFormat.XML, None, (), (), {}, COUNT, 0, 1.0, COUNT)
    yield Summary()


def peak(report: Report, events: Iterator[Event]) -> int:
    tracemalloc.start()
    try:
        for event in events:
            for _ in report.take(event):
                pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", FORMATS)
def test_a_long_record_is_not_kept(name: str) -> None:
    assert peak(FORMATS[name](), captured(wrong=True)) < KEPT


@pytest.mark.parametrize("name", [*sorted({*FORMATS, *KEEP_FINDINGS} - {"text"})])
def test_exchanges_are_not_kept(name: str) -> None:
    report = (FORMATS | KEEP_FINDINGS)[name]
    assert peak(report(), captured(wrong=False)) < KEPT
    assert peak(report(), live()) < KEPT
