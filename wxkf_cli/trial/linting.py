"""Lint captured responses: the same rules as in a trial, over files instead of pushes."""

from collections import Counter
from collections.abc import Iterable

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.linter import lint, rule
from wxkf_cli.lint.rule import Need
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import Done, Found, Linted, Listener, Skipped, Summary
from wxkf_cli.trial.captures import Capture
from wxkf_cli.trial.masking import masked
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.terms import Severity, Text
from wxkf_cli.wechat.answers import is_user_message
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire.document import Place


def lint_captures(
    captures: Iterable[Capture], setting: Setting, expect: Expect, tell: Listener, redact: Redact = str
) -> Summary:
    """Lint every capture, telling of each; the summary is also the last event. `redact` masks secrets in messages."""
    summary = Summary(connected=True)
    skipped: Counter[Need] = Counter()
    reached = waiting = False
    for count, capture in enumerate(captures, start=1):
        exchange = capture.exchange if capture.exchange.id else capture.exchange._replace(id=f"r{count}")
        judgement = judge(exchange, setting.policy, setting.seal)
        may_transfer = exchange.push is not None and exchange.genuine and is_user_message(exchange.push)
        report = lint(exchange, setting._replace(expect_transfer=may_transfer and expect is Expect.ALL))
        findings = [masked(each, exchange.answer, redact) for each in report.findings]
        skipped.update(report.skipped)
        summary.responses += 1
        summary.checks += report.checks
        summary.verdicts[judgement.verdict] += 1
        summary.severities.update(finding.severity for finding in findings)
        summary.failed += sum(finding.severity is Severity.ERROR for finding in findings)
        summary.clean += not findings
        reached |= may_transfer and judgement.verdict is Verdict.TRANSFERRED
        waiting |= may_transfer and judgement.verdict is Verdict.ACKNOWLEDGED
        done = Done(exchange, judgement, report.ran)
        tell(done)
        for finding in findings:
            tell(Found(_in_file(finding, capture)))
        tell(Linted(done, tuple(_beside_body(finding, capture) for finding in findings), capture.in_record))
    if expect is Expect.ANY and (reached or waiting):
        summary.checks += 1
        if not reached:
            summary.failed += 1
            summary.severities[Severity.ERROR] += 1
            tell(Found(rule("KF403").finding(_NEVER)))
    for need, times in skipped.items():
        summary.skipped += times
        tell(Skipped("rules", need.value, times))
    summary.exit_code = _exit_code(summary)
    tell(summary)
    return summary


_NEVER = Text(
    "no user message was transferred: each was acknowledged, and nobody gets it",
    "用户消息一条也没有转发：都只是确认收到，没有人会看到",
)


def _in_file(finding: Finding, capture: Capture) -> Finding:
    """The finding with its place in the file instead of in the body."""
    place = finding.place
    if capture.in_record:
        place = Place(capture.start, capture.line, 1)
    elif place is not None:
        place = Place(place.offset + capture.start, place.line + capture.line - 1, place.column)
    return finding._replace(file=capture.file, place=place)


def _beside_body(finding: Finding, capture: Capture) -> Finding:
    """The finding as it is shown beside the body: the line is that of the file, the byte that of the body."""
    place = finding.place
    if capture.in_record:
        return finding._replace(file=f"{capture.file}:{capture.line}")
    if place is not None:
        place = place._replace(line=place.line + capture.line - 1)
    return finding._replace(file=capture.file, place=place)


def _exit_code(summary: Summary) -> int:
    if summary.checks == 0:
        return 2
    return 1 if summary.severities[Severity.ERROR] else 0
