"""Play `wxkf replay`: which exchanges, towards which handler, and as what they are shown."""

import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from wxkf_cli.cli.choosing import nothing_left
from wxkf_cli.cli.conforming import check_named, is_conformance
from wxkf_cli.cli.handler import Handler, HandlerOptions, opened, unreachable
from wxkf_cli.cli.playing import Show, within_reach
from wxkf_cli.cli.rechecking import replay_checks
from wxkf_cli.cli.reports import Making, from_root, writing
from wxkf_cli.cli.resuming import at_place, has_place, recorded_place, recorded_plan, say
from wxkf_cli.cli.retelling import replay_stories
from wxkf_cli.cli.running import winding_down
from wxkf_cli.cli.views import both, view
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.selection import Selection
from wxkf_cli.report.event import Started
from wxkf_cli.report.replay_text import ReplayText
from wxkf_cli.report.terminal import Terminal
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.clock import system_clock
from wxkf_cli.simulate.engine import Engine
from wxkf_cli.trial import runs
from wxkf_cli.trial.calling import with_calls
from wxkf_cli.trial.notes import NOTHING_CHECKED
from wxkf_cli.trial.pathcheck import with_path_check
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.replaying import Replay, chosen, failures, is_ids
from wxkf_cli.trial.resuming import Past
from wxkf_cli.vocab.terms import Mode, Route
from wxkf_cli.wire.escape import quoted, safe
from wxkf_cli.wire.exchange import Exchange


class Wanted(NamedTuple):
    """What to replay.

    Attributes:
        words: Exchanges and a run, as given; the failures of the last run for none.
        diff: Whether to show how answers differ.
        as_what: `curl`, `pytest` or `story` to print instead of pushing; None to push.
    """

    words: Sequence[str]
    diff: bool = False
    as_what: str | None = None


async def replay(
    wanted: Wanted,
    where: HandlerOptions,
    settings: Settings,
    selection: Selection,
    show: Show,
    allow_remote: str | None = None,
) -> int:
    """Replay and show it; returns the exit code.

    Args:
        wanted: What to replay.
        where: The handler, as given; the recorded one where none is.
        settings: What the environment and the file say.
        selection: Which findings count.
        show: How to show it.
        allow_remote: The public host that a run with `--count` may be replayed to.

    Raises:
        UsageError: There is nothing to replay.
        HandlerDown: No connection was ever made; the summary has been shown.
    """
    past = Past(_run_of(wanted.words), only=True)
    say(tuple(past.notices))
    if is_conformance(past):
        _refuse_single_pushes(wanted)
        where = _handler_of(past, where, ())
        return await replay_checks(wanted.words, past, where, settings, selection, show, allow_remote)
    _refuse_checks(wanted, past)
    plan, seed = recorded_plan(past, selection)
    async with opened(_handler_of(past, where, plan.modes), settings) as handler:
        past.seal = handler.sender.seal
        plan = within_reach(replace(plan, policy=handler.policy, unseen=handler.unseen), handler, allow_remote)
        plan = with_path_check(plan, handler.sender.route)
        engine = Engine(
            handler.sender, host=handler.target.host_header, clock=system_clock, seed=secrets.randbelow(2**31)
        )
        failed = await failures(past, plan, handler.sender, seed)
        ids = [word for word in wanted.words if is_ids(word)]
        numbers = chosen(ids, past) if ids else tuple(past.numbers) if wanted.words else failed.numbers
        if not ids and failed.of_the_run:
            codes = ", ".join(failed.of_the_run)
            say((f"{codes} is about the run as a whole, and no push stands for it: wxkf simulate asks again",))
        stories = failed.stories if not ids and wanted.as_what is None and not wanted.diff else ()
        if not numbers and not stories:
            raise _nothing(past, has_words=bool(wanted.words))
        known = [exchange for number in numbers if (exchange := past.exchange(number)) is not None]
        unopened = [each.id for each in known if each.is_unopened]
        if unopened:
            message = f"{', '.join(unopened[:3])} cannot be opened, so it cannot be sealed anew"
            raise UsageError(message, "set WXKF_TOKEN, WXKF_AES_KEY and WXKF_APPID to what the run was made with")
        if wanted.as_what is not None:
            _print(wanted.as_what, known, past, engine, handler)
            return 0
        code = 0
        if numbers:
            code = await _pushed(wanted, numbers, past, plan, engine, handler, show, frozenset(failed.numbers))
        return max(code, await replay_stories(stories, past, plan, handler, show)) if stories else code


