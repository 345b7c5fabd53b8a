"""`wxkf replay`: push again what a run recorded."""

from enum import StrEnum
from typing import Annotated

import typer

from wxkf_cli.cli import options
from wxkf_cli.vocab.choices import Client, Demo, Output


class As(StrEnum):
    """What the pushes are printed as."""

    CURL = "curl"
    PYTEST = "pytest"
    STORY = "story"


def command(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="Exchanges (e12, e12..e20) or checks (C22), and a run (an id, a file, last); the last one's failures"
            " without any.",
            metavar="[RUN] [ID]...",
        ),
    ] = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Also how each answer differs from the recorded one, but for times and ids.")
    ] = False,
    as_what: Annotated[
        As | None, typer.Option("--as", help="Print the pushes as a script, tests or a story, and push nothing.")
    ] = None,
    url: options.Url = None,
    demo: Annotated[Demo | None, typer.Option("--demo", help="Push to a handler inside wxkf.")] = None,
    token: options.Token = None,
    aes_key: options.AesKey = None,
    appid: options.AppId = None,
    deadline: options.Deadline = None,
    wait: options.Wait = None,
    ca: options.Ca = None,
    insecure: options.Insecure = False,
    client: options.WhichClient = Client.WIRE,
    proxy: options.Proxy = None,
    cert: options.Cert = None,
    allow_remote: Annotated[
        str | None, typer.Option("--allow-remote", help="Allow many pushes to this public host.", metavar="HOST")
    ] = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    severity: options.Severity = None,
    fail_on: options.FailsOn = None,
    output: options.OutputFormat = Output.TEXT,
    report: options.Reports = None,
    lang: options.Lang = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only failures and the last line.")] = False,
) -> None:
    """Push again what a run recorded, failures first, signed anew."""
    from wxkf_cli import settings as all_settings
    from wxkf_cli.cli.choosing import ChoiceOptions
    from wxkf_cli.cli.handler import HandlerOptions
    from wxkf_cli.cli.language import language
    from wxkf_cli.cli.playing import Show
    from wxkf_cli.cli.replaying import Wanted, replay
    from wxkf_cli.cli.reports import destinations
    from wxkf_cli.cli.running import run

    settings = all_settings.here()
    where = HandlerOptions(
        url=url,
        demo=demo,
        token=token,
        aes_key=aes_key,
        appid=appid,
        deadline=deadline,
        ca=ca,
        insecure=insecure,
        client=client,
        proxy=proxy,
        cert=cert,
        wait=wait,
    )
    show = Show(output, language(settings, lang), quiet, record=False, reports=destinations(report))
    choice = ChoiceOptions(select, ignore, severity, fail_on)
    wanted = Wanted(tuple(what or ()), diff, as_what.value if as_what is not None else None)
    raise typer.Exit(run(replay(wanted, where, settings, choice, show, allow_remote)))
