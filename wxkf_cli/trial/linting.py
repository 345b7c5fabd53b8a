"""Lint captured responses: the same rules as in a trial, over files instead of pushes."""

from collections import Counter
from collections.abc import Iterable

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.linter import rule
from wxkf_cli.lint.rule import Need
from wxkf_cli.lint.selection import EVERYTHING, Selection
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import Done, Found, Linted, Listener, Skipped, Summary
from wxkf_cli.trial.capture import Capture, PassedOver
from wxkf_cli.trial.checking import Checked, Checker, Linting, Tally
from wxkf_cli.trial.counting import demand, note_unused
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.verdict import Verdict
from wxkf_cli.wire.document import Place
from wxkf_cli.wire.exchange import Exchange


def lint_captures(
    captures: Iterable[Capture | PassedOver],
    setting: Setting,
    expect: Expect,
    tell: Listener,
    redact: Redact = str,
    selection: Selection = EVERYTHING,
) -> Summary:
    """Lint every capture, telling of each; the summary is also the last event. `redact` masks secrets in messages.

    Raises:
        RuleCrash: A rule failed on one of them.
    """
    linting = Linting(setting, expect, redact, selection)
    checker = Checker(linting)
    for each in captures:
        checked = checker.check(each)
        if checked is not None:
            tell_of(checked, checker.responses, tell)
    return close(checker.taken(), linting, tell)


def tell_of(checked: Checked, number: int, tell: Listener) -> None:
    """Tell of one capture, which is the one of that number in the run."""
    capture, done, findings = checked
    exchange = done.exchange
    if not exchange.id:
        # Not _replace: it takes three times as long, and this is done for each.
        exchange = Exchange(exchange.answer, f"r{number}", *exchange[2:])
        done = Done(exchange, *done[1:])
    tell(done)
    for finding in findings:
        tell(Found(_in_file(finding, capture, exchange.id)))
    tell(
        Linted(
            done,
            tuple([_beside_body(each, capture, exchange.id) for each in findings]),
            capture.in_record,
            capture.file,
        )
    )


def close(tally: Tally, linting: Linting, tell: Listener) -> Summary:
    """Tell what is to be said of the run as a whole, and its summary."""
    selection = linting.selection
    summary = Summary(
        checks=tally.checks,
        failed=tally.failed,
        severities=tally.severities,
        # In one order, whatever was counted first: that depends on how the work was done.
        verdicts=Counter({each: tally.verdicts[each] for each in Verdict if tally.verdicts[each]}),
        responses=tally.responses,
        clean=tally.clean,
        connected=True,
        gate=selection.fail_on,
    )
    if linting.expect is Expect.ANY and (tally.is_reached or tally.is_waiting):
        problem = rule("KF403").finding(_NEVER)
        never = demand(summary, selection, tally.used, problem, is_met=tally.is_reached)
        if never is not None:
            tell(Found(never))
    note_unused(summary, selection, tally.used, tell, in_files=True)
    for need, times in sorted(tally.skipped.items(), key=lambda each: list(Need).index(each[0])):
        summary.skipped += times
        tell(Skipped("rules", need.value, times))
    for (what, why), times in tally.passed_over.items():
        summary.skipped += times
        tell(Skipped(what, why, times))
    summary.exit_code = _exit_code(summary)
    tell(summary)
    return summary


_NEVER = Text(
    "no user message was transferred: each was acknowledged, and nobody gets it",
    "用户消息一条也没有转发：都只是确认收到，没有人会看到",
)


def _in_file(finding: Finding, capture: Capture, exchange: str) -> Finding:
    """The finding with its place in the file instead of in the body."""
    place = finding.place
    if capture.in_record:
        place = Place(capture.start, capture.line, 1)
    elif place is not None:
        place = Place(place.offset + capture.start, place.line + capture.line - 1, place.column)
    return _placed(finding, exchange, place, capture.file)


def _beside_body(finding: Finding, capture: Capture, exchange: str) -> Finding:
    """The finding as it is shown beside the body: the line is that of the file, the byte that of the body."""
    place = finding.place
    if capture.in_record:
        return _placed(finding, exchange, place, f"{capture.file}:{capture.line}")
    if place is not None:
        place = place._replace(line=place.line + capture.line - 1)
    return _placed(finding, exchange, place, capture.file)


def _placed(finding: Finding, exchange: str, place: Place | None, file: str) -> Finding:
    """The finding with other places; not by _replace, as above."""
    return Finding(*finding[:7], exchange, finding.case, place, file, *finding[11:])


def _exit_code(summary: Summary) -> int:
    if summary.checks == 0:
        return 2
    return 1 if summary.reaches_gate else 0
