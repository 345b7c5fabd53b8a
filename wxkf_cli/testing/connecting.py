"""Where the handler under test is, and the way of pushes into it: an app in this process, or a URL."""

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeAlias

from wxkf_cli.configured.console import Configured, configured
from wxkf_cli.errors import UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.simulate import appload
from wxkf_cli.simulate.apps import transport_into
from wxkf_cli.simulate.appthread import AppLoop
from wxkf_cli.simulate.complaint import Complaints
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import Reach, Target, parse_url
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.simulate.trust import tls_context
from wxkf_cli.testing.sameloop import SameLoop
from wxkf_cli.vocab.choices import AppKind
from wxkf_cli.vocab.terms import SEALED_MODES, Mode, Text
from wxkf_cli.vocab.unseen import FUNCTION, IN_PROCESS, Unseen
from wxkf_cli.wire.escape import quoted, safe

#: An ASGI or WSGI app, or a function from a push, a dict of wire names, to bytes, text, a dict or None.
App: TypeAlias = Callable[..., Any]

#: Seconds that an app has for what it still does after its answers, once nothing more is pushed (ours).
GRACE_SECONDS = 10.0
_END_SECONDS = 2.0
_LINE_LIMIT = 2_000
_WHERE = 'give WeChat(app) or WeChat(url="http://127.0.0.1:8000/wx"), or set WXKF_URL or WXKF_APP'


class Place(NamedTuple):
    """Where the handler is; where all are None, the settings say it.

    Attributes:
        url: An http or https URL.
        app: An app in this process, or `module:app`, or `module:factory()`.
        app_kind: How it is called; None to find out.
        path: The path of the handler in the app.
        allow_remote: A public host that may be pushed to.
    """

    url: str | None = None
    app: App | str | None = None
    app_kind: AppKind | None = None
    path: str | None = None
    allow_remote: str | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """A handler that can be pushed to.

    Attributes:
        target: Its address; in process one that only names it.
        transport: How pushes travel.
        console: What they are made with.
        words: The options of the command line that lead to the same handler; empty where none do.
        is_public: Whether it is on a public host.
        unseen: What cannot be seen of it where it is.
        settle: Waits at most so many seconds for what the handler still does after its answers; gives what had no end.
    """

    target: Target
    transport: Transport
    console: Configured
    words: tuple[str, ...]
    is_public: bool
    unseen: frozenset[Unseen]
    settle: Callable[[float], Awaitable[Sequence[Text]]]


@asynccontextmanager
async def connected(place: Place, settings: Settings, *, in_this_loop: bool = False) -> AsyncIterator[Connection]:
    """Get the handler ready, and end it at the end.

    Args:
        place: Where it is.
        settings: What is set besides.
        in_this_loop: Whether an ASGI app runs in this very event loop, instead of in the loop of a thread of its own.

    Raises:
        UsageError: No handler, or two, or one that cannot be used.
        HandlerDown: Its startup failed.
    """
    place = _settled_place(place, settings)
    context = _wire(place, settings) if place.app is None else _app(place, settings, in_this_loop=in_this_loop)
    async with context as connection:
        yield connection


def _settled_place(place: Place, settings: Settings) -> Place:
    """The place, from the settings where it is not given."""
    if place.url is not None and place.app is not None:
        message = "a URL and an app both name the handler"
        raise UsageError(message, "give one of them")
    if place.url is None and place.app is None:
        place = place._replace(url=settings.pick("url", None, None), app=settings.pick("app", None, None))
        if place.url is not None and place.app is not None:
            message = "url and app in the settings both name the handler"
            raise UsageError(message, "keep one of them")
        if place.url is None and place.app is None:
            message = "no handler to test"
            raise UsageError(message, _WHERE)
    kind = settings.pick("app_kind", place.app_kind, None)
    return place._replace(
        path=settings.pick("path", place.path, "/"), app_kind=AppKind(kind) if kind is not None else None
    )


