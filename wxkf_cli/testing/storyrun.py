"""A story played from beginning to end in every mode and data format, as the command line plays it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wxkf_cli.errors import HandlerDown
from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.event import CaseDone, Event, Found, Started
from wxkf_cli.report.line import plain
from wxkf_cli.report.simulation import SimulationText
from wxkf_cli.simulate.shot import TEXTS
from wxkf_cli.simulate.story import Place, Say, Story, Verify
from wxkf_cli.simulate.storywalk import walk
from wxkf_cli.testing.connecting import GRACE_SECONDS, Connection, connected
from wxkf_cli.testing.options import Chosen, Options, chosen
from wxkf_cli.testing.watching import watch_of
from wxkf_cli.trial.plan import Group, Plan, groups_of, left_out
from wxkf_cli.trial.stepmodes import check_keys
from wxkf_cli.trial.storyplay import Playing
from wxkf_cli.trial.trial import Trial
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.outcomes import MEANING
from wxkf_cli.vocab.policy import PUBLIC_RATE
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire.escape import safe


@dataclass(frozen=True, slots=True)
class StoryRun:
    """What came of a story.

    Attributes:
        failed: Whether anything is at the gate, or nothing was checked.
        lines: What the command line shows of it.
        places: A line for each thing that fails it, and where the story demands it: `a.story.toml:12: step 3: …`.
        skipped: Why it was not played at all; empty where it was.
    """

    failed: bool
    lines: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


async def play(story: Story, app: Any, options: Options, *, seed: int) -> StoryRun:
    """Play a story.

    Args:
        story: Which.
        app: The handler in this process; None where the options or the settings say where it is.
        options: What it is played with; `mode` and `format` stand for all modes and formats.
        seed: For ids and nonces; a story may have its own.

    Raises:
        UsageError: What cannot be used.
        HandlerDown: The handler did not start, or no connection was ever made.
    """
    what = chosen(app, options)
    async with connected(what.place, what.settings) as connection:
        plan = _plan(story, connection, what)
        groups = groups_of(plan)
        if not groups:
            return StoryRun(False, skipped=tuple(each.why.said_in(what.language) for each in left_out(plan)))
        check_keys(groups, connection.console.sender)
        watched = _Watched(connection, what, plan, options)
        trial = _Placed(
            plan,
            connection.console.sender,
            connection.target.host_header,
            connection.transport,
            watched.take,
            seed=seed,
            redact=connection.console.redact,
            watch=await watch_of(
                options.get("witness"), lambda: connection.settle(GRACE_SECONDS), options.get("allow_remote")
            ),
            settle=lambda: connection.settle(GRACE_SECONDS),
        )
        watched.take(_started(connection, plan, seed))
        summary = await trial.run()
        if not summary.connected and summary.failure is not None:
            message = (
                f"the handler at {connection.target.url} could not be reached: {MEANING[summary.failure.outcome].en}"
            )
            raise HandlerDown(message, "is it started, and on that port?")
        places = dict.fromkeys(watched.places(trial.places))
        return StoryRun(summary.exit_code != 0, tuple(watched.lines), tuple(places))


def _plan(story: Story, connection: Connection, what: Chosen) -> Plan:
    settings, console = what.settings, connection.console
    formats = (what.data,) if what.data is not None else console.formats
    return Plan(
        formats=formats,
        mandatory=len(formats) == 1,
        modes=console.modes,
        stories=(story,),
        is_named=True,
        texts=tuple(settings.pick("text", None, TEXTS)),
        expect=Expect(settings.pick("expect", None, Expect.ANY.value)),
        pace=PUBLIC_RATE if connection.is_public else None,
        unseen=connection.unseen,
        policy=console.policy,
        selection=what.selection,
    )


def _started(connection: Connection, plan: Plan, seed: int) -> Started:
    settings = {
        "mode": [each.value for each in plan.modes],
        "data": [each.value for each in plan.formats],
        "seed": seed,
        "deadline": plan.policy.deadline,
    }
    return Started({"kind": "url", "url": connection.target.url}, settings)


class _Placed(Trial):
    """A trial that knows which step a push comes of."""

    @cached_property
    def places(self) -> dict[str, Place]:
        """Exchange of a story of the plan -> where its step stands."""
        return {}

    def _playing(self, group: Group, pushes: int, copy: int = 0) -> Playing:
        if group.story in self._plan.stories:
            moves = (turn.step for turn in walk(group.story, self._plan.texts))
            pushing = [move.place for move in moves if isinstance(move, Say | Verify)]
            self.places.update((f"e{number}", place) for number, place in enumerate(pushing, self._number))
        return super()._playing(group, pushes, copy)


class _Watched:
    """Writes down what is told of a story.

    Attributes:
        lines: As the command line shows it.
    """

    def __init__(self, connection: Connection, what: Chosen, plan: Plan, options: Options) -> None:
        self.lines: list[str] = []
        self._failing: list[Finding] = []
        self._language = what.language
        self._plan = plan
        self._words = connection.words
        self._again = list(options.get("again", ()))
        self._mode_chosen = connection.console.mode_chosen
        self._redact = connection.console.redact
        self._text = SimulationText(what.language, None, reproducer=self._reproducer, gate=what.selection.fail_on)

    def take(self, event: Event) -> None:
        """Write one event down."""
        if isinstance(event, Found) and self._fails(event.finding):
            self._failing.append(event.finding)
        self.lines += [self._redact(plain(line)) for line in self._text.lines(event)]

    def places(self, steps: Mapping[str, Place]) -> Iterator[str]:
        """What fails it, and where the story says so, or the step that it came of; its first line for neither.

        Args:
            steps: Exchange -> where its step stands.
        """
        for finding in self._failing:
            if finding.file is not None and finding.place is not None:
                place, what = (finding.file, finding.place.line), finding.message.said_in(self._language)
            else:
                place = steps.get(finding.exchange or "", self._plan.stories[0].place)
                what = f"{finding.code} {finding.name}"
            yield self._redact(f"{safe(place[0], 4096)}:{place[1]}: {what}")

    def _fails(self, finding: Finding) -> bool:
        selection = self._plan.selection
        return selection.fail_on is not None and selection.fails(finding.severity)

    def _reproducer(self, event: CaseDone) -> list[str]:
        """The command that plays it again: `wxkf simulate`, unless only the test has the app."""
        if not self._words:
            return self._again
        story = self._plan.stories[0]
        mode = ["--mode", event.mode.value] if event.mode and (self._mode_chosen or len(self._plan.modes) > 1) else []
        data: DataFormat | None = event.data
        named = ["--data", data.value] if data is not None else []
        return ["wxkf", "simulate", *self._words, *mode, "--story", story.place.file, *named]
