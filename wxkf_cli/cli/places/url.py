"""A handler behind a URL: one that is there already, or the demo."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from wxkf_cli.cli.assumptions import policy_of
from wxkf_cli.cli.handler import Handler, HandlerOptions, redactor_of, sampled_console, sender_of
from wxkf_cli.cli.sealing import SECRET_NAMES, Console, console_of
from wxkf_cli.cli.values import seconds
from wxkf_cli.errors import HandlerDown, UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.addresses import Addresses, first_connected
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import Reach, Target, parse_url, reach_of
from wxkf_cli.simulate.trust import tls_context
from wxkf_cli.vocab.choices import Client
from wxkf_cli.vocab.terms import Mode

if TYPE_CHECKING:
    from wxkf_cli.simulate.over_httpx import Httpx

_RETRY_SECONDS = 0.1


@asynccontextmanager
async def opened(options: HandlerOptions, settings: Settings) -> AsyncIterator[Handler]:
    """The handler at a URL, waited for if that is asked.

    Raises:
        UsageError: No token, or a value that cannot be used.
        HandlerDown: It did not start in the time given by `--wait`.
    """
    target, console = address(options, settings)
    async with on_the_wire("url", target, console, options, settings) as handler:
        yield handler


@asynccontextmanager
async def demo_opened(options: HandlerOptions, settings: Settings) -> AsyncIterator[Handler]:
    """A handler inside wxkf, served on a port of this machine."""
    from wxkf_cli.simulate.demo import serving

    assert options.demo is not None  # noqa: S101 - that is what led here
    # It is asked with the samples, whatever secrets the environment has for another handler.
    console = sampled_console(options, settings.without(SECRET_NAMES))
    async with (
        serving(options.demo, console.token, console.seal, takes_plaintext=console.modes != (Mode.SECURE,)) as url,
        on_the_wire("demo", parse_url(url), console, options, settings) as handler,
    ):
        yield handler


def address(options: HandlerOptions, settings: Settings) -> tuple[Target, Console]:
    """Where the handler is and what its console says.

    Raises:
        UsageError: No token, or a value that cannot be used.
    """
    assert options.url is not None  # noqa: S101 - that is what led here
    if not settings.pick("token", options.token, None):
        message = "no token given: pushes are signed with the Token of your handler's settings"
        raise UsageError(message, "set WXKF_TOKEN, or add --token")
    return parse_url(options.url), console_of(options.mode, options.seal, settings)


@asynccontextmanager
async def on_the_wire(
    kind: str, target: Target, console: Console, options: HandlerOptions, settings: Settings
) -> AsyncIterator[Handler]:
    """A handler that listens on a port, or is about to.

    Raises:
        UsageError: An option that cannot be used.
        HandlerDown: It did not start in the time given by `--wait`.
    """
    policy = policy_of(options.deadline, settings)
    transport = _transport(target, options)
    wait = settings.pick("wait", options.wait, None)
    if wait is not None:
        await _wait(target, seconds(wait, "--wait"))
    reach = await transport.reach(policy.deadline) if isinstance(transport, Wire) else reach_of(target.host)
    try:
        yield Handler(
            kind,
            target,
            sender_of(console, options, settings),
            console.modes,
            console.is_chosen,
            transport,
            policy,
            reach,
            redactor_of(console),
        )
    finally:
        if isinstance(transport, Wire):
            transport.close()
        else:
            await transport.aclose()


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
                plain = await first_connected(await Addresses(target).known(), until)
        except OSError as error:
            if loop.time() + _RETRY_SECONDS >= until:
                message = f"no handler at {target.url} after {limit:g} s"
                raise HandlerDown(message, "is it started, and on that port?") from error
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            plain.close()
            return
