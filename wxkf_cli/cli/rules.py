"""`wxkf rules`: every rule, in groups."""

from enum import StrEnum
from typing import Annotated

import typer

from wxkf_cli.cli import options


class Page(StrEnum):
    """How something to read is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


PageFormat = Annotated[Page, typer.Option("--format", help="What is written on stdout.")]


def command(page: PageFormat = Page.TEXT, lang: options.Lang = None) -> None:
    """Every rule: code, name, how much it weighs, what holds."""
    from wxkf_cli import __version__
    from wxkf_cli import settings as all_settings
    from wxkf_cli.cli.language import language
    from wxkf_cli.cli.stdout import speak_utf8
    from wxkf_cli.report import rule_list
    from wxkf_cli.report.machine import dumps
    from wxkf_cli.report.terminal import Terminal

    spoken = language(all_settings.here(), lang)
    match page:
        case Page.JSON:
            typer.echo(dumps({"version": __version__, **rule_list.list_json()}, indent=2))
        case Page.MARKDOWN:
            speak_utf8()
            typer.echo(rule_list.list_markdown(spoken))
        case Page.TEXT:
            terminal = Terminal()
            for each in rule_list.list_text(spoken, terminal.width):
                terminal.print(each)
