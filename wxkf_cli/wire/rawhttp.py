"""A captured answer, as `curl -i` prints it, read back into a response.

It reads what was saved and does not judge a wire: lengths are not compared, and a Content-Encoding is left as it is.
"""

import re

from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.policy import HEADER_LIMIT
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.exchange import Response

_START = b"HTTP/"
_STATUS_LINE = pattern(rb"HTTP/[0-9](?:\.[0-9])? ([1-5][0-9][0-9])(?: (.*))?", re.DOTALL)
_HEADER = pattern(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)", re.DOTALL)
_LINE_END = pattern(rb"\r?\n")
_CHUNK_SIZE = pattern(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?(\r?\n)")
_TRAILERS = pattern(rb"(?:[^\r\n]++\r?\n)*+\r?\n\Z")


def read(data: bytes) -> Response | None:
    """The last response of a capture; None when the data is no HTTP at all.

    What curl prints before it (100 Continue, a proxy's answer to CONNECT, redirects that were followed) is passed over.
    A body that is still in chunks, as `curl --raw` leaves it, is put together.

    Raises:
        UsageError: It starts like HTTP and goes on like something else.
    """
    if not data.startswith(_START):
        return None
    response, at = _head(data, 0)
    while data.startswith(_START, at) and _is_passed_over(response):
        response, at = _head(data, at)
    body = data[at:]
    if "chunked" in response.header("Transfer-Encoding").lower():
        body = _joined(body)
    return Response(
        response.status, response.headers, body, reason=response.reason, leniencies=response.leniencies, raw=data
    )


def _is_passed_over(response: Response) -> bool:
    """Whether what looks like another answer behind this one is that, and not its body."""
    status = response.status or 0
    if status < 200 or 300 <= status < 400 or status in (401, 407):
        return True  # curl goes on from these, and prints no body of theirs
    has_body = any(response.header(name) for name in ("Content-Length", "Transfer-Encoding", "Content-Type"))
    return status < 300 and not has_body  # a proxy's answer to CONNECT


def _head(data: bytes, at: int) -> tuple[Response, int]:
    """The status line and headers that begin at an offset, and the offset behind their empty line."""
    start = at
    lines: list[bytes] = []
    folded = False
    while True:
        end = _LINE_END.search(data, at)
        if end is None or end.start() - start > HEADER_LIMIT:
            message = f"the headers of the captured response do not end: no empty line after {quoted(data[start:at])}"
            raise UsageError(message, "save the whole answer, as `curl -si` prints it")
        line, at = data[at : end.start()], end.end()
        if not line:
            break
        if line[:1] in (b" ", b"\t") and len(lines) > 1:
            lines[-1] += b" " + line.strip()
            folded = True
        else:
            lines.append(line)
    status_line = _STATUS_LINE.fullmatch(lines[0])
    if status_line is None:
        message = f"{quoted(lines[0])} is no HTTP status line"
        raise UsageError(message)
    reason = (status_line[2] or b"").strip().decode("latin-1")
    leniencies = ("a folded header line",) if folded else ()
    headers = tuple(_header(each) for each in lines[1:])
    return Response(int(status_line[1]), headers, b"", reason=reason, leniencies=leniencies), at


def _header(line: bytes) -> tuple[str, str]:
    header = _HEADER.fullmatch(line)
    if header is None:
        message = f"{quoted(line)} is no HTTP header line"
        raise UsageError(message)
    return header[1].decode("latin-1"), header[2].strip(b" \t").decode("latin-1")


def _joined(body: bytes) -> bytes:
    """The body out of its chunks; as it is unless it is chunks from end to end, since curl takes them apart itself."""
    pieces: list[bytes] = []
    at = 0
    while (size := _CHUNK_SIZE.match(body, at)) is not None:
        start, length = size.end(), int(size[1], 16)
        if length == 0:
            return b"".join(pieces) if _TRAILERS.match(body, start) else body
        if not body.startswith(size[2], start + length):
            break
        pieces.append(body[start : start + length])
        at = start + length + len(size[2])
    return body
