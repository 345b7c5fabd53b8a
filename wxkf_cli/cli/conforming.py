"""`wxkf simulate --suite conformance`: from options to a run of that suite."""

import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from wxkf_cli.cli.choosing import described
from wxkf_cli.cli.handler import Handler, HandlerOptions, opened, placed, same_handler
from wxkf_cli.cli.performing import exit_code, performing
from wxkf_cli.cli.playing import Show
from wxkf_cli.cli.resuming import Resumed, check_same, handler_settings, recorded_handler, say
from wxkf_cli.cli.running import winding_down
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.selection import Selection
from wxkf_cli.report.event import CaseDone
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.canary import watching
from wxkf_cli.simulate.clock import system_clock
from wxkf_cli.simulate.conformance.check import Check
from wxkf_cli.simulate.conformance.table import CHECKS
from wxkf_cli.simulate.target import Reach
from wxkf_cli.trial.conformance_past import ConformancePast
from wxkf_cli.trial.conformance_plan import ConformancePlan
from wxkf_cli.trial.conforming import Conforming
from wxkf_cli.trial.resuming import Past
from wxkf_cli.trial.runs import name_of
from wxkf_cli.vocab.choices import Client, Suite
from wxkf_cli.vocab.policy import PUBLIC_IN_FLIGHT, PUBLIC_RATE, Policy
from wxkf_cli.vocab.terms import DataFormat, Language, Mode
from wxkf_cli.vocab.unseen import Unseen
from wxkf_cli.wire.escape import quoted, safe


def listed(language: Language) -> list[str]:
    """A line for each check: id, letter, name, what it asks, in which modes."""
    lines = []
    for check in CHECKS.values():
        modes = "" if len(check.modes) == len(Mode) else f" ({', '.join(check.modes)})"
        not_made = f" [{check.why_not.said_in(language)}]" if check.why_not else ""
        lines.append(f"{check.id} {check.letter}  {check.name:<22}{check.about.said_in(language)}{modes}{not_made}")
    return lines


def chosen_checks(only: list[str], skip: list[str]) -> tuple[Check, ...]:
    """The checks that options leave, by id or name.

    Raises:
        UsageError: There is none of that name, or nothing is left.
    """
    wanted, unwanted = ({_named(each) for each in given} for given in (only, skip))
    chosen = tuple(check for id_, check in CHECKS.items() if (not only or id_ in wanted) and id_ not in unwanted)
    if not any(check.ask for check in chosen):
        message = "--only and --skip leave nothing to check (KF901 nothing-checked)"
        raise UsageError(message, "wxkf simulate --suite conformance --list shows what can be checked")
    return chosen


def check_named(written: str) -> str | None:
    """The id of the check that is called so, by id or name; None for none."""
    names = {check.name: check.id for check in CHECKS.values()}
    wanted = written.strip()
    return names.get(wanted.lower()) or (wanted.upper() if wanted.upper() in CHECKS else None)


def _named(written: str) -> str:
    """The id of a check."""
    found = check_named(written)
    if found is None:
        message = f"no check is called {quoted(written)}"
        names, wanted = [check.name for check in CHECKS.values()], written.strip()
        near = get_close_matches(wanted.lower(), names, n=1) or get_close_matches(wanted.upper(), CHECKS, n=1)
        hint = f"did you mean {near[0]}?" if near else "wxkf simulate --suite conformance --list shows all"
        raise UsageError(message, hint)
    return found


def refuse_what_has_no_place(where: HandlerOptions, given: dict[str, object]) -> None:
    """Complain of options that are the standard suite's.

    Args:
        where: The handler.
        given: Options and their values; nothing where they were not given.

    Raises:
        UsageError: One of them was given.
    """
    for option, value in {**given, "--keep-alive": where.keep_alive}.items():
        if value:
            message = f"{option} has no place in --suite conformance"
            raise UsageError(message, "leave it out; the standard suite takes it")
    for option, is_given in (("--cloud-function", where.cloud_function is not None), ("--container", where.container)):
        if is_given:
            message = f"--suite conformance asks about signatures and HTTP, and with {option} there are none"
            raise UsageError(message, "the standard suite is for every place")
    if where.client is Client.HTTPX:
        message = "--suite conformance needs exact bytes on the wire, and --client httpx writes its own"
        raise UsageError(message, "leave out --client httpx")


def within_reach(plan: ConformancePlan, handler: Handler, allow_remote: str | None) -> ConformancePlan:
    """The plan for a handler that far away.

    Raises:
        UsageError: It is on a public host that was not named again.
    """
    plan = replace(plan, is_near=_is_here(handler.target.host))
    if handler.reach is not Reach.PUBLIC:
        return plan
    if allow_remote != handler.target.host:
        message = f"--suite conformance towards the public host {handler.target.host}"
        raise UsageError(
            message, f"it attacks, if harmlessly: where it is yours, add --allow-remote {handler.target.host}"
        )
    return replace(plan, pace=PUBLIC_RATE, concurrency=PUBLIC_IN_FLIGHT)


