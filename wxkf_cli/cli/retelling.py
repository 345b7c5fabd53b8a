"""Play again what `wxkf replay` names: pushes alone, and stories whose failures one push alone does not show."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from wxkf_cli.cli.handler import Handler, HandlerOptions, same_handler
from wxkf_cli.cli.performing import exit_code
from wxkf_cli.cli.playing import Show, modes_named
from wxkf_cli.cli.reports import Making, from_root, writing
from wxkf_cli.cli.running import winding_down
from wxkf_cli.cli.storytelling import played_again
from wxkf_cli.cli.views import both, view
from wxkf_cli.report.event import CaseDone, Listener, Started
from wxkf_cli.report.replay_text import ReplayText
from wxkf_cli.report.replayed import Replayed
from wxkf_cli.report.replayed_checks import ReplayedChecks
from wxkf_cli.report.terminal import Terminal
from wxkf_cli.simulate.engine import Engine
from wxkf_cli.trial import runs
from wxkf_cli.trial.calling import with_calls
from wxkf_cli.trial.course import Course
from wxkf_cli.trial.failures import StoryLeg
from wxkf_cli.trial.inturn import InTurn
from wxkf_cli.trial.plan import Plan, groups_of
from wxkf_cli.trial.replaying import Replay
from wxkf_cli.trial.resuming import WITNESS, WITNESSED, Past
from wxkf_cli.trial.scoring import nothing_left_behind
from wxkf_cli.trial.stepmodes import check_keys
from wxkf_cli.trial.trial import Trial
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.policy import DEADLINE_SECONDS
from wxkf_cli.wire.commandline import command_line
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Exchange


class Again(NamedTuple):
    """What is made again.

    Attributes:
        numbers: Pushes that are made alone, by their numbers.
        legs: Stories that are played as a whole, in which modes and data formats.
        failed: The pushes that failed then.
        differ: Whether to show how answers differ.
    """

    numbers: Sequence[int]
    legs: Sequence[StoryLeg]
    failed: Collection[int]
    differ: bool = False


async def play_again(
    what: Again, past: Past, plan: Plan, seed: int, engine: Engine, handler: Handler, show: Show
) -> int:
    """Push single pushes, then play stories, and show it; returns the exit code.

    Args:
        what: What is made again.
        past: The record that it stands in.
        plan: Its plan.
        seed: That of the run.
        engine: Signs and seals anew.
        handler: The handler.
        show: How to show it.

    Raises:
        HandlerDown: No connection was ever made; the summary has been shown.
    """
    numbers, legs, terminal = what.numbers, what.legs, Terminal()
    again = _plan_of(legs, plan)
    check_keys(groups_of(again) if legs else (), handler.sender)

    def differ(exchange: Exchange) -> Sequence[str]:
        from wxkf_cli.report.answer_diff import answer_diff

        before = past.exchange(runs.number_of(exchange.id) or 0)
        return [handler.redact(each) for each in answer_diff(before, exchange, engine.seal)] if before else ()

    def of_pushes(width: int | None) -> ReplayText:
        then = {f"e{number}": number in what.failed for number in numbers}
        return ReplayText(show.language, width, past.path.stem, then, differ if what.differ else None, quiet=show.quiet)

    def of_stories(width: int | None) -> ReplayedChecks:
        count = len(groups_of(again))
        return ReplayedChecks(
            show.language, width, past.path.stem, count, frozenset(legs), quiet=show.quiet, of_stories=True
        )

    def text(width: int | None) -> ReplayText | ReplayedChecks | Replayed:
        if numbers and legs:
            return Replayed(of_pushes(width), of_stories(width))
        return of_pushes(width) if numbers else of_stories(width)

    def pushing(tell: Listener) -> Course:
        settle = nothing_left_behind if legs else handler.settle
        return Replay(plan, engine, handler.transport, past, numbers, tell, handler.redact, settle)

    def telling(tell: Listener) -> Course:
        # What chaos hits follows from the numbers and the seed; without it, no two pushes are to be called the same.
        first = 1 if plan.chaos or not past.numbers else past.numbers[-1] + 1
        return Trial(
            again,
            handler.sender,
            handler.target.host_header,
            handler.transport,
            tell,
            seed=seed if plan.chaos else secrets.randbelow(2**31),
            redact=handler.redact,
            settle=handler.settle,
            first=first,
        )

    making = Making(text, show.language, plan.policy, handler.redact, from_root(str(past.path)), plan.selection.fail_on)
    modes = plan.modes if numbers else again.modes
    try:
        with writing(show.reports, making) as reports:
            tell = with_calls(both(*reports, view(show.output, making, terminal)), handler.calls)
            settings = {**past.settings, "mode": [each.value for each in modes], "replay": past.path.stem}
            tell(Started({"kind": handler.kind, "url": handler.target.url}, settings))
            courses = [*([pushing] if numbers else []), *([telling] if legs else [])]
            replaying = InTurn(courses, tell, plan.selection.fail_on)
            with winding_down(replaying.wind_down):
                summary = await replaying.run()
    finally:
        terminal.progress("")
    return exit_code(handler, summary, plan.selection)


def _plan_of(legs: Sequence[StoryLeg], plan: Plan) -> Plan:
    """The plan that plays these, as often and as many at a time as then.

    What chaos hits follows from the numbers of pushes: there it is all of the run that is played again.
    """
    if plan.chaos:
        return replace(plan, stop_at_first=False)
    names = {name for name, _, _ in legs}
    return replace(
        plan,
        stories=tuple(story for story in plan.stories if story.name in names),
        is_named=True,
        modes=tuple(mode for mode in plan.modes if any(leg[1] in (mode, None) for leg in legs)),
        formats=tuple(data for data in plan.formats if any(leg[2] in (data, None) for leg in legs)),
        mandatory=True,
        # What a whole leg owes is not asked of a part of it.
        expect=Expect.NONE if plan.expect is Expect.ANY else plan.expect,
        stop_at_first=False,
    )


def asking_again(
    cases: Sequence[CaseDone], past: Past, plan: Plan, seed: int, where: HandlerOptions, handler: Handler
) -> tuple[str, str]:
    """That a replay asks no witness, and the command that does.

    Args:
        cases: Where a witness found something.
        past: The record.
        plan: Its plan.
        seed: That of the run.
        where: The handler, as it was chosen.
        handler: The same, to be pushed to.
    """
    first, *more = cases
    where = replace(where, deadline=where.deadline if where.deadline != DEADLINE_SECONDS else None)
    same = [*same_handler(where, handler), *modes_named(first.mode, plan, handler)]
    words = played_again(plan, str(past.settings.get(WITNESS, "URL")))(same, first)
    words += ["--seed", str(seed)] if plan.chaos else []
    found = next(each for each in first.findings if each.code == WITNESSED)
    others = f", and {len(more)} more cases" if len(more) > 1 else ", and 1 more case" if more else ""
    message = f"{found.code} {found.name} of {safe(first.case)}{others} is what a witness says, and a replay asks none"
    return message, command_line(words)
