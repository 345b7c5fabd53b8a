"""The head of an HTTP/1.1 response: where it ends, what it breaks, and what of that is let pass.

A bare LF, a folded line and two equal Content-Length are mended for the parser behind it, control characters are let
pass; each is named, so that it earns a warning, the same each time. Everything else that HTTP/1.1 forbids is an error.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import BODY_LIMIT, HEADER_LIMIT, HEADER_LINES_LIMIT, INTERIM_RESPONSES_LIMIT

_START = b"HTTP/1."
_STATUS = rb"HTTP/1\.[01] ([1-5][0-9][0-9])"
_NAME = rb"[-!#$%&'*+.^_`|~0-9A-Za-z]++"
_VALUE = rb"[^\x00-\x08\x0a-\x1f\x7f]*+"
# A whole head as it should be; what is like this needs no closer look.
_PROPER = re.compile(_STATUS + rb"(?: (" + _VALUE + rb"))?+(?:\r\n" + _NAME + rb":" + _VALUE + rb")*+\Z")
_STATUS_LINE = re.compile(_STATUS + rb"(?: ([^\x00\r\n]*+))?+(?=\r?\n|\Z)")
_LINES = re.compile(rb"(?:\r\n" + _NAME + rb":[^\x00\r\n]*+)*+\Z")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NEWLINE = re.compile(rb"\r?\n")
_FOLD = re.compile(rb"\r\n[ \t]++")
_FRAMING = re.compile(rb"\r\n(content-length|transfer-encoding):([^\r\n]*+)", re.IGNORECASE)
_LENGTH_LINE = re.compile(rb"\r\ncontent-length:[^\r\n]*+", re.IGNORECASE)
#: Statuses whose responses never have a body, whatever their headers say.
BODYLESS = (204, 304)


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
        mended: The head's bytes as the parser takes them.
        bodyless: Whether such a status never has a body, whatever the headers say.
        chunked: Whether the body comes in chunks.
        until_close: Whether the body goes on until the connection is closed.
        leniencies: What was mended or let pass, in words.
    """

    status: int
    reason: str
    mended: bytes
    bodyless: bool
    chunked: bool
    until_close: bool
    leniencies: tuple[str, ...]


class HeadReader:
    """Collects bytes until the head of the final response is whole; interim responses are counted and dropped."""

    def __init__(self) -> None:
        self._buffer = b""
        self._searched = 0
        self._interim = 0

    @property
    def rest(self) -> bytes:
        """What came behind the head, once it is whole."""
        return self._buffer

    def feed(self, data: bytes) -> Head | None:
        """The head once it is whole; None while it is not.

        Raises:
            ProtocolError: It is no HTTP/1.1 head, or larger than what is read.
        """
        self._buffer = self._buffer + data if self._buffer else data
        while self._buffer:
            buffer = self._buffer
            if not buffer.startswith(_START) and not _START.startswith(buffer):
                raise ProtocolError(Outcome.HTTP_PROTOCOL, _first_line(buffer))
            # Not from the start each time: a head that drips in would cost the square of its length.
            end = _end(buffer, max(0, self._searched - 2))
            if end < 0:
                self._searched = len(buffer)
                # As strict as for a whole head, whose end may be all but here.
                if len(buffer) > HEADER_LIMIT + 3 or buffer.count(b"\n") > HEADER_LINES_LIMIT + 1:
                    raise ProtocolError(Outcome.LIMIT_HEADERS)
                return None
            behind = buffer.index(b"\n", end + 1) + 1
            if buffer[end - 1 : end] == b"\r":
                end -= 1
            head = _read(buffer[:end], buffer[end:behind] == b"\r\n\r\n")
            self._buffer, self._searched = buffer[behind:], 0
            if head.status >= 200:
                return head
            if head.status == 101:
                raise ProtocolError(Outcome.HTTP_PROTOCOL, "101 Switching Protocols that nobody asked for")
            self._interim += 1
            if self._interim > INTERIM_RESPONSES_LIMIT:
                raise ProtocolError(Outcome.LIMIT_INTERIM)
        return None


