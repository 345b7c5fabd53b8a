"""JSON both ways: compact and in raw UTF-8 as WeChat writes it, read with every trap of `json.loads` closed."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.message import Field, Message, Value
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire.document import (
    Defect,
    Document,
    Limits,
    Malformed,
    Node,
    NodeValue,
    Place,
    byte_offset,
    decoded,
    ordered,
    place_of,
)

# Possessive, and a string without its end is a token too: no start is tried twice, whatever comes.
_TOKEN = pattern(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_VALUE = pattern(rb'[ \t\r\n]*+:[ \t\r\n]*+"?')
_SCALAR = pattern(rb'"(?:[^"\\]++|\\.)*+"|[-+.0-9A-Za-z]++', re.DOTALL)
_COMMA = pattern(r",[ \t\r\n]*+")
_MAX_DIGITS = 20
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def render(message: Message) -> bytes:
    """A push or reply as compact JSON.

    Raises:
        UsageError: A value that JSON cannot carry (NaN, a lone surrogate).
    """
    tree = _object(message.values, message.kind.fields, message.kind.json_order)
    try:
        return _ENCODER.encode(tree).encode()
    except ValueError as error:
        met = f"U+{ord(error.object[error.start]):04X}" if isinstance(error, UnicodeEncodeError) else "NaN or Infinity"
        message_text = f"a value holds {met}, which JSON cannot carry"
        raise UsageError(message_text) from error


def _object(values: Mapping[str, Value], fields: tuple[Field, ...], order: tuple[str, ...]) -> dict[str, Any]:
    rows = {field.name: field for field in fields}
    return {name: _value(value, rows.get(name)) for name, value in ordered(values, order)}


def _value(value: Value, row: Field | None) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return _object(value, row.children if row else (), row.json_order if row else ())
    items = [_value(item, row) for item in value]
    return items[0] if row and row.one_is_object and len(items) == 1 else items


def parse(data: bytes, limits: Limits) -> Document | Malformed:
    """Read a JSON object from outside: strict UTF-8, bounded size, depth and digits, repeated names kept.

    Never raises on any bytes.
    """
    text = decoded(data, limits)
    if isinstance(text, Malformed):
        return text
    if data.count(b"{") + data.count(b"[") > limits.depth and depth(data) > limits.depth:
        return Malformed(Defect.SHAPE, f"nested more than {limits.depth} deep")
    try:
        tree: NodeValue = _DECODER.decode(text)
    except _RefusedError as error:
        return Malformed(Defect.SYNTAX, str(error))
    except json.JSONDecodeError as error:
        return Malformed(Defect.SYNTAX, "", byte_offset(text, _stop(text, error)))
    except (ValueError, RecursionError):
        return Malformed(Defect.SYNTAX, "")
    if not isinstance(tree, tuple):
        return Malformed(Defect.ROOT, _root_name(tree), 0)
    return _checked(tree, limits)


def _stop(text: str, error: json.JSONDecodeError) -> int:
    """The index of what cannot be read: of a comma behind the last member Python 3.13 gives the comma itself."""
    if error.msg.startswith("Illegal trailing comma") and (comma := _COMMA.match(text, error.pos)):
        return comma.end()
    return error.pos


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
        elif isinstance(value, str):
            if (bad := _lone_surrogate(value)) is not None:
                return bad
            if len(value) > limits.value // 4 and name != "Encrypt" and len(value.encode()) > limits.value:
                return Malformed(Defect.SHAPE, f"{name} holds more than {limits.value} bytes")
        if (bad := _lone_surrogate(name)) is not None:
            return bad
    return Document(DataFormat.JSON, tree)


def _lone_surrogate(text: str) -> Malformed | None:
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return Malformed(Defect.FORBIDDEN_CHARACTER, f"U+{ord(text[error.start]):04X}")
    return None


def depth(data: bytes) -> int:
    """How deep the brackets of a text in JSON nest, be it well-formed or not."""
    deepest = open_ones = 0
    for token in _TOKEN.finditer(data):
        mark = token[0]
        if mark in (b"{", b"["):
            open_ones += 1
            deepest = max(deepest, open_ones)
        elif mark in (b"}", b"]"):
            open_ones -= 1
    return deepest


class _RefusedError(ValueError):
    """Something that Python's json would take and JSON does not have, or nobody sends."""


def _constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise _RefusedError(message)


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > _MAX_DIGITS:
        message = f"a number of {len(digits.lstrip('-'))} digits"
        raise _RefusedError(message)
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        message = "a number larger than any"
        raise _RefusedError(message)
    return number


def _pairs(pairs: list[tuple[str, Any]]) -> tuple[Node, ...]:
    return tuple(Node(name, value) for name, value in pairs)


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant, parse_float=_float, parse_int=_integer)


def locate(data: bytes, name: str) -> Place | None:
    """Where the value of the first top-level member of that name begins, behind the quote of a string."""
    depth = 0
    for token in _TOKEN.finditer(data):
        mark = token[0]
        if mark in (b"{", b"["):
            depth += 1
        elif mark in (b"}", b"]"):
            depth -= 1
        elif depth == 1 and (colon := _VALUE.match(data, token.end())) and _spells(mark, name):
            return place_of(data, colon.end())
    return None


def span(data: bytes, name: str) -> tuple[int, int] | None:
    """From where to where the first top-level member of that name stands, with its quotes; None for children."""
    place = locate(data, name)
    if place is None:
        return None
    start = place.offset - (data[place.offset - 1 : place.offset] == b'"')
    scalar = _SCALAR.match(data, start)
    return scalar.span() if scalar else None


def _spells(quoted_name: bytes, name: str) -> bool:
    """Whether a string of the document is that name, escapes and all."""
    try:
        return bool(json.loads(quoted_name) == name)
    except ValueError:
        return False
