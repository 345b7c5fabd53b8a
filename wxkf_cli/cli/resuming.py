"""Going on with a recorded run: what it was made with, from its record; what must be given again, and must fit."""

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import typer

from wxkf_cli.cli.handler import Handler, HandlerOptions
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.selection import Selection
from wxkf_cli.simulate.story import Story
from wxkf_cli.trial import runs
from wxkf_cli.trial.chaoswords import parse
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.resuming import WITNESS, Past
from wxkf_cli.trial.runfile import RunFile
from wxkf_cli.trial.standard import SUITE, standard
from wxkf_cli.trial.storyfile import load
from wxkf_cli.trial.storywriter import written
from wxkf_cli.vocab.choices import AppKind, Client, Demo, Expect, Suite
from wxkf_cli.vocab.terms import DataFormat, Mode, Route
from wxkf_cli.vocab.unseen import Unseen
from wxkf_cli.wire.escape import MASK, quoted, safe

#: What may differ when a run goes on: it changes nothing about what is pushed and how it is judged.
_FREE = frozenset({"started", "client", "keep_alive"})


#: Those of HandlerOptions that say where a handler is.
_PLACE = ("url", "demo", "app", "app_kind", "exec_", "path", "cloud_function", "real_sdk", "container")


class Resumed(NamedTuple):
    """A run to go on with.

    Attributes:
        past: What it has behind it.
        run: Its record, open for writing.
    """

    past: Past
    run: RunFile


@contextmanager
def resuming(name: str, *, sync: bool) -> Iterator[Resumed]:
    """Open the record of that name, repair its end, and say on stderr what there is to go on with.

    Raises:
        UsageError: There is none, it is no record of a simulation, or another process writes it.
    """
    path = runs.find(name)
    run = RunFile.reopened(path, sync=sync)
    try:
        past = Past(path)
        run.lines = past.lines
        say(run.notices)
        in_doubt = f"; {past.doubtful} left without one, and are pushed again" if past.doubtful else ""
        # Of the conformance suite whole checks are made again, and whoever does it says which.
        again = in_doubt if past.settings.get("suite") != Suite.CONFORMANCE.value else ""
        say((f"going on with {safe(path.stem)}: {past.answers} pushes have an answer in its record{again}",))
        yield Resumed(past, run)
    finally:
        run.close()


def say(notices: tuple[str, ...]) -> None:
    """Tell what a person should know, on stderr."""
    for notice in notices:
        typer.echo(f"wxkf: {notice}", err=True)


def handler_settings(where: HandlerOptions, handler: Handler) -> dict[str, Any]:
    """What a record keeps of the way to a handler, so that it can be taken again; no secrets."""
    sender = handler.sender
    return {
        "place": _place_of(where) or {"url": handler.target.url},
        # The place does not tell: what an app is like is found out when it is loaded.
        "route": sender.route.value,
        "unseen": sorted(each.name.lower() for each in handler.unseen),
        "openid": sender.openid,
        "original_id": sender.original_id,
        "content_type": sender.content_type,
        "headers": [list(pair) for pair in sender.extra_headers],
        "client": where.client.value,
        "keep_alive": where.keep_alive,
        "started": round(time.time(), 3),
    }


