"""Which findings count, and how much: rules selected and ignored, severities changed, the gate of the exit code.

Everything is decided after linting. Rules that are left out have run, so what they hide stays hidden: leaving a rule
out never brings up another finding.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.linter import Report, all_rules, lint
from wxkf_cli.lint.naming import Named, codes_of, level_of
from wxkf_cli.lint.pattern import fits
from wxkf_cli.lint.reach import could_find
from wxkf_cli.lint.redelivery_findings import REDELIVERY_FINDINGS
from wxkf_cli.lint.rule import Need, Rule
from wxkf_cli.lint.subject import Setting
from wxkf_cli.vocab.conformance import CODES
from wxkf_cli.vocab.terms import Severity
from wxkf_cli.wire.exchange import Exchange


class Ignore(NamedTuple):
    """Findings that are left out.

    Attributes:
        rule: Of which rules, as they are named.
        codes: Their codes.
        setting: `ignore` or `per_file_ignores`; empty for one of the command line.
        origin: The file that says so.
        reason: Why, as that file says.
        files: The pattern of the files it is for; empty for all.
    """

    rule: str
    codes: frozenset[str] = frozenset()
    setting: str = ""
    origin: str = ""
    reason: str = ""
    files: str = ""

    @property
    def named(self) -> Named:
        """The rules and where they are named."""
        return Named(self.rule, f"{self.setting} in {self.origin}" if self.setting else "--ignore")

    def is_for(self, file: str | None) -> bool:
        """Whether it holds in that file."""
        return not self.files or (file is not None and fits(file, self.files))


class Selection(NamedTuple):
    """Which findings count; plain values, so that it goes from one process to another.

    Attributes:
        selected: The codes that are looked for; None for all.
        ignores: What is left out of those.
        severities: Codes that weigh something else than their rule says.
        fail_on: The least severity that fails; None where nothing does.
    """

    selected: frozenset[str] | None = None
    ignores: tuple[Ignore, ...] = ()
    severities: Mapping[str, Severity] = {}
    fail_on: Severity | None = Severity.ERROR

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out and nothing weighs differently."""
        return self.selected is None and not self.ignores and not self.severities

    def is_selected(self, code: str) -> bool:
        """Whether a rule is looked for, ignored or not."""
        return self.selected is None or code in self.selected

    def is_shown(self, code: str, file: str | None = None) -> bool:
        """Whether findings of a rule count, in that file."""
        ignored = any(code in each.codes and each.is_for(file) for each in self.ignores)
        return self.is_selected(code) and not ignored

    def weighed(self, finding: Finding) -> Finding:
        """The finding with the severity that it has here."""
        severity = self.severities.get(finding.code, finding.severity)
        return finding if severity is finding.severity else finding._replace(severity=severity)

    def fails(self, severity: Severity) -> bool:
        """Whether a check with such a finding has failed: at or above the gate; an error where there is none."""
        return is_at_or_above(severity, self.fail_on or Severity.ERROR)

    def check_not_empty(self) -> None:
        """Make sure that some rule is left.

        Raises:
            UsageError: None is.
        """
        known = (*(each.code for each in all_rules()), *(each.code for each in REDELIVERY_FINDINGS), *CODES)
        if not any(map(self.is_shown, known)):
            message = "--select and --ignore leave no rule (KF901 nothing-checked)"
            raise UsageError(message, "what is selected in the settings, and ignored there, counts too")


EVERYTHING = Selection()


class Selected(NamedTuple):
    """What linting one exchange gave, as far as it counts.

    Attributes:
        findings: Most telling first.
        ran: The rules that ran, once for each thing they ran on.
        skipped: How many rules did not, for want of which context.
        used: By its place in `Selection.ignores`, how many findings an ignore left out; 0 where it might have, and no
            entry where none of its rules could find anything. By `~place`, how many such answers lie in its files.
            Those of several exchanges are put together with `Counter.update`.
    """

    findings: tuple[Finding, ...]
    ran: tuple[Rule, ...]
    skipped: Counter[Need]
    used: Counter[int]

    @property
    def checks(self) -> int:
        """How many checks that was: one rule on one response."""
        return len(self.ran)


