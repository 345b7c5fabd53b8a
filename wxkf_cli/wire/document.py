"""What was on the wire: names, order, repetitions and nesting, before anybody asks what it means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from wxkf_cli.vocab import policy
from wxkf_cli.vocab.catalog import PUSHES, UNKNOWN_EVENT, UNKNOWN_MESSAGE
from wxkf_cli.vocab.message import TRANSFER, Field, FieldType, Kind, Message, Value
from wxkf_cli.vocab.terms import DataFormat, Direction


class Limits(NamedTuple):
    """How much of a document from outside is taken.

    Attributes:
        size: Bytes of the document.
        elements: Elements or members in all, the root not counted.
        depth: Levels, the root counted as one.
        value: Bytes of one value (`Encrypt` is exempt: it is as long as what it seals).
    """

    size: int
    elements: int
    depth: int
    value: int


REPLY_LIMITS = Limits(size=policy.DOCUMENT_LIMIT, elements=32, depth=3, value=8192)
PUSH_LIMITS = Limits(size=policy.BODY_LIMIT, elements=512, depth=8, value=policy.BODY_LIMIT)


class Defect(StrEnum):
    """Why bytes are not a document."""

    TOO_LARGE = "too-large"
    NOT_UTF8 = "not-utf8"
    BYTE_ORDER_MARK = "byte-order-mark"
    FORBIDDEN_CHARACTER = "forbidden-character"
    DOCTYPE = "doctype"
    SYNTAX = "syntax"
    ROOT = "root"
    SHAPE = "shape"


@dataclass(frozen=True, slots=True)
class Malformed:
    """Bytes that are no document.

    Attributes:
        defect: Why.
        detail: What was met, as it came (not yet safe to show).
        offset: Where, in bytes from the start; None when it is not one place.
    """

    defect: Defect
    detail: str
    offset: int | None = None


class Node(NamedTuple):
    """One element or member.

    Attributes:
        name: The wire name.
        value: A leaf's value, the children as nodes, or the items of a JSON array.
    """

    name: str
    value: "NodeValue"


NodeValue: TypeAlias = "str | int | float | bool | tuple[Node, ...] | list[NodeValue] | None"


class Place(NamedTuple):
    """Where something stands: bytes from 0, line and column (in characters) from 1."""

    offset: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """The top-level fields of a body, in order, repetitions and all."""

    format: DataFormat
    nodes: tuple[Node, ...]

    def get(self, name: str) -> NodeValue:
        """The value of the first field of that name; None without one."""
        return next((node.value for node in self.nodes if node.name == name), None)

    @property
    def names(self) -> list[str]:
        """The top-level names in order, repetitions included."""
        return [node.name for node in self.nodes]

    @property
    def repeated(self) -> list[str]:
        """Names that stand more than once at the top level, each once."""
        names = self.names
        if len(set(names)) == len(names):
            return []
        return [name for name in dict.fromkeys(names) if names.count(name) > 1]


def place_of(data: bytes, offset: int) -> Place:
    """Line and column of a byte offset."""
    before = data[:offset]
    line_start = before.rfind(b"\n") + 1
    column = len(before[line_start:].decode("utf-8", "replace")) + 1
    return Place(offset, before.count(b"\n") + 1, column)


def to_message(document: Document, direction: Direction) -> Message:
    """What a document means. A value of the wrong type survives as it came."""
    kind = TRANSFER if direction is Direction.REPLY else _kind_of(document)
    rows = {field.xml_wrapper or field.name: field for field in kind.fields}
    if document.format is DataFormat.JSON:
        rows = {field.name: field for field in kind.fields}
    values: dict[str, Value] = {}
    for name, value in _grouped(document.nodes).items():
        row = rows.get(name)
        if row is None:
            values[name] = plain(value)
        else:
            values[row.name] = _typed(_unwrapped(value, row, document.format), row, document.format)
    return Message(kind, values)


def _kind_of(document: Document) -> Kind:
    msgtype, event = document.get("MsgType"), document.get("Event")
    if msgtype != "event":
        kind = PUSHES.get(msgtype) if isinstance(msgtype, str) else None
        return kind if kind is not None and kind.direction is Direction.PUSH and not kind.is_event else UNKNOWN_MESSAGE
    candidates = [kind for kind in PUSHES.values() if kind.is_event and kind.event == event]
    names = set(document.names)
    told = [kind for kind in candidates if not kind.told_by or kind.told_by in names]
    return (told or candidates or [UNKNOWN_EVENT])[0]


def _grouped(nodes: tuple[Node, ...]) -> dict[str, NodeValue]:
    """Fields by name; a repeated XML element becomes the list of its values."""
    grouped: dict[str, NodeValue] = {}
    repeated: set[str] = set()
    for name, value in nodes:
        if name not in grouped:
            grouped[name] = value
        elif name in repeated:
            earlier = grouped[name]
            assert isinstance(earlier, list)  # noqa: S101 - made a list two lines below
            earlier.append(value)
        else:
            grouped[name] = [grouped[name], value]
            repeated.add(name)
    return grouped


def _unwrapped(value: NodeValue, row: Field, data_format: DataFormat) -> NodeValue:
    if data_format is DataFormat.XML and row.xml_wrapper and isinstance(value, tuple):
        return _grouped(value).get(row.name)
    return value


def _typed(value: NodeValue, row: Field, data_format: DataFormat) -> Value:
    if row.type is FieldType.ITEMS:
        return tuple(_item(item, row, data_format) for item in _items(value))
    if row.type is FieldType.TREE and isinstance(value, tuple):
        return _item(value, row, data_format)
    if row.type is FieldType.INTEGER and data_format is DataFormat.XML and isinstance(value, str):
        return as_integer(value)
    return plain(value)


def as_integer(text: str) -> Value:
    """The integer that XML text spells, or the text itself when it spells none."""
    digits = text.removeprefix("-")
    canonical = digits.isascii() and digits.isdigit() and len(digits) <= 20 and str(int(digits)) == digits
    return int(text) if canonical and text != "-0" else text


def _items(value: NodeValue) -> Iterator[NodeValue]:
    if isinstance(value, list):
        yield from value
    elif value not in ("", None):
        yield value


def _item(value: NodeValue, row: Field, data_format: DataFormat) -> Value:
    if not isinstance(value, tuple):
        return plain(value)
    children = {child.name: child for child in row.children}
    return {
        name: _typed(inner, children[name], data_format) if name in children else plain(inner)
        for name, inner in _grouped(value).items()
    }


def plain(value: NodeValue) -> Value:
    """A node's value without nodes: children as a mapping, items as a tuple."""
    if isinstance(value, tuple):
        return {name: plain(inner) for name, inner in _grouped(value).items()}
    if isinstance(value, list):
        return tuple(plain(item) for item in value)
    return value


def ordered(values: Mapping[str, Value], names: tuple[str, ...]) -> Iterator[tuple[str, Value]]:
    """The values in the order of `names`; those it does not name stay where they are among themselves, first."""
    rank = {name: place for place, name in enumerate(names)}
    yield from sorted(values.items(), key=lambda pair: rank.get(pair[0], -1)) if names else values.items()
