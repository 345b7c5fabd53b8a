"""Undo a Content-Encoding that nobody asked for: one layer, to its very end, never more than the limit."""

import zlib
from collections.abc import Iterable

from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import BODY_LIMIT

_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15
_WINDOWS = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _RAW_DEFLATE)}


def announced(headers: Iterable[tuple[str, str]]) -> str:
    """The encodings that headers name, all of them: the second must not slip in behind the first."""
    return ", ".join([value for name, value in headers if name.lower() == "content-encoding"])


def decode(body: bytes, encoding: str) -> bytes | Outcome:
    """The body without its encoding, or the outcome that says why there is none.

    A second member, a layer cut short or anything after it is refused: a decompressor that shrugs at them
    can turn a wrong answer into a right one.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body
    for window in _WINDOWS.get(name, ()):
        decompressor = zlib.decompressobj(window)
        try:
            decoded = decompressor.decompress(body, BODY_LIMIT + 1)
        except zlib.error:
            continue
        if len(decoded) > BODY_LIMIT:
            return Outcome.LIMIT_DECOMPRESSED
        if decompressor.eof and not decompressor.unused_data:
            return decoded
    return Outcome.HTTP_CONTENT_ENCODING
