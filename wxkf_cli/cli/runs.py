"""`wxkf runs`: what is recorded under `.wxkf/runs/`."""

import re
from enum import StrEnum
from typing import Annotated

import typer

from wxkf_cli.cli import options
from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.choices import Output

_AGE = re.compile(r"([0-9]{1,6})([smhdw])\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class Action(StrEnum):
    """What to do with the records."""

    LIST = "list"
    SHOW = "show"
    PRUNE = "prune"


def command(
    action: Annotated[Action, typer.Argument(help="What to do.")],
    run: Annotated[
        str | None, typer.Argument(help="show: an id or how it begins, a file, or last.", metavar="RUN")
    ] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", min=0, help="prune: keep the newest so many.", metavar="N")
    ] = None,
    older_than: Annotated[
        str | None, typer.Option("--older-than", help="prune: only those older than this, as in 30d.", metavar="AGE")
    ] = None,
    token: options.Token = None,
    aes_key: options.AesKey = None,
    appid: options.AppId = None,
    output: options.OutputFormat = Output.TEXT,
    report: options.Reports = None,
    lang: options.Lang = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="show: only failures and the last line.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="show: every push, what agents see.")] = False,
) -> None:
    """List, show or remove what is recorded under .wxkf/runs/."""
    from wxkf_cli import settings as all_settings
    from wxkf_cli.cli.language import language

    if action is not Action.PRUNE and (keep is not None or older_than is not None):
        message = f"--{'keep' if keep is not None else 'older-than'} is for wxkf runs prune"
        raise UsageError(message, "list and show remove nothing")
    if action is not Action.SHOW and run is not None:
        message = f"wxkf runs {action} takes no run"
        raise UsageError(message, "it is about all of them; wxkf runs show RUN shows one")
    if action is Action.PRUNE:
        _prune(keep, older_than)
        return
    settings = all_settings.here()
    spoken = language(settings, lang)
    if action is Action.LIST:
        from wxkf_cli.report.runs_text import run_line
        from wxkf_cli.report.terminal import Terminal
        from wxkf_cli.trial import runs

        terminal = Terminal()
        for path in runs.all_runs():
            found = runs.outline(path)
            terminal.print(run_line(*found[:6], spoken, is_running=found.is_running))
        return
    from wxkf_cli.cli.playing import Show
    from wxkf_cli.cli.reports import destinations
    from wxkf_cli.cli.running import run as run_to_end
    from wxkf_cli.cli.sealing import SealOptions
    from wxkf_cli.cli.showing import show_run

    show = Show(output, spoken, quiet, verbose, reports=destinations(report))
    raise typer.Exit(run_to_end(show_run(run or "last", SealOptions(token, aes_key, appid), settings, show)))


def _prune(keep: int | None, older_than: str | None) -> None:
    import time

    from wxkf_cli.trial import runs

    if keep is None and older_than is None:
        message = "wxkf runs prune needs to know what to remove"
        raise UsageError(message, "for example --keep 20, or --older-than 30d, or both")
    age = _seconds(older_than) if older_than is not None else None
    for name in runs.prune(keep=keep, older_than=age, now=time.time()):
        typer.echo(f"removed {name}")


def _seconds(age: str) -> float:
    found = _AGE.match(age.strip())
    if not found:
        from wxkf_cli.wire.escape import quoted

        message = f"--older-than {quoted(age)} is no age"
        raise UsageError(message, "for example 30d, 12h or 2w")
    return int(found[1]) * _SECONDS[found[2]]
