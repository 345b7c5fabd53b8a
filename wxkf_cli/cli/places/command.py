"""A handler that a command starts: on a port of this machine, for as long as it is pushed to."""

import dataclasses
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import typer

from wxkf_cli.cli.handler import Handler, HandlerOptions, redactor_of, sampled_console
from wxkf_cli.cli.places.apart import complaints_on_stderr
from wxkf_cli.cli.places.path import handler_path
from wxkf_cli.cli.places.url import on_the_wire
from wxkf_cli.cli.sealing import Console, secret_values
from wxkf_cli.cli.values import seconds
from wxkf_cli.errors import UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.child import running
from wxkf_cli.simulate.target import Target, parse_url
from wxkf_cli.vocab.terms import Text

#: Seconds that a command has to listen, unless `--wait` says (ours).
WAIT_SECONDS = 30.0


@asynccontextmanager
async def opened(options: HandlerOptions, settings: Settings) -> AsyncIterator[Handler]:
    """Start the command, wait until it listens, and stop it and its process group at the end.

    Raises:
        UsageError: There is no such program.
        HandlerDown: It ended, or never listened.
    """
    assert options.exec_ is not None  # noqa: S101 - that is what led here
    path = handler_path(options.path)
    console = sampled_console(options, settings)
    wait = settings.pick("wait", options.wait, None)
    limit = seconds(wait, "--wait") if wait is not None else WAIT_SECONDS
    values = secret_values(options.seal, settings, samples=True)
    environment = {f"WXKF_{name.upper()}": value for name, value in values.items()}
    complaints = complaints_on_stderr("handler", redactor_of(console))
    told: list[Text] = []
    async with running(options.exec_, environment, complaints, limit=limit) as child:
        host = f"[{child.host}]" if ":" in child.host else child.host
        target = parse_url(f"http://{host}:{child.port}{path}")

        async def settle() -> Sequence[Text]:
            told[:] = await child.settle()
            return told

        try:
            async with on_the_wire("exec", target, console, options, settings.without(["wait"])) as handler:
                yield dataclasses.replace(handler, settle=settle)
        finally:
            last = await child.settle()
    for each in last:
        if each not in told:
            typer.echo(f"wxkf: {each.en}", err=True)


def address(options: HandlerOptions, settings: Settings) -> tuple[Target, Console]:
    """Nothing: the port is chosen when the command is started.

    Raises:
        UsageError: Always.
    """
    del options, settings
    message = "a handler of --exec has no port before it is started"
    raise UsageError(message, "show the request for --url http://127.0.0.1:8000/wx")
