"""One connection, one exchange at a time, under one deadline.

Knows no HTTP: what comes goes into the reader of the exchange, which says when the answer is whole.
"""

import asyncio
import ssl
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Protocol, TypeAlias

from wxkf_cli.simulate.failure import classify
from wxkf_cli.simulate.responsehead import ProtocolError
from wxkf_cli.simulate.turns import TwoTurns
from wxkf_cli.vocab.outcomes import TIMEOUT_IN_PHASE, Outcome, Phase
from wxkf_cli.wire.exchange import Answer, Failure, Response

#: Writes a request's bytes to a connection; cancelled when the answer comes first.
Writing: TypeAlias = Callable[[asyncio.Transport, bytes], Coroutine[Any, Any, None]]


class Reader(Protocol):
    """What makes one answer out of bytes.

    Attributes:
        raw: Every byte that came.
        phase: How far the answer got; `first-byte` while none came.
    """

    raw: bytearray
    phase: Phase

    @property
    def reusable(self) -> bool:
        """Whether the connection stays open after the answer."""

    def feed(self, data: bytes) -> bool:
        """Take bytes; True once the answer is whole. Raises ProtocolError."""

    def end(self) -> None:
        """Take the end of all bytes. Raises ProtocolError unless that makes the answer whole."""

    def response(self, elapsed: float) -> Response:
        """The whole answer. Raises ProtocolError."""


