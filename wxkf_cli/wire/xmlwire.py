"""XML both ways: written as WeChat writes it, read as if it came from an enemy.

The only file that knows lxml (which decides what is accepted) and pyexpat (which finds places, when a finding asks).
"""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.message import Field, FieldType, Message, Value
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire.document import Defect, Document, Limits, Malformed, Node, NodeValue, Place, place_of

#: What XML 1.0 cannot carry at all, not even as a reference.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: And what does not come back as it was written: XML turns a carriage return into a newline.
_UNCARRIABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = re.compile(rb"\A\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_PROLOG_DOCTYPE = re.compile(r"\A(?:\s|<\?.*?\?>|<!--.*?-->)*<!DOCTYPE", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")


def render(message: Message) -> bytes:
    """A push as WeChat writes it: no declaration, a newline after each child.

    Raises:
        UsageError: A value that XML cannot carry, or a name that cannot be an element.
    """
    return f"<xml>{''.join(_elements(message.values, message.kind.fields, chr(10)))}</xml>".encode()


def render_reply(message: Message) -> bytes:
    """A reply on one line, as the official page shows it.

    Raises:
        UsageError: A value that XML cannot carry.
    """
    return f"<xml>{''.join(_elements(message.values, message.kind.fields, ''))}</xml>".encode()


def _elements(values: Mapping[str, Value], fields: tuple[Field, ...], newline: str) -> Iterator[str]:
    rows = {field.name: field for field in fields}
    for name, value in values.items():
        row = rows.get(name)
        if row is not None and row.xml_wrapper:
            inner = "".join(_element(name, value, row, newline))
            yield f"<{row.xml_wrapper}>{inner}</{row.xml_wrapper}>{newline}"
        else:
            yield from _element(name, value, row, newline)


def _element(name: str, value: Value, row: Field | None, newline: str) -> Iterator[str]:
    if not _NAME.match(name):
        message = f"{name!r} cannot be the name of an XML element"
        raise UsageError(message)
    if isinstance(value, Mapping):
        inner = "".join(_elements(value, row.children if row else (), newline))
        yield f"<{name}>{inner}</{name}>{newline}"
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if not value:
            yield f"<{name}></{name}>{newline}"
        for item in value:
            yield from _element(name, item, row, newline)
    else:
        yield f"<{name}>{_text(name, value, row)}</{name}>{newline}"


def _text(name: str, value: str | int | float | bool | None, row: Field | None) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if not isinstance(value, str):
        return str(value)
    if (bad := _UNCARRIABLE.search(value)) is not None:
        message = f"{name} holds U+{ord(bad[0]):04X}, which XML cannot carry"
        raise UsageError(message, "remove the character, or write JSON")
    if row is not None and row.type in (FieldType.INTEGER, FieldType.BARE_TEXT):
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def parse(data: bytes, limits: Limits) -> Document | Malformed:
    """Read XML from outside: strict UTF-8, no DTD, no entities, no network, bounded.

    Never raises on any bytes.
    """
    if len(data) > limits.size:
        return Malformed(Defect.TOO_LARGE, f"{len(data)} > {limits.size}")
    text = _decoded(data)
    if isinstance(text, Malformed):
        return text
    # The parser gets bytes that are known to be UTF-8, and is told so, whatever a declaration says.
    from lxml import etree

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
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if _PROLOG_DOCTYPE.match(text):
            return Malformed(Defect.DOCTYPE, "<!DOCTYPE", data.find(b"<!DOCTYPE"))
        return Malformed(Defect.SYNTAX, "", _offset(data, error.position))
    document_info = root.getroottree().docinfo
    if document_info.doctype or document_info.internalDTD is not None:
        return Malformed(Defect.DOCTYPE, "<!DOCTYPE", data.find(b"<!DOCTYPE"))
    return _walked(root, limits)


def _decoded(data: bytes) -> str | Malformed:
    if data.startswith(b"\xef\xbb\xbf"):
        return Malformed(Defect.BYTE_ORDER_MARK, "EF BB BF", 0)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Malformed(Defect.NOT_UTF8, data[error.start : error.start + 8].hex(" ").upper(), error.start)
    declared = _DECLARATION.match(data)
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        return Malformed(Defect.NOT_UTF8, declared[1].decode("ascii", "replace"), declared.start(1))
    bad = FORBIDDEN.search(text)
    if bad:
        return Malformed(Defect.FORBIDDEN_CHARACTER, f"U+{ord(bad[0]):04X}", len(text[: bad.start()].encode()))
    return text


def _offset(data: bytes, position: tuple[int, int]) -> int:
    """The byte offset of libxml2's line and column, as near as it tells."""
    line, column = position
    lines = data.split(b"\n")
    start = sum(len(each) + 1 for each in lines[: max(line - 1, 0)])
    return min(start + max(column - 1, 0), len(data))


def _walked(root: Any, limits: Limits) -> Document | Malformed:
    if root.tag != "xml":
        return Malformed(Defect.ROOT, str(root.tag), 0)
    left = [limits.elements]
    try:
        nodes = _children(root, limits, left, 2)
    except _ShapeError as error:
        return Malformed(Defect.SHAPE, str(error))
    return Document(DataFormat.XML, nodes if isinstance(nodes, tuple) else ())


class _ShapeError(Exception):
    """Something that no reply or push of WeChat's has."""


def _children(element: Any, limits: Limits, left: list[int], depth: int) -> NodeValue:
    if element.attrib:
        message = f'attribute {next(iter(element.attrib))}="…" on <{element.tag}>'
        raise _ShapeError(message)
    if len(element) == 0:
        text: str = element.text or ""
        if len(text) > limits.value // 4 and element.tag != "Encrypt" and len(text.encode()) > limits.value:
            message = f"<{element.tag}> holds more than {limits.value} bytes"
            raise _ShapeError(message)
        return text
    nodes = []
    for child in element:
        tag = child.tag
        if not isinstance(tag, str):
            message = f"a comment or processing instruction inside <{element.tag}>"
            raise _ShapeError(message)
        left[0] -= 1
        if left[0] < 0:
            message = f"more than {limits.elements} elements"
            raise _ShapeError(message)
        if depth > limits.depth:
            message = f"elements nested more than {limits.depth} deep"
            raise _ShapeError(message)
        if (element.text and not element.text.isspace()) or (child.tail and not child.tail.isspace()):
            message = f"text beside the elements inside <{element.tag}>"
            raise _ShapeError(message)
        nodes.append(Node(tag, _children(child, limits, left, depth + 1)))
    return tuple(nodes)


def locate(data: bytes, name: str) -> Place | None:
    """Where the value of the first top-level element of that name begins."""
    import pyexpat

    found: list[int] = []
    depth = 0
    inside = False
    parser = pyexpat.ParserCreate("utf-8")

    def start(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, inside
        depth += 1
        inside = depth == 2 and tag == name and not found
        if inside:
            found.append(parser.CurrentByteIndex)

    def text(_data: str) -> None:
        nonlocal inside
        if inside:
            found.append(parser.CurrentByteIndex)
            inside = False

    def end(_tag: str) -> None:
        nonlocal depth, inside
        depth -= 1
        inside = False

    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, text, end
    with contextlib.suppress(pyexpat.ExpatError):  # what was found before a fault is still right
        parser.Parse(data, True)
    return place_of(data, found[-1]) if found else None
