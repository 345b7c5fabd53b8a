"""XML both ways: written as WeChat writes it, read as if it came from an enemy.

The only file that knows lxml (which decides what is accepted) and pyexpat (which finds places, when a finding asks).
"""

import contextlib
import functools
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.message import Field, FieldType, Message, Value
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire.document import (
    BLANKS,
    Defect,
    Document,
    Limits,
    Malformed,
    Node,
    Place,
    byte_offset,
    decoded,
    place_of,
)
from wxkf_cli.wire.escape import quoted

#: What XML 1.0 cannot carry at all, not even as a reference.
FORBIDDEN = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: And what does not come back as it was written: XML turns a carriage return into a newline.
_UNCARRIABLE = pattern("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARED_ENCODING = pattern(r"\s*+<\?xml\s[^>]*?encoding\s*+=\s*+[\"']([^\"'>]*+)[\"']")
# Atomic and possessive, so that a thousand comments cannot be divided up in exponentially many ways.
_DOCTYPE = pattern(r"(?>\s++|<\?.*?\?>|<!--.*?-->)*+(<!DOCTYPE)", re.DOTALL)
CDATA = b"<![CDATA["
_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_XML_BLANKS = BLANKS.decode()


def render(message: Message) -> bytes:
    """A push as WeChat writes it: no declaration, a newline after each child.

    Raises:
        UsageError: A value that XML cannot carry, or a name that cannot be an element.
    """
    return f"<xml>{_elements(message.values, message.kind.fields, chr(10))}</xml>".encode()


def render_reply(message: Message) -> bytes:
    """A reply, or an envelope, on one line, as the official page shows it.

    Raises:
        UsageError: A value that XML cannot carry, or a name that cannot be an element.
    """
    return f"<xml>{_elements(message.values, message.kind.fields, '')}</xml>".encode()


def _elements(values: Mapping[str, Value], fields: tuple[Field, ...], newline: str) -> str:
    rows = _rows(fields)
    written = []
    for name, value in values.items():
        row = rows.get(name)
        # Nearly all are one of these two; the rest is for _element.
        if row is not None and row.type is FieldType.TEXT and type(value) is str and value.isprintable():
            content = value if "]]>" not in value else value.replace("]]>", "]]]]><![CDATA[>")
            written.append(f"<{name}><![CDATA[{content}]]></{name}>{newline}")
        elif row is not None and type(value) is int:
            written.append(f"<{name}>{value}</{name}>{newline}")
        else:
            written.append(_wrapped(name, value, row, newline))
    return "".join(written)


#: Rows by name for tuples of fields, by identity: a catalogue's are few, and cannot be hashed.
_ROWS: dict[int, tuple[tuple[Field, ...], dict[str, Field]]] = {}


def _rows(fields: tuple[Field, ...]) -> dict[str, Field]:
    known = _ROWS.get(id(fields))
    if known is None or known[0] is not fields:
        known = _ROWS[id(fields)] = (fields, {field.name: field for field in fields})
    return known[1]


def _wrapped(name: str, value: Value, row: Field | None, newline: str) -> str:
    if row is None and not _NAME.match(name):
        message = f"{quoted(name)} cannot be the name of an XML element"
        raise UsageError(message)
    element = _element(name, value, row, newline)
    if row is not None and row.xml_wrapper:
        return f"<{row.xml_wrapper}>{element}</{row.xml_wrapper}>{newline}"
    return element


def _element(name: str, value: Value, row: Field | None, newline: str) -> str:
    if isinstance(value, str):
        content = _text(name, value, row)
    elif value is None or isinstance(value, bool):
        content = "" if value is None else str(value).lower()
    elif isinstance(value, int | float):
        content = str(value)
    elif isinstance(value, Mapping):
        content = _elements(value, row.children if row else (), newline)
    elif value:
        return "".join([_element(name, item, row, newline) for item in value])
    else:
        content = ""
    return f"<{name}>{content}</{name}>{newline}"


def _text(name: str, value: str, row: Field | None) -> str:
    # What is printable, XML can carry; asking that first is the faster way.
    if not value.isprintable() and (bad := _UNCARRIABLE.search(value)) is not None:
        message = f"{name} holds U+{ord(bad[0]):04X}, which XML cannot carry"
        raise UsageError(message, "remove the character, or write JSON")
    if row is not None and (row.type is FieldType.INTEGER or row.type is FieldType.BARE_TEXT):
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"


def parse(data: bytes, limits: Limits) -> Document | Malformed:
    """Read XML from outside: strict UTF-8, no DTD, no entities, no network, bounded.

    Never raises on any bytes.
    """
    text = decoded(data, limits)
    if isinstance(text, Malformed):
        return text
    refused = _refused(text)
    if refused is not None:
        return refused
    etree = _etree()
    # A fresh parser each time: it costs 1.5 µs and carries nothing over from one stranger to the next.
    # It gets bytes that are known to be UTF-8, and is told so, whatever a declaration says.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        decompress=False,
    )
    # A declaration may not follow blanks; everything else may, and real SDKs send them.
    document = data.lstrip(BLANKS)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError:
        return Malformed(Defect.SYNTAX, "", len(data) - len(document) + _fault(document))
    if root.getroottree().docinfo.internalDTD is not None:
        return Malformed(Defect.DOCTYPE, "<!DOCTYPE")
    if root.tag != "xml":
        return Malformed(Defect.ROOT, str(root.tag), 0)
    try:
        if "=" in text:  # without one there can be neither
            _check_bare(root)
        return Document(DataFormat.XML, _children(root, limits, [limits.elements], 2))
    except _ShapeError as error:
        return Malformed(Defect.SHAPE, str(error))