def lint_selected(exchange: Exchange, setting: Setting, selection: Selection, file: str | None = None) -> Selected:
    """Everything that is wrong with one answer, and counts; `file` is where it was captured."""
    report = lint(exchange, setting)
    if selection.is_everything:
        return Selected(report.findings, report.ran, report.skipped, Counter())
    chosen = applied(report, selection, file)
    used = Counter(_possible(exchange, setting, selection, file))
    used.update(chosen.used)
    chosen = chosen._replace(used=used)
    if not report.skipped:
        return chosen
    shown = [each for each in all_rules() if selection.is_shown(each.code, file)]
    if len(shown) == len(all_rules()):
        return chosen
    return chosen._replace(skipped=lint(exchange, setting, shown).skipped)  # which they are, only linting knows


def applied(report: Report, selection: Selection, file: str | None = None) -> Selected:
    """A report without what is left out; its `skipped` as it was, and in `used` only what was."""
    here = [(place, each) for place, each in enumerate(selection.ignores) if each.is_for(file)]
    used: Counter[int] = Counter()
    findings = []
    for finding in report.findings:
        if not selection.is_selected(finding.code):
            continue
        ignoring = [place for place, each in here if finding.code in each.codes]
        used.update(ignoring)
        if not ignoring:
            findings.append(selection.weighed(finding))
    ignored = frozenset().union(*(each.codes for _, each in here))
    ran = tuple(each for each in report.ran if each.code not in ignored and selection.is_selected(each.code))
    return Selected(tuple(findings), ran, report.skipped, used)


def _possible(exchange: Exchange, setting: Setting, selection: Selection, file: str | None) -> dict[int, int]:
    """Which ignores might leave something out, by `Selected.used`, before anybody looks whether they do."""
    possible = {}
    for place, each in enumerate(selection.ignores):
        if each.is_for(file):
            is_possible = any(could_find(rule, exchange, setting) for rule in _rules(each.codes))
            possible.update({place: 0} if is_possible else {~place: 1})
    return possible


@cache
def _rules(codes: frozenset[str]) -> tuple[Rule, ...]:
    return tuple(each for each in all_rules() if each.code in codes)


def unused(selection: Selection, used: Mapping[int, int], *, in_files: bool) -> list[Ignore]:
    """The ignores of the settings that left nothing out, though they might have.

    Args:
        selection: What was selected.
        used: What all exchanges of the run give together.
        in_files: Whether the run was over files: where it was not, no ignore of single files might have.
    """
    found = []
    for place, ignore in enumerate(selection.ignores):
        is_possible = any(map(selection.is_selected, ignore.codes)) and (in_files or not ignore.files)
        # Where its pattern fits no file there is no entry at all: it is as unused as can be.
        fits_no_file = ignore.files and place not in used and ~place not in used
        if ignore.setting and is_possible and (used.get(place) == 0 or fits_no_file):
            found.append(ignore)
    return found


def is_at_or_above(severity: Severity, gate: Severity) -> bool:
    """Whether a severity weighs at least as much as another."""
    order = list(Severity)
    return order.index(severity) <= order.index(gate)


def selection_of(
    *,
    select: Iterable[Named] = (),
    ignores: Iterable[Ignore] = (),
    severities: Iterable[tuple[Named, str]] = (),
    fail_on: Severity | None = Severity.ERROR,
) -> Selection:
    """A selection from rules as they are named.

    Args:
        select: What is looked for; nothing for everything.
        ignores: What is left out; their codes are found here.
        severities: What weighs how much: the more exact goes before the wider, then the later before the earlier.
        fail_on: The least severity that fails.

    Raises:
        UsageError: A rule or a severity that does not exist, or no rule is left.
    """
    chosen = [codes_of(each) for each in select]
    weights = [(codes_of(named), level_of(level, named)) for named, level in severities]
    weights.sort(key=lambda pair: -len(pair[0]))
    selection = Selection(
        frozenset().union(*chosen) if chosen else None,
        tuple(each._replace(codes=codes_of(each.named)) for each in ignores),
        {code: level for codes, level in weights for code in sorted(codes)},
        fail_on,
    )
    selection.check_not_empty()
    return selection
