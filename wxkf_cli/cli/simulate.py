"""`wxkf simulate`: a fake WeChat pushes to a handler and judges every answer."""

from typing import Annotated

import typer

from wxkf_cli.cli import options
from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.choices import Client, Data, Demo, Durability, Expect, Output, Suite
from wxkf_cli.vocab.terms import DataFormat


def command(
    url: options.Url = None,
    demo: Annotated[Demo | None, typer.Option("--demo", help="Try wxkf on a handler of its own.")] = None,
    app: options.App = None,
    app_kind: options.AppKind = None,
    exec_: options.Exec = None,
    path: options.Path = None,
    cloud_function: options.CloudFunction = None,
    real_sdk: options.RealSdk = False,
    container: options.Container = False,
    token: options.Token = None,
    mode: options.Modes = None,
    aes_key: options.AesKey = None,
    appid: options.AppId = None,
    data: Annotated[Data | None, typer.Option("--data", help="Data formats; one that is named must be spoken.")] = None,
    suite: Annotated[
        Suite, typer.Option("--suite", help="Ask as WeChat does, or also as attackers and bad days do.")
    ] = Suite.STANDARD,
    story: Annotated[
        list[str] | None,
        typer.Option("--story", help="Play this story: a file, pattern, folder, or one of ours.", metavar="STORY"),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="With --story: read it, and play nothing.")] = False,
    print_story: Annotated[
        str | None, typer.Option("--print-story", help="Print one of our stories, to start from.", metavar="NAME")
    ] = None,
    agents: Annotated[
        str | None,
        typer.Option(
            "--agents", help="Who accepts sessions: hand (stories say), or auto:N for N at a time.", metavar="RULE"
        ),
    ] = None,
    expect: Annotated[
        Expect | None, typer.Option("--expect", help="Which user messages must be transferred, in each format.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Play only this case or check; repeatable.", metavar="CASE")
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option("--skip", help="Leave this case or check out; repeatable.", metavar="CASE")
    ] = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    severity: options.Severity = None,
    fail_on: options.FailsOn = None,
    show_list: Annotated[bool, typer.Option("--list", help="List the cases, or the checks, and end.")] = False,
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
        int | None,
        typer.Option(
            "--count", min=1, help="Push each user message, or play what is more than messages, so often.", metavar="N"
        ),
    ] = None,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=4096, help="With --count: so many in flight.", metavar="N")
    ] = 1,
    keep_alive: Annotated[
        bool, typer.Option("--keep-alive", help="Keep connections instead of one for each push.")
    ] = False,
    seed: Annotated[int | None, typer.Option("--seed", help="Repeat the ids and nonces of a run.", metavar="N")] = None,
    shuffle: Annotated[
        bool, typer.Option("--shuffle", help="Play the cases in another order, which follows from the seed.")
    ] = False,
    burst: Annotated[
        int | None,
        typer.Option("--burst", min=1, max=4096, help="Push each user message so many times at once.", metavar="N"),
    ] = None,
    chaos: Annotated[
        list[str] | None,
        typer.Option(
            "--chaos", help="Let a share of pushes go wrong: 'drop-answer 10%', or default.", metavar="'FAULT N%'"
        ),
    ] = None,
    witness: Annotated[
        str | None,
        typer.Option("--witness", help="Ask this URL how often the handler acted; {MsgId} in it.", metavar="URL"),
    ] = None,
    allow_remote: Annotated[
        str | None,
        typer.Option("--allow-remote", help="Allow --count, --chaos or conformance there.", metavar="HOST"),
    ] = None,
    ca: options.Ca = None,
    insecure: options.Insecure = False,
    client: options.WhichClient = Client.WIRE,
    proxy: options.Proxy = None,
    cert: options.Cert = None,
    stop: Annotated[bool, typer.Option("-x", "--exitfirst", help="Stop at the first case that fails.")] = False,
    output: options.OutputFormat = Output.TEXT,
    report: options.Reports = None,
    lang: options.Lang = None,
    record: Annotated[
        bool | None,
        typer.Option("--record/--no-record", help="Keep the run under .wxkf/runs/; not with --count unless asked."),
    ] = None,
    durability: Annotated[
        Durability,
        typer.Option("--durability", help="What the record survives: the end of wxkf, or with sync a power failure."),
    ] = Durability.WRITE,
    resume: Annotated[
        str | None,
        typer.Option("--resume", help="Go on with this run: its id, its file, or last.", metavar="RUN"),
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only failures and the last line.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Every push, what agents see, and rates.")] = False,
) -> None:
    """A fake WeChat pushes to a handler and judges every answer."""
    if resume is not None:
        planned = {
            "--mode": mode, "--data": data, "--expect": expect, "--only": only, "--skip": skip, "--text": text,
            "--openid": openid, "--original-id": original_id, "--header": header, "--content-type": content_type,
            "--deadline": deadline, "--count": count, "--seed": seed, "--no-record": record is False,
            "--story": story, "--agents": agents, "--concurrency": concurrency != 1, "--shuffle": shuffle,
            "--burst": burst,
            "--suite": suite is not Suite.STANDARD, "--exitfirst": stop, "--keep-alive": keep_alive, "--chaos": chaos,
        }  # fmt: skip
        _refuse_with_resume([option for option, given in planned.items() if given not in (None, False)])
    from wxkf_cli import settings as all_settings
    from wxkf_cli.cli.choosing import ChoiceOptions, chosen_findings
    from wxkf_cli.cli.handler import HandlerOptions
    from wxkf_cli.cli.language import language
    from wxkf_cli.cli.playing import Show, play
    from wxkf_cli.cli.reports import destinations
    from wxkf_cli.cli.running import run
    from wxkf_cli.simulate.shot import TEXTS
    from wxkf_cli.trial.chaoswords import parse
    from wxkf_cli.trial.plan import Plan
    from wxkf_cli.trial.standard import suite as standard_suite

    settings = all_settings.here()
    spoken = language(settings, lang)
    if show_list and suite is Suite.CONFORMANCE:
        from wxkf_cli.cli.conforming import listed

        typer.echo("\n".join(listed(spoken)))
        return
    if show_list:
        from wxkf_cli.cli.places import container as containers

        for each in containers.stories() if container else standard_suite():
            modes = f" ({', '.join(each.modes)})" if each.modes else ""
            typer.echo(f"{each.name:<24}{each.about.said_in(spoken)}{modes}")
        return
    if print_story is not None:
        from wxkf_cli.cli.stdout import write_bytes
        from wxkf_cli.trial.standard import text_of

        write_bytes(text_of(print_story).encode())
        return
    if check and not story:
        message = "--check is for stories"
        raise UsageError(message, "name them with --story FILE")
    from wxkf_cli.cli.storytelling import checked, chosen_from_suite, chosen_stories, played_again, seats_of

    if story:
        given = {"--only": only, "--skip": skip, "--suite": suite is not Suite.STANDARD}
        _refuse_with_stories([option for option, value in given.items() if value])
    stories = () if suite is Suite.CONFORMANCE else chosen_stories(story) if story else chosen_from_suite(only, skip)
    if check:
        typer.echo("\n".join(checked(stories, spoken)))
        return
    if burst is not None:
        if count is not None or concurrency != 1:
            message = "--burst says how many pushes there are and how many at once"
            raise UsageError(message, "leave --count and --concurrency out, or --burst")
        count = concurrency = burst
    named = data.value if data is not None else None
    chosen = settings.pick("data", named, "both")
    # A story says itself what must come of it.
    demanded = settings.pick("expect", expect.value if expect else None, "none" if story else "any")
    plan = Plan(
        formats=tuple(DataFormat) if chosen == "both" else (DataFormat(chosen),),
        mandatory=chosen != "both",
        stories=stories,
        is_named=bool(story),
        texts=tuple(settings.pick("text", text or None, list(TEXTS))),
        expect=Expect(demanded),
        count=count,
        concurrency=concurrency,
        is_burst=burst is not None,
        seats=seats_of(agents),
        stop_at_first=stop,
        chaos=parse(chaos or ()),
        selection=chosen_findings(ChoiceOptions(select, ignore, severity, fail_on), settings),
    )
    where = HandlerOptions(
        url=url,
        demo=demo,
        app=app,
        app_kind=app_kind,
        exec_=exec_,
        path=path,
        cloud_function=cloud_function,
        real_sdk=real_sdk,
        container=container,
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
    kept = record if record is not None else count is None
    sync = durability is Durability.SYNC
    show = Show(output, spoken, quiet, verbose, kept, destinations(report), sync)

    if suite is Suite.CONFORMANCE:
        from wxkf_cli.cli.conforming import chosen_checks, conform, refuse_what_has_no_place
        from wxkf_cli.trial.conformance_plan import ConformancePlan

        misplaced: dict[str, object] = {"--count": count, "--concurrency": concurrency != 1, "--text": text}
        misplaced |= {"--expect": expect, "--shuffle": shuffle, "--chaos": chaos, "--witness": witness}
        refuse_what_has_no_place(where, misplaced)
        to_ask = ConformancePlan(
            checks=chosen_checks(only or [], skip or []),
            formats=plan.formats,
            mandatory=plan.mandatory,
            stop_at_first=stop,
            selection=plan.selection,
        )
        raise typer.Exit(run(conform(where, settings, to_ask, show, seed, allow_remote)))

    if resume is None:
        playing = play(
            where,
            settings,
            plan,
            show,
            played_again(plan, witness),
            seed,
            allow_remote,
            shuffle=shuffle,
            witness=witness,
        )
        raise typer.Exit(run(playing, fast=count is not None))
    from wxkf_cli.cli.resuming import recorded_handler, recorded_plan, recorded_witness, resuming

    with resuming(resume, sync=sync) as resumed:
        from wxkf_cli.cli.conforming import go_on, is_conformance

        if is_conformance(resumed.past):
            raise typer.Exit(run(go_on(where, settings, plan.selection, show, resumed, allow_remote)))
        plan, seed = recorded_plan(resumed.past, plan.selection)
        where = recorded_handler(resumed.past, where)
        witness = recorded_witness(resumed.past, witness)
        playing = play(
            where, settings, plan, show, played_again(plan, witness), seed, allow_remote, resumed, witness=witness
        )
        raise typer.Exit(run(playing, fast=plan.count is not None))


def _refuse_with_stories(given: list[str]) -> None:
    if given:
        message = f"--story plays stories and nothing else, so {given[0]} has no place beside it"
        raise UsageError(message, "leave it out, or leave --story out")


def _refuse_with_resume(given: list[str]) -> None:
    if given:
        message = f"--resume goes on with a plan that is recorded, so {given[0]} has no place beside it"
        raise UsageError(message, "leave it out, or start a new run")
