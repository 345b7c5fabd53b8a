"""Lines of a record that stay within their limit: large bodies become base64, and larger ones are cut with a mark."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

#: Bytes of a line at most, its end included.
LINE_LIMIT = 524_288
#: What a cut leaves free, for base64's padding and the mark.
_MARGIN = 64


def fitted(record: Mapping[str, Any], dumps: Callable[[Mapping[str, Any]], str]) -> str:
    """The line of a record, its end not included.

    In ASCII, text takes up to six bytes a character; as base64, four for each three bytes. What even so does not fit is
    cut from the end of the bodies, the answer's first, and `body_cut` tells how many bytes there were.

    Args:
        record: An exchange in the machine shape.
        dumps: What writes it.
    """
    line = dumps(record)
    if len(line) < LINE_LIMIT:
        return line
    for part in ("response", "push"):
        record = _in_base64(record, part)
    for part in ("response", "push"):
        excess = len(dumps(record)) - LINE_LIMIT + _MARGIN
        if excess > 0:
            record = _cut(record, part, excess)
    return dumps(record)


def _in_base64(record: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    inner = record.get(part)
    if not isinstance(inner, Mapping) or "body" not in inner:
        return record
    encoded = base64.b64encode(inner["body"].encode("utf-8", "surrogatepass")).decode("ascii")
    rest = {name: value for name, value in inner.items() if name != "body"}
    return {**record, part: {**rest, "body_base64": encoded}}


def _cut(record: Mapping[str, Any], part: str, excess: int) -> Mapping[str, Any]:
    inner = record.get(part)
    if not isinstance(inner, Mapping) or "body_base64" not in inner:
        return record
    encoded = inner["body_base64"]
    whole = len(base64.b64decode(encoded))
    kept = max(len(encoded) - excess, 0) // 4 * 4
    return {**record, part: {**inner, "body_base64": encoded[:kept], "body_cut": whole}}