def _end(buffer: bytes, start: int) -> int:
    """Where the line break before the blank line stands; -1 while there is none."""
    end = buffer.find(b"\n\r\n", start)
    bare = buffer.find(b"\n\n", start, end + 1 if end >= 0 else None)
    return end if bare < 0 else bare


def _first_line(data: bytes) -> str:
    return repr(data.partition(b"\n")[0][:60])


@lru_cache(maxsize=64)
def _read(block: bytes, ends_properly: bool) -> Head:
    """What a head says; a handler's answers have few different ones."""
    if len(block) > HEADER_LIMIT or block.count(b"\n") > HEADER_LINES_LIMIT:
        raise ProtocolError(Outcome.LIMIT_HEADERS)
    leniencies: tuple[str, ...] = ()
    found = _PROPER.match(block)
    if found is None or not ends_properly:
        found = _STATUS_LINE.match(block)
        if found is None:
            raise ProtocolError(Outcome.HTTP_PROTOCOL, _first_line(block))
        block, leniencies = _mended(block, ends_properly, found.end())
    status, reason = int(found[1]), found[2] or b""
    bodyless = status in BODYLESS
    framing = _FRAMING.findall(block)
    lengths = [value for name, value in framing if name.lower() == b"content-length"]
    encodings = [value for name, value in framing if name.lower() != b"content-length"]
    check_framing(lengths, encodings, bodyless)
    if len(lengths) > 1:
        leniencies = (*leniencies, "Content-Length given twice")
        block = _LENGTH_LINE.sub(b"", block, len(lengths) - 1)
    until_close = not framing and not bodyless
    reason_text, mended = reason.decode("latin-1"), block + b"\r\n\r\n"
    return Head(status, reason_text, mended, bodyless, bool(encodings), until_close, leniencies)


def _mended(block: bytes, ends_properly: bool, status_line_ends: int) -> tuple[bytes, tuple[str, ...]]:
    """The head as the parser takes it, and what had to be mended or let pass; the rest is an error."""
    leniencies: list[str] = []
    if not ends_properly or block.count(b"\r\n") != block.count(b"\n"):
        leniencies.append("a line that ends with a bare LF")
        block = _NEWLINE.sub(b"\r\n", block)
    if _FOLD.search(block):
        leniencies.append("a folded header line")
        block = _FOLD.sub(b" ", block)
    if not _LINES.match(block, status_line_ends):
        raise ProtocolError(Outcome.HTTP_PROTOCOL, "a header without a colon, or with what no header may hold")
    if _CONTROL.search(block):
        leniencies.append("a control character in a header")
    return block, tuple(leniencies)


def check_framing(lengths: list[bytes], encodings: list[bytes], bodyless: bool) -> None:
    """Look at what Content-Length and Transfer-Encoding say.

    Raises:
        ProtocolError: They leave open where the body ends, or announce a body that is larger than what is read.
    """
    if encodings:
        if lengths:
            raise ProtocolError(Outcome.HTTP_PROTOCOL, "both Content-Length and Transfer-Encoding")
        if len(encodings) > 1 or encodings[0].strip(b" \t").lower() != b"chunked":
            raise ProtocolError(Outcome.HTTP_PROTOCOL, f"Transfer-Encoding: {b', '.join(encodings)[:40]!r}")
    elif lengths:
        _check_length({length.strip(b" \t") for length in lengths}, bodyless)


def _check_length(lengths: set[bytes], bodyless: bool) -> None:
    length = lengths.pop()
    if lengths:
        raise ProtocolError(Outcome.HTTP_PROTOCOL, "two different Content-Length")
    if not length.isdigit():
        raise ProtocolError(Outcome.HTTP_PROTOCOL, f"Content-Length: {length[:40]!r}")
    if len(length) > 40:
        raise ProtocolError(Outcome.HTTP_PROTOCOL, f"a Content-Length of {len(length)} digits")
    if int(length) > BODY_LIMIT and not bodyless:
        raise ProtocolError(Outcome.LIMIT_BODY, f"Content-Length: {int(length)}")
