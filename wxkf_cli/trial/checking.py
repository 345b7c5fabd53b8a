"""Check one capture after the other, and count: what linting does, whether in one process or in several."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.rule import Need
from wxkf_cli.lint.selection import EVERYTHING, Selected, Selection
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import Done
from wxkf_cli.trial.capture import Capture, PassedOver
from wxkf_cli.trial.examining import Examiner, Found, Known, Seen, Told
from wxkf_cli.trial.masking import masked
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.terms import Mode, Severity, Text
from wxkf_cli.wechat.answers import is_user_message
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.verdict import Verdict
from wxkf_cli.wire.exchange import Exchange


class Linting(NamedTuple):
    """What captures are linted with.

    Attributes:
        setting: What is known and assumed; `expect_transfer` follows from `expect`.
        expect: Which user messages must be transferred.
        redact: Masks secrets in messages.
        selection: Which findings count.
    """

    setting: Setting
    expect: Expect = Expect.NONE
    redact: Redact = str
    selection: Selection = EVERYTHING


class Checked(NamedTuple):
    """One capture that was checked; an exchange without an id of its own has none yet, nor have its findings.

    Attributes:
        capture: Where it stands.
        done: The exchange, its judgement and the rules that ran.
        findings: What is wrong with it, without secrets.
    """

    capture: Capture
    done: Done
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Tally:
    """Figures over captures, to which those of others can be added.

    Attributes:
        responses: Captures.
        clean: Those without a finding.
        checks: Rules run on them.
        failed: Findings that fail.
        severities: Findings by severity.
        verdicts: Captures by verdict.
        skipped: Rules that lacked context, by what.
        passed_over: What in the files was no answer, by what it is and why.
        used: How often ignores were used, as in `Selected.used`.
        is_reached: Whether any user message was transferred.
        is_waiting: Whether any was acknowledged.
    """

    responses: int = 0
    clean: int = 0
    checks: int = 0
    failed: int = 0
    severities: Counter[Severity] = field(default_factory=Counter)
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    skipped: Counter[Need] = field(default_factory=Counter)
    passed_over: Counter[tuple[str, Text]] = field(default_factory=Counter)
    used: Counter[int] = field(default_factory=Counter)
    is_reached: bool = False
    is_waiting: bool = False

    def add(self, other: "Tally") -> None:
        """Add the figures over other captures."""
        self.responses += other.responses
        self.clean += other.clean
        self.checks += other.checks
        self.failed += other.failed
        self.severities.update(other.severities)
        self.verdicts.update(other.verdicts)
        self.skipped.update(other.skipped)
        self.passed_over.update(other.passed_over)
        self.used.update(other.used)
        self.is_reached |= other.is_reached
        self.is_waiting |= other.is_waiting


class Checker:
    """Checks captures, and counts: `responses` at once, all else when somebody takes the figures."""

    def __init__(self, linting: Linting) -> None:
        self._tally = Tally()
        self._linting = linting
        self._examiner = Examiner(linting.setting, linting.selection)
        self._is_demanding = linting.expect is Expect.ALL
        self._fails = {each: linting.selection.fails(each) for each in Severity}
        self._passed: list[Seen] = []

    @property
    def responses(self) -> int:
        """How many captures were checked since the figures were last taken."""
        return self._tally.responses

    def taken(self) -> Tally:
        """The figures since they were last taken."""
        tally, self._tally = self._tally, Tally()
        for seen in self._passed:
            _add(tally, seen.selected, seen.judgement.verdict, seen.times, may_transfer=seen.may_transfer)
            tally.clean += seen.times
            seen.times = 0
        self._passed = []
        return tally

    def check(self, found: Capture | PassedOver) -> Checked | None:
        """One capture; None for what is none, which is counted.

        Raises:
            RuleCrash: A rule failed on it.
        """
        if isinstance(found, PassedOver):
            self._tally.passed_over[found.what, found.why] += 1
            return None
        exchange, linting = found.exchange, self._linting
        may_transfer = exchange.push is not None and exchange.flaw is None and is_user_message(exchange.push)
        must_transfer = may_transfer and linting.expect is Expect.ALL
        if found.known is not None:
            judgement, selected = self._examiner.said_of(found.known, exchange)
        else:
            judgement, selected = self._examiner.examine(exchange, found.file, expect_transfer=must_transfer)
        findings = selected.findings
        if findings:
            findings = tuple([masked(each, exchange.answer, linting.redact) for each in findings])
        if findings and not found.in_record:
            findings = self._with_fixes(findings, found, must_transfer=must_transfer)
        tally = self._tally
        tally.responses += 1
        tally.clean += not findings
        for finding in findings:
            tally.severities[finding.severity] += 1
            tally.failed += self._fails[finding.severity]
        _add(tally, selected, judgement.verdict, 1, may_transfer=may_transfer)
        return Checked(found, Done(exchange, judgement, selected.ran), findings)

    def _with_fixes(self, findings: tuple[Finding, ...], found: Capture, *, must_transfer: bool) -> tuple[Finding, ...]:
        """The findings of one answer, those marked that a safe fix of its file mends."""
        from wxkf_cli.trial.fixing import with_fixes  # noqa: PLC0415 - most answers have nothing to fix

        def look(exchange: Exchange) -> tuple[bool, ...]:
            seen = with_fixes(findings, exchange, self._linting.setting, found)
            return tuple([each.is_fixable for each in seen])

        fixable = self._examiner.fixable(found.exchange, found.file, look, expect_transfer=must_transfer)
        if not any(fixable):
            return findings
        return tuple([each._replace(is_fixable=is_so) for each, is_so in zip(findings, fixable, strict=True)])

    def skim(self, record: Mapping[str, Any], file: str) -> Known | bool:
        """Count the answer in a line of a record, where that can be done at a glance and nothing is wrong with it.

        Args:
            record: The line.
            file: Where it stands.

        Returns:
            Whether that was done; or what is known of it already, to go into its capture.
        """
        found = self._examiner.recognise(record, file, demanding=self._is_demanding)
        if found is None:
            return False
        return self._passes(found) or Known.of(found)

    def skim_bare(self, push: str, answer: str, mode: Mode, file: str) -> bool:
        """Count a body that was captured without its status line, where that can be done in the same way.

        Args:
            push: The push it answers.
            answer: The body.
            mode: The encryption mode of the push.
            file: Where the body stands.

        Returns:
            Whether that was done.
        """
        told: Told = (None, (), (), mode)
        found = self._examiner.glimpse(push, answer, told, file, demanding=self._is_demanding)
        return found is not None and self._passes(found)

    def _passes(self, found: Found) -> bool:
        """Count an answer that was recognised, unless something is wrong with it."""
        seen = found[0]
        if seen.selected.findings:
            return False
        # Nearly all of them go through here. The same is counted for each of an outline, so that can be done later.
        if not seen.times:
            self._passed.append(seen)
        seen.times += 1
        self._tally.responses += 1
        return True


def _add(tally: Tally, selected: Selected, verdict: Verdict, times: int, *, may_transfer: bool) -> None:
    """Count what so many captures have in common, but for their findings."""
    tally.checks += len(selected.ran) * times
    tally.verdicts[verdict] += times
    # Most have none of these, and it takes long to find that out in any other way.
    if selected.skipped:
        for need, count in selected.skipped.items():
            tally.skipped[need] += count * times
    if selected.used:
        for place, count in selected.used.items():
            tally.used[place] += count * times
    if may_transfer:
        tally.is_reached |= verdict is Verdict.TRANSFERRED
        tally.is_waiting |= verdict is Verdict.ACKNOWLEDGED
