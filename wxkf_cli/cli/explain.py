"""`wxkf explain`: one rule, with everything that is known of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from wxkf_cli.cli import options
from wxkf_cli.cli.rules import Page, PageFormat
from wxkf_cli.errors import UsageError

if TYPE_CHECKING:
    from wxkf_cli.report.rule_list import Explained


def command(
    rule: Annotated[str, typer.Argument(help="A code or a name: KF301, parties-not-exchanged.", metavar="CODE|NAME")],
    sdk: Annotated[
        str | None, typer.Option("--for", help="How to mend it with this SDK or framework.", metavar="SDK")
    ] = None,
    page: PageFormat = Page.TEXT,
    lang: options.Lang = None,
) -> None:
    """Why a rule is one, wrong and right answers, and how to mend it."""
    from wxkf_cli import __version__
    from wxkf_cli import settings as all_settings
    from wxkf_cli.cli.language import language
    from wxkf_cli.cli.stdout import speak_utf8
    from wxkf_cli.lint import sdks
    from wxkf_cli.report import rule_page
    from wxkf_cli.report.machine import dumps
    from wxkf_cli.report.terminal import Terminal

    spoken = language(all_settings.here(), lang)
    about = _called(rule)
    chosen = sdks.sdk_called(sdk) if sdk is not None else None
    recipes = sdks.recipes_for(about.code)
    if chosen is not None:
        recipes = {name: recipe for name, recipe in recipes.items() if name == chosen.name}
    wanted = rule_page.Wanted(about, recipes, chosen)
    match page:
        case Page.JSON:
            typer.echo(dumps({"version": __version__, **rule_page.page_json(wanted)}, indent=2))
        case Page.MARKDOWN:
            speak_utf8()
            typer.echo(rule_page.page_markdown(wanted, spoken))
        case Page.TEXT:
            terminal = Terminal()
            for each in rule_page.page_text(wanted, spoken, terminal.width):
                terminal.print(each)


def _called(rule: str) -> "Explained":
    """The one rule of that code or name.

    Raises:
        UsageError: There is none, or what was given begins several codes.
    """
    from wxkf_cli.lint.naming import Named, codes_of
    from wxkf_cli.report.rule_list import everything
    from wxkf_cli.wire.escape import quoted

    codes = sorted(codes_of(Named(rule, "explain")))
    if len(codes) > 1:
        message = f"explain: {quoted(rule)} begins {len(codes)} codes, {codes[0]} to {codes[-1]}"
        raise UsageError(message, "name one; wxkf rules lists them")
    return next(each for each in everything() if each.code == codes[0])
