"""`wxkf simulate`: a fake WeChat pushes to a handler and judges every answer."""

from collections.abc import Iterable
from typing import Annotated

import typer

from wxkf_cli.cli import options
from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.choices import Client, Data, Demo, Expect, Output
from wxkf_cli.vocab.terms import DataFormat, Mode


def command(
    url: options.Url = None,
    demo: Annotated[Demo | None, typer.Option("--demo", help="Try wxkf on a handler of its own.")] = None,
    token: options.Token = None,
    mode: options.Modes = None,
    aes_key: options.AesKey = None,
    appid: options.AppId = None,
    data: Annotated[Data | None, typer.Option("--data", help="Data formats; one that is named must be spoken.")] = None,
    expect: Annotated[
        Expect | None, typer.Option("--expect", help="Which user messages must be transferred, in each format.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Play only this case; repeatable.", metavar="CASE")
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option("--skip", help="Leave this case out; repeatable.", metavar="CASE")
    ] = None,
    show_list: Annotated[bool, typer.Option("--list", help="List the cases and end.")] = False,
    text: Annotated[
        list[str] | None, typer.Option("--text", help="What users write; repeatable.", metavar="TEXT")
    ] = None,
    openid: options.OpenId = None,
    original_id: options.OriginalId = None,
    header: options.Header = None,
    content_type: options.ContentType = None,
    deadline: options.Deadline = None,
    wait: options.Wait = None,
    count: Annotated[
        int | None, typer.Option("--count", min=1, help="Push each user message so many times.", metavar="N")
    ] = None,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=4096, help="With --count: so many in flight.", metavar="N")
    ] = 1,
    keep_alive: Annotated[
        bool, typer.Option("--keep-alive", help="Keep connections instead of one for each push.")
    ] = False,
    seed: Annotated[int | None, typer.Option("--seed", help="Repeat the ids and nonces of a run.", metavar="N")] = None,
    allow_remote: Annotated[
        str | None, typer.Option("--allow-remote", help="Allow --count towards this public host.", metavar="HOST")
    ] = None,
    ca: options.Ca = None,
    insecure: options.Insecure = False,
    client: options.WhichClient = Client.WIRE,
    proxy: options.Proxy = None,
    cert: options.Cert = None,
    stop: Annotated[bool, typer.Option("-x", "--exitfirst", help="Stop at the first case that fails.")] = False,
    output: options.OutputFormat = Output.TEXT,
    lang: options.Lang = None,
    record: Annotated[
        bool | None,
        typer.Option("--record/--no-record", help="Keep the run under .wxkf/runs/; not with --count unless asked."),
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only failures and the last line.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Every push, what agents see, and rates.")] = False,
) -> None:
    """A fake WeChat pushes to a handler and judges every answer."""
    from wxkf_cli import settings as all_settings
    from wxkf_cli.cli.handler import HandlerOptions
    from wxkf_cli.cli.language import language
    from wxkf_cli.cli.playing import Show, play
    from wxkf_cli.cli.running import run
    from wxkf_cli.simulate.suite import CASES, TEXTS
    from wxkf_cli.trial.plan import Plan

    settings = all_settings.here()
    spoken = language(settings, lang)
    if show_list:
        for case in CASES.values():
            modes = "" if len(case.modes) == len(Mode) else f" ({', '.join(case.modes)})"
            typer.echo(f"{case.name:<24}{case.about.said_in(spoken)}{modes}")
        return
    named = data.value if data is not None else None
    chosen = settings.pick("data", named, "both")
    plan = Plan(
        formats=tuple(DataFormat) if chosen == "both" else (DataFormat(chosen),),
        mandatory=chosen != "both",
        cases=tuple(CASES[name] for name in _chosen(CASES, only or [], skip or [])),
        texts=tuple(settings.pick("text", text or None, list(TEXTS))),
        expect=Expect(settings.pick("expect", expect.value if expect else None, "any")),
        count=count,
        concurrency=concurrency,
        stop_at_first=stop,
    )
    where = HandlerOptions(
        url=url,
        demo=demo,
        token=token,
        mode=mode,
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
        keep_alive=keep_alive,
    )
    show = Show(output, spoken, quiet, verbose, record if record is not None else count is None)

    def again(same_handler: list[str], case: str, data_format: str) -> list[str]:
        named = ["--data", data_format] if data_format else []
        return ["wxkf", "simulate", *same_handler, "--only", case, *named]

    raise typer.Exit(run(play(where, settings, plan, show, again, seed, allow_remote), fast=count is not None))


def _chosen(known: Iterable[str], only: list[str], skip: list[str]) -> tuple[str, ...]:
    names = list(known)
    for name in (*only, *skip):
        if name not in names:
            import difflib

            near = difflib.get_close_matches(name, names, n=1)
            message = f"no case is called {name!r}"
            raise UsageError(message, f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}")
    chosen = tuple(name for name in names if (not only or name in only) and name not in skip)
    if not chosen:
        message = "--only and --skip leave nothing to check (KF901 nothing-checked)"
        raise UsageError(message, f"there are: {', '.join(names)}")
    return chosen
