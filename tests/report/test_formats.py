"""What each format promises of its text, whatever stands in a finding: laws, with the reader's own parser beside."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # noqa: TID251 - reads what wxkf writes

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.linter import all_rules, rule
from wxkf_cli.report.concise import Concise
from wxkf_cli.report.event import CaseDone, Done, Event, Found, Linted, Skipped, Started, Summary
from wxkf_cli.report.formats import Fingerprints, Places, Report, harmless, shown_path
from wxkf_cli.report.github import GitHub, _data, _property
from wxkf_cli.report.gitlab import GitLab
from wxkf_cli.report.junit import JUnit, escaped
from wxkf_cli.report.machine import dumps
from wxkf_cli.report.markdown import COMMENT_LIMIT, Markdown, code
from wxkf_cli.report.sarif import Sarif
from wxkf_cli.vocab.terms import DataFormat, Language, Mode, Severity, Text
from wxkf_cli.wechat.verdict import judge
from wxkf_cli.wire.document import Place
from wxkf_cli.wire.exchange import Exchange, Response

SARIF = jsonschema.Draft4Validator(json.loads((Path(__file__).parent / "sarif-2.1.0-rtm.5.json").read_text("utf-8")))
DONE_EXCHANGE = Exchange(Response(200, (), b"success", 0.018), id="e1", case="text", data=DataFormat.XML)
ENDS = st.text(st.sampled_from("ab`#[]()<>&'\"%:,;\\ \n\r\t\x1b\x00\x9b\u202e\u2028\ud800\ufffe你😀"), max_size=30)


def finding(text: str = "what is wrong", code: str = "KF301", **more: Any) -> Finding:
    found = rule(code).finding(Text(text, text))
    return found._replace(**{"file": "a.xml", "place": Place(16, 2, 16), "exchange": "r1", **more})


def given_by(report: Report, events: Iterable[Event]) -> str:
    return "".join(piece for event in events for piece in report.take(event))


def linted(*findings: Finding, gate_code: int = 1) -> Iterator[Event]:
    """The events of one captured response after another."""
    yield Started(["a.xml"], {"mode": None}, "inputs")
    for number, each in enumerate(findings, start=1):
        exchange = DONE_EXCHANGE._replace(id=f"r{number}", case="", answer=Response(200, (), b"x"))
        done = Done(exchange, judge(exchange), (rule("KF301"), rule("KF302")))
        yield done
        yield Found(each)
        yield Linted(done, (each,), False, each.file or "")
    summary = Summary(responses=len(findings), checks=2 * len(findings), exit_code=gate_code)
    summary.severities.update(each.severity for each in findings)
    yield summary


def played(*findings: Finding, modes: tuple[str, ...] = ("plaintext",)) -> Iterator[Event]:
    """The events of one case with one push, and an opener that was given up."""
    yield Started({"kind": "url", "url": "http://127.0.0.1/"}, {"mode": list(modes), "data": ["xml"]})
    done = Done(DONE_EXCHANGE._replace(mode=Mode.PLAINTEXT), judge(DONE_EXCHANGE), (rule("KF301"), rule("KF302")))
    unspoken = done._replace(exchange=done.exchange._replace(id="e0", data=DataFormat.JSON))
    yield unspoken
    yield done
    yield Skipped("text json", Text("not spoken", "不支持"))
    for each in findings:
        yield Found(each, of_case=True)
    counts = {each.code: 1 for each in findings}
    yield CaseDone("text", DataFormat.XML, Mode.PLAINTEXT, (done,), findings, counts, 2, len(findings), 0.018, 1)
    yield Summary(checks=2, failed=len(findings), exit_code=1)


LIVE = {"file": None, "place": None, "exchange": "e1", "case": "text"}
FORMATS: dict[str, Callable[[], Report]] = {
    "concise": lambda: Concise(Language.EN),
    "github": lambda: GitHub(Language.EN, str),
    "gitlab": lambda: GitLab(Language.EN, str),
    "sarif": lambda: Sarif(str),
    "junit": lambda: JUnit(Language.EN),
    "markdown": lambda: Markdown(Language.EN),
}


@given(ENDS)
def test_what_is_harmless_stays_what_it_is(text: str) -> None:
    shown = harmless(text)
    assert harmless(shown) == shown
    assert "##[" not in shown
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\ud800-\udfff]", shown)
    if text.isprintable() and "##[" not in text:
        assert shown == text


@given(ENDS)
def test_json_reads_as_what_was_written(text: str) -> None:
    written = dumps({"text": text, "list": [text]})
    assert json.loads(written) == {"text": text, "list": [text]}
    assert written.isascii()
    assert not re.search(r"##|</|<!|[\x00-\x1f\x7f]", written)


@given(ENDS)
def test_xml_reads_as_what_was_written_but_for_what_xml_cannot_carry(text: str) -> None:
    written = escaped(text)
    tree = etree.fromstring(f'<a b="{written}">{written}</a>'.encode("ascii"))
    carried = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", text)
    assert (tree.text or "") == carried
    assert tree.get("b") == carried.replace("\t", " ")
    assert "##" not in written


@given(ENDS)
def test_workflow_commands_read_as_what_was_written(text: str) -> None:
    def unescaped(shown: str, *names: str) -> str:
        for name in (*names, "\r", "\n", "%"):
            shown = shown.replace(f"%{ord(name):02X}", name)
        return shown

    assert unescaped(_data(text)) == text
    assert unescaped(_property(text), ":", ",") == text
    assert not re.search("[\r\n]", _data(text))
    assert not re.search("[\r\n:,]", _property(text))


@given(ENDS.map(harmless))
def test_nothing_leaves_a_code_span(text: str) -> None:
    span = code(text)
    fence = re.match("`+", span)
    assert fence is not None
    inside = span[len(fence[0]) : -len(fence[0])]
    assert span.endswith(fence[0])
    assert all(len(run) != len(fence[0]) for run in re.findall("`+", inside))
    assert not inside.startswith("`")
    assert not inside.endswith("`")
    assert inside.strip(" ") == text.strip(" ")


PATHS = {
    "-": "stdin",
    "a.xml": "a.xml",
    "::stop-commands::x": "./::stop-commands::x",
    "  ::stop-commands::x": "./  ::stop-commands::x",
    "##[group]": r"./#\x23[group]",
    "a##[stop-commands]b": r"a#\x23[stop-commands]b",
    "a\nb": r"a\nb",
}


@pytest.mark.parametrize("path", PATHS)
def test_no_path_begins_a_command(path: str) -> None:
    assert shown_path(path) == PATHS[path]


def test_a_path_is_shown_with_slashes_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wxkf_cli.wire.paths.sep", "\\")
    assert shown_path("caps\\a.response.txt") == "caps/a.response.txt"


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_without_findings_has_a_report_too(name: str) -> None:
    assert given_by(FORMATS[name](), linted()).endswith("\n")


def test_the_exchange_is_the_place_of_a_live_finding() -> None:
    for modes, place in ((("plaintext",), "text xml e1"), (("plaintext", "secure"), "text plaintext xml e1")):
        places = Places()
        found = finding(**LIVE)
        for event in played(found, modes=modes):
            places.take(event)
        assert places.shown(found) == place
        assert places.shown(found._replace(exchange=None, case="")) == "run"


@pytest.mark.parametrize("name", FORMATS)
def test_a_conformance_check_is_named(name: str) -> None:
    assert "C07: what is wrong" in given_by(FORMATS[name](), played(finding(check="C07", **LIVE)))


def test_github_gets_errors_at_once_then_the_rest_and_ten_of_each() -> None:
    levels = [Severity.NOTE, Severity.WARNING, Severity.ERROR] * 12
    events = [*linted(*(finding(str(number), severity=level) for number, level in enumerate(levels)))]
    lines = given_by(GitHub(Language.EN, str), events).splitlines()
    kinds = [each.split(" ")[0] for each in lines if each.startswith("::")]
    assert kinds == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"] * 10
    assert lines[30].startswith("Checked 36 responses: 12 errors, 12 warnings, 12 notes")
    assert "2 errors, 2 warnings, 2 notices" in lines[31]
    first = next(GitHub(Language.EN, str).take(Found(finding("a"))))
    assert first.startswith("::error file=a.xml,line=2,col=16,title=KF301 parties-not-exchanged::a%0Afix: ")
    with_summary = given_by(GitHub(Language.EN, str, has_summary=True), events).splitlines()
    assert with_summary[31] == "the whole list is in the job summary"
    assert len(with_summary) == len(lines) == 32


def test_the_fingerprint_stays_when_a_line_moves_and_differs_in_one_report() -> None:
    names = Fingerprints()
    first, second = (names.of(finding(place=Place(1, line, 1)), "a.xml") for line in (1, 7))
    assert first != second
    again = Fingerprints()
    assert again.of(finding(place=Place(400, 90, 3)), "a.xml") == first
    assert again.of(finding(place=None), "a.xml") == second
    assert again.of(finding("another value"), "a.xml") not in (first, second)
    assert again.of(finding(), "b.xml") not in (first, second)
    live = [Fingerprints().of(finding(text, **LIVE), "text xml") for text in ("e1 said 7", "e9 said 8")]
    assert live[0] == live[1]


def test_gitlab_gets_what_it_asks_for() -> None:
    notes = [finding(severity=level) for level in Severity]
    entries = json.loads(given_by(GitLab(Language.EN, str), linted(*notes)))
    assert [each["severity"] for each in entries] == ["major", "minor", "info"]
    assert entries[0]["location"] == {"path": "a.xml", "lines": {"begin": 2}}
    assert len({each["fingerprint"] for each in entries}) == 3
    live = json.loads(given_by(GitLab(Language.EN, str, "run.ndjson"), played(finding(**LIVE))))
    assert live[0]["location"] == {"path": "run.ndjson", "lines": {"begin": 1}}
    assert live[0]["description"] == "KF301 parties-not-exchanged: text xml e1: what is wrong"


def sarif(events: Iterable[Event]) -> dict[str, Any]:
    log = json.loads(given_by(Sarif(str), events))
    SARIF.validate(log)
    run: dict[str, Any] = log["runs"][0]
    assert all(run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    return run


@given(ENDS, ENDS)
def test_every_sarif_log_is_valid(text: str, name: str) -> None:
    run = sarif(linted(finding(text, file=name or "a"), finding(text, file="-", place=None)))
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert re.fullmatch(r"(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+", uri["uri"])
    assert uri["uriBaseId"] == "%SRCROOT%"


def test_sarif_says_all_that_a_viewer_shows() -> None:
    run = sarif(linted(finding("see [this](https://example.org/)")))
    result = run["results"][0]
    assert result["message"]["text"] == "see [this] (https://example.org/)"
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 16}
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]
    described = {each["id"]: each for each in run["tool"]["driver"]["rules"]}
    assert sorted(described) == ["KF301", "KF302"]
    assert described["KF301"]["helpUri"] == rule("KF301").source
    assert described["KF301"]["defaultConfiguration"] == {"level": "error"}


def test_sarif_knows_case_and_exchange_of_a_live_finding() -> None:
    run = sarif(played(finding(**LIVE), finding(code="KF403", **{**LIVE, "exchange": None, "case": ""})))
    location = run["results"][0]["locations"][0]
    assert location["logicalLocations"] == [{"name": "e1", "fullyQualifiedName": "text xml e1"}]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "wxkf-simulate"
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith("skipped, not spoken")


def test_every_rule_can_be_described() -> None:
    exchange = DONE_EXCHANGE
    events = [Started([], {}, "inputs"), Done(exchange, judge(exchange), all_rules()), Summary()]
    assert len(sarif(events)["tool"]["driver"]["rules"]) == len(all_rules())


def test_junit_has_a_test_for_each_rule_and_says_what_was_not_run() -> None:
    found = [finding(**LIVE), finding(code="KF302", **{**LIVE, "severity": Severity.WARNING})]
    tree = etree.fromstring(given_by(JUnit(Language.EN), played(*found)).encode())
    case, skipped = tree.findall("testsuite")
    assert (case.get("name"), case.get("tests"), case.get("failures")) == ("text xml", "2", "1")
    failed, warned = case.findall("testcase")
    assert failed.find("failure").get("message") == "what is wrong"
    assert failed.find("failure").text.startswith("text xml e1: error: what is wrong\nfix: ")
    assert warned.find("system-out").text.startswith("text xml e1: warning: ")
    assert skipped.find("testcase/skipped").get("message") == "not spoken"


def test_junit_fails_what_the_run_fails() -> None:
    events = [*linted(finding(severity=Severity.WARNING))]
    for gate, failures in ((Severity.ERROR, "0"), (Severity.WARNING, "1"), (None, "0")):
        tree = etree.fromstring(given_by(JUnit(Language.EN, gate), events).encode())
        assert tree.find("testsuite").get("failures") == failures


def test_junit_keeps_the_responses_of_a_file_in_one_suite_and_counts_what_it_does_not_tell() -> None:
    many = [finding(str(number), file="run.ndjson") for number in range(150)]
    tree = etree.fromstring(given_by(JUnit(Language.EN), linted(*many, finding(file="z.xml"))).encode())
    assert [each.get("name") for each in tree.findall("testsuite")] == ["run.ndjson", "z.xml"]
    assert "\n+ 50\n" in tree.findtext("testsuite/testcase/failure")


def test_markdown_fits_into_a_comment_and_errors_are_never_crowded_out() -> None:
    notes = [finding("x" * 150, severity=Severity.NOTE) for _ in range(1000)]
    text = given_by(Markdown(Language.EN), linted(*notes, finding("the one error")))
    assert len(text.encode()) < COMMENT_LIMIT + 5_000
    assert "`the one error`" in text
    assert text.index("the one error") < text.index("xxx")
    assert re.search(r"- and \d+ more\n", text)
    assert "| KF301 parties-not-exchanged | note | 1000 |" in text
