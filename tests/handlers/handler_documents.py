"""How `flawed_handler.py` reads and writes documents: well, or as its flaw has it."""

import json
from contextlib import suppress
from urllib.request import urlopen
from xml.etree import ElementInclude, ElementTree  # noqa: TID251 - a developer's own handler
from xml.parsers import expat  # noqa: TID251

from handler_flaws import Fields, Flaw

XML, JSON = "xml", "json"
LARGEST = 262_144


class Unreadable(Exception):
    """The push cannot be read."""


def fetch(address: str) -> bytes:
    """What stands at an address, as a parser without sense fetches it."""
    with suppress(OSError, ValueError), urlopen(address, timeout=5) as answer:  # noqa: S310 - the flaw itself
        return bytes(answer.read())
    return b""


def parse_xml(body: bytes, flaw: Flaw) -> Fields:
    """The top-level fields, entities resolved where that is the flaw."""
    if flaw.entities:
        return _expanded(body, flaw.entities)
    text = body.decode()
    if "<!DOCTYPE" in text:
        raise Unreadable
    root = ElementTree.fromstring(text)  # noqa: S314 - from wxkf, on this machine
    if flaw.includes:
        ElementInclude.include(root, lambda href, _parse, _encoding=None: fetch(href).decode())
    return {child.tag: child.text or "" for child in root}


def _expanded(body: bytes, entities: str) -> Fields:
    fields: Fields = {}
    path: list[str] = []
    parser = expat.ParserCreate()

    def start(name: str, _attributes: dict[str, str]) -> None:
        path.append(name)
        if len(path) == 2:
            fields[name] = ""

    def data(text: str) -> None:
        if len(path) < 2:
            return
        fields[path[1]] = str(fields[path[1]]) + text
        if len(str(fields[path[1]])) > LARGEST // 4:
            raise Unreadable  # growing entities are another flaw

    def external(context: str | None, _base: str | None, system: str | None, _public: str | None) -> int:
        is_wanted = (context is not None) == (entities == "general")
        content = fetch(system or "") if is_wanted else b""
        if entities == "general" and content:
            with suppress(expat.ExpatError):
                parser.ExternalEntityParserCreate(context).Parse(content, True)
        return 1

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: path.pop() and None
    parser.CharacterDataHandler = data
    parser.ExternalEntityRefHandler = external
    if entities == "dtd":
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
    parser.Parse(body, True)
    return fields


def parse(body: bytes, flaw: Flaw) -> tuple[Fields, str]:
    """The top-level fields of XML or JSON, and which of them it is."""
    try:
        if body.lstrip().startswith(b"{"):
            return json.loads(body), JSON
        return parse_xml(body, flaw), XML
    except (ValueError, RecursionError, ElementTree.ParseError, expat.ExpatError) as error:
        raise Unreadable from error


def render(fields: Fields, data_format: str) -> bytes:
    """The other way round."""
    if data_format == JSON:
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    values = {
        name: value if isinstance(value, int) else f"<![CDATA[{str(value).replace(']]>', ']]]]><![CDATA[>')}]]>"
        for name, value in fields.items()
    }
    return "".join(["<xml>", *(f"<{name}>{value}</{name}>" for name, value in values.items()), "</xml>"]).encode()
