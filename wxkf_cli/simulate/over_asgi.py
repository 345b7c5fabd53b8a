"""Pushes into an ASGI app in this process: what uvicorn would show of it, without the socket.

The answer is whole with its last chunk; what the app does after that goes on, and is waited for at the end.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes

from wxkf_cli.errors import HandlerDown
from wxkf_cli.simulate.appthread import AppLoop
from wxkf_cli.simulate.call import AppError, Call
from wxkf_cli.simulate.complaint import Complaints
from wxkf_cli.simulate.handover import Handover
from wxkf_cli.simulate.over_call import Tasks, is_ended
from wxkf_cli.simulate.standstill import Standstill
from wxkf_cli.simulate.target import Target
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Answer, PushRequest

Event: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]
AsgiApp: TypeAlias = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

#: Seconds that an app has to start, as servers give it or more, and to end (ours).
STARTUP_SECONDS = 30.0
SHUTDOWN_SECONDS = 5.0
_VERSIONS = {"version": "3.0", "spec_version": "2.3"}


class Asgi:
    """A transport into one app, which runs in the loop of a thread of its own."""

    def __init__(self, app: AsgiApp, target: Target, apploop: AppLoop, complaints: Complaints) -> None:
        self._app = app
        self._target = target
        self._apploop = apploop
        self._complaints = complaints
        self._tasks = Tasks(apploop)
        self._home = Handover(asyncio.get_running_loop())
        self._standstill = Standstill()
        self._lifespan = _Lifespan(app)
        self._scope: dict[str, Any] = {
            "type": "http",
            "asgi": _VERSIONS,
            "http_version": "1.1",
            "scheme": "http",
            "root_path": "",
            "server": (target.host, target.port),
            "client": (target.host, 0),
        }

    async def start(self, limit: float = STARTUP_SECONDS) -> None:
        """Run the app's startup, if it has one.

        Raises:
            HandlerDown: It failed, or took too long.
        """
        if not await self._apploop.run(self._lifespan.start, limit):
            message = f"the startup of the app did not end in {limit:g} s"
            raise HandlerDown(message, "its lifespan must reach the yield, or send lifespan.startup.complete")
        if self._lifespan.failure is not None:
            self._complaints.say(self._lifespan.failure)
            reason = _reason(self._lifespan.failure)
            said = f": {safe(reason, 300)}" if reason else ""
            message = f"the startup of the app failed{said}"
            raise HandlerDown(message, "what it wrote stands above")

    async def __call__(self, request: PushRequest, deadline: float) -> Answer:
        """Deliver one request; the deadline is in seconds from now."""
        call = Call(request, deadline, self._home, self._standstill)
        exchange = _HttpCall(call, self._complaints)
        scope = self._scope_of(request)
        self._tasks.begin(f"{scope['method']} {scope['path']}", call, lambda: exchange.run(self._app, scope))
        return await call.answer(lambda: self._tasks.tell(exchange.disconnect))

    async def settle(self, grace: float) -> tuple[Text, ...]:
        """Wait so many seconds for what the app still does after its answers; what has no end then is told."""
        return await self._tasks.settle(grace)

    async def close(self) -> None:
        """Run the app's shutdown; what it still does is cancelled with the loop."""
        self._standstill.close()
        if not await self._apploop.run(self._lifespan.stop, SHUTDOWN_SECONDS):
            self._complaints.say(f"the shutdown of the app did not end in {SHUTDOWN_SECONDS:g} s")
        elif self._lifespan.failure is not None:
            self._complaints.say(f"the shutdown of the app failed: {self._lifespan.failure}")

    def _scope_of(self, request: PushRequest) -> dict[str, Any]:
        path, _, query = self._target.request_target(request.query_string).partition("?")
        return {
            **self._scope,
            "method": request.method,
            "path": unquote_to_bytes(path).decode("utf-8", "replace"),
            "raw_path": path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1"))
                for name, value in self._target.filled(request.headers)
            ],
            "state": self._lifespan.state.copy(),
        }


