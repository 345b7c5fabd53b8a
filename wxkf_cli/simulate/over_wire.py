"""Our own HTTP/1.1 client: exact bytes, one deadline over everything, limits counted as bytes arrive.

The only file that knows httptools. No redirects, no cookies, no proxy, no compression asked for; `over_httpx` is the
door to the rest.
"""

import asyncio
import ssl
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpResponseParser

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.addresses import Addresses, first_connected
from wxkf_cli.simulate.connection import Connection, Writing
from wxkf_cli.simulate.failure import classify
from wxkf_cli.simulate.lag import LagMeter
from wxkf_cli.simulate.openend import with_open_end
from wxkf_cli.simulate.responsehead import Head, HeadReader, ProtocolError
from wxkf_cli.simulate.target import Reach, Target, reach_of
from wxkf_cli.simulate.trust import tls_context
from wxkf_cli.simulate.turns import TwoTurns
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT, HEADER_LIMIT, HEADER_LINES_LIMIT
from wxkf_cli.wire.contentencoding import announced, decode
from wxkf_cli.wire.exchange import Answer, Failure, Headers, PushRequest, Response

#: How many heads are known again.
_REMEMBERED = 64
#: Bytes of chunk framing in all; with the body and the headers it bounds what one answer can make us keep.
_FRAMING_LIMIT = BODY_LIMIT


class Wire:
    """A transport to one target.

    A connection for each push, or with `keep_alive` a pool of them. Safe for many pushes at a time on one event loop.
    """

    def __init__(self, target: Target, *, keep_alive: bool = False, tls: ssl.SSLContext | None = None) -> None:
        self.target = target
        self._keep_alive = keep_alive
        self._tls = (tls or tls_context()) if target.secure else None
        self._addresses = Addresses(target)
        self._idle: list[Connection] = []
        self._seen: _Memory = {}
        self._turns = TwoTurns()
        self._lag = LagMeter()

    async def __call__(self, request: PushRequest, deadline: float, writing: Writing | None = None) -> Answer:
        """Deliver one request.

        Args:
            request: What to send.
            deadline: Seconds from now; it covers everything.
            writing: Another way to write the bytes than all at once.

        Raises:
            UsageError: A header cannot be sent, or the target's name stands for an address that is never pushed to.
        """
        payload = self.target.head(request) + request.body
        loop = asyncio.get_running_loop()
        started = loop.time()
        pooled = self._idle.pop() if self._idle and writing is None else None
        asleep = self._lag.begin(loop)
        try:
            if pooled is not None:
                answer = await pooled.exchange(payload, _ResponseReader(self._seen), started, started + deadline)
            # Again on a fresh one, and only once: a handler that hangs up must not see one push many times.
            if pooled is None or pooled.was_stale:
                answer = await self._afresh(payload, started, started + deadline, writing)
            return with_open_end(self._lag.fair(answer, started, deadline, asleep), request)
        finally:
            self._lag.end()
            if pooled is not None:
                self._put_back(pooled)

    async def _afresh(self, payload: bytes, started: float, deadline_at: float, writing: Writing | None) -> Answer:
        """Deliver over a connection of its own."""
        connection = await self._connected(started, deadline_at)
        if isinstance(connection, Failure):
            return connection
        try:
            return await connection.exchange(payload, _ResponseReader(self._seen), started, deadline_at, writing)
        finally:
            self._put_back(connection)

    def _put_back(self, connection: Connection) -> None:
        """Keep a connection for the next push, if that is wanted and possible."""
        if self._keep_alive and connection.reusable:
            self._idle.append(connection)
        else:
            connection.close()

    async def reach(self, deadline: float) -> Reach | None:
        """How far away the target is; None when its name does not resolve in time.

        Raises:
            UsageError: The name stands for a link-local or metadata address.
        """
        try:
            async with asyncio.timeout(deadline):
                addresses = await self._addresses.known()
        except (OSError, UnicodeError):
            return None
        far = any(reach_of(address[0]) is Reach.PUBLIC for _, address in addresses)
        return Reach.PUBLIC if far else Reach.LOCAL

    def close(self) -> None:
        """Close what is kept, and keep nothing from now on."""
        self._keep_alive = False
        while self._idle:
            self._idle.pop().close()

    async def _connected(self, started: float, deadline_at: float) -> Connection | Failure:
        loop = asyncio.get_running_loop()
        phase = Phase.RESOLVE
        try:
            async with asyncio.timeout_at(deadline_at):
                addresses = await self._addresses.known()
                phase = Phase.CONNECT
                plain = await first_connected(addresses, deadline_at)
                try:
                    _, connection = await loop.create_connection(partial(Connection, self._turns), sock=plain)
                except BaseException:
                    plain.close()
                    raise
                if self._tls:
                    phase = Phase.TLS
                    # Ours is the only deadline: asyncio's own must not strike before it.
                    await connection.secure(self._tls, self.target.host, deadline_at - started + 1)
        except UsageError:
            raise
        except ProtocolError as error:
            return Failure(error.outcome, phase, loop.time() - started, error.detail)
        except Exception as error:
            return Failure(classify(error, phase), phase, loop.time() - started, str(error))
        return connection


class _Seen(NamedTuple):
    """What the parser made of a head when a body of that length came with it."""

    length: int
    headers: Headers
    stays_open: bool