async def _pushed(
    wanted: Wanted,
    numbers: Sequence[int],
    past: Past,
    plan: Plan,
    engine: Engine,
    handler: Handler,
    show: Show,
    failed: frozenset[int],
) -> int:
    terminal = Terminal()

    def differ(exchange: Exchange) -> Sequence[str]:
        from wxkf_cli.report.answer_diff import answer_diff

        before = past.exchange(runs.number_of(exchange.id) or 0)
        return [handler.redact(each) for each in answer_diff(before, exchange, engine.seal)] if before else ()

    def text(width: int | None) -> ReplayText:
        then = {f"e{number}": number in failed for number in numbers}
        return ReplayText(show.language, width, past.path.stem, then, differ if wanted.diff else None, quiet=show.quiet)

    making = Making(text, show.language, plan.policy, handler.redact, from_root(str(past.path)), plan.selection.fail_on)
    try:
        with writing(show.reports, making) as reports:
            tell = with_calls(both(*reports, view(show.output, making, terminal)), handler.calls)
            tell(
                Started({"kind": handler.kind, "url": handler.target.url}, {**past.settings, "replay": past.path.stem})
            )
            again = Replay(plan, engine, handler.transport, past, numbers, tell, handler.redact, handler.settle)
            with winding_down(again.wind_down):
                summary = await again.run()
    finally:
        terminal.progress("")
    if not summary.connected and summary.failure is not None:
        raise unreachable(handler, summary.failure)
    if not summary.checks and not plan.selection.is_everything:
        raise nothing_left()
    return summary.exit_code


def _refuse_single_pushes(wanted: Wanted) -> None:
    """Complain of options that are about single pushes, where checks are replayed."""
    option = "--diff" if wanted.diff else f"--as {wanted.as_what}" if wanted.as_what is not None else None
    if option is not None:
        message = f"{option} is about single pushes, and a failure of the conformance suite belongs to a whole check"
        raise UsageError(message, "wxkf replay makes the checks that failed again; wxkf runs show shows their pushes")


def _refuse_checks(wanted: Wanted, past: Past) -> None:
    """Complain of checks, where pushes are replayed."""
    for word in wanted.words:
        if check_named(word) is not None:
            message = f"{quoted(word)} is a check, and {safe(past.path.stem)} is no run of the conformance suite"
            raise UsageError(message, f"wxkf simulate --suite conformance --only {safe(word)} makes it")


def _run_of(words: Sequence[str]) -> Path:
    named = [word for word in words if not is_ids(word) and check_named(word) is None]
    if len(named) > 1:
        message = f"{quoted(named[0])} and {quoted(named[1])} both name a run"
        raise UsageError(message, "replay one at a time; exchanges are named as e12 or e12..e20")
    return runs.find(named[0] if named else runs.LAST)


def _handler_of(past: Past, given: HandlerOptions, modes: Sequence[Mode]) -> HandlerOptions:
    """The handler that is given, else the recorded one; pushes carry their own headers and addresses."""
    if not has_place(given):
        try:
            given = at_place(given, recorded_place(past))
        except ValueError as error:
            message = f"the handler of {safe(past.path.stem)} is not known: {safe(str(error))}"
            raise UsageError(message, "name one, with --url or --demo") from error
    deadline = past.settings.get("deadline")
    if given.deadline is None and isinstance(deadline, int | float):
        given = replace(given, deadline=float(deadline))
    return replace(given, mode=list(modes))


def _nothing(past: Past, *, has_words: bool) -> UsageError:
    name = safe(past.path.stem)
    if has_words:
        return UsageError(f"{name} has no exchange with an answer ({NOTHING_CHECKED})", "simulate records new ones")
    message = f"no push failed in {name}, the last run ({NOTHING_CHECKED})"
    return UsageError(message, f"wxkf replay {name} replays all of it, and wxkf replay e1 one push")


def _print(as_what: str, known: Sequence[Exchange], past: Past, engine: Engine, handler: Handler) -> None:
    """The pushes as something to keep, on stdout."""
    run, url, seal = safe(past.path.stem), handler.target.url, engine.seal
    if as_what != "story" and any(each.route is not Route.URL for each in known):
        message = f"--as {as_what} writes signed requests to a URL, and a {handler.kind} is given none"
        raise UsageError(message, "--as story keeps the pushes")
    if as_what == "curl":
        from wxkf_cli.report.as_curl import as_curl

        parts = ["#!/bin/sh\n# Signed when it runs, with the Token in WXKF_TOKEN; needs curl and openssl.\n"]
        for each in known:
            dressed = engine.again(each, runs.number_of(each.id) or 1, each.delivery)
            parts.append(as_curl(dressed, url, seal.appid if seal is not None else ""))
        text = "\n".join(parts)
    else:
        from wxkf_cli.report.as_code import as_pytest, as_story

        text = as_story(known, run) if as_what == "story" else as_pytest(known, run, url, has_seal=seal is not None)
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()
