"""Play `wxkf replay` on a run of the conformance suite: failures belong to checks, so whole checks are made again."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from wxkf_cli.cli.conforming import check_named, recorded_suite, within_reach
from wxkf_cli.cli.handler import HandlerOptions, opened
from wxkf_cli.cli.performing import exit_code
from wxkf_cli.cli.playing import Show
from wxkf_cli.cli.reports import Making, from_root, writing
from wxkf_cli.cli.running import winding_down
from wxkf_cli.cli.views import both, view
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.selection import Selection
from wxkf_cli.report.event import Started
from wxkf_cli.report.replayed_checks import ReplayedChecks
from wxkf_cli.report.terminal import Terminal
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.canary import watching
from wxkf_cli.simulate.clock import system_clock
from wxkf_cli.simulate.conformance.table import CHECKS
from wxkf_cli.trial import runs
from wxkf_cli.trial.conformance_past import OPENING, ConformancePast
from wxkf_cli.trial.conformance_plan import CheckLeg, ConformancePlan
from wxkf_cli.trial.conforming import Conforming
from wxkf_cli.trial.notes import NOTHING_CHECKED
from wxkf_cli.trial.replaying import is_ids
from wxkf_cli.trial.resuming import Past
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wire.escape import quoted, safe

_Word = TypeVar("_Word", Mode, DataFormat)


async def replay_checks(
    words: Sequence[str],
    past: Past,
    where: HandlerOptions,
    settings: Settings,
    selection: Selection,
    show: Show,
    allow_remote: str | None = None,
) -> int:
    """Make checks again and show it; returns the exit code.

    Args:
        words: Checks, and perhaps the run; its failures for none.
        past: The record.
        where: The handler: the one given, else the recorded one.
        settings: What the environment and the file say.
        selection: Which findings count.
        show: How to show it.
        allow_remote: The public host that the suite may go to.

    Raises:
        UsageError: There is nothing to make again.
        HandlerDown: No connection was ever made; the summary has been shown.
    """
    behind = ConformancePast(past, only=True)
    legs = _chosen(words, behind, past, selection)
    plan = _plan_of(legs, recorded_suite(past, selection)[0])
    async with (
        opened(_pushing_as(past, replace(where, mode=list(plan.modes))), settings) as handler,
        watching() as canary,
    ):
        plan = within_reach(replace(plan, policy=handler.policy), handler, allow_remote)
        terminal = Terminal()
        failed = frozenset(behind.failed(selection.fails))

        def text(width: int | None) -> ReplayedChecks:
            return ReplayedChecks(show.language, width, past.path.stem, len(legs), failed, quiet=show.quiet)

        gate = selection.fail_on
        making = Making(text, show.language, plan.policy, handler.redact, from_root(str(past.path)), gate)
        try:
            with writing(show.reports, making) as reports:
                tell = both(*reports, view(show.output, making, terminal))
                tell(Started({"kind": handler.kind, "url": handler.target.url}, _described(past, plan)))
                conforming = Conforming(
                    plan,
                    handler.sender,
                    handler.transport,
                    tell,
                    canary,
                    host=handler.target.host_header,
                    clock=system_clock,
                    seed=secrets.randbelow(2**31),
                    redact=handler.redact,
                    settle=handler.settle,
                )
                with winding_down(conforming.wind_down):
                    summary = await conforming.run()
        finally:
            terminal.progress("")
        return exit_code(handler, summary, selection)


def _described(past: Past, plan: ConformancePlan) -> dict[str, object]:
    """What the run was made with, and what of it is made again."""
    return {
        **past.settings,
        "mode": [each.value for each in plan.modes],
        "data": [each.value for each in plan.formats],
        "checks": [check.id for check in plan.checks],
        "replay": past.path.stem,
    }


def _chosen(words: Sequence[str], behind: ConformancePast, past: Past, selection: Selection) -> list[CheckLeg]:
    """Which checks are made again, and in which modes and formats: those that have a result there.

    Raises:
        UsageError: There are none, or a word names something else.
    """
    for word in words:
        if is_ids(word):
            raise _no_push(word, behind)
    ids = {id_ for word in words if (id_ := check_named(word)) is not None}
    without = sorted(ids - {key[0] for key in behind.made})
    if without:
        check = CHECKS[without[0]]
        why = f"it is made nowhere: {check.why_not.en}" if check.why_not is not None else ""
        message = f"{safe(past.path.stem)} has no result of {check.id} {check.name}"
        raise UsageError(message, why or f"make it with: wxkf simulate --suite conformance --only {check.id}")
    if ids:
        return [key for key in behind.made if key[0] in ids]
    chosen = list(behind.made) if words else behind.failed(selection.fails)
    if not chosen:
        raise _nothing(behind, past)
    return chosen


def _no_push(word: str, behind: ConformancePast) -> UsageError:
    case = behind.case_of(runs.number_of(word.partition(".")[0]) or 0)
    id_ = check_named(case) if case is not None and case != OPENING else None
    if id_ is None:
        message = f"{quoted(word)} is no push of a check"
        return UsageError(message, "of a conformance run, checks are replayed: wxkf replay C01, or without arguments")
    message = f"{quoted(word)} is a push of the check {id_} {case}, and only the whole check shows what is wrong"
    return UsageError(message, f"wxkf replay {id_}, or wxkf simulate --suite conformance --only {id_}")


def _nothing(behind: ConformancePast, past: Past) -> UsageError:
    name = safe(past.path.stem)
    if not behind.made:
        message = f"{name} has no result of any check ({NOTHING_CHECKED})"
        return UsageError(message, "before all checks come ordinary pushes: wxkf simulate says what is wrong with them")
    message = f"no check failed in {name}, the last run ({NOTHING_CHECKED})"
    return UsageError(message, f"wxkf replay {name} makes all of them again, and wxkf replay C01 one")


def _plan_of(legs: Sequence[CheckLeg], plan: ConformancePlan) -> ConformancePlan:
    """The plan that makes these, and no others: what was spoken then must be spoken."""
    ids = {id_ for id_, _, _ in legs}
    modes = _those(plan.modes, [mode for _, mode, _ in legs])
    formats = _those(plan.formats, [data for _, _, data in legs])
    return replace(
        plan,
        checks=tuple(check for check in plan.checks if check.id in ids),
        modes=modes or plan.modes,
        formats=formats or plan.formats,
        mandatory=plan.mandatory or bool(formats),
        stop_at_first=False,
        check_legs=frozenset(legs),
    )


def _those(all_: tuple[_Word, ...], wanted: Sequence[_Word | None]) -> tuple[_Word, ...]:
    return tuple(each for each in all_ if each in wanted)


def _pushing_as(past: Past, given: HandlerOptions) -> HandlerOptions:
    """The handler, pushed to as it was: by the same user, to the same account, with the same headers."""
    settings = past.settings
    return replace(
        given,
        openid=settings.get("openid"),
        original_id=settings.get("original_id"),
        header=[f"{name}: {value}" for name, value in settings.get("headers", ())],
        content_type=settings.get("content_type"),
    )
