"""One request on its way through an app in this process: what the app gives, taken as a server and our wire take it.

The app runs in another thread than whoever waits, so that one that blocks is late here as it would be over a socket.
Every method but `answer` belongs to the app's thread.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

from wxkf_cli.simulate.handover import Handover
from wxkf_cli.simulate.responsehead import BODYLESS, ProtocolError, check_framing
from wxkf_cli.simulate.standstill import Standstill
from wxkf_cli.vocab.outcomes import TIMEOUT_IN_PHASE, Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT, HEADER_LIMIT, HEADER_LINES_LIMIT
from wxkf_cli.wire.contentencoding import announced, decode
from wxkf_cli.wire.exchange import Answer, Failure, Headers, PushRequest, Response

_NAME = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
_NOT_IN_A_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_LARGEST_CHARACTER = "\xff"


class AppError(Exception):
    """The app broke the rules of its interface; a server answers 500."""


class Call:
    """One request and what becomes of it.

    Its time stands still while this process does, since the app does then as well.

    Args:
        home: The way back into the loop that waits, which is the running one.
        standstill: Tells when this process stood still.

    Attributes:
        request: What is pushed.
        is_stuck: Whether the app still held it when its time was over.
    """

    def __init__(self, request: PushRequest, deadline: float, home: Handover, standstill: Standstill) -> None:
        self.request = request
        self.is_stuck = False
        self._deadline = deadline
        self._home = home
        self._standstill = standstill
        self._timer: asyncio.TimerHandle | None = None
        self._waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._slot: dict[str, Answer] = {}
        self._when_over: Callable[[], None] | None = None
        self._phase = Phase.FIRST_BYTE
        self._status = 0
        self._reason = ""
        self._headers: Headers = ()
        self._body = bytearray()
        self._length: int | None = None
        self._encoding = ""
        self._has_body = True
        self._started = standstill.now()
        standstill.begin()

    async def answer(self, when_over: Callable[[], None] | None = None) -> Answer:
        """Wait for the answer, or for the deadline.

        Args:
            when_over: Called in this thread if nobody waits for the answer any more while the app still works on it.
        """
        self._watch()
        self._when_over = when_over
        try:
            await self._waiter
        except asyncio.CancelledError:
            self._end_here(Failure(Outcome.LOCAL_INTERRUPTED, Phase.LOCAL, self.elapsed))
            raise
        finally:
            self._standstill.end()
            if self._timer is not None:
                self._timer.cancel()
        return self._slot["answer"]

    @property
    def elapsed(self) -> float:
        """Seconds since it began, less those in which this process stood still."""
        return self._standstill.awake(self._started, self._standstill.now())

    @property
    def is_over(self) -> bool:
        """Whether nobody waits for more: it is answered, or its time is over."""
        return bool(self._slot)

    @property
    def is_begun(self) -> bool:
        """Whether the head of the answer is given."""
        return bool(self._status)

    def start(self, status: int, reason: str, headers: Headers) -> None:
        """Take the head; called again before `commit`, it replaces the one before.

        Raises:
            AppError: No server could send it.
        """
        _check_headers(headers)
        if not 100 <= status <= 599:
            message = f"the status {status}"
            raise AppError(message)
        self._status, self._reason, self._headers = status, reason, headers

    def commit(self) -> None:
        """The head leaves the server: from now on an app that fails can only break its answer off."""
        if self._phase is not Phase.FIRST_BYTE or self.is_over:
            return
        self._phase = Phase.BODY
        self._has_body = self._status not in BODYLESS and self.request.method != "HEAD"
        try:
            self._length, self._encoding = _framed(self._status, self._headers, has_body=self._has_body)
        except ProtocolError as error:
            self._close(Failure(error.outcome, Phase.HEADERS, self.elapsed, error.detail))
        else:
            if not self._has_body or self._length == 0:
                self._whole()  # a client waits for no body then

    def feed(self, data: bytes) -> None:
        """Take a piece of the body; with the announced length the answer is whole."""
        if self.is_over or not self._has_body:
            return
        if len(self._body) + len(data) > BODY_LIMIT:
            self._close(Failure(Outcome.LIMIT_BODY, Phase.BODY, self.elapsed))
            return
        self._body += data
        if self._length is not None and len(self._body) >= self._length:
            del self._body[self._length :]
            self._whole()

    @property
    def room(self) -> int | None:
        """How many bytes may still come before the announced length is reached; None without one."""
        return self._length - len(self._body) if self._length is not None else None

    def end(self) -> None:
        """The body is over."""
        if self.is_over:
            return
        if self._length is not None and len(self._body) < self._length:
            detail = f"{len(self._body)} bytes of a body whose Content-Length is {self._length}"
            self._close(Failure(Outcome.HTTP_TRUNCATED, Phase.BODY, self.elapsed, detail))
        else:
            self._whole()

    def give(self, body: bytes) -> None:
        """Take all at once what has no status and no headers."""
        if len(body) > BODY_LIMIT:
            self._close(Failure(Outcome.LIMIT_BODY, Phase.BODY, self.elapsed))
        else:
            self._close(Response(None, (), body, self.elapsed, "", None))

    def break_off(self, detail: str) -> None:
        """The app failed: what a server shows of that.

        Args:
            detail: What it failed with.
        """
        if self._phase is Phase.FIRST_BYTE:
            headers = (("Content-Type", "text/plain; charset=utf-8"),)
            body = b"Internal Server Error"
            self._close(Response(500, headers, body, self.elapsed, "Internal Server Error", None))
        else:
            self._close(Failure(Outcome.HTTP_TRUNCATED, Phase.BODY, self.elapsed, detail))

    def _whole(self) -> None:
        body = decode(bytes(self._body), self._encoding) if self._encoding else bytes(self._body)
        if isinstance(body, Outcome):
            self._close(Failure(body, Phase.DECODE, self.elapsed, self._encoding))
        else:
            self._close(Response(self._status, self._headers, body, self.elapsed, self._reason, None))

    def _close(self, answer: Answer) -> None:
        """End it, once: `setdefault` is one step, whichever thread comes first."""
        if answer.elapsed > self._deadline:
            answer = self._late()
        if self._slot.setdefault("answer", answer) is answer:
            with suppress(RuntimeError):  # the loop that waited is closed
                self._home.give(self._wake)

    def _late(self) -> Failure:
        return Failure(TIMEOUT_IN_PHASE[self._phase], self._phase, self.elapsed)

    # --- what belongs to the thread that waits ---

    def _wake(self) -> None:
        if not self._waiter.done():
            self._waiter.set_result(None)

    def _watch(self) -> None:
        """See to the deadline."""
        self._timer = self._waiter.get_loop().call_later(self._deadline - self.elapsed, self._strike)

    def _strike(self) -> None:
        """The deadline. An answer that came in time but was not yet looked at stays one."""
        late = self._late()
        if late.elapsed < self._deadline:
            self._watch()
            return
        self.is_stuck = True
        self._end_here(late)
        self._wake()

    def _end_here(self, failure: Failure) -> None:
        if self._slot.setdefault("answer", failure) is failure and self._when_over is not None:
            self._when_over()


@lru_cache(maxsize=128)
def _check_headers(headers: Headers) -> None:
    """Raise AppError for what no server could send."""
    for name, value in headers:
        if not _NAME.fullmatch(name):
            message = f"a header with the name {name!r}"
            raise AppError(message)
        if name.lower() == "content-length" and not (value.isascii() and value.isdigit()):
            message = f"the Content-Length {value!r}"
            raise AppError(message)
        if _NOT_IN_A_VALUE.search(value) or max(value, default="") > _LARGEST_CHARACTER:
            message = f"the header {name} with the value {value!r}"
            raise AppError(message)


@lru_cache(maxsize=128)
def _framed(status: int, headers: Headers, *, has_body: bool) -> tuple[int | None, str]:
    """The length of the body, where it is announced, and its encodings; most heads are like those before.

    Raises:
        ProtocolError: A client would not take this head.
    """
    if sum(len(name) + len(value) + 4 for name, value in headers) > HEADER_LIMIT or len(headers) > HEADER_LINES_LIMIT:
        raise ProtocolError(Outcome.LIMIT_HEADERS)
    if not 200 <= status < 600:
        raise ProtocolError(Outcome.HTTP_PROTOCOL, f"the status {status}")
    lengths, encodings = (
        [value.encode("latin-1") for name, value in headers if name.lower() == wanted]
        for wanted in ("content-length", "transfer-encoding")
    )
    check_framing(lengths, encodings, not has_body)
    length = int(lengths[0]) if lengths and not encodings and has_body else None
    return length, announced(headers) if has_body else ""