class _HttpCall:
    """One request in the app's thread: the two functions that the app is given."""

    def __init__(self, call: Call, complaints: Complaints) -> None:
        self.call = call
        self._complaints = complaints
        self._is_received = self._is_ended = self._is_committed = False
        self._gone: asyncio.Event | None = None

    async def run(self, app: AsgiApp, scope: dict[str, Any]) -> None:
        """Call the app and see to the end of the answer."""
        try:
            await app(scope, self.receive, self.send)
        except BaseException as error:
            # SystemExit too: it would end the loop, and with it every other request.
            if is_ended(self.call):
                raise
            self._failed(self._complaints.of(error))
            return
        if not self._is_ended and not self.call.is_over:
            what = "its answer" if self._is_committed else "http.response.start"
            self._failed(self._complaints.told(f"the app returned without the end of {what}"))

    def disconnect(self) -> None:
        """Nobody listens any more."""
        if self._gone is not None:
            self._gone.set()

    async def receive(self) -> Event:
        """What the app is told: the request, then nothing until the client is gone or answered."""
        if not self._is_received:
            self._is_received = True
            return {"type": "http.request", "body": self.call.request.body, "more_body": False}
        if not self._is_ended and not self.call.is_over:
            if self._gone is None:
                self._gone = asyncio.Event()
            await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, event: Event) -> None:
        """Take a piece of the answer."""
        kind = event["type"]
        if self.call.is_over:
            await asyncio.sleep(0)  # or an endless answer would never let anything else run
        elif not self._is_committed:
            _expect(kind, "http.response.start")
            self.call.start(_status(event), "", _headers(event))
            self.call.commit()
            self._is_committed = True
        elif self._is_ended:
            message = f"{kind} after the end of the answer"
            raise AppError(message)
        else:
            _expect(kind, "http.response.body")
            await self._take(event)

    async def _take(self, event: Event) -> None:
        data = event.get("body", b"")
        if not isinstance(data, bytes | bytearray | memoryview):
            message = f"a body of the type {type(data).__name__} instead of bytes"
            raise AppError(message)
        room = self.call.room
        if room is not None and len(data) > room:
            message = "a body that is longer than its Content-Length"
            raise AppError(message)
        self._is_ended = not event.get("more_body", False)
        self.call.feed(bytes(data))
        if self._is_ended:
            self.call.end()
            self.disconnect()
        else:
            await asyncio.sleep(0)

    def _failed(self, detail: str) -> None:
        self.call.break_off(detail)
        self.disconnect()


def _expect(kind: str, wanted: str) -> None:
    if kind != wanted:
        message = f"{kind!r} where {wanted} belongs"
        raise AppError(message)


def _status(event: Event) -> int:
    status = event.get("status")
    if not isinstance(status, int) or isinstance(status, bool):
        message = f"the status {status!r} instead of a whole number"
        raise AppError(message)
    return int(status)


def _headers(event: Event) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((_text(name), _text(value)) for name, value in event.get("headers", ()))
    except (TypeError, ValueError) as error:
        message = f"headers that are no pairs of bytes: {event.get('headers')!r}"
        raise AppError(message) from error


def _text(value: object) -> str:
    if not isinstance(value, bytes | bytearray | memoryview):  # bytes(5) would be five zeros
        raise TypeError
    return bytes(value).decode("latin-1").strip(" \t")


def _reason(failure: str) -> str:
    """What a failure says in one line: of a traceback, as frameworks send it, its last with words in it."""
    worded = [line for line in failure.splitlines() if any(map(str.isalnum, line))]
    return worded[-1].strip(" |") if worded else ""


class _Lifespan:
    """Startup and shutdown of an app, as uvicorn's `auto` has it: an app that knows neither is left in peace.

    Attributes:
        state: What the app keeps for its requests.
        failure: What it said when it failed; None while all is well.
    """

    def __init__(self, app: AsgiApp) -> None:
        self.state: dict[str, Any] = {}
        self.failure: str | None = None
        self._app = app
        self._events: asyncio.Queue[Event] | None = None
        self._changed: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_complete = False

    async def start(self) -> None:
        """Until the startup is complete, has failed, or turns out not to be there."""
        self._events, self._changed = asyncio.Queue(), asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="lifespan")
        self._events.put_nowait({"type": "lifespan.startup"})
        await self._changed.wait()

    async def stop(self) -> None:
        """Until the shutdown is complete, where there is one."""
        if self._task is None or self._task.done() or not self._is_complete or self._events is None:
            return
        self._events.put_nowait({"type": "lifespan.shutdown"})
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        assert self._changed is not None and self._events is not None  # noqa: S101, PT018 - made just before
        try:
            scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
            await self._app(scope, self._events.get, self._send)
        except BaseException as error:
            # Before anything was said, it means that the app knows no lifespan.
            if self._is_complete and self.failure is None:
                self.failure = repr(error)
        finally:
            self._changed.set()

    async def _send(self, event: Event) -> None:
        assert self._changed is not None  # noqa: S101 - made at the start
        match event["type"]:
            case "lifespan.startup.complete":
                self._is_complete = True
                self._changed.set()
            case "lifespan.startup.failed" | "lifespan.shutdown.failed":
                self.failure = str(event.get("message", ""))
                self._changed.set()
            case "lifespan.shutdown.complete":
                pass  # with the end of its task, which is waited for
            case other:  # it takes this for a request, so it knows no lifespan
                message = f"{other!r} during the lifespan"
                raise AppError(message)
