"""Where the handler is: what says so, and what is known of it once it can be pushed to.

Each place has a file in `places`; this one knows their names, and loads the one that is meant.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from wxkf_cli.cli.sealing import Console, console_of, secrets_of
from wxkf_cli.cli.values import headers
from wxkf_cli.cli.whereabouts import APP, CLOUD_FUNCTION, DEMO, EXEC, PLACES, URL, HandlerOptions, placed
from wxkf_cli.errors import HandlerDown, UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.simulate.target import Reach, Target
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.vocab.catalog import SAMPLE_OPENID, SAMPLE_ORIGINAL_ID
from wxkf_cli.vocab.outcomes import MEANING
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import DataFormat, Mode, Text
from wxkf_cli.vocab.unseen import Unseen
from wxkf_cli.wechat.service_api import Call
from wxkf_cli.wire.escape import Redactor
from wxkf_cli.wire.exchange import Failure

__all__ = [
    "Handler",
    "HandlerOptions",
    "address",
    "opened",
    "placed",
    "redactor_of",
    "same_handler",
    "sampled_console",
    "sender_of",
    "unreachable",
]


async def _nothing_more() -> Sequence[Text]:
    return ()


@dataclass(frozen=True, slots=True)
class Handler:
    """A handler to push to.

    Attributes:
        kind: `url`, `demo`, `app`, `exec`, `cloud-function` or `container`.
        target: Its URL, taken apart; in process one that only names it.
        sender: Who pushes.
        modes: In which encryption modes, in order.
        mode_chosen: Whether these were named.
        transport: How.
        policy: The assumptions about WeChat that are settings.
        reach: How far away it is; None when its name does not resolve.
        redact: Masks the token and the key.
        unseen: What cannot be seen of it in this place; checks that need it are skipped.
        formats: The data formats that it can be given.
        settle: Waits, not for long, for what the handler still does after its answers; gives what a person should
            know of the end: a worker that is stuck, a background task without end, a crash. To be called once all
            pushes are done; called again, it gives the same.
        calls: Gives what the handler has called of WeChat's API since it was asked last; None where nobody hears that.
    """

    kind: str
    target: Target
    sender: Sender
    modes: tuple[Mode, ...]
    mode_chosen: bool
    transport: Transport
    policy: Policy
    reach: Reach | None
    redact: Redactor
    unseen: frozenset[Unseen] = frozenset()
    formats: tuple[DataFormat, ...] = tuple(DataFormat)
    settle: Callable[[], Awaitable[Sequence[Text]]] = _nothing_more
    calls: Callable[[], Sequence[Call]] | None = None


@asynccontextmanager
async def opened(options: HandlerOptions, settings: Settings, *, shows_calls: bool = True) -> AsyncIterator[Handler]:
    """Get the handler ready to be pushed to: started, imported or waited for, as its place demands; ended after that.

    Args:
        options: Where it is.
        settings: What the environment and the file say.
        shows_calls: Whether what it calls of WeChat's API is shown on stderr as it comes.

    Raises:
        UsageError: No handler, no token, or a value that cannot be used.
        HandlerDown: It did not start.
    """
    options, place = placed(options, settings)
    # Each place brings in what only it needs.
    if options.container:
        from wxkf_cli.cli.places import container

        context = container.opened(options, settings)
    elif place is DEMO:
        from wxkf_cli.cli.places import url

        context = url.demo_opened(options, settings)
    elif place is APP:
        from wxkf_cli.cli.places import app

        context = app.opened(options, settings)
    elif place is EXEC:
        from wxkf_cli.cli.places import command

        context = command.opened(options, settings)
    elif place is CLOUD_FUNCTION:
        from wxkf_cli.cli.places import cloud_function

        context = cloud_function.opened(options, settings, shows_calls=shows_calls)
    else:
        from wxkf_cli.cli.places import url

        context = url.opened(options, settings)
    async with context as handler:
        yield handler


def address(options: HandlerOptions, settings: Settings) -> tuple[Target, Console]:
    """Where the handler is and what its console says, with nothing started: for what is only shown.

    Raises:
        UsageError: No handler or no token, or one that cannot be used.
    """
    options, place = placed(options, settings)
    if place is APP:
        from wxkf_cli.cli.places import app

        return app.address(options, settings)
    if place is EXEC:
        from wxkf_cli.cli.places import command

        return command.address(options, settings)
    if place is not URL:
        message = f"{place.option} has no address to show"
        raise UsageError(message, "name one with --url http://127.0.0.1:8000/wx")
    from wxkf_cli.cli.places import url

    return url.address(options, settings)


def sender_of(console: Console, options: HandlerOptions, settings: Settings) -> Sender:
    """Who pushes."""
    return Sender(
        console.token,
        console.seal,
        settings.pick("original_id", options.original_id, SAMPLE_ORIGINAL_ID),
        settings.pick("openid", options.openid, SAMPLE_OPENID),
        headers(settings.pick("header", options.header or None, [])),
        settings.pick("content_type", options.content_type, None),
    )


def sampled_console(options: HandlerOptions, settings: Settings) -> Console:
    """What the console says of a handler that wxkf starts itself: the documented samples where nothing is given."""
    return console_of(options.mode, options.seal, settings, samples=True)


def redactor_of(console: Console) -> Redactor:
    """What masks the secrets of a console."""
    return Redactor(secrets_of(console.token, console.seal))


def same_handler(options: HandlerOptions, handler: Handler) -> list[str]:
    """The options that lead to the same handler again; secrets stay in the environment."""
    words = ["--url", handler.target.url]
    if options.demo:
        words = ["--demo", str(options.demo)]
    elif handler.kind != "url":
        words = [
            word
            for place in PLACES
            if (value := getattr(options, place.field)) is not None
            for word in (place.option, str(value))
        ]
        # Named by a setting: that will be found again.
    for option, value in (
        ("--app-kind", options.app_kind),
        ("--path", options.path if options.path != "/" else None),
        ("--real-sdk", options.real_sdk),
        ("--container", options.container),
        ("--appid", options.appid),
        ("--openid", options.openid),
        ("--original-id", options.original_id),
        ("--content-type", options.content_type),
        ("--deadline", options.deadline),
    ):
        if value is True:
            words.append(option)
        elif value is not None and value is not False:
            words += [option, str(value)]
    for header in options.header or ():
        words += ["--header", header]
    return words


def unreachable(handler: Handler, failure: Failure) -> HandlerDown:
    """The error for a handler that no connection was ever made to."""
    meaning = MEANING[failure.outcome].en
    return HandlerDown(
        f"the handler at {handler.target.url} could not be reached: {meaning}",
        "is it started, and on that port? --wait 30s waits for it",
    )
