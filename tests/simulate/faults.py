"""The table of faults over one exchange: what a server does, and why its answer is none.

The names begin with the row of the fault catalogue that they belong to. `over_httpx` is what the door to httpx says
where it can tell less than our own wire.
"""

import gzip
from typing import NamedTuple

from tests.simulate.hostile import GOOD, Do, Each, Endless, Script, drip
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT, HEADER_LIMIT

READ, FIN, RESET, HOLD = Do.READ, Do.FIN, Do.RESET, Do.HOLD


class Fault(NamedTuple):
    """One row.

    Attributes:
        name: Row and nickname.
        script: What the server does.
        outcome: The word for it.
        phase: How far a failed delivery got; None where that depends on the kernel.
        over_httpx: The word that httpx can tell; the same one where None.
    """

    name: str
    script: Script
    outcome: Outcome
    phase: Phase | None = None
    over_httpx: Outcome | None = None


def answer(body: bytes = b"success", *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """A response with a right Content-Length."""
    length = b"Content-Length: %d" % len(body)
    return b"\r\n".join([b"HTTP/1.1 " + status, *headers, length, b"", body])


def head(*headers: bytes) -> bytes:
    """The head of a 200."""
    return b"\r\n".join([b"HTTP/1.1 200 OK", *headers, b"", b""])


def chunks(*parts: bytes) -> bytes:
    """The head of a chunked 200 and raw chunk bytes."""
    return head(b"Transfer-Encoding: chunked") + b"".join(parts)


def encoded(body: bytes, encoding: bytes) -> bytes:
    """A response with a Content-Encoding."""
    return answer(body, b"Content-Encoding: " + encoding)


WRONG_CRC = gzip.compress(b"success")[:-8] + bytes(8)

#: Nothing, or not enough, in time.
HANGS = (
    Fault("F08 silent", (READ, HOLD), Outcome.TIMEOUT_FIRST_BYTE, Phase.FIRST_BYTE),
    Fault("F08 stall", (HOLD,), Outcome.TIMEOUT_FIRST_BYTE, Phase.FIRST_BYTE),
    Fault(
        "F25 slow-headers",
        (READ, drip(GOOD[:40], paced=True), HOLD),
        Outcome.TIMEOUT_HEADERS,
        Phase.HEADERS,
        over_httpx=Outcome.TIMEOUT_FIRST_BYTE,
    ),
    Fault(
        "F26 slow-status",
        (READ, Each([b"HTTP/1.1 200 OK\r\n", *[b"X-Header: value\r\n"] * 50], paced=True), HOLD),
        Outcome.TIMEOUT_HEADERS,
        Phase.HEADERS,
        over_httpx=Outcome.TIMEOUT_FIRST_BYTE,
    ),
    Fault(
        "F27 drip",
        (READ, head(b"Content-Length: 500"), drip(b"x" * 499, paced=True), HOLD),
        Outcome.TIMEOUT_BODY,
        Phase.BODY,
    ),
    Fault(
        "F27 drip-chunked",
        (READ, chunks(), Each([b"1\r\nx\r\n"] * 500, paced=True), HOLD),
        Outcome.TIMEOUT_BODY,
        Phase.BODY,
    ),
    Fault("F36 no-length-open", (READ, head(), b"success", HOLD), Outcome.TIMEOUT_BODY, Phase.BODY),
)

FAULTS = (
    *HANGS,
    # The connection ends.
    Fault("F16 refuse", (RESET,), Outcome.NET_RESET),
    Fault("F16 reset", (READ, RESET), Outcome.NET_RESET),
    Fault("F17 close", (READ, FIN), Outcome.NET_CLOSED_EARLY, Phase.FIRST_BYTE),
    Fault("F18 reset-headers", (READ, GOOD[:20], RESET), Outcome.NET_RESET),
    Fault("F18 close-headers", (READ, GOOD[:20], FIN), Outcome.NET_CLOSED_EARLY, Phase.HEADERS),
    Fault(
        "F18 close after 1xx", (READ, b"HTTP/1.1 100 Continue\r\n\r\n", FIN), Outcome.NET_CLOSED_EARLY, Phase.HEADERS
    ),
    Fault("F19 reset-body", (READ, head(b"Content-Length: 9"), b"succ", RESET), Outcome.NET_RESET),
    Fault("F20 bad-length", (READ, head(b"Content-Length: 9"), b"success", FIN), Outcome.HTTP_TRUNCATED, Phase.BODY),
    Fault("F22 chunk-truncated", (READ, chunks(b"7\r\nsuccess\r\n"), FIN), Outcome.HTTP_TRUNCATED, Phase.BODY),
    Fault("F22 inside a chunk", (READ, chunks(b"7\r\nsucc"), FIN), Outcome.HTTP_TRUNCATED, Phase.BODY),
    # Too much.
    Fault("F31 infinite", (READ, head(), Endless(b"x" * 8192)), Outcome.LIMIT_BODY, Phase.BODY),
    Fault("F31 infinite chunks", (READ, chunks(), Endless(b"400\r\n" + b"x" * 1024 + b"\r\n")), Outcome.LIMIT_BODY),
    Fault("F32 infinite-headers", (READ, head()[:-2], Endless(b"X: " + b"y" * 8192)), Outcome.LIMIT_HEADERS),
    Fault("F32 header-huge", (READ, head(b"X: " + b"y" * 2 * HEADER_LIMIT), HOLD), Outcome.LIMIT_HEADERS),
    Fault("F32 headers-many", (READ, head(*[b"X: y"] * 101), HOLD), Outcome.LIMIT_HEADERS),
    Fault("F32 headers-many, endless", (READ, head()[:-2], Endless(b"X: y\r\n" * 500)), Outcome.LIMIT_HEADERS),
    Fault("F32 status-huge", (READ, b"HTTP/1.1 200 " + b"y" * 2 * HEADER_LIMIT, HOLD), Outcome.LIMIT_HEADERS),
    Fault(
        "F33 infinite-1xx",
        (READ, Endless(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)),
        Outcome.LIMIT_INTERIM,
        Phase.HEADERS,
        over_httpx=Outcome.TIMEOUT_FIRST_BYTE,
    ),
    Fault(
        "F34 infinite-trailers", (READ, chunks(b"0\r\n"), Endless(b"X: y\r\n" * 500)), Outcome.LIMIT_HEADERS, Phase.BODY
    ),
    Fault("F34 one endless trailer", (READ, chunks(b"0\r\nX: "), Endless(b"y" * 8192)), Outcome.LIMIT_HEADERS),
    Fault("F35 chunk-size-endless", (READ, chunks(b"7;"), Endless(b"x" * 8192)), Outcome.LIMIT_HEADERS, Phase.BODY),
    Fault(
        "F48 bad-length-huge", (READ, head(b"Content-Length: 1" + b"0" * 15), HOLD), Outcome.LIMIT_BODY, Phase.HEADERS
    ),
    Fault("F48 one byte too many", (READ, head(b"Content-Length: %d" % (BODY_LIMIT + 1)), HOLD), Outcome.LIMIT_BODY),
    Fault(
        "F51 chunk-extensions",
        (READ, chunks(), Endless(b"1;" + b"x" * 4096 + b"\r\ny\r\n")),
        Outcome.LIMIT_BODY,
        Phase.BODY,
        over_httpx=Outcome.TIMEOUT_BODY,
    ),
    # Not HTTP/1.1.
    Fault(
        "F38 101", (READ, b"HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", HOLD), Outcome.HTTP_PROTOCOL
    ),
    Fault("F45 status-999", (READ, answer(status=b"999 Odd")), Outcome.HTTP_PROTOCOL),
    Fault("F45 status-600", (READ, answer(status=b"600 Odd")), Outcome.HTTP_PROTOCOL),
    Fault("F45 status-099", (READ, answer(status=b"099 Odd")), Outcome.HTTP_PROTOCOL),
    Fault("F45 status-word", (READ, answer(status=b"OK")), Outcome.HTTP_PROTOCOL),
    Fault("F45 status of four digits", (READ, answer(status=b"2000 OK")), Outcome.HTTP_PROTOCOL),
    Fault("F46 http09", (READ, b"<xml></xml>\r\n\r\n", FIN), Outcome.HTTP_PROTOCOL),
    Fault("F46 http9", (READ, GOOD.replace(b"HTTP/1.1", b"HTTP/9.9")), Outcome.HTTP_PROTOCOL),
    Fault("F46 http/1.2", (READ, GOOD.replace(b"HTTP/1.1", b"HTTP/1.2")), Outcome.HTTP_PROTOCOL),
    Fault("F46 http2", (READ, bytes.fromhex("00001204000000000000"), FIN), Outcome.HTTP_PROTOCOL),
    Fault(
        "F46 banner",
        (b"SSH-2.0-OpenSSH_9.6\r\n", HOLD),
        Outcome.HTTP_PROTOCOL,
        over_httpx=Outcome.TIMEOUT_FIRST_BYTE,
    ),
    Fault(
        "F46 random",
        (READ, bytes(range(255, 0, -1)), FIN),
        Outcome.HTTP_PROTOCOL,
        over_httpx=Outcome.NET_CLOSED_EARLY,
    ),
    Fault("F46 blank line first", (READ, b"\r\n" + GOOD), Outcome.HTTP_PROTOCOL),
    Fault("F47 length -1", (READ, head(b"Content-Length: -1"), HOLD), Outcome.HTTP_PROTOCOL),
    Fault("F47 length +7", (READ, head(b"Content-Length: +7"), b"success"), Outcome.HTTP_PROTOCOL),
    Fault("F47 length abc", (READ, head(b"Content-Length: abc"), HOLD), Outcome.HTTP_PROTOCOL),
    Fault("F47 no length", (READ, head(b"Content-Length:"), HOLD), Outcome.HTTP_PROTOCOL),
    Fault("F47 length of 5,000 digits", (READ, head(b"Content-Length: " + b"7" * 5000), HOLD), Outcome.HTTP_PROTOCOL),
    Fault("F47 two lengths", (READ, answer(b"success", b"Content-Length: 8"), HOLD), Outcome.HTTP_PROTOCOL),
    Fault("F47 two lengths in one", (READ, head(b"Content-Length: 7, 8"), b"success"), Outcome.HTTP_PROTOCOL),
    Fault("F49 cl-and-te", (READ, answer(b"0\r\n\r\n", b"Transfer-Encoding: chunked")), Outcome.HTTP_PROTOCOL),
    Fault("F49 te gzip", (READ, head(b"Transfer-Encoding: gzip"), b"x", FIN), Outcome.HTTP_PROTOCOL),
    Fault("F49 te gzip, chunked", (READ, head(b"Transfer-Encoding: gzip, chunked"), HOLD), Outcome.HTTP_PROTOCOL),
    Fault("F49 te twice", (READ, head(*[b"Transfer-Encoding: chunked"] * 2), HOLD), Outcome.HTTP_PROTOCOL),
    Fault("F50 chunk-junk", (READ, chunks(b"zz\r\nsuccess\r\n"), HOLD), Outcome.HTTP_PROTOCOL, Phase.BODY),
    Fault("F50 chunk-negative", (READ, chunks(b"-7\r\nsuccess\r\n"), HOLD), Outcome.HTTP_PROTOCOL, Phase.BODY),
    Fault("F50 chunk-overflow", (READ, chunks(b"F" * 24 + b"\r\nsuccess"), HOLD), Outcome.HTTP_PROTOCOL, Phase.BODY),
    Fault("F50 chunk-terminator", (READ, chunks(b"7\r\nsuccess!!0\r\n\r\n"), HOLD), Outcome.HTTP_PROTOCOL, Phase.BODY),
    Fault("F52 header-nul", (READ, answer(b"success", b"X: a\0b"), HOLD), Outcome.HTTP_PROTOCOL, Phase.HEADERS),
    Fault("F52 reason-nul", (READ, answer(status=b"200 O\0K"), HOLD), Outcome.HTTP_PROTOCOL),
    Fault("F52 header-colonless", (READ, answer(b"success", b"colonless"), HOLD), Outcome.HTTP_PROTOCOL),
    Fault("F52 header without a name", (READ, answer(b"success", b": value"), HOLD), Outcome.HTTP_PROTOCOL),
    Fault("F52 blank before the colon", (READ, answer(b"success", b"Name : value"), HOLD), Outcome.HTTP_PROTOCOL),
    Fault("F52 bare CR", (READ, answer(b"success", b"X: a\rY: b"), HOLD), Outcome.HTTP_PROTOCOL),
    Fault("F53 folded status line", (READ, answer(b"success", b" folded"), HOLD), Outcome.HTTP_PROTOCOL),
    # A Content-Encoding that nobody asked for.
    Fault(
        "F54 gzip-bomb",
        (READ, encoded(gzip.compress(bytes(BODY_LIMIT + 1)), b"gzip")),
        Outcome.LIMIT_DECOMPRESSED,
        Phase.DECODE,
    ),
    Fault(
        "F55 gzip-members",
        (READ, encoded(gzip.compress(b"") * 100 + gzip.compress(b"<xml>"), b"gzip")),
        Outcome.HTTP_CONTENT_ENCODING,
        Phase.DECODE,
    ),
    Fault(
        "F55 more members than the limit",
        (READ, encoded(gzip.compress(b"") * 20_000, b"gzip"), HOLD),
        Outcome.LIMIT_BODY,
    ),
    Fault("F56 gzip-lie", (READ, encoded(b"success", b"gzip")), Outcome.HTTP_CONTENT_ENCODING, Phase.DECODE),
    Fault("F56 gzip-cut", (READ, encoded(gzip.compress(b"success")[:-9], b"gzip")), Outcome.HTTP_CONTENT_ENCODING),
    Fault("F56 gzip-crc", (READ, encoded(WRONG_CRC, b"gzip")), Outcome.HTTP_CONTENT_ENCODING),
    Fault("F56 gzip-tail", (READ, encoded(gzip.compress(b"success") + b"x", b"gzip")), Outcome.HTTP_CONTENT_ENCODING),
    Fault(
        "F56 layers", (READ, encoded(gzip.compress(gzip.compress(b"x")), b"gzip, gzip")), Outcome.HTTP_CONTENT_ENCODING
    ),
    Fault(
        "F56 layers in headers of their own",
        (READ, answer(gzip.compress(b"x"), b"Content-Encoding: identity", b"Content-Encoding: gzip")),
        Outcome.HTTP_CONTENT_ENCODING,
    ),
    Fault("F56 br-lie", (READ, encoded(b"success", b"br")), Outcome.HTTP_CONTENT_ENCODING),
    Fault("F56 encoding-unknown", (READ, encoded(b"success", b"zstd-2")), Outcome.HTTP_CONTENT_ENCODING),
    Fault("F56 gzip of nothing", (READ, encoded(b"", b"gzip")), Outcome.HTTP_CONTENT_ENCODING),
)