def recorded_handler(past: Past, given: HandlerOptions) -> HandlerOptions:
    """The way to the handler of a record; secrets and the way through the network are as they are given.

    Raises:
        UsageError: Another handler is given, or the record's cannot be found again without help.
    """
    settings = past.settings
    place = recorded_place(past)
    before = " ".join(f"{_option(name)} {value}" for name, value in place.items())
    for name in _PLACE:
        value = _place_of(given).get(name)
        if value is not None and value != place.get(name):
            message = f"the run was made with {safe(before)}, not with {safe(f'{_option(name)} {value}')}"
            raise UsageError(message, f"leave out {_option(name)}, or start a new run")
    try:
        return replace(
            at_place(given, place),
            mode=[Mode(each) for each in settings["mode"]],
            openid=settings["openid"],
            original_id=settings["original_id"],
            header=[f"{name}: {value}" for name, value in settings["headers"]],
            content_type=settings["content_type"],
            deadline=settings["deadline"],
            client=Client(settings["client"]),
            keep_alive=bool(settings["keep_alive"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _not_ours(past, error) from error


def _place_of(where: HandlerOptions) -> dict[str, str]:
    return {name: str(value) for name in _PLACE if (value := getattr(where, name))}


def at_place(given: HandlerOptions, place: Mapping[str, str]) -> HandlerOptions:
    """The options, with the handler where a record has it.

    Raises:
        ValueError: The record has a demo, or a kind of app, that there is not.
    """
    return replace(
        given,
        url=place.get("url"),
        demo=Demo(place["demo"]) if "demo" in place else None,
        app=place.get("app"),
        app_kind=AppKind(place["app_kind"]) if "app_kind" in place else None,
        exec_=place.get("exec_"),
        path=place.get("path"),
        cloud_function=place.get("cloud_function"),
        real_sdk="real_sdk" in place,
        container="container" in place,
    )


def has_place(given: HandlerOptions) -> bool:
    """Whether options say where the handler is."""
    return bool(_place_of(given))


def recorded_place(past: Past) -> dict[str, str]:
    """Where the handler of a record was: the fields of HandlerOptions that said so."""
    place = past.settings.get("place")
    if isinstance(place, Mapping):
        return {name: str(place[name]) for name in _PLACE if place.get(name)}
    # Records of earlier versions: a URL or a demo.
    demo = past.settings.get("demo")
    return {"demo": str(demo)} if demo else {"url": str(past.target.get("url"))}


def _option(field: str) -> str:
    return f"--{field.rstrip('_').replace('_', '-')}"


def recorded_plan(past: Past, selection: Selection) -> tuple[Plan, int]:
    """The plan of a record and its seed.

    Raises:
        UsageError: The record has none, or one with cases that are not known.
    """
    settings = past.settings
    try:
        plan = Plan(
            formats=tuple(DataFormat(each) for each in settings["data"]),
            mandatory=settings["mandatory"],
            modes=tuple(Mode(each) for each in settings["mode"]),
            stories=tuple(_story(each, past) for each in settings.get("stories", settings["cases"])),
            is_named=settings.get("is_named", False),
            texts=tuple(settings["texts"]),
            expect=Expect(settings["expect"]),
            count=settings["count"],
            concurrency=settings["concurrency"],
            seats=settings.get("seats", 0),
            pace=settings["pace"],
            stop_at_first=settings["stop_at_first"],
            chaos=parse(settings.get("chaos", ())),
            unseen=frozenset(Unseen[str(each).upper()] for each in settings.get("unseen", ())),
            selection=selection,
        )
        return plan, int(settings["seed"])
    except (KeyError, TypeError, ValueError) as error:
        raise _not_ours(past, error) from error


def recorded_witness(past: Past, given: str | None = None) -> str | None:
    """Who is asked whether the handler acts twice: whoever is given, or else whoever was asked before; None for nobody.

    Raises:
        UsageError: The URL held a secret, which no record keeps.
    """
    witness = past.settings.get(WITNESS)
    if given is not None or witness is None:
        return given
    if not isinstance(witness, str):
        raise _not_ours(past, ValueError(quoted(witness)))
    if MASK in witness:
        message = f"the run was made with --witness {quoted(witness, 200)}, and its secret is not in the record"
        raise UsageError(message, "give the same --witness again")
    return witness


def recorded_route(past: Past) -> Route:
    """How the pushes of a record went to the handler.

    Raises:
        UsageError: The record has a way that there is not.
    """
    try:
        return Route(past.settings.get("route", Route.URL.value))
    except ValueError as error:
        raise _not_ours(past, error) from error


def recorded_stories(plan: Plan) -> list[str | dict[str, str]]:
    """What a record keeps of stories: the names of those of the suite, of others the file and what was in it."""
    return [
        story.name if story is _of_suite(story.name) else {"file": story.place.file, "digest": _digest(story)}
        for story in plan.stories
    ]


def _of_suite(name: str) -> Story | None:
    return standard(name) if name in SUITE else None


def _digest(story: Story) -> str:
    return hashlib.sha256(written(story).encode()).hexdigest()


def _story(recorded: str | Mapping[str, str], past: Past) -> Story:
    """A story that a record plays.

    Raises:
        UsageError: It is not known, or its file is not what it was.
    """
    if not isinstance(recorded, str):
        file = recorded["file"]
        story = load(file)
        if _digest(story) != recorded["digest"]:
            message = f"{safe(file)} has changed since {safe(past.path.stem)} was started"
            raise UsageError(
                message, "a run goes on, and is shown, only with its stories as they were; start a new run"
            )
        return story
    story_of_suite = _of_suite(recorded)
    if story_of_suite is None:
        message = f"{safe(past.path.stem)} plays {quoted(recorded)}, which is no case of the suite"
        raise UsageError(message, "it was recorded by another version of wxkf; start a new run")
    return story_of_suite


def check_same(past: Past, now: Mapping[str, Any]) -> None:
    """Make sure that nothing that matters differs from what the run was started with.

    Raises:
        UsageError: Something does.
    """
    for name, before in past.settings.items():
        if name not in _FREE and now.get(name) != before:
            message = f"{safe(name)} is {quoted(now.get(name))} now, and was {quoted(before)} when the run was started"
            raise UsageError(message, "a run goes on only as it began: give the same options and settings again")


def _not_ours(past: Past, error: Exception) -> UsageError:
    what = f"has no {error.args[0]}" if isinstance(error, KeyError) else f"has a setting that is none: {error}"
    message = f"the record {safe(past.path.stem)} {safe(what)}"
    return UsageError(message, "it was recorded by another version of wxkf; start a new run")
