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
    select: options.Select = None,
    ignore: options.Ignore = None,
    severity: options.Severity = None,
    fail_on: options.FailsOn = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Write safe fixes into bare bodies and raw HTTP; see what is left.")
    ] = False,
    show_diff: Annotated[bool, typer.Option("--diff", help="Only show what --fix would write.")] = False,
    stdin_filename: Annotated[
        str | None,
        typer.Option("--stdin-filename", help="What - is called: format, push and settings follow from it."),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=64, help="How many processes lint.", metavar="N")] = 1,
    output: options.OutputFormat = Output.TEXT,
    report: options.Reports = None,
    lang: options.Lang = None,
) -> None:
    """What is wrong with captured responses; for CI."""
    from wxkf_cli import settings as all_settings
    from wxkf_cli.cli.choosing import ChoiceOptions, chosen_findings, described, nothing_left
    from wxkf_cli.cli.language import language
    from wxkf_cli.cli.reports import Making, destinations, writing
    from wxkf_cli.cli.sealing import SealOptions, opener_of, secrets_of
    from wxkf_cli.cli.views import both, view
    from wxkf_cli.lint.subject import Setting
    from wxkf_cli.report.event import Event, Skipped, Started
    from wxkf_cli.report.lint_text import LintText
    from wxkf_cli.report.terminal import Terminal
    from wxkf_cli.trial import captures
    from wxkf_cli.trial.checking import Linting
    from wxkf_cli.trial.jobs import lint_files
    from wxkf_cli.trial.notes import NOTHING_CHECKED
    from wxkf_cli.trial.pushes import read_push
    from wxkf_cli.vocab.policy import ACCEPTED_STATUSES, DEADLINE_SECONDS, Policy
    from wxkf_cli.wire.escape import Redactor

    if not paths:
        message = f"no captured response given ({NOTHING_CHECKED})"
        raise UsageError(message, "name files or folders, or - and pipe one in: curl -i … | wxkf lint-response -")
    if fix or show_diff:
        from wxkf_cli.cli.fixing import Fixing, check_options

        check_options(paths, fix=fix, show_diff=show_diff, output=output, reports=report or ())
    settings = all_settings.here()
    accepted = settings.pick("accept_status", None, list(ACCEPTED_STATUSES))
    policy = Policy(tuple(accepted), float(settings.pick("deadline", None, DEADLINE_SECONDS)))
    demanded = Expect(settings.pick("expect", expect.value if expect else None, Expect.NONE.value))
    chosen = mode or _only_mode(settings.pick("mode", None, []))
    seal = opener_of(chosen, SealOptions(token, aes_key, appid, previous_aes_key), settings)
    given = read_push(push, "--push", seal) if push is not None else None
    context = captures.Context(given, chosen, seal, stdin_filename or "")
    selection = chosen_findings(ChoiceOptions(select, ignore, severity, fail_on), settings)
    found = captures.named(paths)
    redact = Redactor(secrets_of(settings.pick("token", token, ""), seal))
    spoken = language(settings, lang)
    if fix or show_diff:
        fixing = Fixing(context, Setting(policy, seal=seal), selection, spoken)
        if show_diff:
            raise typer.Exit(int(fixing.show(found, redact)))
        fixing.write(found)
    making = Making(lambda width: LintText(spoken, width, redact), spoken, policy, redact, gate=selection.fail_on)
    shown = {"expect": demanded.value, "accept_status": accepted, "mode": chosen.value if chosen else None}
    shown |= described(selection)

    def notice(event: Event) -> None:
        """Say on stderr too, since stdout may be read by a machine, that a record was cut off."""
        if isinstance(event, Skipped) and event.what == "lines":
            typer.echo(f"wxkf: {event.why.en}", err=True)

    with writing(destinations(report), making) as reports:
        tell = both(*reports, view(output, making, Terminal()), notice)
        tell(Started(found, shown, "inputs"))
        linting = Linting(Setting(policy, seal=seal), demanded, redact, selection)
        tells_clean = bool(report) or output not in (Output.TEXT, Output.CONCISE)
        summary = lint_files(found, context, linting, tell, jobs, tells_clean=tells_clean)
    if summary.checks == 0 and summary.responses:
        raise nothing_left()
    if summary.checks == 0:
        message = f"nothing was checked ({NOTHING_CHECKED})"
        raise UsageError(message, "the files hold no response")
    raise typer.Exit(summary.exit_code)


def _only_mode(named: list[str]) -> Mode | None:
    """The mode that the settings name, where it is one: several say nothing of a single capture."""
    return Mode(named[0]) if len(named) == 1 else None
