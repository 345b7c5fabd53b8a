"""A handler of a cloud container: any handler, pushed to as the platform does inside its own network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from wxkf_cli.cli import handler as handlers
from wxkf_cli.cli.handler import Handler, HandlerOptions
from wxkf_cli.cli.sealing import SECRET_NAMES, secret_values
from wxkf_cli.errors import UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.story import Story
from wxkf_cli.trial.pathcheck import with_path_check
from wxkf_cli.trial.plan import Plan, left_out
from wxkf_cli.vocab.catalog import SAMPLE_TOKEN
from wxkf_cli.vocab.terms import SEALED_MODES, Mode, Route
from wxkf_cli.vocab.unseen import Unseen

_UNSEEN = frozenset({Unseen.VERIFICATION, Unseen.SIGNATURE, Unseen.SEALING})


def stories() -> list[Story]:
    """The standard suite as it is played to a container."""
    plan = with_path_check(Plan(unseen=_UNSEEN), Route.CONTAINER)
    hidden = [each.story for each in left_out(plan)]
    return [story for story in plan.stories if story not in hidden]


@asynccontextmanager
async def opened(options: HandlerOptions, settings: Settings) -> AsyncIterator[Handler]:
    """The handler that `--url`, `--exec` or `--app` names, as it is in a container: nothing is signed, nothing sealed.

    Raises:
        UsageError: Another place, or a mode that seals.
        HandlerDown: The handler did not start.
    """
    if options.cloud_function is not None:
        message = "--container has no place beside --cloud-function"
        raise UsageError(message, "a container is reached by --url, --exec or --app")
    named = [Mode(each) for each in settings.pick("mode", options.mode or None, [])]
    for mode in named:
        if mode in SEALED_MODES:
            message = f"--mode {mode}: nothing is sealed on the way to a container"
            raise UsageError(message, "leave --mode or --container out")
    appid = secret_values(options.seal, settings)["appid"]
    # No signature is made, so the token is nobody's, and a key in the environment is for another handler.
    bare = replace(options, container=False, mode=[Mode.PLAINTEXT], token=SAMPLE_TOKEN, aes_key=None)
    async with handlers.opened(bare, settings.without(SECRET_NAMES)) as handler:
        yield replace(
            handler,
            kind="container",
            sender=replace(handler.sender, route=Route.CONTAINER, appid=appid),
            mode_chosen=bool(named),
            unseen=handler.unseen | _UNSEEN,
        )
