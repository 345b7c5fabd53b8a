"""Run every rule that an exchange gives enough to run on, and keep the most telling finding of each cause."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from wxkf_cli.lint import rules
from wxkf_cli.lint.finding import Finding, Problem
from wxkf_cli.lint.rule import Need, Rule
from wxkf_cli.lint.subject import DEFAULT_SETTING, Answered, Sealed, Setting, Subject, Verification, understand
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import Place, place_of
from wxkf_cli.wire.exchange import Exchange


class Report(NamedTuple):
    """What linting one exchange gave.

    Attributes:
        findings: Most telling first, one for each cause.
        ran: The rules that ran, once for each thing they ran on.
        skipped: How many rules did not, for want of which context.
    """

    findings: tuple[Finding, ...]
    ran: tuple[Rule, ...]
    skipped: Counter[Need]

    @property
    def checks(self) -> int:
        """How many checks that was: one rule on one response."""
        return len(self.ran)

    @property
    def failed(self) -> int:
        """How many checks have a finding."""
        return len({finding.code for finding in self.findings})


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule in the package, by code: a new file is a new rule, there is no list to edit."""
    names = sorted(module.name for module in pkgutil.iter_modules(rules.__path__) if module.name.startswith("kf"))
    return tuple(importlib.import_module(f"{rules.__name__}.{name}").RULE for name in names)


@cache
def rule(code: str) -> Rule:
    """The rule with that code."""
    return next(each for each in all_rules() if each.code == code)


@cache
def _rules_on(stage: type[Subject]) -> tuple[Rule, ...]:
    return tuple(each for each in all_rules() if issubclass(stage, each.on))


def lint(exchange: Exchange, setting: Setting = DEFAULT_SETTING, chosen: Sequence[Rule] | None = None) -> Report:
    """Everything that is wrong with one answer.

    Rules that are not chosen still run, unseen: what they hide stays hidden, so that leaving a rule out never brings
    up another finding of the same cause.
    """
    subject = understand(exchange, setting)
    skipped: Counter[Need] = Counter()
    found: list[tuple[Rule, Finding]] = []
    hidden: set[str] = set()
    ran: list[Rule] = []
    for each, about in _to_check(subject):
        wanted = chosen is None or each in chosen
        missing = next((need for need in each.needs if not _has(about, need)), None)
        if missing is not None:
            skipped[missing] += wanted
            continue
        if wanted:
            ran.append(each)
        for problem in each.check(about):
            hidden.update(each.hides)
            if not wanted:
                continue
            if about is not subject:
                problem = _from_inside(problem, subject)
            found.append((each, each.finding(problem.text, exchange, _place(subject, problem.where))))
    return Report(tuple(finding for each, finding in found if each.code not in hidden), tuple(ran), +skipped)


def _to_check(subject: Subject) -> Iterator[tuple[Rule, Subject]]:
    """The rules to run, and on what: on an answer, and on what was sealed in it."""
    for each in _rules_on(type(subject)):  # type: ignore[arg-type] # classes are hashable; mypy reads __hash__ wrongly
        yield each, subject
    inner = subject.inner if isinstance(subject, Sealed) else None
    if inner is not None:
        for each in _rules_on(type(inner)):  # type: ignore[arg-type]
            if issubclass(each.on, Answered):  # the others are about the delivery, which was one
                yield each, inner


def _from_inside(problem: Problem, outer: Subject) -> Problem:
    """A problem of what was sealed, said of the envelope: its place is that of the Encrypt."""
    assert isinstance(outer, Sealed) and outer.opening is not None  # noqa: S101, PT018 - where else is an inside
    return Problem(
        Text(f"inside Encrypt: {problem.text.en}", f"Encrypt 内：{problem.text.zh}"), outer.opening.encrypt_name
    )


def _has(subject: Subject, need: Need) -> bool:
    if need is Need.PUSH:
        return subject.push is not None
    if need is Need.DATA_FORMAT:
        return subject.exchange.data is not None
    return subject.push is not None or subject.exchange.sent_at is not None


def _place(subject: Subject, where: str | int | None) -> Place | None:
    if where is None or not isinstance(subject, Answered | Verification):
        return None
    if isinstance(where, int):
        return place_of(subject.body, where)
    data_format = subject.format if isinstance(subject, Answered) else None
    return codec.locate(subject.body, data_format, where) if data_format is not None else None
