"""Play a plan against a handler: what `simulate` and `push` have in common."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from wxkf_cli.cli.choosing import described, nothing_left
from wxkf_cli.cli.descriptors import within_limit
from wxkf_cli.cli.handler import Handler, HandlerOptions, opened, placed, same_handler, unreachable
from wxkf_cli.cli.reports import Destination, Making, from_root, writing
from wxkf_cli.cli.resuming import Resumed, check_same, handler_settings, recorded_stories, say
from wxkf_cli.cli.running import winding_down
from wxkf_cli.cli.views import both, view
from wxkf_cli.cli.watching import check_chaos, watch_of
from wxkf_cli.errors import UsageError
from wxkf_cli.report.event import CaseDone, Started
from wxkf_cli.report.formats import NO_FILE
from wxkf_cli.report.simulation import SimulationText
from wxkf_cli.report.terminal import Terminal
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.target import Reach
from wxkf_cli.trial.calling import with_calls
from wxkf_cli.trial.chaoswords import written
from wxkf_cli.trial.notes import OVER_SEVERAL
from wxkf_cli.trial.pathcheck import with_path_check
from wxkf_cli.trial.plan import Plan, groups_of, left_out
from wxkf_cli.trial.recorded_findings import WatchedThen
from wxkf_cli.trial.recording import Recorder
from wxkf_cli.trial.resuming import WITNESS, WITNESSED
from wxkf_cli.trial.runfile import RunFile
from wxkf_cli.trial.runs import name_of
from wxkf_cli.trial.stepmodes import check_keys
from wxkf_cli.trial.trial import Trial
from wxkf_cli.trial.wholeness import is_whole_case
from wxkf_cli.trial.witnessing import Watch
from wxkf_cli.vocab.choices import Output
from wxkf_cli.vocab.policy import PUBLIC_IN_FLIGHT, PUBLIC_RATE
from wxkf_cli.vocab.terms import Language, Mode

#: How many exchanges of a case a line that reproduces it names.
_REPRODUCED = 3

Again: TypeAlias = Callable[[list[str], CaseDone], list[str]]


@dataclass(frozen=True, slots=True)
class Show:
    """How a run is shown and kept.

    Attributes:
        output: What stdout is.
        language: Of texts.
        quiet: Only failures and the last line.
        verbose: Every push, what agents see, and rates.
        record: Whether to keep it under `.wxkf/runs/`.
        reports: What else is written of it.
        sync: Whether the record must survive a power failure.
    """

    output: Output
    language: Language
    quiet: bool = False
    verbose: bool = False
    record: bool = True
    reports: Sequence[Destination] = ()
    sync: bool = False


async def play(
    where: HandlerOptions,
    settings: Settings,
    plan: Plan,
    show: Show,
    again: Again,
    seed: int | None = None,
    allow_remote: str | None = None,
    resumed: Resumed | None = None,
    *,
    shuffle: bool = False,
    witness: str | None = None,
) -> int:
    """Play a plan and show it; returns the exit code.

    Args:
        where: The handler.
        settings: What the environment and the file say.
        plan: What to play; its policy comes from the options and settings.
        show: How to show and keep it.
        again: From the options for the same handler, and a case that was played, the command that plays it again.
        seed: For the ids and nonces; a new one without it.
        allow_remote: The public host that more than the standard suite may go to.
        resumed: The run to go on with, which whoever opened it closes; None for a new one.
        shuffle: Whether stories are played in an order that follows from the seed.
        witness: The URL that tells how often the handler has acted.

    Raises:
        HandlerDown: No connection was ever made; the summary has been shown.
    """
    chosen_seed = seed if seed is not None else secrets.randbelow(2**31)
    where, _ = placed(where, settings)
    # Who reads every push finds the calls there.
    shows_calls = not (show.verbose and show.output is Output.TEXT)
    async with opened(where, settings, shows_calls=shows_calls) as handler:
        plan = replace(plan, policy=handler.policy, modes=handler.modes, unseen=handler.unseen)
        plan = _in_its_formats(within_reach(plan, handler, allow_remote), handler)
        if shuffle:
            plan = plan.shuffled(chosen_seed)
        check_chaos(plan.chaos, handler.transport)
        watch: Watch | None = await watch_of(witness, allow_remote, where.ca)
        groups = groups_of(plan)
        if not groups:
            raise _nothing_for(plan)
        check_keys(groups, handler.sender)
        described_now = {**_described(plan, chosen_seed), **handler_settings(where, handler)}
        if witness is not None:
            described_now[WITNESS] = handler.redact(witness)
        plan = with_path_check(plan, handler.sender.route)
        past = resumed.past if resumed is not None else None
        if past is not None:
            past.seal = handler.sender.seal
            check_same(past, described_now)
            past.check_secrets(handler.sender.token)
            watch = WatchedThen(past, watch) if watch is not None or past.findings(WITNESSED) else None
        terminal = Terminal()
        same = same_handler(where, handler)
        run = resumed.run if resumed is not None else _new_run(show)

        def reproducer(event: CaseDone) -> list[str]:
            wrong = [each.exchange for each in event.findings if each.exchange and plan.selection.fails(each.severity)]
            # One delivery alone does not show what is found over several, or only where several overlap.
            if run is not None and wrong and OVER_SEVERAL.isdisjoint(event.codes) and not is_whole_case(event, plan):
                return ["wxkf", "replay", *dict.fromkeys(wrong[:_REPRODUCED])]
            seeded = ["--seed", str(chosen_seed)] if plan.chaos else []
            return [*again([*same, *_modes_of(event, plan, handler)], event), *seeded]

        def text(width: int | None) -> SimulationText:
            gate = plan.selection.fail_on
            return SimulationText(
                show.language, width, verbose=show.verbose, quiet=show.quiet, reproducer=reproducer, gate=gate
            )

        stand_in = from_root(str(run.path)) if run is not None else NO_FILE
        making = Making(text, show.language, plan.policy, handler.redact, stand_in, plan.selection.fail_on)
        try:
            with writing(show.reports, making) as reports:
                found = past.found if past is not None else ()
                recorded = [Recorder(run, plan.policy, handler.redact, found).take] if run is not None else []
                tell = both(*recorded, *reports, view(show.output, making, terminal))
                tell = with_calls(tell, handler.calls, past)
                tell(Started({"kind": handler.kind, "url": handler.target.url}, described_now))
                trial = Trial(
                    within_limit(plan, handler, say),
                    handler.sender,
                    handler.target.host_header,
                    handler.transport,
                    tell,
                    seed=chosen_seed,
                    redact=handler.redact,
                    past=past,
                    safe=run.safe if run is not None else lambda: None,
                    settle=handler.settle,
                    watch=watch,
                )
                with winding_down(trial.wind_down, name_of(run.path) if run is not None else ""):
                    summary = await trial.run()
        finally:
            terminal.progress("")
            if run is not None:
                run.close()
        if not summary.connected and summary.failure is not None:
            raise unreachable(handler, summary.failure)
    if not summary.checks and not plan.selection.is_everything:
        raise nothing_left()
    return summary.exit_code


def _in_its_formats(plan: Plan, handler: Handler) -> Plan:
    """The plan in the formats that its handler can be given.

    Raises:
        UsageError: Another is demanded.
    """
    unknown = [data for data in plan.formats if data not in handler.formats]
    if not unknown:
        return plan
    if plan.mandatory:
        message = f"--data {unknown[0]}: a {handler.kind} is never given {unknown[0].upper()}"
        raise UsageError(message, f"leave --data out; it is given {' and '.join(handler.formats).upper()}")
    return replace(plan, formats=handler.formats)


def _modes_of(event: CaseDone, plan: Plan, handler: Handler) -> list[str]:
    """The options that play a case in its mode again."""
    story = next((story for story in plan.stories if story.name == event.case), None)
    if story is not None and story.mixes_modes and event.mode is not None:
        return [word for mode in plan.modes for word in ("--mode", mode.value)]
    return modes_named(event.mode, plan, handler)


def modes_named(mode: Mode | None, plan: Plan, handler: Handler) -> list[str]:
    """The option that leads to a mode again; none where that is what happens by itself."""
    return ["--mode", mode.value] if mode is not None and (handler.mode_chosen or len(plan.modes) > 1) else []


def _nothing_for(plan: Plan) -> UsageError:
    names = ", ".join(story.name for story in plan.stories)
    reasons = [each.why.en for each in left_out(plan) if each.why in [unseen.value for unseen in plan.unseen]]
    if len(reasons) == len(plan.stories):
        message = f"there is nothing to play of {names} (KF901 nothing-checked): {'; '.join(dict.fromkeys(reasons))}"
        return UsageError(message, "a handler behind --url or --exec, and in no container, can be asked for it")
    modes = " and ".join(plan.modes)
    message = f"in {modes} mode there is nothing to play of {names} (KF901 nothing-checked)"
    return UsageError(message, "wxkf simulate --list says in which modes each case is played")


def _new_run(show: Show) -> RunFile | None:
    return RunFile(run_name(), sync=show.sync) if show.record else None


def run_name() -> str:
    """Sorts by time, and two runs in one second differ."""
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"


def within_reach(plan: Plan, handler: Handler, allow_remote: str | None) -> Plan:
    """Public hosts get the standard suite slowly, and nothing more unless they are named again."""
    if handler.reach is not Reach.PUBLIC:
        return plan
    if plan.count is None and not plan.chaos:
        return replace(plan, pace=PUBLIC_RATE, concurrency=min(plan.concurrency, PUBLIC_IN_FLIGHT))
    if allow_remote != handler.target.host:
        option = "--chaos" if plan.chaos else "--burst" if plan.is_burst else "--count"
        message = f"{option} towards the public host {handler.target.host}"
        raise UsageError(message, f"if it is yours, add --allow-remote {handler.target.host}")
    return plan


def _described(plan: Plan, seed: int) -> dict[str, object]:
    return {
        "mode": [each.value for each in plan.modes],
        "data": [each.value for each in plan.formats],
        "expect": plan.expect.value,
        "cases": [story.name for story in plan.stories],
        "stories": recorded_stories(plan),
        "is_named": plan.is_named,
        "texts": list(plan.texts),
        "count": plan.count,
        "concurrency": plan.concurrency,
        "seats": plan.seats,
        "seed": seed,
        "mandatory": plan.mandatory,
        "stop_at_first": plan.stop_at_first,
        "pace": plan.pace,
        **({"chaos": written(plan.chaos)} if plan.chaos else {}),
        "deadline": plan.policy.deadline,
        "accept_status": list(plan.policy.accepted_statuses),
        **described(plan.selection),
    }
