"""Play `wxkf replay` on stories that failed as a whole: what they demand of several pushes, one push does not show."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from wxkf_cli.cli.handler import Handler
from wxkf_cli.cli.performing import exit_code
from wxkf_cli.cli.playing import Show
from wxkf_cli.cli.reports import Making, from_root, writing
from wxkf_cli.cli.running import winding_down
from wxkf_cli.cli.views import both, view
from wxkf_cli.report.event import Started
from wxkf_cli.report.replayed_checks import ReplayedChecks
from wxkf_cli.report.terminal import Terminal
from wxkf_cli.trial.calling import with_calls
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.replaying import StoryLeg
from wxkf_cli.trial.resuming import Past
from wxkf_cli.trial.trial import Trial
from wxkf_cli.vocab.choices import Expect


async def replay_stories(legs: Sequence[StoryLeg], past: Past, plan: Plan, handler: Handler, show: Show) -> int:
    """Play stories again and show it; returns the exit code.

    Args:
        legs: Which, in which modes and data formats.
        past: The record that they failed in.
        plan: Its plan.
        handler: The handler.
        show: How to show it.

    Raises:
        HandlerDown: No connection was ever made; the summary has been shown.
    """
    names = {name for name, _, _ in legs}
    again = replace(
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
    terminal = Terminal()

    def text(width: int | None) -> ReplayedChecks:
        return ReplayedChecks(
            show.language, width, past.path.stem, len(legs), frozenset(legs), quiet=show.quiet, of_stories=True
        )

    gate = plan.selection.fail_on
    making = Making(text, show.language, plan.policy, handler.redact, from_root(str(past.path)), gate)
    try:
        with writing(show.reports, making) as reports:
            tell = with_calls(both(*reports, view(show.output, making, terminal)), handler.calls)
            settings = {**past.settings, "mode": [each.value for each in again.modes], "replay": past.path.stem}
            tell(Started({"kind": handler.kind, "url": handler.target.url}, settings))
            trial = Trial(
                again,
                handler.sender,
                handler.target.host_header,
                handler.transport,
                tell,
                seed=secrets.randbelow(2**31),
                redact=handler.redact,
                settle=handler.settle,
            )
            with winding_down(trial.wind_down):
                summary = await trial.run()
    finally:
        terminal.progress("")
    return exit_code(handler, summary, plan.selection)