@asynccontextmanager
async def _wire(place: Place, settings: Settings) -> AsyncIterator[Connection]:
    assert place.url is not None  # noqa: S101 - that is what led here
    target = parse_url(place.url)
    console = configured(settings, samples=False)
    wire = Wire(target, tls=tls_context() if target.secure else None)
    try:
        is_public = await wire.reach(console.policy.deadline) is Reach.PUBLIC
        if is_public and place.allow_remote != target.host:
            message = f"{target.host} is a public host"
            raise UsageError(message, f"if it is yours, say so: allow_remote={target.host!r}")

        async def nothing(_: float) -> Sequence[Text]:
            return ()

        yield Connection(target, wire, console, ("--url", target.url), is_public, frozenset(), nothing)
    finally:
        wire.close()


@asynccontextmanager
async def _app(place: Place, settings: Settings, *, in_this_loop: bool) -> AsyncIterator[Connection]:
    app, path = place.app, place.path or "/"
    assert app is not None  # noqa: S101 - that is what led here
    if not path.startswith("/") or not path.isascii() or not path.isprintable():
        message = f"the path {quoted(path)} is none"
        raise UsageError(message, "it begins with a slash, and what is not ASCII is percent-encoded: /wechat")
    console = configured(settings, samples=True)
    complaints = _on_stderr(console)
    name = app if isinstance(app, str) else _named(app)
    target = Target(f"app://{name}{path if path != '/' else ''}", secure=False, host="127.0.0.1", port=80, path=path)
    apploop = SameLoop() if in_this_loop else AppLoop()
    with _environment(console.values if isinstance(app, str) else {}):
        loaded = await apploop.start(lambda: _loaded(app, place.app_kind))
        try:
            if loaded.kind is AppKind.PLAIN:
                console = _in_plaintext(console)
            transport = transport_into(loaded, target, apploop, complaints)
            await transport.start()
            words = _words(app, place.app_kind, path)
            unseen = FUNCTION if loaded.kind is AppKind.PLAIN else IN_PROCESS
            try:
                yield Connection(target, transport, console, words, False, unseen, transport.settle)
            finally:
                for text in await transport.settle(GRACE_SECONDS):
                    complaints.say(text.en)
                await transport.close()
        finally:
            await apploop.close(_END_SECONDS)


def _loaded(app: App | str, kind: AppKind | None) -> appload.Loaded:
    """An app and how it is called; as the command line finds it, but told in the words of a test."""
    try:
        if isinstance(app, str):
            return appload.load(app, kind)
        if not callable(app):
            message = f"--app {quoted(repr(app))} is of type {type(app).__name__}, which cannot be called"
            raise UsageError(message, "give an ASGI or WSGI app, a function, or the name of one: module:app")
        return appload.Loaded(app, kind or appload.kind_of(app, _named(app)))
    except UsageError as error:
        message = str(error).replace("--app ", "the app ", 1)
        raise UsageError(message, error.hint.replace("--app-kind ", "app_kind=", 1)) from error


def _words(app: App | str, kind: AppKind | None, path: str) -> tuple[str, ...]:
    """The options for the same app; none where only the test has it."""
    if not isinstance(app, str):
        return ()
    named = ("--app-kind", kind.value) if kind is not None else ()
    return ("--app", app, *named, *(("--path", path) if path != "/" else ()))


def _named(app: object) -> str:
    """A name for an app that is handed over."""
    name = getattr(app, "__qualname__", None) or type(app).__qualname__
    return safe(f"{getattr(app, '__module__', None) or type(app).__module__}:{name}")


def _in_plaintext(console: Configured) -> Configured:
    sealed = [mode for mode in console.modes if mode in SEALED_MODES]
    if sealed and console.mode_chosen:
        message = f"mode {sealed[0]}: a plain function is given the push itself, so nothing can be sealed for it"
        raise UsageError(message, 'leave the mode out, or test the app around it with app_kind="asgi" or "wsgi"')
    return console._replace(modes=(Mode.PLAINTEXT,), sender=replace(console.sender, seal=None))


def _on_stderr(console: Configured) -> Complaints:
    """What an app says besides its answers, where pytest shows it with the failure."""

    def show(line: str) -> None:
        sys.stderr.write(f"[app] {console.redact(safe(line.expandtabs(), _LINE_LIMIT))}\n")

    return Complaints(show)


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Within, an app that is named finds in the environment what `wxkf simulate --app` would give it."""
    missing = {
        variable: value for name, value in values.items() if (variable := f"WXKF_{name.upper()}") not in os.environ
    }
    os.environ.update(missing)
    try:
        yield
    finally:
        for variable in missing:
            os.environ.pop(variable, None)
