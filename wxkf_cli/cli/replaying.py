"""Play `wxkf replay`: which exchanges, towards which handler, and as what they are shown."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from wxkf_cli.cli.choosing import ChoiceOptions, as_recorded, chosen_findings
from wxkf_cli.cli.conforming import check_named, is_conformance
from wxkf_cli.cli.handler import HandlerOptions, opened
from wxkf_cli.cli.keeping import numbers_to_keep, print_pushes
from wxkf_cli.cli.playing import Show, within_reach
from wxkf_cli.cli.rechecking import replay_checks
from wxkf_cli.cli.resuming import at_place, has_place, recorded_place, recorded_plan, say
from wxkf_cli.cli.retelling import Again, asking_again, play_again
from wxkf_cli.errors import UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.clock import system_clock
from wxkf_cli.simulate.engine import Engine
from wxkf_cli.trial import runs
from wxkf_cli.trial.failures import Failures, StoryLeg, failures
from wxkf_cli.trial.notes import NOTHING_CHECKED
from wxkf_cli.trial.pathcheck import with_path_check
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.replaying import chosen, is_ids
from wxkf_cli.trial.resuming import Past
from wxkf_cli.vocab.terms import Language, Mode, Text
from wxkf_cli.wire.escape import quoted, safe
from wxkf_cli.wire.exchange import Exchange

#: How many pushes one line names.
_NAMED = 3
_OF_THE_RUN = Text(
    "{codes} is about the run as a whole, and no push stands for it: wxkf simulate asks again",
    "{codes} 针对整次运行，没有单条推送可以代表它：请用 wxkf simulate 重新检查",
)
_WHOLE = Text(
    "{pushes} failed as part of {stories}, which is played as a whole: alone it may come to another answer",
    "{pushes} 是 {stories} 的一部分，因此重新播放整个故事：单独推送可能得到不同的应答",
)


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
    choice: ChoiceOptions,
    show: Show,
    allow_remote: str | None = None,
) -> int:
    """Replay and show it; returns the exit code.

    Args:
        wanted: What to replay.
        where: The handler, as given; the recorded one where none is.
        settings: What the environment and the file say.
        choice: Which findings count; where nothing is given, those that counted then.
        show: How to show it.
        allow_remote: The public host that a run with `--count` may be replayed to.

    Raises:
        UsageError: There is nothing to replay.
        HandlerDown: No connection was ever made; the summary has been shown.
    """
    past = Past(_run_of(wanted.words), only=True)
    say(tuple(past.notices))
    selection = chosen_findings(as_recorded(choice, past.settings), settings)
    if is_conformance(past):
        _refuse_single_pushes(wanted)
        where = _handler_of(past, where, ())
        return await replay_checks(wanted.words, past, where, settings, selection, show, allow_remote)
    _refuse_checks(wanted, past)
    plan, seed = recorded_plan(past, selection)
    where = _handler_of(past, where, plan.modes)
    async with opened(where, settings) as handler:
        past.seal = handler.sender.seal
        plan = within_reach(replace(plan, policy=handler.policy, unseen=handler.unseen), handler, allow_remote)
        plan = with_path_check(plan, handler.sender.route)
        engine = Engine(
            handler.sender, host=handler.target.host_header, clock=system_clock, seed=secrets.randbelow(2**31)
        )
        failed = await failures(past, plan, handler.sender, seed)
        if wanted.as_what is not None:
            ids = _ids_in(wanted)
            numbers = chosen(ids, past) if ids else numbers_to_keep(wanted.as_what, failed, bool(wanted.words))
            if not numbers:
                raise _nothing(past, failed, has_words=bool(wanted.words))
            print_pushes(wanted.as_what, _opened(numbers, past), failed.numbers, past, plan, engine, handler)
            return 0
        numbers, legs = _to_play(wanted, failed, past, plan, show.language)
        witnessed = failed.witnessed if not _ids_in(wanted) else ()
        if witnessed:
            message, command = asking_again(witnessed, past, plan, seed, where, handler)
            if not numbers and not legs:
                raise UsageError(message, command)
            say((f"{message}: {command}",))
        if not numbers and not legs:
            raise _nothing(past, failed, has_words=bool(wanted.words))
        _opened(numbers, past)
        again = Again(numbers, legs, frozenset(failed.numbers), differ=wanted.diff)
        return await play_again(again, past, plan, seed, engine, handler, show)


def _ids_in(wanted: Wanted) -> list[str]:
    return [word for word in wanted.words if is_ids(word)]


def _to_play(
    wanted: Wanted, failed: Failures, past: Past, plan: Plan, language: Language
) -> tuple[tuple[int, ...], tuple[StoryLeg, ...]]:
    """Which pushes are made alone, and which stories are played as a whole."""
    ids = _ids_in(wanted)
    numbers = chosen(ids, past) if ids else failed.demanded if wanted.words else failed.numbers
    if not ids and failed.of_the_run:
        about = _OF_THE_RUN.said_in(language)
        say((about.format(codes=", ".join(failed.of_the_run)),))
    if wanted.diff:
        return numbers or tuple(sorted(failed.within)), ()
    if not ids:
        alone = tuple(number for number in numbers if number not in failed.within)
        return () if plan.chaos and failed.stories else alone, failed.stories
    whole = [number for number in numbers if _fails_as_part(number, failed)]
    legs = tuple(dict.fromkeys(failed.within[number] for number in whole))
    if whole:
        which = ", ".join(f"e{number}" for number in whole[:_NAMED])
        stories = ", ".join(dict.fromkeys(safe(leg[0]) for leg in legs))
        say((_WHOLE.said_in(language).format(pushes=which, stories=stories),))
    alone = tuple(number for number in numbers if number not in whole)
    return () if plan.chaos and legs else alone, legs


def _fails_as_part(number: int, failed: Failures) -> bool:
    """Whether a push failed in a story that is played as a whole, or the story without any push of its own failing."""
    leg = failed.within.get(number)
    if leg is None or number in failed.numbers:
        return leg is not None
    return not any(failed.within.get(each) == leg for each in failed.numbers)


def _opened(numbers: Sequence[int], past: Past) -> list[Exchange]:
    """The pushes, in the clear.

    Raises:
        UsageError: One cannot be opened.
    """
    known = [exchange for number in numbers if (exchange := past.exchange(number)) is not None]
    unopened = [each.id for each in known if each.is_unopened]
    if unopened:
        message = f"{', '.join(unopened[:_NAMED])} cannot be opened, so it cannot be sealed anew"
        raise UsageError(message, "set WXKF_TOKEN, WXKF_AES_KEY and WXKF_APPID to what the run was made with")
    return known


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


def _nothing(past: Past, failed: Failures, *, has_words: bool) -> UsageError:
    name = safe(past.path.stem)
    if has_words:
        return UsageError(f"{name} has no exchange with an answer ({NOTHING_CHECKED})", "simulate records new ones")
    what = "no push by itself" if failed.of_the_run else "no push"
    message = f"{what} failed in {name}, the last run ({NOTHING_CHECKED})"
    return UsageError(message, f"wxkf replay {name} replays all of it, and wxkf replay e1 one push")