@functools.cache
def _etree() -> Any:
    from lxml import etree

    return etree


def _refused(text: str) -> Malformed | None:
    """What is refused before any parser sees it."""
    declared = _DECLARED_ENCODING.match(text)
    if declared and declared[1].lower() not in ("utf-8", "utf8"):
        return Malformed(Defect.NOT_UTF8, declared[1], byte_offset(text, declared.start(1)))
    bad = FORBIDDEN.search(text)
    if bad:
        return Malformed(Defect.FORBIDDEN_CHARACTER, f"U+{ord(bad[0]):04X}", byte_offset(text, bad.start()))
    doctype = _DOCTYPE.match(text)
    if doctype:
        return Malformed(Defect.DOCTYPE, doctype[1], byte_offset(text, doctype.start(1)))
    return None


class _ShapeError(Exception):
    """Something that no reply or push of WeChat's has."""


def _refuse(detail: str) -> NoReturn:
    raise _ShapeError(detail)


def _check_bare(root: Any) -> None:
    """Refuses attributes and namespaces, which no message of WeChat's has."""
    for element in root.iter("*"):
        if element.attrib:
            _refuse(f'attribute {next(iter(element.attrib))}="…" on <{element.tag}>')
        if element.nsmap:
            _refuse(f"a namespace on <{element.tag}>")


def _children(parent: Any, limits: Limits, left: list[int], depth: int) -> tuple[Node, ...]:
    """The elements inside an element of libxml2's as nodes; `left[0]` more may come in all."""
    nodes = []
    beside: str = parent.text or ""
    for child in parent:
        tag = child.tag
        if not isinstance(tag, str):
            _refuse(f"a comment or processing instruction inside <{parent.tag}>")
        if tag[0] == "{":
            _refuse(f"a namespace on <{tag}>")
        left[0] -= 1
        if left[0] < 0:
            _refuse(f"more than {limits.elements} elements")
        if depth > limits.depth:
            _refuse(f"elements nested more than {limits.depth} deep")
        text: str = child.text or ""
        if len(text) > limits.value // 4 and tag != "Encrypt" and len(text.encode()) > limits.value:
            _refuse(f"<{tag}> holds more than {limits.value} bytes")
        nodes.append(Node(tag, _children(child, limits, left, depth + 1) if len(child) else text))
        if child.tail:
            beside += child.tail
    if beside and beside.strip(_XML_BLANKS):
        _refuse(f"text beside the elements inside <{parent.tag}>")
    return tuple(nodes)


def locate(data: bytes, name: str) -> Place | None:
    """Where the value of the first top-level element of that name begins, behind the mark of a CDATA section."""
    found = _content(data, name)
    if not found:
        return None
    mark = next((each for each in (b"<![CDATA[]]>", CDATA) if data.startswith(each, found[0])), b"")
    return place_of(data, found[0] + len(mark))


def span(data: bytes, name: str) -> tuple[int, int] | None:
    """From where to where the content of the first top-level element of that name stands, its tags left out."""
    found = _content(data, name)
    return (found[0], found[1]) if len(found) == 2 else None


def _content(data: bytes, name: str) -> list[int]:
    """Where the content begins and ends; what was found before a fault is still right."""
    document = data.lstrip(BLANKS)
    before = len(data) - len(document)
    found: list[int] = []
    depth = 0
    parser = _expat()

    def start(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth == 2 and tag == name and not found:
            found.append(before + document.index(b">", parser.CurrentByteIndex) + 1)

    def end(_tag: str) -> None:
        nonlocal depth
        if depth == 2 and len(found) == 1 and data[found[0] - 2 : found[0] - 1] != b"/":
            found.append(before + parser.CurrentByteIndex)
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    _read(parser, document)
    return found


def _fault(document: bytes) -> int:
    """Where a document stops being XML, in bytes."""
    parser = _expat()
    return len(document) if _read(parser, document) else max(parser.ErrorByteIndex, 0)


def _expat() -> Any:
    import pyexpat

    def refuse(*_: object) -> None:
        raise _ShapeError

    parser = pyexpat.ParserCreate("utf-8", " ")  # with a separator it minds prefixes, as lxml does
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _read(parser: Any, document: bytes) -> bool:
    import pyexpat

    with contextlib.suppress(pyexpat.ExpatError, _ShapeError):
        parser.Parse(document, True)
        return True
    return False