class Connection(asyncio.Protocol):
    """One connection to a handler.

    Args:
        turns: What connections that are used again wait with, one for all of a pool.

    Attributes:
        reusable: Whether another exchange can follow.
        was_stale: Whether the last exchange failed only because the peer had given up a connection that was kept.
    """

    def __init__(self, turns: TwoTurns | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._turns = turns or TwoTurns()
        self._transport: asyncio.Transport | None = None
        self._beneath: asyncio.Transport | None = None  # under TLS; the same without
        self._waiter: asyncio.Future[Answer] | None = None
        self._reader: Reader | None = None
        self._writer: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = self._deadline_at = 0.0
        self._used = False
        self._early = b""
        self._ended: tuple[Outcome, str] | None = None
        self.reusable = self.was_stale = False

    async def secure(self, tls: ssl.SSLContext, host: str, limit: float) -> None:
        """Shake hands, within so many seconds; the connection is closed when that fails.

        Not left to `create_connection`, which forgets the socket when it is cancelled before the first byte.
        """
        assert self._transport is not None  # noqa: S101 - only a connection that is made is secured
        try:
            if self._early:
                raise ProtocolError(Outcome.TLS_NOT_TLS, repr(self._early[:20]))
            if self._transport.is_closing():
                raise ConnectionResetError
            self._transport = await self._loop.start_tls(
                self._transport, self, tls, server_hostname=host, ssl_handshake_timeout=limit
            )
        except BaseException:
            self.close()
            raise

    async def exchange(
        self, payload: bytes, reader: Reader, started: float, deadline_at: float, writing: Writing | None = None
    ) -> Answer:
        """Send a request and wait for its answer; both times are the event loop's.

        Args:
            payload: The bytes of the request.
            reader: What makes an answer of what comes.
            started: When the delivery began.
            deadline_at: When it must have ended.
            writing: Writes the bytes in a way of its own, while the answer is waited for; None for all at once.
        """
        again, self._used = self._used, True
        self.reusable = self.was_stale = False
        self._started = started
        waiter: asyncio.Future[Answer] = self._loop.create_future()
        self._waiter = waiter
        self._watch(deadline_at)
        try:
            if again:
                # Two turns of the loop: what stands behind the last answer is met first, and closes the connection.
                self._turns.call(partial(self._depart, payload, reader, writing))
            else:
                self._depart(payload, reader, writing)
            answer = await waiter
        finally:
            self._waiter = self._reader = None
            if self._writer is not None:
                self._writer.cancel()
                self._writer = None
        if isinstance(answer, Failure):
            lost = answer.outcome in (Outcome.NET_RESET, Outcome.NET_CLOSED_EARLY)
            self.was_stale = again and lost and not reader.raw
        return answer

    def _depart(self, payload: bytes, reader: Reader, writing: Writing | None) -> None:
        """Send the request, and take what comes from now on for its answer."""
        if self._waiter is None or self._waiter.done():
            return  # whoever asked has gone
        self._reader = reader
        try:
            if self._transport is not None and not self._transport.is_closing():
                if writing is None:
                    self._transport.write(payload)
                else:
                    self._writer = self._loop.create_task(writing(self._transport, payload))
            if self._early or self._ended:
                self._catch_up()
        except Exception as error:
            self._waiter.set_exception(error)

    def close(self) -> None:
        """Close at once, whatever is under way."""
        self.reusable = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None:
            # The first says goodbye where TLS has a word for it, but would then wait for a peer that is silent.
            self._transport.close()
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = self._beneath = transport  # type: ignore[assignment] # a stream transport, as it was made

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        if self._reader is None or self._waiter is None or self._waiter.done():
            if self._used:
                self.close()  # nobody asked: garbage after an answer
            else:
                self._early += data
            return
        try:
            if self._reader.feed(data):
                self._finish(self._reader)
        except ProtocolError as error:
            self._fail(error.outcome, error.detail)
        except Exception as error:
            # Not left to asyncio, which would print it: what we stumble over is ours, and has its word too.
            self._fail(classify(error, Phase.LOCAL), repr(error))

    def eof_received(self) -> None:
        """Called by asyncio, which closes the connection then."""
        if self._reader is None:
            self._fail(Outcome.NET_CLOSED_EARLY)
            return
        try:
            self._reader.end()
            self._finish(self._reader)
        except ProtocolError as error:
            self._fail(error.outcome, error.detail)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self.reusable = False
        if exc is None:
            self.eof_received()
        else:
            self._fail(classify(exc, self._phase()), str(exc))

    def _catch_up(self) -> None:
        """Take what came between connecting and asking: some handlers answer before they are asked."""
        early, self._early = self._early, b""
        if early:
            self.data_received(early)
        if self._ended and self._ended[0] is Outcome.NET_CLOSED_EARLY:
            self.eof_received()
        elif self._ended:
            self._fail(*self._ended)

    def _watch(self, deadline_at: float) -> None:
        """See to the deadline. A timer that strikes before it may stay: it is set again then, not for each exchange."""
        self._deadline_at = deadline_at
        if self._timer is not None and self._timer_at > deadline_at:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer, self._timer_at = self._loop.call_at(deadline_at, self._strike), deadline_at

    def _strike(self) -> None:
        self._timer = None
        if self._waiter is None:
            return
        if self._timer_at < self._deadline_at:
            self._watch(self._deadline_at)
        else:
            self._fail(TIMEOUT_IN_PHASE[self._phase()])

    def _phase(self) -> Phase:
        phase = self._reader.phase if self._reader else Phase.FIRST_BYTE
        return Phase.SEND if phase is Phase.FIRST_BYTE and self._is_unsent() else phase

    def _is_unsent(self) -> bool:
        return self._beneath is not None and self._beneath.get_write_buffer_size() > 0

    def _finish(self, reader: Reader) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(reader.response(self._loop.time() - self._started))
            # An answer may come before the request is sent; its rest must not run into the next one.
            self.reusable = reader.reusable and not self._is_unsent()

    def _fail(self, outcome: Outcome, detail: str = "") -> None:
        if self._waiter is None or self._reader is None:
            self._ended = self._ended or (outcome, detail)
        elif not self._waiter.done():
            elapsed = self._loop.time() - self._started
            self._waiter.set_result(Failure(outcome, self._phase(), elapsed, detail, bytes(self._reader.raw)))
            self.close()
