"""JSON both ways: compact and in raw UTF-8 as WeChat writes it, read with every trap of `json.loads` closed."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.message import Field, Message, Value
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire.document import Defect, Document, Limits, Malformed, Node, NodeValue, Place, ordered, place_of

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_MAX_DIGITS = 20


def render(message: Message) -> bytes:
    """A push or reply as compact JSON.

    Raises:
        UsageError: A value that JSON cannot carry (NaN, a lone surrogate).
    """
    tree = _object(message.values, message.kind.fields, message.kind.json_order)
    try:
        return json.dumps(tree, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except ValueError as error:
        met = f"U+{ord(error.object[error.start]):04X}" if isinstance(error, UnicodeEncodeError) else "NaN or Infinity"
        message_text = f"a value holds {met}, which JSON cannot carry"
        raise UsageError(message_text) from error


def _object(values: Mapping[str, Value], fields: tuple[Field, ...], order: tuple[str, ...]) -> dict[str, Any]:
    rows = {field.name: field for field in fields}
    return {name: _value(value, rows.get(name)) for name, value in ordered(values, order)}


def _value(value: Value, row: Field | None) -> Any:
    children = row.children if row else ()
    order = row.json_order if row else ()
    if isinstance(value, Mapping):
        return _object(value, children, order)
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = [_value(item, row) for item in value]
        return items[0] if row and row.one_is_object and len(items) == 1 else items
    return value


def parse(data: bytes, limits: Limits) -> Document | Malformed:
    """Read a JSON object from outside: strict UTF-8, bounded size, depth and digits, repeated names kept.

    Never raises on any bytes.
    """
    if len(data) > limits.size:
        return Malformed(Defect.TOO_LARGE, f"{len(data)} > {limits.size}")
    if data.startswith(b"\xef\xbb\xbf"):
        return Malformed(Defect.BYTE_ORDER_MARK, "EF BB BF", 0)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Malformed(Defect.NOT_UTF8, data[error.start : error.start + 8].hex(" ").upper(), error.start)
    if data.count(b"{") + data.count(b"[") > limits.depth and _depth(data) > limits.depth:
        return Malformed(Defect.SHAPE, f"nested more than {limits.depth} deep")
    try:
        tree: NodeValue = _DECODER.decode(text)
    except _RefusedError as error:
        return Malformed(Defect.SYNTAX, str(error))
    except json.JSONDecodeError as error:
        return Malformed(Defect.SYNTAX, "", len(text[: error.pos].encode()))
    except (ValueError, RecursionError):
        return Malformed(Defect.SYNTAX, "")
    if not isinstance(tree, tuple):
        return Malformed(Defect.ROOT, _root_name(tree), 0)
    return _checked(tree, limits)


def _root_name(tree: NodeValue) -> str:
    return "array" if isinstance(tree, list) else "string" if isinstance(tree, str) else "value"


def _checked(tree: tuple[Node, ...], limits: Limits) -> Document | Malformed:
    count = 0
    waiting: list[tuple[str, NodeValue]] = list(tree)
    while waiting:
        name, value = waiting.pop()
        count += 1
        if count > limits.elements:
            return Malformed(Defect.SHAPE, f"more than {limits.elements} members")
        if isinstance(value, tuple):
            waiting.extend(value)
        elif isinstance(value, list):
            waiting.extend((name, item) for item in value)
        elif isinstance(value, str) and not _carries(name, value, limits):
            try:
                value.encode()
            except UnicodeEncodeError as error:
                return Malformed(Defect.FORBIDDEN_CHARACTER, f"U+{ord(value[error.start]):04X}")
            return Malformed(Defect.SHAPE, f"{name} holds more than {limits.value} bytes")
    return Document(DataFormat.JSON, tree)


def _carries(name: str, value: str, limits: Limits) -> bool:
    if value.isascii():
        return len(value) <= limits.value or name == "Encrypt"
    try:
        return len(value.encode()) <= limits.value
    except UnicodeEncodeError:
        return False


def _depth(data: bytes) -> int:
    deepest = depth = 0
    for token in _TOKEN.finditer(data):
        mark = token[0]
        if mark in (b"{", b"["):
            depth += 1
            deepest = max(deepest, depth)
        elif mark in (b"}", b"]"):
            depth -= 1
    return deepest


class _RefusedError(ValueError):
    """Something that Python's json would take and JSON does not have, or nobody sends."""


def _constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise _RefusedError(message)


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        message = f"a number of {len(digits)} digits"
        raise _RefusedError(message)
    return int(digits)


def _pairs(pairs: list[tuple[str, Any]]) -> tuple[Node, ...]:
    return tuple(Node(name, value) for name, value in pairs)


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_integer)


def locate(data: bytes, name: str) -> Place | None:
    """Where the value of the first top-level member of that name begins."""
    wanted = json.dumps(name, ensure_ascii=False).encode()
    depth = 0
    for token in _TOKEN.finditer(data):
        mark = token[0]
        if mark in (b"{", b"["):
            depth += 1
        elif mark in (b"}", b"]"):
            depth -= 1
        elif depth == 1 and mark == wanted:
            colon = re.compile(rb"\s*:\s*\"?").match(data, token.end())
            if colon:
                return place_of(data, colon.end())
    return None