#: Heads as the parser takes them.
_Memory: TypeAlias = dict[bytes, _Seen]


class _ResponseReader:
    """Makes one response out of bytes, by llhttp, and counts them.

    A handler's answers have few different heads, and nearly all come in one piece: what the parser made of such a head
    is remembered, and a body of the same length needs no parser then.

    Args:
        seen: What is remembered; nothing without it.
    """

    def __init__(self, seen: _Memory | None = None) -> None:
        self._seen: _Memory = seen if seen is not None else {}
        self.raw = bytearray()
        self.phase = Phase.FIRST_BYTE
        self._heads = HeadReader()
        self._head: Head | None = None
        self._parser: Any = None
        self._headers: list[tuple[str, str]] = []
        self._body = bytearray()
        self._trailer_lines = self._trailer_bytes = 0
        self._framing = self._since_data = 0
        self._complete = self._surplus = self._stays_open = False

    @property
    def reusable(self) -> bool:
        """Whether the connection stays open after the response."""
        return self._stays_open and not self._surplus

    def feed(self, data: bytes) -> bool:
        """Take bytes; True once the response is whole."""
        self.raw += data
        if self._head is None:
            self._feed_head(data)
        else:
            self._feed_body(data, self._head)
        return self._complete

    def end(self) -> None:
        """Take the end of all bytes; it ends a body that has no length."""
        if self._head is None:
            raise ProtocolError(Outcome.NET_CLOSED_EARLY)
        if not self._head.until_close:
            raise ProtocolError(Outcome.HTTP_TRUNCATED)

    def response(self, elapsed: float) -> Response:
        """The whole response, its Content-Encoding undone."""
        self._parser = None  # it points back: without this each push would leave work to the garbage collector
        head, body = self._head, bytes(self._body)
        assert head is not None  # noqa: S101 - only a whole response is asked for
        encoding = announced(self._headers)
        if encoding and not head.bodyless:
            self.phase = Phase.DECODE
            decoded = decode(body, encoding)
            if isinstance(decoded, Outcome):
                raise ProtocolError(decoded, encoding)
            body = decoded
        leniencies = head.leniencies
        if self._surplus:
            leniencies = (*leniencies, "bytes after the announced end")
        return Response(head.status, tuple(self._headers), body, elapsed, head.reason, leniencies, bytes(self.raw))

    def _feed_head(self, data: bytes) -> None:
        self.phase = Phase.HEADERS
        head = self._heads.feed(data)
        if head is None:
            return
        self.phase = Phase.BODY
        rest = self._heads.rest
        known = self._seen.get(head.mended)
        if known is not None and len(rest) == known.length:
            self._head, self._complete, self._stays_open = head, True, known.stays_open
            self._headers, self._body = list(known.headers), bytearray(rest)
            return
        self._parser = HttpResponseParser(self)
        # Which headers may pass is decided before: `responsehead` names a control character instead of refusing it.
        self._parser.set_dangerous_leniencies(lenient_headers=True)
        self._feed_parser(head.mended)
        self._head = head
        if self._complete:
            self._surplus = bool(rest)
        elif rest:
            self._feed_body(rest, head)
            if self._complete and not self._surplus and not head.chunked:
                self._remember(head, len(rest))

    def _remember(self, head: Head, length: int) -> None:
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[head.mended] = _Seen(length, tuple(self._headers), self._stays_open)

    def _feed_body(self, data: bytes, head: Head) -> None:
        before = len(self._body)
        self._feed_parser(data)
        arrived = len(self._body) - before
        self._framing += len(data) - arrived
        self._since_data = 0 if arrived else self._since_data + len(data)
        if len(self._body) > BODY_LIMIT or (self._framing > _FRAMING_LIMIT and not self._complete):
            raise ProtocolError(Outcome.LIMIT_BODY)
        if self._trailer_bytes > HEADER_LIMIT or self._trailer_lines > HEADER_LINES_LIMIT:
            raise ProtocolError(Outcome.LIMIT_HEADERS, "trailers")
        if self._since_data > HEADER_LIMIT and not self._complete:
            raise ProtocolError(Outcome.LIMIT_HEADERS, "a chunk size or trailer line")
        if self._complete and not head.chunked and len(data) > arrived:
            self._surplus = True  # the parser shrugs at a blank line

    def _feed_parser(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except HttpParserCallbackError:
            raise  # ours, not the handler's
        except (HttpParserError, HttpParserUpgrade) as error:
            if not self._complete:
                raise ProtocolError(Outcome.HTTP_PROTOCOL, str(error)) from None
            self._surplus = True

    # --- what httptools calls; after a whole response it may go on with what lies behind ---

    def on_message_begin(self) -> None:
        self._surplus = self._complete

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._head is None:
            self._headers.append((name.decode("latin-1"), value.decode("latin-1")))
        elif not self._complete:
            # A trailer is counted and dropped: a Content-Encoding among them must not change the body.
            self._trailer_lines += 1
            self._trailer_bytes += len(name) + len(value)

    def on_body(self, data: bytes) -> None:
        if not self._complete:
            self._body += data

    def on_message_complete(self) -> None:
        if not self._complete:
            self._complete = True
            # Only here: a moment later the parser has forgotten how the message was framed.
            self._stays_open = self._parser.should_keep_alive()
