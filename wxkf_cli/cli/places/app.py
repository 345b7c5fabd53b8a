"""A handler in this process: an ASGI or WSGI app, or a plain function."""

import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager

import typer

from wxkf_cli.cli.assumptions import policy_of
from wxkf_cli.cli.handler import Handler, HandlerOptions, redactor_of, sampled_console, sender_of
from wxkf_cli.cli.leaving import holds_up
from wxkf_cli.cli.places.apart import complaints_on_stderr, prints_apart
from wxkf_cli.cli.places.path import handler_path
from wxkf_cli.cli.sealing import Console, secret_values
from wxkf_cli.errors import UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.apps import Apps
from wxkf_cli.simulate.target import Reach, Target
from wxkf_cli.vocab.choices import AppKind
from wxkf_cli.vocab.terms import SEALED_MODES, Mode, Text
from wxkf_cli.vocab.unseen import FUNCTION, IN_PROCESS

#: Seconds that what an app still does after its answers has at the end (ours).
GRACE_SECONDS = 10.0


@asynccontextmanager
async def opened(options: HandlerOptions, settings: Settings) -> AsyncIterator[Handler]:
    """Import the app, let it start, and end it at the end.

    Raises:
        UsageError: It cannot be imported or called, or is a function for which nothing can be sealed.
        HandlerDown: Its startup failed.
    """
    target, console = address(options, settings)
    assert options.app is not None  # noqa: S101 - that is what led here
    redact = redactor_of(console)
    complaints = complaints_on_stderr("app", redact)
    values = secret_values(options.seal, settings, samples=True)
    told: list[Text] = []
    with _told_by_environment(values), prints_apart(complaints):
        apps = Apps(target, complaints)
        try:
            kind, transport = await apps.open(options.app, options.app_kind)
            if kind is AppKind.PLAIN:
                console = _in_plaintext(console)

            async def settle() -> Sequence[Text]:
                told[:] = await apps.settle(GRACE_SECONDS)
                return told

            yield Handler(
                "app",
                target,
                sender_of(console, options, settings),
                console.modes,
                console.is_chosen,
                transport,
                policy_of(options.deadline, settings),
                Reach.LOCAL,
                redact,
                FUNCTION if kind is AppKind.PLAIN else IN_PROCESS,
                settle=settle,
            )
        finally:
            last = await apps.close(GRACE_SECONDS)
    if last:
        holds_up("the app")
    for each in last:
        if each not in told:
            typer.echo(f"wxkf: {each.en}", err=True)


def address(options: HandlerOptions, settings: Settings) -> tuple[Target, Console]:
    """What stands for the address of an app, and what its console says.

    Raises:
        UsageError: The path is none.
    """
    path = handler_path(options.path)
    shown = f"app://{options.app}{path if path != '/' else ''}"
    return Target(shown, secure=False, host="127.0.0.1", port=80, path=path), sampled_console(options, settings)


@contextmanager
def _told_by_environment(values: Mapping[str, str]) -> Iterator[None]:
    """Within, the app finds what signs and seals as a command of `--exec` does; what it was given already stays."""
    added = {
        variable: value for name, value in values.items() if (variable := f"WXKF_{name.upper()}") not in os.environ
    }
    os.environ.update(added)
    try:
        yield
    finally:
        for variable in added:
            os.environ.pop(variable, None)


def _in_plaintext(console: Console) -> Console:
    """The console of a function, which knows no sealing.

    Raises:
        UsageError: A mode is named that seals.
    """
    sealed = [mode for mode in console.modes if mode in SEALED_MODES]
    if sealed and console.is_chosen:
        message = f"--mode {sealed[0]}: a plain function is given the push itself, so nothing can be sealed for it"
        raise UsageError(message, "let the app that unseals it be the handler, or leave out --mode")
    return console._replace(modes=(Mode.PLAINTEXT,), seal=None)
