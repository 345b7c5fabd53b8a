"""A finding points at the very byte where a value begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import Place, place_of

XML, JSON = DataFormat.XML, DataFormat.JSON


def place_at_mark(marked: str) -> tuple[bytes, Place]:
    """The body without its ¦, and where that stood."""
    before, _, after = marked.partition("¦")
    lines = before.split("\n")
    return (before + after).encode(), Place(len(before.encode()), len(lines), len(lines[-1]) + 1)


#: The ¦ stands before the value of MsgType.
XML_BODIES = [
    "<xml><MsgType><![CDATA[¦text]]></MsgType></xml>",
    "<xml><MsgType>¦text</MsgType></xml>",
    "<xml><MsgType>¦ text</MsgType></xml>",
    "<xml><MsgType >¦&lt;text</MsgType></xml>",
    "<xml><Content>你好\n🙂</Content><MsgType><![CDATA[¦text]]></MsgType></xml>",
    "<xml>\n  <Content>你好</Content><MsgType>¦你好</MsgType></xml>",
    "\n\n<?xml version='1.0'?>\n<xml><MsgType>¦text</MsgType></xml>",
    " <!-- <MsgType>a</MsgType> --><xml><MsgType>¦text</MsgType></xml>",
    "<xml><a><MsgType>nested</MsgType></a><MsgType>¦text</MsgType></xml>",
    "<xml><MsgType>¦first</MsgType><MsgType>second</MsgType></xml>",
    "<xml><a><![CDATA[<MsgType>]]></a><MsgType>¦text</MsgType></xml>",
    "<xml><MsgType>¦</MsgType></xml>",
    "<xml><MsgType><![CDATA[]]>¦</MsgType></xml>",
    "<xml><MsgType/>¦</xml>",
    "<xml><MsgType>¦<a>1</a></MsgType></xml>",
    "<xml><MsgType>¦text</MsgType></xml>cut <short",
    "<xml><MsgType>¦text</MsgTyp",
]

JSON_BODIES = [
    '{"MsgType":"¦text"}',
    '{"MsgType" :\n\t"¦text"}',
    '{"MsgType":¦42}',
    '{"MsgType":¦null}',
    '{"MsgType":¦{"a":1}}',
    '{"MsgType":¦[]}',
    '{"MsgType":"¦"}',
    '{"Content":"你好\\n🙂","MsgType":"¦text"}',
    '\n{\n  "Content": "你好",\n  "MsgType": "¦你好"\n}',
    '{"a":{"MsgType":"nested"},"MsgType":"¦text"}',
    '{"a":["MsgType",{"MsgType":1}],"MsgType":"¦text"}',
    '{"a":"MsgType","MsgType":"¦text"}',
    '{"a":"\\"MsgType\\":","MsgType":"¦text"}',
    '{"a\\\\":"}","MsgType":"¦text"}',
    '{"Msg\\u0054ype":"¦text"}',
    '{"MsgType":"¦first","MsgType":"second"}',
    '{"MsgType":"¦text"',
    '{"MsgType":"¦tex',
]


@pytest.mark.parametrize("marked", XML_BODIES)
def test_a_value_in_xml_has_its_place(marked: str) -> None:
    body, place = place_at_mark(marked)
    assert codec.locate(body, XML, "MsgType") == place


@pytest.mark.parametrize("marked", JSON_BODIES)
def test_a_value_in_json_has_its_place(marked: str) -> None:
    body, place = place_at_mark(marked)
    assert codec.locate(body, JSON, "MsgType") == place


@pytest.mark.parametrize(
    ("body", "data_format"),
    [
        (b"", XML),
        (b"<xml></xml>", XML),
        (b"<xml><msgtype>text</msgtype></xml>", XML),
        (b"<MsgType>text</MsgType>", XML),
        (b"<xml><a><MsgType>text</MsgType></a></xml>", XML),
        (b"<!DOCTYPE xml [<!ENTITY a 'b'>]><xml><MsgType>&a;</MsgType></xml>", XML),
        (b"<MsgType", XML),
        (b"", JSON),
        (b"{}", JSON),
        (b'{"msgtype":"text"}', JSON),
        (b'["MsgType","text"]', JSON),
        (b'{"a":"MsgType"}', JSON),
        (b'{"a":{"MsgType":"text"}}', JSON),
        (b'{"MsgType', JSON),
        (b'"MsgType":1', JSON),
        (b'{"\x01":"MsgType"}', JSON),
        (b'{"\\q":"MsgType"}', JSON),
    ],
)
def test_what_is_not_there_has_no_place(body: bytes, data_format: DataFormat) -> None:
    assert codec.locate(body, data_format, "MsgType") is None


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")))
def test_a_written_value_is_found_where_it_was_written(content: str) -> None:
    push = make(PUSHES["text"], {"ToUserName": content, "Content": content})
    for data_format, shown in ((XML, content.partition("]]>")[0]), (JSON, content.replace("\\", "\\\\"))):
        data = codec.render(push, data_format)
        place = codec.locate(data, data_format, "Content")
        assert place is not None
        assert data[place.offset :].startswith(
            shown.replace('"', '\\"').encode() if data_format is JSON else shown.encode()
        )
        assert place == place_of(data, place.offset)


def test_lines_and_columns_count_characters_from_one() -> None:
    data = "ab\n你好\r\nc".encode()
    assert place_of(data, 0) == Place(0, 1, 1)
    assert place_of(data, 3) == Place(3, 2, 1)
    assert place_of(data, 6) == Place(6, 2, 2)
    assert place_of(data, len(data)) == Place(12, 3, 2)
