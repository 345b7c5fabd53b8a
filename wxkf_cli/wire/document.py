"""What was on the wire: names, order, repetitions and nesting, before anybody asks what it means."""

from collections.abc import Iterator, Mapping
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


class Malformed(NamedTuple):
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


class Document(NamedTuple):
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


#: White space that may stand around a document in either format.
BLANKS = b" \t\r\n"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def decoded(data: bytes, limits: Limits) -> str | Malformed:
    """The text of a body: of bounded size, in strict UTF-8, without a byte order mark."""
    if len(data) > limits.size:
        return Malformed(Defect.TOO_LARGE, f"{len(data)} > {limits.size}")
    if data.lstrip(BLANKS).startswith(_BYTE_ORDER_MARK):
        return Malformed(Defect.BYTE_ORDER_MARK, "EF BB BF", data.index(_BYTE_ORDER_MARK))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Malformed(Defect.NOT_UTF8, data[error.start : error.start + 8].hex(" ").upper(), error.start)


def byte_offset(text: str, index: int) -> int:
    """The offset in the UTF-8 of a text of its character at `index`."""
    return len(text[:index].encode())


def place_of(data: bytes, offset: int) -> Place:
    """Line and column of a byte offset."""
    before = data[:offset]
    line_start = before.rfind(b"\n") + 1
    column = len(before[line_start:].decode("utf-8", "replace")) + 1
    return Place(offset, before.count(b"\n") + 1, column)


def to_message(document: Document, direction: Direction) -> Message:
    """What a document means. A value of the wrong type survives as it came; of what is repeated, every value does."""
    kind = TRANSFER if direction is Direction.REPLY else _kind_of(document)
    is_xml = document.format is DataFormat.XML
    rows = {(is_xml and field.xml_wrapper) or field.name: field for field in kind.fields}
    values: dict[str, Value] = {}
    for name, value in _grouped(document.nodes).items():
        row = rows.get(name)
        if row is None:
            values[name] = plain(value)
        else:
            values[row.name] = _typed(_unwrapped(value, row) if is_xml else value, row, is_xml)
    return Message(kind, values)


def _kind_of(document: Document) -> Kind:
    msgtype, event = document.get("MsgType"), document.get("Event")
    if msgtype != "event":
        kind = PUSHES.get(msgtype) if isinstance(msgtype, str) else None
        return UNKNOWN_MESSAGE if kind is None or kind.is_event else kind
    candidates = [kind for kind in PUSHES.values() if kind.is_event and kind.event == event]
    names = set(document.names)
    told = [kind for kind in candidates if not kind.told_by or kind.told_by in names]
    return (told or candidates or [UNKNOWN_EVENT])[0]


def _grouped(nodes: tuple[Node, ...]) -> dict[str, NodeValue]:
    """Fields by name; what is repeated becomes the list of its values."""
    grouped: dict[str, list[NodeValue]] = {}
    for name, value in nodes:
        grouped.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in grouped.items()}


def _unwrapped(value: NodeValue, row: Field) -> NodeValue:
    if row.xml_wrapper and isinstance(value, tuple):
        return _grouped(value).get(row.name)
    return value


def _typed(value: NodeValue, row: Field, is_xml: bool) -> Value:
    if row.type is FieldType.ITEMS:
        return tuple(_children(item, row, is_xml) for item in _items(value))
    if isinstance(value, list):
        return tuple(_typed(each, row, is_xml) for each in value)
    if row.type is FieldType.TREE:
        return _children(value, row, is_xml)
    if row.type is FieldType.INTEGER and is_xml and isinstance(value, str):
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
    elif value is not None and not (isinstance(value, str) and not value.strip()):
        yield value


def _children(value: NodeValue, row: Field, is_xml: bool) -> Value:
    if not isinstance(value, tuple):
        return plain(value)
    rows = {child.name: child for child in row.children}
    return {
        name: _typed(inner, rows[name], is_xml) if name in rows else plain(inner)
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
    """The values in the order of `names`, on the places they have together; those it does not name keep theirs."""
    named = iter([name for name in names if name in values])
    for name in values:
        each = next(named) if name in names else name
        yield each, values[each]
