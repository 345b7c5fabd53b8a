"""Our own HTTP/1.1 client: exact bytes, one deadline over everything, limits counted as bytes arrive.

The only file that knows httptools. No redirects, no cookies, no proxy, no compression asked for; `over_httpx` is the
door to the rest.
"""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.failure import classify
from wxkf_cli.simulate.responsehead import Head, HeadReader, ProtocolError
from wxkf_cli.simulate.target import Reach, Target, reach_of
from wxkf_cli.vocab.outcomes import TIMEOUT_IN_PHASE, Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT, HEADER_LIMIT
from wxkf_cli.wire.contentencoding import decode
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest, Response

#: Bytes of chunk framing in all; with the body and the headers it bounds what one answer can make us keep.
_FRAMING_LIMIT = BODY_LIMIT


class Wire:
    """A transport to one target.

    Each push has a connection of its own unless `keep_alive`, which keeps a pool. Safe for many pushes at a time on
    one event loop.
    """

    def __init__(self, target: Target, *, keep_alive: bool = False, tls: ssl.SSLContext | None = None) -> None:
        self.target = target
        self._keep_alive = keep_alive
        self._tls = (tls or ssl.create_default_context()) if target.secure else None
        self._idle: list[_Connection] = []
        self._addresses: list[tuple[socket.AddressFamily, Any]] = []

    async def __call__(self, request: PushRequest, deadline: float) -> Answer:
        """Deliver one request; the deadline is in seconds from now and covers everything."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        payload = self._payload(request)
        while self._idle:
            pooled = self._idle.pop()
            answer = await pooled.exchange(payload, started, started + deadline)
            self._keep(pooled)
            if not pooled.was_stale:
                return answer
        connection = await self._connect(started, started + deadline)
        if isinstance(connection, Failure):
            return connection
        answer = await connection.exchange(payload, started, started + deadline)
        self._keep(connection)
        return answer

    async def reach(self, deadline: float) -> Reach | None:
        """How far away the target is; None when its name does not resolve in time.

        Raises:
            UsageError: The name stands for a link-local or metadata address.
        """
        try:
            async with asyncio.timeout(deadline):
                addresses = await self._resolved()
        except OSError:
            return None
        far = any(reach_of(address[0]) is Reach.PUBLIC for _, address in addresses)
        return Reach.PUBLIC if far else Reach.LOCAL

    def close(self) -> None:
        """Close what is kept."""
        while self._idle:
            self._idle.pop().close()

    def _keep(self, connection: "_Connection") -> None:
        if self._keep_alive and connection.reusable:
            self._idle.append(connection)
        else:
            connection.close()

    def _payload(self, request: PushRequest) -> bytes:
        lines = [f"{request.method} {self.target.request_target(request.query_string)} HTTP/1.1\r\n"]
        host = self.target.host_header
        lines += [f"{name}: {value or host if name == 'Host' else value}\r\n" for name, value in request.headers]
        return "".join([*lines, "\r\n"]).encode("latin-1") + request.body

    async def _connect(self, started: float, deadline_at: float) -> "_Connection | Failure":
        loop = asyncio.get_running_loop()
        phase = Phase.RESOLVE
        try:
            async with asyncio.timeout_at(deadline_at):
                addresses = await self._resolved()
                phase = Phase.CONNECT
                plain = await _first_connected(addresses)
                phase = Phase.TLS if self._tls else Phase.SEND
                try:
                    _, connection = await loop.create_connection(
                        _Connection,
                        sock=plain,
                        ssl=self._tls,
                        server_hostname=self.target.host if self._tls else None,
                    )
                except BaseException:
                    plain.close()
                    raise
        except TimeoutError as error:
            return Failure(TIMEOUT_IN_PHASE[phase], phase, loop.time() - started, str(error))
        except (OSError, UnicodeError, MemoryError) as error:
            return Failure(classify(error, phase), phase, loop.time() - started, str(error))
        return connection

    async def _resolved(self) -> list[tuple[socket.AddressFamily, Any]]:
        """The target's addresses, looked up once a run so that they cannot change half-way."""
        if not self._addresses:
            found = await _looked_up(self.target.host, self.target.port)
            for _, address in found:
                if reach_of(address[0]) is Reach.FORBIDDEN:
                    message = f"{self.target.host} is {address[0]}, a link-local or cloud metadata address"
                    raise UsageError(message, "wxkf never sends anything there")
            self._addresses = found
        return self._addresses


async def _looked_up(host: str, port: int) -> list[tuple[socket.AddressFamily, Any]]:
    def look_up(flags: int = 0) -> list[tuple[socket.AddressFamily, Any]]:
        return [(row[0], row[4]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)]

    try:
        return look_up(socket.AI_NUMERICHOST)
    except socket.gaierror:
        pass
    # A thread of its own, and a daemon: a resolver that hangs must not hold up the end of the program.
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[list[tuple[socket.AddressFamily, Any]]] = loop.create_future()

    def settle(setter: Callable[[Any], None], value: Any) -> None:
        if not waiting.done():
            setter(value)

    def run() -> None:
        try:
            setter, value = waiting.set_result, look_up()
        except (OSError, UnicodeError) as error:
            setter, value = waiting.set_exception, error  # type: ignore[assignment] # one pair or the other
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, setter, value)

    threading.Thread(target=run, daemon=True, name="wxkf-resolver").start()
    return await waiting