def _is_here(host: str) -> bool:
    """Whether a host is this machine's loopback."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost")


async def conform(
    where: HandlerOptions,
    settings: Settings,
    plan: ConformancePlan,
    show: Show,
    seed: int | None = None,
    allow_remote: str | None = None,
    resumed: Resumed | None = None,
) -> int:
    """Play the suite and show it; returns the exit code.

    Args:
        where: The handler.
        settings: What the environment and the file say.
        plan: What to play; its policy and modes come from the options and settings.
        show: How to show and keep it.
        seed: For the ids and nonces; a new one without it.
        allow_remote: The public host that the suite may go to.
        resumed: The run to go on with, which whoever opened it closes; None for a new one.

    Raises:
        UsageError: It may not go there, or does not fit the record.
        HandlerDown: No connection was ever made; the summary has been shown.
    """
    where, _ = placed(where, settings)
    chosen_seed = seed if seed is not None else secrets.randbelow(2**31)
    past = ConformancePast(resumed.past) if resumed is not None else None
    async with opened(where, settings) as handler, watching() as canary:
        if Unseen.SIGNATURE in handler.unseen:
            message = f"--suite conformance asks about signatures, and {Unseen.SIGNATURE.value.en}"
            raise UsageError(message, "the standard suite takes every handler; this one needs a URL, or an app")
        plan = within_reach(replace(plan, policy=handler.policy, modes=handler.modes), handler, allow_remote)
        again = _again(same_handler(where, handler), plan, handler, is_recorded=show.record or resumed is not None)
        described_now = {**_described(plan, chosen_seed), **handler_settings(where, handler)}
        if resumed is not None:
            resumed.past.seal = handler.sender.seal
            check_same(resumed.past, described_now)
            resumed.past.check_secrets(handler.sender.token)
        made = past.made if past is not None else ()
        around = performing(handler, show, plan.policy, plan.selection, described_now, again, resumed, made)
        with around as (tell, run):
            conforming = Conforming(
                plan,
                handler.sender,
                handler.transport,
                tell,
                canary,
                host=handler.target.host_header,
                clock=system_clock,
                seed=chosen_seed,
                redact=handler.redact,
                settle=handler.settle,
                past=past,
                safe=run.safe if run is not None else lambda: None,
            )
            with winding_down(conforming.wind_down, name_of(run.path) if run is not None else ""):
                summary = await conforming.run()
        return exit_code(handler, summary, plan.selection)


async def go_on(
    where: HandlerOptions,
    settings: Settings,
    selection: Selection,
    show: Show,
    resumed: Resumed,
    allow_remote: str | None = None,
) -> int:
    """Make the checks that have no result in a record, and show all of it; returns the exit code.

    Args:
        where: The handler, as given: the recorded one, or nothing that names another.
        settings: What the environment and the file say.
        selection: Which findings count, as given.
        show: How to show it.
        resumed: The run, which whoever opened it closes.
        allow_remote: The public host that the suite may go to.

    Raises:
        UsageError: Something does not fit the record.
        HandlerDown: No connection was ever made; the summary has been shown.
    """
    plan, seed = recorded_suite(resumed.past, selection)
    made = len(ConformancePast(resumed.past).made)
    say((f"{made} check{'s have' if made != 1 else ' has'} a result in it, and what has none is made",))
    return await conform(recorded_handler(resumed.past, where), settings, plan, show, seed, allow_remote, resumed)


def is_conformance(past: Past) -> bool:
    """Whether a record is of this suite."""
    return past.settings.get("suite") == Suite.CONFORMANCE.value


def recorded_suite(past: Past, selection: Selection) -> tuple[ConformancePlan, int]:
    """The plan of a record of this suite, and its seed.

    Raises:
        UsageError: The record has none, or one with checks that are not known.
    """
    settings = past.settings
    try:
        plan = ConformancePlan(
            checks=tuple(CHECKS[each] for each in settings["checks"]),
            formats=tuple(DataFormat(each) for each in settings["data"]),
            mandatory=bool(settings["mandatory"]),
            modes=tuple(Mode(each) for each in settings["mode"]),
            is_near=bool(settings["near"]),
            stop_at_first=bool(settings["stop_at_first"]),
            policy=Policy(tuple(settings["accept_status"]), float(settings["deadline"])),
            selection=selection,
        )
        return plan, int(settings["seed"])
    except (KeyError, TypeError, ValueError) as error:
        what = quoted(error.args[0]) if isinstance(error, KeyError) else safe(str(error))
        message = f"the plan of {safe(past.path.stem)} cannot be read: {what}"
        raise UsageError(message, "it was recorded by another version of wxkf; start a new run") from error


def _again(
    same: list[str], plan: ConformancePlan, handler: Handler, *, is_recorded: bool
) -> Callable[[CaseDone], list[str]]:
    """From a check that was made, the command that makes it again."""

    def again(event: CaseDone) -> list[str]:
        if is_recorded and event.check:
            return ["wxkf", "replay", event.check]
        suite = ["--suite", "conformance", "--only", event.check] if event.check else []
        modes = [event.mode] if event.mode and (handler.mode_chosen or len(plan.modes) > 1) else []
        return [
            *("wxkf", "simulate", *same, *suite),
            *(word for mode in modes for word in ("--mode", mode.value)),
            *(["--data", event.data.value] if event.data else []),
        ]

    return again


def _described(plan: ConformancePlan, seed: int) -> dict[str, Any]:
    return {
        "suite": "conformance",
        "mode": [each.value for each in plan.modes],
        "data": [each.value for each in plan.formats],
        "checks": [check.id for check in plan.checks],
        "seed": seed,
        "mandatory": plan.mandatory,
        "near": plan.is_near,
        "stop_at_first": plan.stop_at_first,
        "pace": plan.pace,
        "deadline": plan.policy.deadline,
        "accept_status": list(plan.policy.accepted_statuses),
        **described(plan.selection),
    }
