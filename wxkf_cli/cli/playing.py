"""Play a plan against a handler: what `simulate` and `push` have in common."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from wxkf_cli.cli.handler import Handler, HandlerOptions, opened, same_handler, unreachable
from wxkf_cli.cli.views import both, recorder, view
from wxkf_cli.errors import UsageError
from wxkf_cli.report.event import CaseDone, Started
from wxkf_cli.report.simulation import SimulationText
from wxkf_cli.report.terminal import Terminal
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.clock import system_clock
from wxkf_cli.simulate.engine import Engine
from wxkf_cli.simulate.suite import CASES
from wxkf_cli.simulate.target import Reach
from wxkf_cli.trial.plan import Plan, groups_of
from wxkf_cli.trial.runfile import RunFile
from wxkf_cli.trial.trial import Trial
from wxkf_cli.vocab.choices import Output
from wxkf_cli.vocab.policy import PUBLIC_IN_FLIGHT, PUBLIC_RATE
from wxkf_cli.vocab.terms import Language

Again: TypeAlias = Callable[[list[str], str, str], list[str]]


@dataclass(frozen=True, slots=True)
class Show:
    """How a run is shown and kept.

    Attributes:
        output: What stdout is.
        language: Of texts.
        quiet: Only failures and the last line.
        verbose: Every push, what agents see, and rates.
        record: Whether to keep it under `.wxkf/runs/`.
    """

    output: Output
    language: Language
    quiet: bool = False
    verbose: bool = False
    record: bool = True


async def play(
    where: HandlerOptions,
    settings: Settings,
    plan: Plan,
    show: Show,
    again: Again,
    seed: int | None = None,
    allow_remote: str | None = None,
) -> int:
    """Play a plan and show it; returns the exit code.

    Args:
        where: The handler.
        settings: What the environment and the file say.
        plan: What to play; its policy comes from the options and settings.
        show: How to show and keep it.
        again: From the options for the same handler, a case and a format (empty for none), the command that plays it
            again.
        seed: For the ids and nonces; a new one without it.
        allow_remote: The public host that more than the standard suite may go to.

    Raises:
        HandlerDown: No connection was ever made; the summary has been shown.
    """
    chosen_seed = seed if seed is not None else secrets.randbelow(2**31)
    async with opened(where, settings) as handler:
        plan = within_reach(replace(plan, policy=handler.policy, modes=handler.modes), handler, allow_remote)
        if not groups_of(plan):
            raise _nothing_for(plan)
        terminal = Terminal()
        same = same_handler(where, handler)
        text = SimulationText(
            show.language,
            terminal.width,
            verbose=show.verbose,
            quiet=show.quiet,
            reproducer=lambda event: again([*same, *_modes_of(event, plan, handler)], event.case, event.data or ""),
        )
        listeners = [view(show.output, text, terminal, plan.policy, handler.redact)]
        run = RunFile(_run_name()) if show.record else None
        if run is not None:
            listeners.insert(0, recorder(run, plan.policy, handler.redact))
        tell = both(*listeners)
        tell(Started({"kind": handler.kind, "url": handler.target.url}, _described(plan, chosen_seed)))
        engine = Engine(handler.sender, host=handler.target.host_header, clock=system_clock, seed=chosen_seed)
        try:
            summary = await Trial(plan, engine, handler.transport, tell, handler.redact).run()
        finally:
            terminal.progress("")
            if run is not None:
                run.close()
        if not summary.connected and summary.failure is not None:
            raise unreachable(handler, summary.failure)
    return summary.exit_code


def _modes_of(event: CaseDone, plan: Plan, handler: Handler) -> list[str]:
    """The options that play a case in its mode again; none where that is what happens by itself."""
    if event.mode is None or not (handler.mode_chosen or len(plan.modes) > 1):
        return []
    case = CASES.get(event.case)
    modes = plan.modes if case is not None and case.is_sandwich else (event.mode,)
    return [word for mode in modes for word in ("--mode", mode.value)]


def _nothing_for(plan: Plan) -> UsageError:
    names = ", ".join(case.name for case in plan.cases)
    modes = " and ".join(plan.modes)
    message = f"in {modes} mode there is nothing to play of {names} (KF901 nothing-checked)"
    return UsageError(message, "wxkf simulate --list says in which modes each case is played")


def _run_name() -> str:
    """Sorts by time, and two runs in one second differ."""
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"


def within_reach(plan: Plan, handler: Handler, allow_remote: str | None) -> Plan:
    """Public hosts get the standard suite slowly, and nothing more unless they are named again."""
    if handler.reach is not Reach.PUBLIC:
        return plan
    if plan.count is None:
        return replace(plan, pace=PUBLIC_RATE, concurrency=min(plan.concurrency, PUBLIC_IN_FLIGHT))
    if allow_remote != handler.target.host:
        message = f"--count towards the public host {handler.target.host}"
        raise UsageError(message, f"if it is yours, add --allow-remote {handler.target.host}")
    return plan


def _described(plan: Plan, seed: int) -> dict[str, object]:
    return {
        "mode": [each.value for each in plan.modes],
        "data": [each.value for each in plan.formats],
        "expect": plan.expect.value,
        "cases": [case.name for case in plan.cases],
        "texts": list(plan.texts),
        "count": plan.count,
        "concurrency": plan.concurrency,
        "seed": seed,
        "deadline": plan.policy.deadline,
        "accept_status": list(plan.policy.accepted_statuses),
    }
