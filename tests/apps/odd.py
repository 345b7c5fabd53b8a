"""Handlers that are late, that hang, that print, or that do not start; the right one otherwise."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from tests.apps import logic

_NEVER = threading.Event()
#: Seconds, where the deadline of a test is much less.
LATE = 0.8


def hung(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:  # noqa: ARG001 - WSGI
    _NEVER.wait(600)
    return []


async def hung_in_pool(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ARG001 - ASGI
    if scope["type"] == "http":
        await asyncio.to_thread(_NEVER.wait, 600)


def late_wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    _NEVER.wait(LATE)
    body = environ["wsgi.input"].read()
    start_response("200 OK", [])
    return [logic.answer(body) if body else b""]


async def late_asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        raise NotImplementedError
    body = (await receive())["body"]
    await asyncio.sleep(LATE)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": logic.answer(body) if body else b""})


def late_plain(push: dict[str, Any]) -> dict[str, Any] | None:
    _NEVER.wait(LATE)
    return logic.reply(push)


async def slow_afterwards(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answers at once, and goes on for longer than the deadline."""
    if scope["type"] != "http":
        raise NotImplementedError
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": logic.answer(body) if body else b""})
    await asyncio.sleep(LATE)


async def without_end(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answers at once, and never returns."""
    await slow_afterwards(scope, receive, send)
    await asyncio.Event().wait()


def prints(push: dict[str, Any]) -> dict[str, Any] | None:
    print("on stdout \x1b[31m ##[error] of mine")  # noqa: T201 - that is what it is for
    sys.stdout.buffer.write(b"bytes on stdout\n")
    print("on stderr", os.environ["WXKF_TOKEN"], file=sys.stderr)  # noqa: T201 - as above
    return logic.reply(push)


async def does_not_start(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})


def crashes(push: dict[str, Any]) -> None:
    raise LookupError(push["MsgType"])
