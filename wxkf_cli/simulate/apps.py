"""Handlers in this process, by name: import, start, settle, end."""

from wxkf_cli.simulate import appload
from wxkf_cli.simulate.appthread import AppLoop
from wxkf_cli.simulate.complaint import Complaints
from wxkf_cli.simulate.over_asgi import Asgi
from wxkf_cli.simulate.over_call import InProcess, Looped, Threaded
from wxkf_cli.simulate.over_function import Awaited, Blocking
from wxkf_cli.simulate.over_wsgi import Wsgi
from wxkf_cli.simulate.target import Target
from wxkf_cli.vocab.choices import AppKind
from wxkf_cli.vocab.terms import Text

#: Seconds that the loop of an app has to end (ours).
_END_SECONDS = 2.0


def transport_into(loaded: appload.Loaded, target: Target, apploop: AppLoop, complaints: Complaints) -> InProcess:
    """The transport into a handler that is imported."""
    app, kind = loaded
    match kind:
        case AppKind.ASGI:
            return Asgi(app, target, apploop, complaints)
        case AppKind.WSGI:
            return Threaded(Wsgi(app, target, complaints))
        case AppKind.PLAIN:
            if appload.is_coroutine_function(app):
                return Looped(Awaited(app, complaints), apploop)
            return Threaded(Blocking(app, complaints))


class Apps:
    """One handler in this process and its threads.

    Args:
        target: What it is taken to be reached at: the path, and for the Host header the host.
        complaints: Whom to tell what it says besides its answers.
    """

    def __init__(self, target: Target, complaints: Complaints) -> None:
        self._target = target
        self._complaints = complaints
        self._apploop = AppLoop()
        self._transport: InProcess | None = None
        self._told: tuple[Text, ...] | None = None

    async def open(self, name: str, kind: AppKind | None = None) -> tuple[AppKind, InProcess]:
        """Import a handler in its thread and let it start.

        Args:
            name: `module:app` or `module:factory()`.
            kind: How it is called; None to find out.

        Raises:
            UsageError: It cannot be imported or called.
            HandlerDown: It did not start.
        """
        loaded = await self._apploop.start(lambda: appload.load(name, kind))
        transport = transport_into(loaded, self._target, self._apploop, self._complaints)
        await transport.start()
        self._transport = transport
        return loaded.kind, transport

    async def settle(self, grace: float) -> tuple[Text, ...]:
        """Wait, once, so many seconds for what it still does after its answers; what has no end then is told."""
        if self._told is None:
            self._told = await self._transport.settle(grace) if self._transport is not None else ()
        return self._told

    async def close(self, grace: float) -> tuple[Text, ...]:
        """Settle, let it end, and end its thread; gives what `settle` gave."""
        told = await self.settle(grace)
        if self._transport is not None:
            await self._transport.close()
        await self._apploop.close(_END_SECONDS)
        return told
