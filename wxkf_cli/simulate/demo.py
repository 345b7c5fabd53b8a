"""Two handlers inside wxkf, to try it on: `correct`, and `buggy`, which transfers every push, events included."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, urlsplit

from wxkf_cli.vocab.catalog import USER_MESSAGES
from wxkf_cli.vocab.choices import Demo
from wxkf_cli.vocab.message import transfer
from wxkf_cli.vocab.policy import ACKNOWLEDGEMENT, BODY_LIMIT
from wxkf_cli.vocab.terms import DataFormat, Direction
from wxkf_cli.wire import codec
from wxkf_cli.wire.crypto import Opened
from wxkf_cli.wire.document import PUSH_LIMITS, Document, to_message
from wxkf_cli.wire.envelope import Seal, opened, sealed_reply
from wxkf_cli.wire.signature import verify

PATH = "/wx"
_LENGTH = re.compile(rb"^content-length:\s*(\d{1,9})\s*$", re.IGNORECASE | re.MULTILINE)
_FORGED = 403, "text/plain", b"bad signature"
_REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found"}


@asynccontextmanager
async def serving(
    demo: Demo, token: str, seal: Seal | None = None, *, takes_plaintext: bool = True
) -> AsyncIterator[str]:
    """Serve a demo handler on a free port of 127.0.0.1; yields its URL.

    Args:
        demo: Which.
        token: The Token it checks signatures with.
        seal: What it opens sealed pushes with; None for a handler that knows no sealing.
        takes_plaintext: Whether it answers pushes that are not sealed.
    """
    handler = _Handler(demo, token, seal, takes_plaintext)
    server = await asyncio.start_server(handler.converse, "127.0.0.1", 0, limit=BODY_LIMIT)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}{PATH}"
    finally:
        server.close()
        handler.hang_up()


class _Handler:
    def __init__(self, demo: Demo, token: str, seal: Seal | None, takes_plaintext: bool) -> None:
        self._demo = demo
        self._token = token
        self._seal = seal
        self._takes_plaintext = takes_plaintext
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
            words = head.split(b" ", 2)
            if len(words) != 3:
                return  # no request: what is left of one in chunks, say
            status, content_type, answer = self.answer(words[0].decode("latin-1"), words[1].decode("latin-1"), body)
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
        signed = (self._token, query.get("timestamp", ""), query.get("nonce", ""))
        is_signed = verify(query.get("signature", ""), *signed)
        if method == "GET":
            return (200, "text/plain", query.get("echostr", "").encode()) if is_signed else _FORGED
        data_format = codec.sniff(body)
        document = codec.parse(body, data_format, PUSH_LIMITS) if data_format else None
        if data_format is None or not isinstance(document, Document):
            return 400, "text/plain", b"not a push"
        seal = self._seal if query.get("encrypt_type") == "aes" else None
        if seal is not None:
            encrypt = document.get("Encrypt")
            is_signed = isinstance(encrypt, str) and verify(query.get("msg_signature", ""), *signed, encrypt)
            document = _opened(document, data_format, seal) if is_signed else None
        if document is None or not is_signed or not (seal or self._takes_plaintext):
            return _FORGED
        push = to_message(document, Direction.PUSH)
        if self._demo is Demo.CORRECT and push.msgtype not in USER_MESSAGES:
            return 200, "text/plain", ACKNOWLEDGEMENT
        created = push.values.get("CreateTime")
        time = created if isinstance(created, int) else 0
        reply = codec.render(transfer(str(push.from_user), str(push.to_user), time), data_format)
        if seal is not None:
            random16 = secrets.token_hex(8).encode()
            reply = sealed_reply(reply, data_format, seal, timestamp=time, nonce=signed[2], random16=random16)
        return 200, f"application/{data_format}; charset=utf-8", reply


def _opened(document: Document, data_format: DataFormat, seal: Seal) -> Document | None:
    result = opened(document.get("Encrypt"), seal)
    inner = codec.parse(result.message, data_format, PUSH_LIMITS) if isinstance(result, Opened) else None
    return inner if isinstance(inner, Document) else None
