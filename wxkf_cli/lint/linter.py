"""Run every rule that an exchange gives enough to run on, and keep the most telling finding of each cause."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from functools import cache
from typing import NamedTuple

from wxkf_cli.errors import RuleCrash
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


@cache  # classes are hashable; mypy reads __hash__ wrongly
def _rules_on(stage: type[Subject]) -> tuple[Rule, ...]:
    return tuple(each for each in all_rules() if issubclass(stage, each.on))


def lint(exchange: Exchange, setting: Setting = DEFAULT_SETTING, chosen: Sequence[Rule] | None = None) -> Report:
    """Everything that is wrong with one answer.

    Rules that are not chosen still run, unseen: what they hide stays hidden, so that leaving a rule out never brings
    up another finding of the same cause.

    Raises:
        RuleCrash: A rule failed on it.
    """
    subject = understand(exchange, setting)
    plan = _plan_for(subject)
    found = _found(plan.runs, subject)
    hidden = {code for each, _ in found for code in each.hides}
    if chosen is None:
        findings = [finding for each, finding in found if each.code not in hidden]
        return Report(tuple(findings), plan.ran, plan.skipped)
    findings = [finding for each, finding in found if each in chosen and each.code not in hidden]
    ran = tuple(each for each in plan.ran if each in chosen)
    return Report(tuple(findings), ran, Counter(need for each, need in plan.missing if each in chosen))


def findings_of(codes: Container[str], exchange: Exchange, setting: Setting) -> tuple[Finding, ...]:
    """What the rules of these codes alone find, with nothing hidden: for whoever knows that the others find nothing.

    Raises:
        RuleCrash: A rule failed on it.
    """
    subject = understand(exchange, setting)
    runs = [run for run in _plan_for(subject).runs if run[0].code in codes]
    return tuple(finding for _, finding in _found(runs, subject))


class _Plan(NamedTuple):
    """What is to be done with every subject of one sort; nothing in it is ever changed.

    Attributes:
        runs: The rules to run, each with whether it runs on what was sealed.
        ran: The same rules.
        missing: The rules that lack context, each with what they lack first.
        skipped: How many lack what.
    """

    runs: tuple[tuple[Rule, bool], ...]
    ran: tuple[Rule, ...]
    missing: tuple[tuple[Rule, Need], ...]
    skipped: Counter[Need]


def _plan_for(subject: Subject) -> _Plan:
    inner = subject.inner if isinstance(subject, Sealed) else None
    exchange, has_push = subject.exchange, subject.push is not None
    has_time = has_push or exchange.sent_at is not None
    known = (has_push, exchange.data is not None, has_time, exchange.has_wire, exchange.has_status)
    return _plan(type(subject), None if inner is None else type(inner), known)  # type: ignore[arg-type] # as above


@cache
def _plan(stage: type[Subject], inner: type[Subject] | None, known: tuple[bool, ...]) -> _Plan:
    to_check = [(each, False) for each in _rules_on(stage)]  # type: ignore[arg-type]
    if inner is not None:
        on_inner = _rules_on(inner)  # type: ignore[arg-type]
        # The others are about the delivery, which was one.
        to_check += [(each, True) for each in on_inner if issubclass(each.on, Answered)]
    has = dict(zip((Need.PUSH, Need.DATA_FORMAT, Need.SEND_TIME, Need.WIRE, Need.STATUS), known, strict=True))
    lacks = [next((need for need in each.needs if not has[need]), None) for each, _ in to_check]
    runs = tuple(run for run, lack in zip(to_check, lacks, strict=True) if lack is None)
    missing = tuple((each, lack) for (each, _), lack in zip(to_check, lacks, strict=True) if lack is not None)
    return _Plan(runs, tuple(each for each, _ in runs), missing, Counter(lack for _, lack in missing))


def _found(runs: Iterable[tuple[Rule, bool]], subject: Subject) -> list[tuple[Rule, Finding]]:
    """What rules find in an answer, and in what was sealed in it."""
    inner = subject.inner if isinstance(subject, Sealed) else None
    found: list[tuple[Rule, Finding]] = []
    for each, is_inside in runs:
        try:
            for problem in each.check(inner if is_inside else subject):
                if is_inside:
                    problem = _from_inside(problem, subject)
                place = _place(subject, problem.where)
                found.append((each, each.finding(problem.text, subject.exchange, place, problem.fix)))
        except Exception as error:
            raise RuleCrash(each.code, each.name, subject.exchange.id) from error
    return found


def _from_inside(problem: Problem, outer: Subject) -> Problem:
    """A problem of what was sealed, said of the envelope: its place is that of the Encrypt."""
    assert isinstance(outer, Sealed) and outer.opening is not None  # noqa: S101, PT018 - where else is an inside
    text = Text(f"inside Encrypt: {problem.text.en}", f"Encrypt 内：{problem.text.zh}")
    return Problem(text, outer.opening.encrypt_name, problem.fix)


def _place(subject: Subject, where: str | int | None) -> Place | None:
    if where is None or not isinstance(subject, Answered | Verification):
        return None
    if isinstance(where, int):
        return place_of(subject.body, where)
    data_format = subject.format if isinstance(subject, Answered) else None
    return codec.locate(subject.body, data_format, where) if data_format is not None else None
