"""What to play against a handler, what to demand of it, and in which order."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from wxkf_cli.lint.selection import EVERYTHING, Selection
from wxkf_cli.simulate.chaos import WRITTEN, Share
from wxkf_cli.simulate.shot import CONTAINER_PATH, TEXTS
from wxkf_cli.simulate.story import Disturb, Say, Story, Verify
from wxkf_cli.simulate.storywalk import walk
from wxkf_cli.trial.played import Leg
from wxkf_cli.trial.standard import OPENING, SUITE, standard, suite
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.vocab.terms import DataFormat, Flaw, Mode, Text
from wxkf_cli.vocab.unseen import Unseen


@dataclass(frozen=True, slots=True)
class Plan:
    """What to play and what to demand.

    Attributes:
        formats: The data formats, in order.
        mandatory: Whether each must be spoken; otherwise one is enough.
        modes: The encryption modes, in order.
        stories: What is played, in order, in each mode and format that it is for.
        is_named: Whether somebody asked for each of these stories, so that one that does not fit is told of.
        texts: What users write where a story leaves it to the run.
        expect: Which user messages must be transferred.
        count: How often what users do is played; None for once.
        concurrency: How many of those are under way.
        is_burst: Whether one option said both.
        seats: How many sessions agents accept by themselves, where a story does not say.
        pace: Pushes a second at most; None for no limit.
        unseen: What cannot be seen of the handler where it is: stories that are about that are skipped.
        stop_at_first: End with the first story that fails.
        chaos: What goes wrong with which share of pushes, beside what stories say.
        policy: The assumptions about WeChat that are settings.
        selection: Which findings count.
    """

    formats: tuple[DataFormat, ...] = tuple(DataFormat)
    mandatory: bool = False
    modes: tuple[Mode, ...] = (Mode.PLAINTEXT,)
    stories: tuple[Story, ...] = field(default_factory=suite)
    is_named: bool = False
    texts: tuple[str, ...] = TEXTS
    expect: Expect = Expect.ANY
    count: int | None = None
    concurrency: int = 1
    is_burst: bool = False
    seats: int = 0
    pace: float | None = None
    unseen: frozenset[Unseen] = frozenset()
    stop_at_first: bool = False
    chaos: tuple[Share, ...] = ()
    policy: Policy = DEFAULT_POLICY
    selection: Selection = EVERYTHING

    def shuffled(self, seed: int) -> "Plan":
        """The same plan, its stories in an order that follows from the seed."""
        order = {story.name: hashlib.blake2b(f"{seed} {story.name}".encode()).digest() for story in self.stories}
        return replace(self, stories=tuple(sorted(self.stories, key=lambda story: order[story.name])))

    @property
    def is_whole(self) -> bool:
        """Whether all that can be found is in it, so that what was never found is not there."""
        return self.is_named or {story.name for story in self.stories}.issuperset(SUITE)


class Group(NamedTuple):
    """A story in one leg; in none, where it is about the URL and not about messages."""

    story: Story
    leg: Leg | None
    data: DataFormat
    mode: Mode


def groups_of(plan: Plan) -> list[Group]:
    """Everything to play: what concerns the URL first, then leg by leg."""
    first = plan.modes[0]
    about_url = [story for story in plan.stories if story.is_about_url and _hidden(story, plan.unseen) is None]
    groups = [Group(story, None, DataFormat.XML, first) for story in about_url]
    for mode in plan.modes:
        for data in plan.formats:
            leg = Leg(mode, data)
            groups += [Group(story, leg, data, mode) for story in _of_leg(plan, mode, data)]
    return groups


class LeftOut(NamedTuple):
    """A story that is not played, and why; it is told of, and counted as skipped."""

    story: Story
    why: Text


def left_out(plan: Plan) -> list[LeftOut]:
    """The stories that cannot be played against such a handler, and those somebody asked for that do not fit."""
    found = []
    fitting = [group.story for group in groups_of(plan)]
    for story in plan.stories:
        hidden = _hidden(story, plan.unseen)
        if hidden is not None:
            found.append(LeftOut(story, hidden.value))
        elif plan.is_named and story not in fitting:
            found.append(LeftOut(story, _UNFIT))
    return found


def _hidden(story: Story, unseen: frozenset[Unseen]) -> Unseen | None:
    """What a story is about that cannot be seen; None where it can be played."""
    if not unseen:
        return None
    steps = [turn.step for turn in walk(story)]
    faults = [fault.kind for step in steps if isinstance(step, Say | Verify | Disturb) for fault in step.faults]
    is_about = {
        Unseen.WIRE: not WRITTEN.isdisjoint(faults),
        Unseen.VERIFICATION: any(isinstance(step, Verify) for step in steps),
        Unseen.SIGNATURE: any(isinstance(step, Say) and step.flaw is Flaw.SIGNATURE for step in steps),
        Unseen.SEALING: Mode.PLAINTEXT not in (story.modes or Mode),
        Unseen.STATUS: any(isinstance(step, Say) and step.content_type is not None for step in steps),
    }
    return next((each for each in Unseen if each in unseen and is_about.get(each)), None)


def _of_leg(plan: Plan, mode: Mode, data: DataFormat) -> Iterator[Story]:
    for story in plan.stories:
        if (
            not story.is_about_url
            and data in (story.formats or plan.formats)
            and story.is_for(mode, plan.modes)
            and _hidden(story, plan.unseen) is None
        ):
            yield story


def begun_with(groups: list[Group]) -> list[Group]:
    """What comes before even the openers: a container's path is checked before anything is pushed."""
    return [group for group in groups if group.story.name == CONTAINER_PATH]


def openers_of(plan: Plan, groups: list[Group]) -> list[Group]:
    """The text pushes that find out which formats are spoken in the mode of `groups`: only where there is a choice."""
    legs = {group.data: group.leg for group in groups}
    if plan.mandatory or len(legs) < 2:
        return []
    return [
        next((group for group in groups if group.story is standard(OPENING) and group.data is data), None)
        or Group(standard(OPENING), leg, data, groups[0].mode)
        for data, leg in legs.items()
    ]


_UNFIT = Text("the story is for another mode or data format", "该故事适用于其他加密模式或数据格式")
