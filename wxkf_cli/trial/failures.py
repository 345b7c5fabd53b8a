"""What failed in a recorded run, and what shows it again: one push alone, or only its story as a whole."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from wxkf_cli.lint.selection import lint_selected
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import CaseDone, Done, Event, Found, Skipped
from wxkf_cli.simulate.chaos import Chaos
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.trial.notes import OVER_SEVERAL, VOID
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.replaying import must_transfer
from wxkf_cli.trial.resuming import WITNESSED, Past
from wxkf_cli.trial.showing import show
from wxkf_cli.trial.wholeness import comes_otherwise, has_own_formats, is_whole
from wxkf_cli.vocab.terms import DataFormat, Mode, Text
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.exchange import Exchange

#: A story, and the mode and data format it was played in; None where it was about the URL.
StoryLeg: TypeAlias = tuple[str, Mode | None, DataFormat | None]
_Key: TypeAlias = tuple[str, DataFormat | None, Mode | None]


class Failures(NamedTuple):
    """What failed in a run.

    Attributes:
        numbers: The pushes, by their numbers.
        stories: What failed by something that no single push shows, or by pushes that alone show nothing.
        within: The pushes of those stories, right ones too, and which story each belongs to.
        witnessed: What failed by what a witness said, which only a witness says again.
        of_the_run: Codes of what failed of the run as a whole, which no single push stands for.
        demanded: All pushes, right ones too, but those of data formats that the run skipped, which are not spoken.
    """

    numbers: tuple[int, ...]
    stories: tuple[StoryLeg, ...]
    within: Mapping[int, StoryLeg]
    witnessed: tuple[CaseDone, ...]
    of_the_run: tuple[str, ...]
    demanded: tuple[int, ...]


async def failures(past: Past, plan: Plan, sender: Sender, seed: int) -> Failures:
    """What failed in a run, judged by the rules of now.

    Args:
        past: Its record, read with `only`.
        plan: Its plan.
        sender: Who pushed; its seal opens what was sealed.
        seed: That of the run.
    """
    cases = _Cases(past, plan, sender.seal, seed)
    await show(past, plan, sender, seed, cases.take)
    return cases.failures()


class _Cases:
    """Takes the events of a run, and says what failed in it."""

    def __init__(self, past: Past, plan: Plan, seal: Seal | None, seed: int) -> None:
        self._past, self._plan, self._seal = past, plan, seal
        self._stories = {story.name: story for story in plan.stories}
        self._chaos = Chaos(plan.chaos, seed) if plan.chaos else None
        self._open: dict[_Key, list[int]] = {}
        self._skipped: dict[str, Text] = {}
        self._failed: set[int] = set()
        self._whole: dict[StoryLeg, None] = {}
        self._within: dict[int, StoryLeg] = {}
        self._witnessed: list[CaseDone] = []
        self._of_the_run: dict[str, None] = {}

    def take(self, event: Event) -> None:
        match event:
            case Done():
                exchange = event.exchange
                is_alone = exchange.is_verification
                key = (exchange.case, None if is_alone else exchange.data, None if is_alone else exchange.mode)
                numbers = self._open.setdefault(key, [])
                number = int(exchange.id[1:])
                if number not in numbers[-1:]:
                    numbers.append(number)
            case CaseDone():
                self._take_case(event)
            case Skipped():
                self._skipped[event.what] = event.why
            case Found() if not event.of_case and self._plan.selection.fails(event.finding.severity):
                self._of_the_run[event.finding.code] = None
            case _:
                pass

    def failures(self) -> Failures:
        """What failed; what was cut off before it was judged as a whole counts too."""
        has_modes = len(self._plan.modes) > 1
        unspoken: set[int] = set()
        for (case, data, mode), numbers in self._open.items():
            why = self._skipped.get(f"{case} {f'{mode} {data}' if has_modes else data}")
            if why is None:
                self._take_pushes((case, mode, data), numbers)
            elif why != VOID:
                unspoken.update(numbers)
        return Failures(
            tuple(sorted(self._failed)),
            tuple(self._whole),
            self._within,
            tuple(self._witnessed),
            tuple(self._of_the_run),
            tuple(number for number in self._past.numbers if number not in unspoken),
        )

    def _take_case(self, event: CaseDone) -> None:
        # A case that mixes modes, or data formats, is told of under one of them.
        story = self._stories.get(event.case)
        mixes = story is not None and has_own_formats(story)
        keys = [key for key in self._open if key[0] == event.case and (mixes or key[1] == event.data)]
        numbers = sorted(number for key in keys for number in self._open.pop(key))
        leg = (event.case, event.mode, event.data)
        codes = {each.code for each in event.findings if self._plan.selection.fails(each.severity)}
        if WITNESSED in codes:
            self._witnessed.append(event)
        if not OVER_SEVERAL.isdisjoint(codes - {WITNESSED}):
            self._take_whole(leg, numbers)
        if event.failed:
            self._take_pushes(leg, numbers)

    def _take_pushes(self, leg: StoryLeg, numbers: list[int]) -> None:
        failed = [each for each in numbers if self._fails(each)]
        self._failed.update(failed)
        if failed and self._is_whole(leg[0], failed):
            self._take_whole(leg, numbers)

    def _take_whole(self, leg: StoryLeg, numbers: list[int]) -> None:
        self._whole[leg] = None
        self._within.update(dict.fromkeys(numbers, leg))

    def _is_whole(self, case: str, failed: list[int]) -> bool:
        """Whether pushes that failed may fail only as they were pushed: together with others, or in another shape."""
        story = self._stories.get(case)
        if story is not None and is_whole(story, self._plan):
            return True
        return self._chaos is not None and any(comes_otherwise(self._chaos(number)) for number in failed)

    def _fails(self, number: int) -> bool:
        """Whether any delivery of a push has an answer with a finding that fails."""
        return any(_fails(each, self._plan, self._seal) for each in self._past.deliveries(number))


def _fails(exchange: Exchange, plan: Plan, seal: Seal | None) -> bool:
    setting = Setting(plan.policy, seal=seal, expect_transfer=must_transfer(exchange, plan))
    found = lint_selected(exchange, setting, plan.selection).findings
    return any(plan.selection.fails(each.severity) for each in found)
