"""What nobody should touch: a listener on this machine's loopback, and a file, both named in pushes.

A handler that fetches an address because a push named it is seen here. What is given out is harmless: a word.
"""

import asyncio
import re
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_REQUEST_LINE = re.compile(rb"[A-Z]{1,10} /([0-9a-f]{32})(?:[/?. ]|\Z)")
_HEAD_LIMIT = 4096
#: Seconds after which a visitor that says nothing is sent away.
_PATIENCE = 2.0


class Canary:
    """An open listener and a file.

    Attributes:
        port: Where it listens on 127.0.0.1.
        word: What whoever reads it gets, and what is found nowhere else.
        file: The path of a file that holds the word.
    """

    def __init__(self, word: str, file: Path) -> None:
        self.port = 0
        self.word = word
        self.file = file
        self._own = secrets.token_hex(16)
        self._arrived = asyncio.Semaphore(0)
        self._handed_out: list[str] = []
        self._touched: list[str] = []
        self._strangers = 0
        self._visits: set[asyncio.Task[None]] = set()

    def url(self) -> str:
        """An address that nobody else knows, at each call another."""
        key = secrets.token_hex(16)
        self._handed_out.append(key)
        return f"http://127.0.0.1:{self.port}/{key}"

    def is_touched(self, url: str) -> bool:
        """Whether somebody asked for that address."""
        return url.rpartition("/")[2] in self._touched

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses that were given out, in order."""
        return tuple(f"http://127.0.0.1:{self.port}/{key}" for key in self._handed_out)

    @property
    def strangers(self) -> int:
        """How many visits asked for none of the addresses, other protocols than HTTP among them."""
        return self._strangers

    async def settled(self) -> None:
        """Wait until everybody who knocked before this has been taken note of."""
        # Visitors are let in one after the other: once we are in, all before us are.
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"GET /%b HTTP/1.0\r\n\r\n" % self._own.encode())
        writer.close()
        await self._arrived.acquire()
        if self._visits:
            await asyncio.wait(set(self._visits))

    async def receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Let a visitor in; asyncio calls it."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a stream callback runs in a task
        self._visits.add(task)
        try:
            await self._visit(reader, writer)
        except asyncio.CancelledError:
            pass  # the run is over, and a stream's task must not end cancelled
        finally:
            self._visits.discard(task)
            writer.close()

    def close(self) -> None:
        """Send everybody away."""
        for visit in self._visits:
            visit.cancel()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take note of a visitor, and answer the word."""
        head = b""
        with suppress(TimeoutError, ConnectionError, asyncio.LimitOverrunError):
            async with asyncio.timeout(_PATIENCE):
                head = await reader.read(_HEAD_LIMIT)
        asked = _REQUEST_LINE.match(head)
        key = asked[1].decode() if asked else ""
        if key == self._own:
            self._arrived.release()
            return
        if key in self._handed_out:
            self._touched.append(key)
        else:
            self._strangers += 1
        with suppress(ConnectionError):
            body = self.word.encode()
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b"
                % (len(body), body)
            )
            await writer.drain()


@asynccontextmanager
async def watching() -> AsyncIterator[Canary]:
    """Listen on a free port of 127.0.0.1 until the end of the block; the file is gone afterwards too."""
    word = f"wxkf-canary-{secrets.token_hex(8)}"
    # Windows does not remove what the handler still has open.
    with tempfile.TemporaryDirectory(prefix="wxkf-", ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "canary.txt"
        file.write_text(word, encoding="ascii")
        canary = Canary(word, file)
        server = await asyncio.start_server(canary.receive, "127.0.0.1", 0)
        canary.port = server.sockets[0].getsockname()[1]
        try:
            yield canary
        finally:
            server.close()
            canary.close()
