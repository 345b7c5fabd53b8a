"""A server that misbehaves on purpose: port 0 on 127.0.0.1, in the event loop of the test, one script a connection.

Nothing in it sleeps: what is slow waits for the peer to hang up, for a moment at a time.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Coroutine, Sequence
from enum import Enum
from typing import Any, NamedTuple, TypeAlias, TypeVar

from wxkf_cli.simulate.target import Target, parse_url
from wxkf_cli.wire.exchange import PushRequest

Result = TypeVar("Result")

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess"
BODY = b"<xml><MsgType><![CDATA[text]]></MsgType></xml>"
PUSH = PushRequest(
    "POST",
    (("signature", "abc"), ("timestamp", "1700000000"), ("nonce", "12")),
    (("User-Agent", "Mozilla/4.0"), ("Accept", "*/*"), ("Host", ""), ("Content-Length", str(len(BODY)))),
    BODY,
)
#: Seconds between two bytes of what is paced; a deadline is some of them.
PACE = 0.02
SHORT = 0.2
AMPLE = 15.0


class Do(Enum):
    """What a script does beside sending bytes."""

    READ = "read a request and log it"
    HEAR = "read whatever comes first"
    FIN = "send no more, wait for the peer to hang up"
    RESET = "reset the connection"
    HOLD = "wait for the peer to hang up"
    IGNORE = "read nothing, ever; the peer's hanging up goes unnoticed"
    WAIT = "wait until the test sets `go`"


class Endless(NamedTuple):
    """The same bytes until the peer hangs up."""

    data: bytes


class Each(NamedTuple):
    """Bytes in pieces of their own; paced, they outlast any short deadline."""

    pieces: Sequence[bytes]
    paced: bool = False


Script: TypeAlias = Sequence[bytes | Do | Endless | Each]


def drip(data: bytes, *, paced: bool = False) -> Each:
    """Bytes one by one."""
    return Each([data[at : at + 1] for at in range(len(data))], paced)


def run(body: Coroutine[Any, Any, Result]) -> Result:
    """Run a test's coroutine; a hang is a failure."""

    async def guarded() -> Result:
        async with asyncio.timeout(20):
            return await body

    return asyncio.run(guarded())


class Hostile:
    """A listener that plays a script on each connection.

    Attributes:
        requests: The bytes of each request that was read, in order.
        connections: How many were accepted.
        held: Bytes that came while `Do.HOLD` waited.
        accepted: Set with the first connection.
        heard: Set with the first request.
        go: What `Do.WAIT` waits for.
    """

    def __init__(self, script: Script, prelude: Script, preludes: int, again: bool) -> None:
        self._script = script
        self._prelude = prelude
        self._preludes = preludes
        self._again = again
        self._tasks: set[asyncio.Task[None]] = set()
        self.requests: list[bytes] = []
        self.connections = self.held = 0
        self.accepted, self.heard, self.go = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.port = 0
        self.secure = False

    def target(self, path: str = "/wx", host: str = "127.0.0.1") -> Target:
        """Where it listens."""
        return parse_url(f"http{'s' if self.secure else ''}://{host}:{self.port}{path}")

    async def all_hung_up(self) -> None:
        """Wait until every peer has closed its connection."""
        await asyncio.gather(*self._tasks)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Play the script on one connection."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.accepted.set()
        script = (*self._prelude, *self._script) if self.connections <= self._preludes else self._script
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            await self._play(script, reader, writer)
            while self._again:
                await self._play(self._script, reader, writer)
        writer.transport.abort()

    async def _play(self, script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for step in script:
            match step:
                case bytes():
                    writer.write(step)
                    await writer.drain()
                case Do.READ:
                    self.requests.append(await _request(reader))
                    self.heard.set()
                case Do.HEAR:
                    await reader.read(65_536)
                case Do.FIN:
                    if writer.can_write_eof():
                        writer.write_eof()
                        await _hung_up(reader)
                    else:
                        writer.close()
                        await writer.wait_closed()
                case Do.RESET:
                    linger = struct.pack("ii", 1, 0)
                    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    writer.transport.abort()
                case Do.HOLD:
                    self.held += await _hung_up(reader)
                case Do.IGNORE:
                    await asyncio.Event().wait()
                case Do.WAIT:
                    await self.go.wait()
                case Endless(data):
                    while True:
                        writer.write(data)
                        await writer.drain()
                case Each(pieces, paced):
                    gone = asyncio.ensure_future(_hung_up(reader)) if paced else None
                    for piece in pieces:
                        writer.write(piece)
                        await writer.drain()
                        await asyncio.sleep(0)  # the peer's turn to read this piece alone
                        if gone and (await asyncio.wait({gone}, timeout=PACE))[0]:
                            return

    async def stop(self) -> None:
        """End every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _hung_up(reader: asyncio.StreamReader) -> int:
    """How many bytes came until the peer hung up."""
    count = 0
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            count += len(data)
    return count


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b"0")
    return head + await reader.readexactly(int(length))


@contextlib.asynccontextmanager
async def hostile(
    *script: bytes | Do | Endless | Each,
    prelude: Script = (),
    preludes: int = 1,
    again: bool = False,
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> AsyncIterator[Hostile]:
    """A server that plays the script on each connection, over and over with `again`; the first few play the prelude."""
    played = Hostile(script, prelude, preludes, again)
    server = await asyncio.start_server(played.serve, host, 0, ssl=tls)
    played.port = server.sockets[0].getsockname()[1]
    played.secure = tls is not None
    try:
        yield played
    finally:
        server.close()
        await played.stop()
        await server.wait_closed()
