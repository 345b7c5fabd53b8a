"""Recorded pushes as something to keep, on stdout: a script, tests, or a story."""

import sys
from collections.abc import Collection, Sequence

from wxkf_cli.cli.handler import Handler
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.engine import Engine
from wxkf_cli.simulate.story import DEFAULT_USER, Say, openid_of
from wxkf_cli.trial import runs
from wxkf_cli.trial.failures import Failures
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.resuming import Past
from wxkf_cli.trial.wholeness import steps_of
from wxkf_cli.vocab.terms import Route
from wxkf_cli.vocab.unseen import Unseen
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Exchange

_STORY, _CURL = "story", "curl"


def numbers_to_keep(as_what: str, failed: Failures, has_run: bool) -> tuple[int, ...]:
    """The pushes that are printed where none is named: all of a run that is, and otherwise what failed in the last one.

    Of a story that fails only as a whole, a story has all of them.
    """
    if has_run:
        return failed.demanded
    if as_what == _STORY or not failed.numbers:
        return tuple(sorted({*failed.numbers, *failed.within}))
    return failed.numbers


def print_pushes(
    as_what: str,
    known: Sequence[Exchange],
    failed: Collection[int],
    past: Past,
    plan: Plan,
    engine: Engine,
    handler: Handler,
) -> None:
    """Print pushes.

    Args:
        as_what: `curl`, `pytest` or `story`.
        known: Their last deliveries.
        failed: Which pushes failed then, by their numbers.
        past: The record that they stand in.
        plan: Its plan.
        engine: Dresses them anew.
        handler: The handler that they were for.

    Raises:
        UsageError: They went another way than what is printed would go.
    """
    run, url, seal = safe(past.path.stem), handler.target.url, engine.seal
    if as_what != _STORY and any(each.route is not Route.URL for each in known):
        message = f"--as {as_what} writes signed requests to a URL, and a {handler.kind} is given none"
        raise UsageError(message, "--as story keeps the pushes")
    if as_what != _STORY and Unseen.WIRE in handler.unseen:
        message = f"--as {as_what} writes requests to a URL, and {url} is called in this process"
        raise UsageError(message, "--as story keeps the pushes; where it is served, name it with --url")
    is_wrong = any(runs.number_of(each.id) in failed for each in known)
    if as_what == _CURL:
        from wxkf_cli.report.as_curl import as_curl

        parts = ["#!/bin/sh\n# Signed when it runs, with the Token in WXKF_TOKEN; needs curl and openssl.\n"]
        for each in known:
            dressed = engine.again(each, runs.number_of(each.id) or 1, each.delivery)
            parts.append(as_curl(dressed, url, seal.appid if seal is not None else ""))
        text = "\n".join(parts)
    elif as_what == _STORY:
        name = f"{'what was answered wrongly in' if is_wrong else 'pushes of'} {run}"
        text = _story(known, past, plan, handler.sender.openid, name)
    else:
        from wxkf_cli.report.as_code import as_pytest

        text = as_pytest(known, run, url, has_seal=seal is not None, is_wrong=is_wrong)
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def _story(known: Sequence[Exchange], past: Past, plan: Plan, default: str, name: str) -> str:
    """Pushes as a story: each by the user whose it was, and those at once that were."""
    from wxkf_cli.report.as_story import Kept, as_story

    users = _users(known, plan, str(past.settings.get("openid") or default))
    kept: list[Kept] = []
    before: int | None = None
    for each in known:
        number = runs.number_of(each.id) or 0
        at_once = before is not None and past.overlap(before, number)
        kept.append(Kept(each, users.get(_openid(each), DEFAULT_USER), at_once, past.copies(number)))
        before = number
    openids = {user: openid for openid, user in users.items() if user != DEFAULT_USER and openid_of(user) != openid}
    return as_story(kept, openids, DEFAULT_USER, name)


def _users(known: Sequence[Exchange], plan: Plan, default: str) -> dict[str, str]:
    """The users of pushes, by their openids: called as in their stories, where that is known."""
    names = {default: DEFAULT_USER}
    for story in plan.stories:
        for step in steps_of(story.steps):
            if isinstance(step, Say):
                names.setdefault(story.openid(step.user, default), step.user)
    users: dict[str, str] = {}
    for openid in dict.fromkeys(map(_openid, known)):
        if openid:
            named = names.get(openid)
            users[openid] = named if named and named not in users.values() else f"user {len(users) + 1}"
    return users


def _openid(exchange: Exchange) -> str:
    return str(exchange.push.from_user or "") if exchange.push is not None else ""
