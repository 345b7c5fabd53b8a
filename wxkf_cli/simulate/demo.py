"""Two handlers inside wxkf, to try it on: `correct`, and `buggy`, which transfers every push, events included."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, urlsplit

from wxkf_cli.vocab.catalog import USER_MESSAGES
from wxkf_cli.vocab.choices import Demo
from wxkf_cli.vocab.message import transfer
from wxkf_cli.vocab.policy import ACKNOWLEDGEMENT, BODY_LIMIT
from wxkf_cli.vocab.terms import Direction
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import PUSH_LIMITS, Document, to_message
from wxkf_cli.wire.signature import verify

PATH = "/wx"
_LENGTH = re.compile(rb"^content-length:\s*(\d{1,9})\s*$", re.IGNORECASE | re.MULTILINE)
_REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found"}


@asynccontextmanager
async def serving(demo: Demo, token: str) -> AsyncIterator[str]:
    """Serve a demo handler on a free port of 127.0.0.1; yields its URL."""
    handler = _Handler(demo, token)
    server = await asyncio.start_server(handler.converse, "127.0.0.1", 0, limit=BODY_LIMIT)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}{PATH}"
    finally:
        server.close()
        handler.hang_up()


class _Handler:
    def __init__(self, demo: Demo, token: str) -> None:
        self._demo = demo
        self._token = token
        self._talking: set[asyncio.Task[None]] = set()

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a stream callback runs in a task
        self._talking.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._answer_all(reader, writer)
        except asyncio.CancelledError:
            pass  # the run is over, and a stream's task must not end cancelled
        finally:
            self._talking.discard(task)
            writer.close()

    def hang_up(self) -> None:
        for task in self._talking:
            task.cancel()

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            body = await reader.readexactly(int(length[1])) if length else b""
            method, target, *_ = head.split(b" ", 2)
            status, content_type, answer = self.answer(method.decode("latin-1"), target.decode("latin-1"), body)
            writer.write(
                f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {content_type}\r\n"
                f"Content-Length: {len(answer)}\r\n\r\n".encode()
                + answer
            )
            await writer.drain()

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, str, bytes]:
        """Status, Content-Type and body for one request."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path != PATH:
            return 404, "text/plain", b"no such path"
        if not verify(query.get("signature", ""), self._token, query.get("timestamp", ""), query.get("nonce", "")):
            return 403, "text/plain", b"bad signature"
        if method == "GET":
            return 200, "text/plain", query.get("echostr", "").encode()
        data_format = codec.sniff(body)
        document = codec.parse(body, data_format, PUSH_LIMITS) if data_format else None
        if data_format is None or not isinstance(document, Document):
            return 400, "text/plain", b"not a push"
        push = to_message(document, Direction.PUSH)
        if self._demo is Demo.CORRECT and push.msgtype not in USER_MESSAGES:
            return 200, "text/plain", ACKNOWLEDGEMENT
        created = push.values.get("CreateTime")
        reply = transfer(str(push.from_user), str(push.to_user), created if isinstance(created, int) else 0)
        return 200, f"application/{data_format}; charset=utf-8", codec.render(reply, data_format)