async def _first_connected(addresses: list[tuple[socket.AddressFamily, Any]]) -> socket.socket:
    loop = asyncio.get_running_loop()
    failed: OSError = OSError("no address")
    for family, address in addresses:
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.setblocking(False)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.sock_connect(plain, address)
        except OSError as error:
            plain.close()
            failed = error
        except BaseException:
            plain.close()
            raise
        else:
            return plain
    raise failed


class _Connection(asyncio.Protocol):
    """One connection, one exchange at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[Answer] | None = None
        self._used = 0
        self.reusable = False
        self.was_stale = False

    # --- one exchange ---

    async def exchange(self, payload: bytes, started: float, deadline_at: float) -> Answer:
        self._waiter = self._loop.create_future()
        self._started = started
        self._raw = bytearray()
        self._reader = HeadReader()
        self._head: Head | None = None
        self._parser: Any = None
        self._body = bytearray()
        self._headers: list[tuple[str, str]] = []
        self._framing = self._since_data = 0
        self._complete = self._surplus = False
        self._used += 1
        self.reusable = self.was_stale = False
        timer = self._loop.call_at(deadline_at, self._expire)
        try:
            if self._transport is None or self._transport.is_closing():
                self._fail(Outcome.NET_CLOSED_EARLY)
            else:
                self._transport.write(payload)
            return await self._waiter
        finally:
            timer.cancel()
            self._waiter = None

    @property
    def _phase(self) -> Phase:
        if self._head is not None:
            return Phase.BODY
        if self._raw:
            return Phase.HEADERS
        unsent = self._transport is not None and self._transport.get_write_buffer_size() > 0
        return Phase.SEND if unsent else Phase.FIRST_BYTE

    def _expire(self) -> None:
        self._fail(TIMEOUT_IN_PHASE[self._phase])

    def _fail(self, outcome: Outcome, detail: str = "") -> None:
        if self._waiter is None or self._waiter.done():
            return
        lost = outcome in (Outcome.NET_RESET, Outcome.NET_CLOSED_EARLY)
        self.was_stale = lost and self._used > 1 and not self._raw
        elapsed = self._loop.time() - self._started
        self._waiter.set_result(Failure(outcome, self._phase, elapsed, detail, bytes(self._raw)))
        self.close()

    def _finish(self) -> None:
        if self._waiter is None or self._waiter.done():
            return
        assert self._head is not None  # noqa: S101 - an answer is finished only after its head
        head, body = self._head, bytes(self._body)
        encoding = next((value for name, value in self._headers if name.lower() == "content-encoding"), "")
        decoded = decode(body, encoding) if encoding else body
        if isinstance(decoded, Outcome):
            self._fail(decoded, encoding)
            return
        leniencies = head.leniencies
        if self._surplus:
            leniencies = (*leniencies, "bytes after the announced end")
        self._waiter.set_result(
            Response(
                head.status,
                tuple(self._headers),
                decoded,
                self._loop.time() - self._started,
                head.reason,
                leniencies,
                bytes(self._raw),
            )
        )
        self.reusable = not self._surplus and not head.until_close and self._parser.should_keep_alive()

    # --- what asyncio calls ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment] # a stream transport, by how it was made

    def data_received(self, data: bytes) -> None:
        if self._waiter is None or self._waiter.done():
            self.reusable = False
            self.close()  # nobody asked: garbage after an answer
            return
        self._raw += data
        try:
            if self._head is None:
                self._feed_head(data)
            else:
                self._feed_body(data)
        except ProtocolError as error:
            self._fail(error.outcome, error.detail)

    def eof_received(self) -> bool:
        if self._head is not None and self._head.until_close:
            self._finish()
        elif self._head is not None:
            self._fail(Outcome.HTTP_TRUNCATED)
        else:
            self._fail(Outcome.NET_CLOSED_EARLY)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.reusable = False
        if exc is None:
            self.eof_received()
        else:
            self._fail(classify(exc, self._phase), str(exc))

    def close(self) -> None:
        self.reusable = False
        if self._transport is not None:
            # Not close(): that would wait for a peer that does not read.
            self._transport.abort()

    # --- reading ---

    def _feed_head(self, data: bytes) -> None:
        head = self._reader.feed(data)
        if head is None:
            return
        from httptools import HttpResponseParser

        self._head = head
        self._parser = HttpResponseParser(self)
        self._feed_parser(head.mended)
        self._surplus = self._complete and bool(head.rest)
        if self._complete:
            self._finish()
        elif head.rest:
            self._feed_body(head.rest)

    def _feed_body(self, data: bytes) -> None:
        before = len(self._body)
        self._feed_parser(data)
        arrived = len(self._body) - before
        self._framing += len(data) - arrived
        if len(self._body) > BODY_LIMIT or self._framing > _FRAMING_LIMIT:
            raise ProtocolError(Outcome.LIMIT_BODY)
        self._since_data = 0 if arrived else self._since_data + len(data)
        if self._complete:
            self._finish()
        elif self._since_data > HEADER_LIMIT:
            raise ProtocolError(Outcome.LIMIT_HEADERS)

    def _feed_parser(self, data: bytes) -> None:
        from httptools import HttpParserError, HttpParserUpgrade

        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            raise ProtocolError(Outcome.HTTP_PROTOCOL, "an upgrade that nobody asked for") from None
        except HttpParserError as error:
            if not self._complete:
                raise ProtocolError(Outcome.HTTP_PROTOCOL, str(error)) from None
            self._surplus = True

    # --- what httptools calls ---

    def on_message_begin(self) -> None:
        self._surplus = self._complete  # a second answer behind the first

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._complete:
            self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_body(self, data: bytes) -> None:
        if not self._complete:
            self._body += data

    def on_message_complete(self) -> None:
        self._complete = True
