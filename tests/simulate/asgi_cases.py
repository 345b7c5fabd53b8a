"""ASGI apps that behave and that do not, and what a server shows of each."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from typing import Any

from wxkf_cli.vocab.outcomes import Outcome

_ON_PURPOSE = "on purpose"
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
#: Status and body, or why there is no answer.
Shown = tuple[int, bytes] | Outcome

START = {"type": "http.response.start", "status": 200, "headers": []}
CRASHED = (500, b"Internal Server Error")


def body(data: object, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


def start(*headers: tuple[object, object], status: object = 200) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def sending(*events: dict[str, Any], then: str = "") -> App:
    """An app that sends these, and after that raises, exits, waits for what it cancels, or waits without end."""

    async def app(_: dict[str, Any], receive: Receive, send: Send) -> None:
        await receive()
        for event in events:
            await send(event)
        if then == "raise":
            raise ValueError(_ON_PURPOSE)
        if then == "exit":
            raise SystemExit(3)
        if then == "cancel":
            task = asyncio.ensure_future(asyncio.Event().wait())
            task.cancel()
            await task
        if then == "cancel itself":
            itself = asyncio.current_task()
            assert itself is not None
            itself.cancel()
            await asyncio.Event().wait()
        if then == "hang":
            await asyncio.Event().wait()

    return app


async def echo(_: dict[str, Any], receive: Receive, send: Send) -> None:
    request = await receive()
    await send(START)
    await send(body(request["body"]))


def length(count: object) -> tuple[bytes, bytes]:
    return b"content-length", str(count).encode()


PACKED = gzip.compress(b"success")

#: What the app does -> the app, and what is seen of it.
CASES: dict[str, tuple[App, Shown]] = {
    "answers": (sending(START, body(b"success")), (200, b"success")),
    "answers what it was sent": (echo, (200, b"<xml/>")),
    "answers in pieces": (sending(START, body(b"suc", more=True), body(b"cess")), (200, b"success")),
    "ends with an empty piece": (sending(START, body(b"success", more=True), body(b"")), (200, b"success")),
    "says its length": (sending(start(length(7)), body(b"success")), (200, b"success")),
    "says another status": (sending(start(status=404), body(b"no")), (404, b"no")),
    "fails after a start that has no body": (sending(start(status=204), then="raise"), (204, b"")),
    "fails after a start of no length": (sending(start(length(0)), then="raise"), (200, b"")),
    "answers 204 with a body": (sending(start(status=204), body(b"success")), (204, b"")),
    "packs its body": (sending(start((b"content-encoding", b"gzip")), body(PACKED)), (200, b"success")),
    "packs half a body": (
        sending(start((b"content-encoding", b"gzip")), body(PACKED[:-9])),
        Outcome.HTTP_CONTENT_ENCODING,
    ),
    "says it comes in chunks": (
        sending(start((b"transfer-encoding", b"chunked")), body(b"success")),
        (200, b"success"),
    ),
    "fails after its answer": (sending(START, body(b"success"), then="raise"), (200, b"success")),
    "exits after its answer": (sending(START, body(b"success"), then="exit"), (200, b"success")),
    "waits after its answer for what it cancels": (sending(START, body(b"success"), then="cancel"), (200, b"success")),
    "goes on after its answer": (sending(START, body(b"success"), then="hang"), (200, b"success")),
    "sends more after its answer": (sending(START, body(b"success"), body(b"more")), (200, b"success")),
    "fails at once": (sending(then="raise"), CRASHED),
    "exits": (sending(then="exit"), CRASHED),
    "waits for what it cancels": (sending(then="cancel"), CRASHED),
    "cancels itself": (sending(then="cancel itself"), CRASHED),
    "returns without an answer": (sending(), CRASHED),
    "sends a body before the start": (sending(body(b"success")), CRASHED),
    "sends something unknown": (sending({"type": "http.response.trailers"}), CRASHED),
    "sends a status that is text": (sending(start(status="200")), CRASHED),
    "sends a status of no class": (sending(start(status=600), body(b"success")), CRASHED),
    "sends a header with a line break": (sending(start((b"x", b"a\r\nb: c")), body(b"success")), CRASHED),
    "sends a header without a name": (sending(start((b"", b"a")), body(b"success")), CRASHED),
    "sends headers that are text": (sending(start(("x", "y")), body(b"success")), CRASHED),
    "says a length that is none": (sending(start(length("seven")), body(b"success")), CRASHED),
    "fails after the start": (sending(START, then="raise"), Outcome.HTTP_TRUNCATED),
    "fails in its body": (sending(START, body(b"suc", more=True), then="raise"), Outcome.HTTP_TRUNCATED),
    "waits after the start for what it cancels": (sending(START, then="cancel"), Outcome.HTTP_TRUNCATED),
    "returns after the start": (sending(START), Outcome.HTTP_TRUNCATED),
    "returns in its body": (sending(START, body(b"suc", more=True)), Outcome.HTTP_TRUNCATED),
    "starts twice": (sending(START, START, body(b"success")), Outcome.HTTP_TRUNCATED),
    "sends a body that is text": (sending(START, body("success")), Outcome.HTTP_TRUNCATED),
    "says more than it sends": (sending(start(length(9)), body(b"success")), Outcome.HTTP_TRUNCATED),
    "sends more than it says": (sending(start(length(3)), body(b"success")), Outcome.HTTP_TRUNCATED),
    "sends another piece than it says": (
        sending(start(length(7)), body(b"success", more=True), body(b"more")),
        (200, b"success"),
    ),
    "says another encoding of the transfer": (
        sending(start((b"transfer-encoding", b"gzip")), body(b"success")),
        Outcome.HTTP_PROTOCOL,
    ),
    "sends too large a header": (sending(start((b"x", b"y" * 70_000)), body(b"success")), Outcome.LIMIT_HEADERS),
    "sends too many headers": (sending(start(*[(b"x", b"y")] * 101), body(b"success")), Outcome.LIMIT_HEADERS),
    "sends too large a body": (sending(START, body(b"x" * 300_000)), Outcome.LIMIT_BODY),
    "says too large a length": (sending(start(length(300_000)), then="hang"), Outcome.LIMIT_BODY),
    "hangs": (sending(then="hang"), Outcome.TIMEOUT_FIRST_BYTE),
    "hangs after the start": (sending(START, then="hang"), Outcome.TIMEOUT_BODY),
    "hangs in its body": (sending(START, body(b"suc", more=True), then="hang"), Outcome.TIMEOUT_BODY),
}


#: What uvicorn takes for a start that was made before it looks at it: it hangs up, and says nothing.
NOT_STARTED = frozenset(
    {
        "sends a status that is text",
        "sends a status of no class",
        "sends a header with a line break",
        "sends a header without a name",
        "sends headers that are text",
        "says a length that is none",
    }
)


def at_paths(cases: dict[str, tuple[App, Shown]]) -> App:
    """One app with each case at a path of its own."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError
        await cases[scope["path"][1:].replace("-", " ")][0](scope, receive, send)

    return app


ALL = at_paths(CASES)

#: What the app at /drawn sends, and how it ends.
DRAWN: list[tuple[list[dict[str, Any]], str]] = []


async def drawn(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    events, then = DRAWN[-1]
    await sending(*events, then=then)(scope, receive, send)


CASES_AND_DRAWN = at_paths({**CASES, "drawn": (drawn, CRASHED)})
