"""A second XML parser, Expat with every DTD handler raising, comes to the same verdict as ours on the same bytes.

libxml2 says of itself that it is not for untrusted data; where the two differ, one of them is fooled. Names outside
ASCII are left out of the mutations: Expat follows an earlier edition of XML in what may stand in a name.
"""

import pyexpat
import re
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wire.bodies import JSON_REFUSED, TRANSFER_JSON, TRANSFER_XML, XML_REFUSED, XML_TAKEN
from wxkf_cli.vocab.message import TRANSFER
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import REPLY_LIMITS, Document

FOUR = [field.name for field in TRANSFER.fields]
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Refused(Exception):
    """Expat, or what we ask beyond well-formed XML, says no."""


def refuse(*_: object) -> NoReturn:
    raise Refused


class Reader:
    """Top-level fields by Expat's events, under the same limits."""

    def __init__(self) -> None:
        self.fields: list[tuple[str, str]] = []
        self._open: list[tuple[str, list[str], bool]] = []  # name, text so far, whether it has children
        self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes or " " in name or (not self._open and name != "xml"):
            raise Refused
        if self._open:
            self._elements += 1
            parent, text, _ = self._open[-1]
            self._open[-1] = (parent, text, True)
        if self._elements > REPLY_LIMITS.elements or len(self._open) >= REPLY_LIMITS.depth:
            raise Refused
        self._open.append((name, [], False))

    def text(self, data: str) -> None:
        self._open[-1][1].append(data)

    def end(self, name: str) -> None:
        _, pieces, has_children = self._open.pop()
        text = "".join(pieces)
        is_blank = not text.strip(" \t\r\n")
        if (has_children or not self._open) and not is_blank:
            raise Refused
        if not has_children and name != "Encrypt" and len(text.encode()) > REPLY_LIMITS.value:
            raise Refused
        if len(self._open) == 1:
            self.fields.append((name, "…" if has_children else text))

    def beside(self, *_: object) -> None:
        if self._open:
            raise Refused


def declared(version: str, encoding: str | None, _standalone: int) -> None:
    if not re.fullmatch(r"1\.[0-9]*", version) or (encoding or "utf-8").lower() not in ("utf-8", "utf8"):
        raise Refused


def by_expat(body: bytes) -> list[tuple[str, str]] | None:
    """The top-level fields; None for a refusal."""
    document = body.lstrip(b" \t\r\n")
    if len(body) > REPLY_LIMITS.size or document.startswith(b"\xef\xbb\xbf"):
        return None
    reader = Reader()
    parser: Any = pyexpat.ParserCreate("utf-8", " ")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    parser.CommentHandler = parser.ProcessingInstructionHandler = reader.beside
    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = parser.SkippedEntityHandler = parser.NotationDeclHandler = refuse
    parser.StartNamespaceDeclHandler = refuse
    try:
        if _NOT_IN_XML.search(body.decode("utf-8")):
            return None
        parser.Parse(document, True)
    except (UnicodeDecodeError, pyexpat.ExpatError, Refused):
        return None
    return reader.fields


def by_us(body: bytes) -> list[tuple[str, str]] | None:
    read = codec.parse(body, DataFormat.XML)
    if not isinstance(read, Document):
        return None
    return [(node.name, node.value if isinstance(node.value, str) else "…") for node in read.nodes]


@pytest.mark.parametrize("name", XML_REFUSED)
def test_both_refuse_what_is_no_reply(name: str) -> None:
    assert by_expat(XML_REFUSED[name][0]) is None


@pytest.mark.parametrize("name", XML_TAKEN)
def test_both_read_the_same_from_what_is_odd_but_right(name: str) -> None:
    body, fields = XML_TAKEN[name]
    assert by_expat(body) == by_us(body) == fields


@pytest.mark.parametrize("body", [TRANSFER_JSON, *(body for body, _ in JSON_REFUSED.values())])
def test_both_agree_on_what_was_meant_as_json(body: bytes) -> None:
    assert by_expat(body) == by_us(body)


RIGHT = (
    TRANSFER_XML,
    b"\n<?xml version='1.0' encoding='utf-8'?>\r\n" + TRANSFER_XML.replace(b"><", b">\n<"),
    "<!-- a --><xml><ToUserName>o你&amp;</ToUserName><TransInfo><KfAccount>a@b</KfAccount></TransInfo></xml>".encode(),
)
_SNIPPETS = st.sampled_from(
    [
        *(b"<>&;/!?\"'= \n\r\t\0]"[place : place + 1] for place in range(17)),
        *(
            b"<xml>",
            b"</xml>",
            b"<a>",
            b"</a>",
            b"<a/>",
            b"<a b='c'>",
            b" b='c'",
            b" xmlns='u'",
            b" xmlns:a='u'",
            b"a:",
        ),
        *(b"<![CDATA[", b"]]>", b"]]", b"<!--", b"-->", b"--", b"<?a", b"?>", b"<?xml version='1.0'?>", b"<?xml "),
        *(
            b"<!DOCTYPE xml>",
            b"<!DOCTYPE xml [<!ENTITY a 'b'>]>",
            b"&a;",
            b"&lt;",
            b"&#60;",
            b"&#x4f60;",
            b"&#0;",
            b"&#13;",
        ),
        *(b"MsgType", b"<MsgType>", b"</MsgType>", b"ToUserName", b"9" * 20, b"\xff", b"\xc2"),
        *(b"<Encrypt>", b"</Encrypt>", b"\x0b", b"\x7f", b"encoding='gbk'", b" standalone='yes'"),
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A right reply after one to four cuts, insertions, swaps or flipped bits."""
    body = draw(st.sampled_from(RIGHT))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 30)))
        match draw(st.sampled_from(["insert", "replace", "cut", "repeat", "flip", "move"])):
            case "insert":
                body = body[:start] + draw(_SNIPPETS) + body[start:]
            case "replace":
                body = body[:start] + draw(_SNIPPETS) + body[end:]
            case "cut":
                body = body[:start] + body[end:]
            case "repeat":
                body = body[:end] + body[start:]
            case "flip" if start < len(body):
                body = body[:start] + bytes([body[start] ^ (1 << draw(st.integers(0, 6)))]) + body[start + 1 :]
            case "move":
                body = body[:start] + body[end:] + body[start:end]
    return body


@given(mutated())
@settings(max_examples=settings().max_examples * 10)
def test_both_agree_on_every_mutation_of_a_right_reply(body: bytes) -> None:
    ours, theirs = by_us(body), by_expat(body)
    assert (ours is None) == (theirs is None)
    for name in FOUR:
        assert [value for each, value in ours or () if each == name] == [
            value for each, value in theirs or () if each == name
        ]
