"""`wxkf lint-response`: what is wrong with captured responses."""

from typing import Annotated

import typer

from wxkf_cli.cli import options
from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.choices import Expect, Output
from wxkf_cli.vocab.terms import Mode


def command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Captured responses: files, folders, patterns, or - for stdin.", metavar="PATH..."),
    ] = None,
    push: Annotated[
        str | None,
        typer.Option("--push", help="The push that they answered; x.push.xml is found beside x.response.xml."),
    ] = None,
    expect: Annotated[Expect | None, typer.Option("--expect", help="Which user messages must be transferred.")] = None,
    mode: Annotated[
        Mode | None, typer.Option("--mode", help="The encryption mode of pushes that do not show it.", metavar="MODE")
    ] = None,
    token: options.Token = None,
    aes_key: options.AesKey = None,
    previous_aes_key: options.PreviousAesKey = None,
    appid: options.AppId = None,
    output: options.OutputFormat = Output.TEXT,
    lang: options.Lang = None,
) -> None:
    """What is wrong with captured responses; for CI."""
    from itertools import chain

    from wxkf_cli import settings as all_settings
    from wxkf_cli.cli.language import language
    from wxkf_cli.cli.sealing import SealOptions, opener_of, secrets_of
    from wxkf_cli.cli.views import lint_view
    from wxkf_cli.lint.subject import Setting
    from wxkf_cli.report.event import Started
    from wxkf_cli.trial import captures
    from wxkf_cli.trial.linting import lint_captures
    from wxkf_cli.trial.notes import NOTHING_CHECKED
    from wxkf_cli.trial.pushes import read_push
    from wxkf_cli.vocab.policy import ACCEPTED_STATUSES, DEADLINE_SECONDS, Policy
    from wxkf_cli.wire.escape import Redactor

    if not paths:
        message = f"no captured response given ({NOTHING_CHECKED})"
        raise UsageError(message, "name files or folders, or - and pipe one in: curl -i … | wxkf lint-response -")
    settings = all_settings.here()
    accepted = settings.pick("accept_status", None, list(ACCEPTED_STATUSES))
    policy = Policy(tuple(accepted), float(settings.pick("deadline", None, DEADLINE_SECONDS)))
    demanded = Expect(settings.pick("expect", expect.value if expect else None, Expect.NONE.value))
    chosen = mode or _only_mode(settings.pick("mode", None, []))
    seal = opener_of(chosen, SealOptions(token, aes_key, appid, previous_aes_key), settings)
    given = read_push(push, "--push", seal) if push is not None else None
    context = captures.Context(given, chosen, seal)
    found = captures.named(paths)
    redact = Redactor(secrets_of(settings.pick("token", token, ""), seal))
    tell = lint_view(output, language(settings, lang), policy, redact)
    shown = {"expect": demanded.value, "accept_status": accepted, "mode": chosen.value if chosen else None}
    tell(Started(found, shown, "inputs"))
    each = chain.from_iterable(captures.read(path, context) for path in found)
    summary = lint_captures(each, Setting(policy, seal=seal), demanded, tell, redact)
    if summary.checks == 0:
        message = f"nothing was checked ({NOTHING_CHECKED})"
        raise UsageError(message, "the files hold no response")
    raise typer.Exit(summary.exit_code)


def _only_mode(named: list[str]) -> Mode | None:
    """The mode that the settings name, where it is one: several say nothing of a single capture."""
    return Mode(named[0]) if len(named) == 1 else None
