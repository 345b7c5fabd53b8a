"""What to play against a handler, what to demand of it, and in which order."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from wxkf_cli.lint.selection import EVERYTHING, Selection
from wxkf_cli.simulate.suite import CASES, OPENING, TEXTS, Case
from wxkf_cli.trial.played import Leg
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.vocab.terms import DataFormat, Mode


@dataclass(frozen=True, slots=True)
class Plan:
    """What to play and what to demand.

    Attributes:
        formats: The data formats, in order.
        mandatory: Whether each must be spoken; otherwise one is enough.
        modes: The encryption modes, in order.
        cases: What is played, in order, in each mode and format that it is for.
        texts: What users write in the text case; empty for what it has itself.
        expect: Which user messages must be transferred.
        count: How many pushes each user message is; None for once.
        concurrency: How many of those are in flight.
        pace: Pushes a second at most; None for no limit.
        stop_at_first: End with the first case that fails.
        policy: The assumptions about WeChat that are settings.
        selection: Which findings count.
    """

    formats: tuple[DataFormat, ...] = tuple(DataFormat)
    mandatory: bool = False
    modes: tuple[Mode, ...] = (Mode.PLAINTEXT,)
    cases: tuple[Case, ...] = tuple(CASES.values())
    texts: tuple[str, ...] = TEXTS
    expect: Expect = Expect.ANY
    count: int | None = None
    concurrency: int = 1
    pace: float | None = None
    stop_at_first: bool = False
    policy: Policy = DEFAULT_POLICY
    selection: Selection = EVERYTHING

    def shuffled(self, seed: int) -> "Plan":
        """The same plan, its cases in an order that follows from the seed."""
        order = {case.name: hashlib.blake2b(f"{seed} {case.name}".encode()).digest() for case in self.cases}
        return replace(self, cases=tuple(sorted(self.cases, key=lambda case: order[case.name])))

    @property
    def is_whole(self) -> bool:
        """Whether all of the standard suite is in it, so that what was never found is not there."""
        return {case.name for case in self.cases}.issuperset(CASES)


class Group(NamedTuple):
    """A case in one leg; in none, where it is about the URL and not about messages."""

    case: Case
    leg: Leg | None
    data: DataFormat
    mode: Mode


def groups_of(plan: Plan) -> list[Group]:
    """Everything to play: what concerns the URL first, then leg by leg."""
    first = plan.modes[0]
    groups = [Group(case, None, case.formats[0], first) for case in plan.cases if not case.kind]
    for mode in plan.modes:
        for data in plan.formats:
            leg = Leg(mode, data)
            groups += [Group(case, leg, data, mode) for case in _of_leg(plan, mode, data)]
    return groups


def _of_leg(plan: Plan, mode: Mode, data: DataFormat) -> Iterator[Case]:
    for case in plan.cases:
        if case.kind and data in case.formats and case.is_for(mode, plan.modes):
            yield case


def openers_of(plan: Plan, groups: list[Group]) -> list[Group]:
    """The text pushes that find out which formats are spoken in the mode of `groups`: only where there is a choice."""
    legs = {group.data: group.leg for group in groups}
    if plan.mandatory or len(legs) < 2:
        return []
    return [
        next((group for group in groups if group.case.name == OPENING and group.data is data), None)
        or Group(CASES[OPENING], leg, data, groups[0].mode)
        for data, leg in legs.items()
    ]
