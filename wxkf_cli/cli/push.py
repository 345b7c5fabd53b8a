"""`wxkf push`: one push, now."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from wxkf_cli.cli import options
from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.choices import Client, Output
from wxkf_cli.vocab.terms import DataFormat

if TYPE_CHECKING:
    from wxkf_cli.cli.handler import HandlerOptions
    from wxkf_cli.report.event import CaseDone
    from wxkf_cli.settings import Settings
    from wxkf_cli.simulate.story import Story
    from wxkf_cli.vocab.message import Kind, Value

#: How deep a value may nest: what writes it is recursive, and from 3.12 on Python reads deeper than that can follow.
_DEEPEST = 100


def command(
    kind: Annotated[str | None, typer.Argument(help="What to push, as in --list.", metavar="KIND")] = None,
    show_list: Annotated[bool, typer.Option("--list", help="List what can be pushed and end.")] = False,
    url: options.Url = None,
    app: options.App = None,
    app_kind: options.AppKind = None,
    exec_: options.Exec = None,
    path: options.Path = None,
    cloud_function: options.CloudFunction = None,
    real_sdk: options.RealSdk = False,
    container: options.Container = False,
    token: options.Token = None,
    mode: options.OneMode = None,
    aes_key: options.AesKey = None,
    appid: options.AppId = None,
    data: Annotated[DataFormat | None, typer.Option("--data", help="The data format; xml where it may be.")] = None,
    values: Annotated[
        list[str] | None, typer.Option("--set", help="Another value for a field; repeatable.", metavar="FIELD=VALUE")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--unset", help="Leave a field out; repeatable.", metavar="FIELD")
    ] = None,
    repeat: Annotated[int, typer.Option("--repeat", min=1, max=10_000, help="Push so often.", metavar="N")] = 1,
    show_only: Annotated[bool, typer.Option("--print", help="Show the request and send nothing.")] = False,
    openid: options.OpenId = None,
    original_id: options.OriginalId = None,
    header: options.Header = None,
    content_type: options.ContentType = None,
    deadline: options.Deadline = None,
    wait: options.Wait = None,
    ca: options.Ca = None,
    insecure: options.Insecure = False,
    client: options.WhichClient = Client.WIRE,
    proxy: options.Proxy = None,
    cert: options.Cert = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Repeat the ids and nonces.", metavar="N")] = None,
    output: options.OutputFormat = Output.TEXT,
    report: options.Reports = None,
    lang: options.Lang = None,
) -> None:
    """Push one message or event to a handler, now."""
    from wxkf_cli import settings as all_settings
    from wxkf_cli.cli.handler import HandlerOptions
    from wxkf_cli.cli.language import language

    if show_list:
        _list()
        return
    if kind is None:
        message = "no kind given"
        raise UsageError(message, "for example wxkf push text --url …; wxkf push --list shows them all")
    settings = all_settings.here()
    story = _story(kind, values or [], tuple(without or ()), repeat)
    where = HandlerOptions(
        url=url,
        app=app,
        app_kind=app_kind,
        exec_=exec_,
        path=path,
        cloud_function=cloud_function,
        real_sdk=real_sdk,
        container=container,
        token=token,
        mode=[mode] if mode else None,
        aes_key=aes_key,
        appid=appid,
        openid=openid,
        original_id=original_id,
        header=header,
        content_type=content_type,
        deadline=deadline,
        ca=ca,
        insecure=insecure,
        client=client,
        proxy=proxy,
        cert=cert,
        wait=wait,
    )
    if show_only:
        _print(where, settings, story, data or DataFormat.XML, seed)
        return
    from wxkf_cli.cli.playing import Show, play
    from wxkf_cli.cli.reports import destinations
    from wxkf_cli.cli.running import run
    from wxkf_cli.trial.plan import Plan
    from wxkf_cli.vocab.choices import Expect

    formats = (data or DataFormat.XML,)
    plan = Plan(formats=formats, mandatory=data is not None, stories=(story,), is_named=True, expect=Expect.NONE)
    show = Show(output, language(settings, lang), verbose=True, record=False, reports=destinations(report))

    def again(same_handler: list[str], event: "CaseDone") -> list[str]:
        sets = [word for each in values or () for word in ("--set", each)]
        unsets = [word for each in without or () for word in ("--unset", each)]
        return ["wxkf", "push", event.case, *same_handler, "--data", event.data or formats[0], *sets, *unsets]

    raise typer.Exit(run(play(where, settings, plan, show, again, seed)))


def _list() -> None:
    from wxkf_cli.vocab.catalog import shapes

    for name, kind, _ in shapes():
        what = "event" if kind.is_event else "message"
        note = f"  ({kind.note})" if kind.note and "." not in name else ""
        typer.echo(f"{name:<36}{what:<9}{kind.evidence}{note}")


def _story(name: str, sets: list[str], without: tuple[str, ...], repeat: int) -> "Story":
    from wxkf_cli.cli.values import assignment
    from wxkf_cli.simulate.story import DEFAULT_USER, Repeat, Say, Story
    from wxkf_cli.vocab.catalog import shapes

    known = {shape: (kind, values) for shape, kind, values in shapes()}
    if name not in known:
        import difflib

        near = difflib.get_close_matches(name, known, n=1)
        message = f"nothing that can be pushed is called {name!r}"
        raise UsageError(message, f"did you mean {near[0]}?" if near else "wxkf push --list shows what there is")
    kind, values = known[name]
    _check_fields(kind, [assignment(each)[0] for each in sets])
    given = {field: _value(kind, field, text) for field, text in map(assignment, sets)}
    for field in without:
        if not any(row.name == field for row in kind.fields):
            message = f"{kind.name} has no field {field!r} to leave out"
            raise UsageError(message, f"it has {', '.join(row.name for row in kind.fields)}")
    say = Say(DEFAULT_USER, kind.name, {**values, **given}, without=without)
    # One push is asked for, and one goes out, whatever becomes of it.
    return Story(name, (Repeat(repeat, (say,)),), settings={"deliveries": 1})


def _check_fields(kind: "Kind", names: list[str]) -> None:
    """Complain of names that were meant to be others; all else may be a field of tomorrow."""
    from wxkf_cli.vocab.fieldnames import meant_field
    from wxkf_cli.wire.escape import quoted

    for name in names:
        if (meant := meant_field(kind, name)) is not None:
            message = f"{kind.name} has no field {quoted(name)}"
            raise UsageError(message, f"did you mean {meant}?")


def _value(kind: "Kind", field: str, text: str) -> "Value":
    """The value that a text stands for: a number where the field is one, JSON where it is a tree."""
    from wxkf_cli.vocab.message import FieldType
    from wxkf_cli.wire.commandline import command_line
    from wxkf_cli.wire.document import as_integer
    from wxkf_cli.wire.escape import quoted
    from wxkf_cli.wire.jsonwire import depth

    row = next((each for each in kind.fields if each.name == field), None)
    if row is not None and row.type is FieldType.INTEGER:
        return as_integer(text)
    if row is not None and row.type in (FieldType.TREE, FieldType.ITEMS):
        try:
            tree: Value = json.loads(text) if depth(text.encode(errors="replace")) <= _DEEPEST else None
        except (ValueError, RecursionError):
            tree = None
        if not isinstance(tree, list if row.type is FieldType.ITEMS else dict):
            message = f"--set {field}={quoted(text)} is not JSON for it"
            example = f"{field}={json.dumps(row.sample, ensure_ascii=False)}"
            raise UsageError(message, f"for example {command_line(('--set', example))}")
        return tree
    return text


def _print(where: "HandlerOptions", settings: "Settings", story: "Story", data: DataFormat, seed: int | None) -> None:
    """The requests as they would go out, byte for byte."""
    import secrets
    import sys

    from wxkf_cli.cli.handler import address, sender_of
    from wxkf_cli.simulate.clock import system_clock
    from wxkf_cli.simulate.engine import Engine
    from wxkf_cli.simulate.story import Say
    from wxkf_cli.simulate.storywalk import walk
    from wxkf_cli.trial.storyplay import shot_of

    target, console = address(where, settings)
    sender = sender_of(console, where, settings)
    chosen_seed = seed if seed is not None else secrets.randbelow(2**31)
    engine = Engine(sender, host=target.host_header, clock=system_clock, seed=chosen_seed)
    for turn in walk(story):
        assert isinstance(turn.step, Say)  # noqa: S101 - there is nothing else in it
        request = engine.prepare(shot_of(turn.step, story.name, sender.openid, console.modes[0], data)).request
        assert request is not None  # noqa: S101 - prepare made it
        sys.stdout.buffer.write(target.head(request) + request.body)
    sys.stdout.buffer.write(b"\n" if sys.stdout.isatty() else b"")
    sys.stdout.buffer.flush()
