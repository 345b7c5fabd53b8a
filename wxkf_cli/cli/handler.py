"""Where the handler is and how to get there: from options to a transport."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wxkf_cli.cli.sealing import Console, SealOptions, console_of, secrets_of
from wxkf_cli.cli.values import headers, seconds
from wxkf_cli.errors import HandlerDown, UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.demo import serving
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import Reach, Target, parse_url, reach_of
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.simulate.trust import tls_context
from wxkf_cli.vocab.catalog import SAMPLE_OPENID, SAMPLE_ORIGINAL_ID
from wxkf_cli.vocab.choices import Client, Demo
from wxkf_cli.vocab.outcomes import MEANING
from wxkf_cli.vocab.policy import DEADLINE_SECONDS, Policy
from wxkf_cli.vocab.terms import Mode
from wxkf_cli.wire.escape import Redactor
from wxkf_cli.wire.exchange import Failure

if TYPE_CHECKING:
    from wxkf_cli.simulate.over_httpx import Httpx

_RETRY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class HandlerOptions:
    """The options that say where a handler is and how it is pushed to, as given; None where they were not."""

    url: str | None = None
    demo: Demo | None = None
    token: str | None = None
    mode: list[Mode] | None = None
    aes_key: str | None = None
    appid: str | None = None
    openid: str | None = None
    original_id: str | None = None
    header: list[str] | None = None
    content_type: str | None = None
    deadline: float | None = None
    ca: str | None = None
    insecure: bool = False
    client: Client = Client.WIRE
    proxy: str | None = None
    cert: str | None = None
    wait: str | None = None
    keep_alive: bool = False


@dataclass(frozen=True, slots=True)
class Handler:
    """A handler to push to.

    Attributes:
        kind: `url` or `demo`.
        target: Its URL, taken apart.
        sender: Who pushes.
        modes: In which encryption modes, in order.
        mode_chosen: Whether these were named.
        transport: How.
        policy: The assumptions about WeChat that are settings.
        reach: How far away it is; None when its name does not resolve.
        redact: Masks the token and the key.
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


@asynccontextmanager
async def opened(options: HandlerOptions, settings: Settings) -> AsyncIterator[Handler]:
    """Start the demo if that is the handler, wait for it if asked, and get ready to push.

    Raises:
        UsageError: No handler, no token, or a value that cannot be used.
        HandlerDown: It did not start in the time given by `--wait`.
    """
    if options.demo is not None:
        if options.url is not None:
            message = "--url and --demo both name a handler"
            raise UsageError(message, "give one of them")
        console = console_of(options.mode, _seal_options(options), settings, samples=True)
        async with (
            serving(options.demo, console.token, console.seal, takes_plaintext=console.modes != (Mode.SECURE,)) as url,
            _ready("demo", parse_url(url), console, options, settings) as handler,
        ):
            yield handler
        return
    target, console = address(options, settings)
    async with _ready("url", target, console, options, settings) as handler:
        yield handler


def address(options: HandlerOptions, settings: Settings) -> tuple[Target, Console]:
    """Where the handler is and what its console says.

    Raises:
        UsageError: No URL or no token, or one that cannot be used.
    """
    where: str | None = settings.pick("url", options.url, None)
    if where is None:
        message = "no handler given"
        raise UsageError(message, "name it with --url http://127.0.0.1:8000/wx, or try wxkf simulate --demo correct")
    if not settings.pick("token", options.token, None):
        message = "no token given: pushes are signed with the Token of your handler's settings"
        raise UsageError(message, "set WXKF_TOKEN, or add --token")
    return parse_url(where), console_of(options.mode, _seal_options(options), settings)


def _seal_options(options: HandlerOptions) -> SealOptions:
    return SealOptions(options.token, options.aes_key, options.appid)


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


def same_handler(options: HandlerOptions, handler: Handler) -> list[str]:
    """The options that lead to the same handler again; secrets stay in the environment."""
    words = ["--demo", str(options.demo)] if options.demo else ["--url", handler.target.url]
    for option, value in (
        ("--appid", options.appid),
        ("--openid", options.openid),
        ("--original-id", options.original_id),
        ("--content-type", options.content_type),
        ("--deadline", options.deadline),
    ):
        words += [option, str(value)] if value is not None else []
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


@asynccontextmanager
async def _ready(
    kind: str, target: Target, console: Console, options: HandlerOptions, settings: Settings
) -> AsyncIterator[Handler]:
    policy = _policy(options, settings)
    transport = _transport(target, options)
    wait = settings.pick("wait", options.wait, None)
    if wait is not None:
        await _wait(target, seconds(wait, "--wait"))
    reach = await transport.reach(policy.deadline) if isinstance(transport, Wire) else reach_of(target.host)
    sender = sender_of(console, options, settings)
    try:
        yield Handler(
            kind,
            target,
            sender,
            console.modes,
            console.is_chosen,
            transport,
            policy,
            reach,
            Redactor(secrets_of(console.token, console.seal)),
        )
    finally:
        if isinstance(transport, Wire):
            transport.close()
        else:
            await transport.aclose()


def _policy(options: HandlerOptions, settings: Settings) -> Policy:
    deadline = settings.pick("deadline", options.deadline, DEADLINE_SECONDS)
    if not 0 < deadline <= 3600:
        message = f"a deadline of {deadline} seconds cannot be kept"
        raise UsageError(message, "give one above 0 and at most 3600; WeChat's is 5")
    return Policy(tuple(settings.pick("accept_status", None, list(Policy().accepted_statuses))), float(deadline))


def _transport(target: Target, options: HandlerOptions) -> "Wire | Httpx":
    if options.insecure and reach_of(target.host) is not Reach.LOCAL and target.host != "localhost":
        message = f"--insecure is for this machine and private addresses, not for {target.host}"
        raise UsageError(message, "trust its certificate with --ca FILE")
    if options.client is Client.HTTPX:
        from wxkf_cli.simulate import over_httpx

        return over_httpx.Httpx(
            target,
            over_httpx.client(proxy=options.proxy, ca=options.ca, certificate=options.cert, insecure=options.insecure),
        )
    if options.proxy or options.cert:
        message = f"{'--proxy' if options.proxy else '--cert'} needs --client httpx"
        raise UsageError(message, "wxkf's own wire goes straight to the handler")
    tls = tls_context(ca=options.ca, insecure=options.insecure) if target.secure else None
    return Wire(target, keep_alive=options.keep_alive, tls=tls)


async def _wait(target: Target, limit: float) -> None:
    """Wait until the port takes connections."""
    loop = asyncio.get_running_loop()
    until = loop.time() + limit
    while True:
        try:
            async with asyncio.timeout_at(until):
                _, writer = await asyncio.open_connection(target.host, target.port)
        except OSError as error:
            if loop.time() + _RETRY_SECONDS >= until:
                message = f"no handler at {target.url} after {limit:g} s"
                raise HandlerDown(message, "is it started, and on that port?") from error
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            writer.close()
            return
