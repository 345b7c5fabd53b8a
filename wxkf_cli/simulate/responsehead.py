"""The head of an HTTP/1.1 response: where it ends, what it breaks, and what of that is let pass.

The parser behind it is strict; a bare LF, a folded line and two equal Content-Length are mended here and named, so that
they earn a warning, the same each time. Everything else that HTTP/1.1 forbids is an error.
"""

import re
from typing import NamedTuple

from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import BODY_LIMIT, HEADER_LIMIT, HEADER_LINES_LIMIT, INTERIM_RESPONSES_LIMIT

_END = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])(?: ([^\r\n]*))?\r?\Z")
_START = b"HTTP/1."
_FOLD = re.compile(rb"\r?\n[ \t]+")
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TRANSFER = re.compile(rb"^transfer-encoding[ \t]*:", re.IGNORECASE | re.MULTILINE)
_NO_BODY = (204, 304)


class ProtocolError(Exception):
    """What came is not an answer that can be taken.

    Attributes:
        outcome: The word for it.
        detail: What was met.
    """

    def __init__(self, outcome: Outcome, detail: str = "") -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail


class Head(NamedTuple):
    """The head of the final response.

    Attributes:
        status: 200 to 599.
        reason: The reason phrase.
        mended: The head's bytes as the strict parser takes them.
        rest: What came behind the head.
        until_close: Whether the body goes on until the connection is closed.
        leniencies: What was mended, in words.
    """

    status: int
    reason: str
    mended: bytes
    rest: bytes
    until_close: bool
    leniencies: tuple[str, ...]


class HeadReader:
    """Collects bytes until the head of the final response is whole; interim responses are counted and dropped."""

    def __init__(self) -> None:
        self._buffer = b""
        self._interim = 0

    def feed(self, data: bytes) -> Head | None:
        """The head once it is whole; None while it is not.

        Raises:
            ProtocolError: It is no HTTP/1.1 head, or larger than what is read.
        """
        self._buffer = self._buffer + data if self._buffer else data
        while True:
            buffer = self._buffer
            if not buffer.startswith(_START) and not _START.startswith(buffer):
                raise ProtocolError(Outcome.HTTP_PROTOCOL, repr(buffer[:20]))
            found = _END.search(buffer)
            end = found.start() if found else -1
            if end > HEADER_LIMIT or (end < 0 and len(buffer) > HEADER_LIMIT):
                raise ProtocolError(Outcome.LIMIT_HEADERS)
            if found is None:
                if buffer.count(b"\n") > HEADER_LINES_LIMIT:
                    raise ProtocolError(Outcome.LIMIT_HEADERS)
                return None
            head = _read(buffer[:end], buffer[found.end() :])
            if head.status >= 200:
                return head
            if head.status == 101:
                raise ProtocolError(Outcome.HTTP_PROTOCOL, "101 Switching Protocols that nobody asked for")
            self._interim += 1
            if self._interim > INTERIM_RESPONSES_LIMIT:
                raise ProtocolError(Outcome.LIMIT_INTERIM)
            self._buffer = head.rest
            if not self._buffer:
                return None


def _read(block: bytes, rest: bytes) -> Head:
    first, _, _ = block.partition(b"\n")
    status_line = _STATUS_LINE.match(first)
    if status_line is None:
        raise ProtocolError(Outcome.HTTP_PROTOCOL, repr(first[:60]))
    if block.count(b"\n") > HEADER_LINES_LIMIT:
        raise ProtocolError(Outcome.LIMIT_HEADERS)
    leniencies: list[str] = []
    mended = block
    if block.count(b"\r\n") != block.count(b"\n"):
        leniencies.append("a line that ends with a bare LF")
        mended = re.sub(rb"\r?\n", b"\r\n", mended)
    if _FOLD.search(mended):
        leniencies.append("a folded header line")
        mended = _FOLD.sub(b" ", mended)
    lengths = _LENGTH.findall(mended)
    if len(lengths) > 1:
        if len(set(lengths)) > 1:
            raise ProtocolError(Outcome.HTTP_PROTOCOL, "two different Content-Length")
        leniencies.append("Content-Length given twice")
        mended = _LENGTH.sub(b"", mended, count=len(lengths) - 1).replace(b"\r\n\n", b"\r\n").replace(b"\n\r\n", b"\n")
    chunked = _TRANSFER.search(mended) is not None
    _check_length(lengths, chunked)
    status = int(status_line[1])
    return Head(
        status,
        (status_line[2] or b"").decode("latin-1"),
        mended + b"\r\n\r\n",
        rest,
        not lengths and not chunked and status not in _NO_BODY,
        tuple(leniencies),
    )


def _check_length(lengths: list[bytes], chunked: bool) -> None:
    if not lengths:
        return
    if chunked:
        raise ProtocolError(Outcome.HTTP_PROTOCOL, "both Content-Length and Transfer-Encoding")
    if not lengths[0].isdigit():
        raise ProtocolError(Outcome.HTTP_PROTOCOL, f"Content-Length: {lengths[0][:40]!r}")
    if len(lengths[0]) > 40:
        raise ProtocolError(Outcome.HTTP_PROTOCOL, f"a Content-Length of {len(lengths[0])} digits")
    if int(lengths[0]) > BODY_LIMIT:
        raise ProtocolError(Outcome.LIMIT_BODY, f"Content-Length: {int(lengths[0])}")
