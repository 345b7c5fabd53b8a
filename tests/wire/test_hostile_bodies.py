"""No bytes make the codec raise, and every defect has its name."""

import re
import signal
from collections.abc import Iterator
from types import FrameType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.wire.bodies import JSON_REFUSED, JSON_TAKEN, TRANSFER_JSON, TRANSFER_XML, XML_REFUSED, XML_TAKEN
from wxkf_cli.vocab.terms import DataFormat, Direction
from wxkf_cli.wire import codec, xmlwire
from wxkf_cli.wire.document import PUSH_LIMITS, REPLY_LIMITS, Defect, Document, Limits, Malformed, to_message

EVERY_BODY = [body for table in (XML_REFUSED, XML_TAKEN, JSON_REFUSED, JSON_TAKEN) for body, _ in table.values()]
SOON = 10
BOTH_LIMITS = (REPLY_LIMITS, PUSH_LIMITS)


@pytest.fixture(autouse=True)
def _soon() -> Iterator[None]:
    """Hostile input costs time in proportion to its length: what does not is stopped and named."""

    def too_late(_signal: int, _frame: FrameType | None) -> None:
        pytest.fail("still reading after seconds: a pattern backtracks; make it possessive or atomic")

    before = signal.signal(signal.SIGALRM, too_late)
    signal.alarm(SOON)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", XML_REFUSED)
def test_xml_that_is_no_reply_is_refused_by_name(name: str) -> None:
    body, defect = XML_REFUSED[name]
    read = codec.parse(body, DataFormat.XML)
    assert isinstance(read, Malformed)
    assert read.defect is defect


@pytest.mark.parametrize("name", JSON_REFUSED)
def test_json_that_is_no_reply_is_refused_by_name(name: str) -> None:
    body, defect = JSON_REFUSED[name]
    read = codec.parse(body, DataFormat.JSON)
    assert isinstance(read, Malformed)
    assert read.defect is defect


@pytest.mark.parametrize("name", XML_TAKEN)
def test_odd_xml_that_is_right_is_read(name: str) -> None:
    body, fields = XML_TAKEN[name]
    assert codec.parse(body, DataFormat.XML) == Document(DataFormat.XML, tuple(fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", JSON_TAKEN)
def test_odd_json_that_is_right_is_read(name: str) -> None:
    body, fields = JSON_TAKEN[name]
    assert codec.parse(body, DataFormat.JSON) == Document(DataFormat.JSON, tuple(fields))  # type: ignore[arg-type]


def fully_read(body: bytes, data_format: DataFormat, limits: Limits) -> None:
    signal.alarm(SOON)  # for each body anew
    read = codec.parse(body, data_format, limits)
    codec.sniff(body)
    if len(body) <= limits.size:
        for name in ("MsgType", "a", "\ud800", ""):
            codec.locate(body, data_format, name)
    if isinstance(read, Malformed):
        assert read.offset is None or 0 <= read.offset <= len(body)
        return
    for direction in Direction:
        assert str(to_message(read, direction)).encode(), "something that cannot be printed came through"


@pytest.mark.parametrize("limits", BOTH_LIMITS, ids=["reply", "push"])
@pytest.mark.parametrize("data_format", DataFormat)
def test_no_hand_written_body_makes_anything_raise(data_format: DataFormat, limits: Limits) -> None:
    for body in EVERY_BODY:
        fully_read(body, data_format, limits)


@settings(max_examples=settings().max_examples * 3)
@given(st.binary(), st.sampled_from(DataFormat), st.sampled_from(BOTH_LIMITS))
def test_no_bytes_make_anything_raise(body: bytes, data_format: DataFormat, limits: Limits) -> None:
    fully_read(body, data_format, limits)


_PIECES = st.sampled_from(
    [
        *(b'{}[]",:\\<>&;/!?\0 \n\r\t'[place : place + 1] for place in range(22)),
        *(b"<xml>", b"</xml>", b"<a>", b"</a>", b"<a/>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml ", b"?>"),
        *(
            b"<!DOCTYPE ",
            b"<!ENTITY a '",
            b"&a;",
            b"&#x",
            b" xmlns='u'",
            b"encoding='gbk'",
            b"\xef\xbb\xbf",
            b"\xff\xfe",
        ),
        *(b'{"a":', b'"MsgType"', b'"event"', b"\\u", b"\\ud800", b"1e999", b"NaN", b"-", b"0", b"null", b"true"),
        *(
            b'"Event":"subscribe_msg_popup_event"',
            b'"List":',
            b"<MsgType>event</MsgType>",
            "你好".encode(),
            b"\xed\xa0\x80",
        ),
        *(TRANSFER_XML, TRANSFER_JSON),
    ]
)


@settings(max_examples=settings().max_examples * 5)
@given(st.lists(_PIECES, max_size=40).map(b"".join), st.sampled_from(DataFormat), st.sampled_from(BOTH_LIMITS))
@example(b'{"MsgType":"event","Event":[]}', DataFormat.JSON, PUSH_LIMITS)
@example(b'{"MsgType":"event","Event":{"a":1}}', DataFormat.JSON, PUSH_LIMITS)
@example(b'{"MsgType":["event"],"MsgType":1}', DataFormat.JSON, PUSH_LIMITS)
def test_no_pieces_of_documents_make_anything_raise(body: bytes, data_format: DataFormat, limits: Limits) -> None:
    fully_read(body, data_format, limits)


@pytest.mark.parametrize(
    ("body", "data_format", "defect", "at"),
    [
        (b"\n<xml><a>\xff</a></xml>", DataFormat.XML, Defect.NOT_UTF8, b"\xff"),
        ("<xml>你<a>\x00</a></xml>".encode(), DataFormat.XML, Defect.FORBIDDEN_CHARACTER, b"\x00"),
        (b"\n<?xml version='1.0' encoding='gbk'?><xml/>", DataFormat.XML, Defect.NOT_UTF8, b"gbk"),
        (b"\n<!-- <!DOCTYPE --><!DOCTYPE b><xml/>", DataFormat.XML, Defect.DOCTYPE, b"<!DOCTYPE b"),
        (b"\n<!DOCTYPE b [<!ENTITY", DataFormat.XML, Defect.DOCTYPE, b"<!DOCTYPE b"),
        ("\n\n<xml><a>你好\n你好</b></xml>".encode(), DataFormat.XML, Defect.SYNTAX, b"b></xml>"),
        (b"<xml><a>a & b</a></xml>", DataFormat.XML, Defect.SYNTAX, b" b</a>"),
        (b" <xml><a:b>1</a:b></xml>", DataFormat.XML, Defect.SYNTAX, b"<a:b>"),
        (b"  <xml></xml>success", DataFormat.XML, Defect.SYNTAX, b"success"),
        (b"  \xef\xbb\xbf<xml></xml>", DataFormat.XML, Defect.BYTE_ORDER_MARK, b"\xef\xbb\xbf"),
        ('{"a":"你",}'.encode(), DataFormat.JSON, Defect.SYNTAX, b"}"),
        (b"{'a':1}", DataFormat.JSON, Defect.SYNTAX, b"'a'"),
        (b' {"a":"\xff"}', DataFormat.JSON, Defect.NOT_UTF8, b"\xff"),
        (b'{"a":1}success', DataFormat.JSON, Defect.SYNTAX, b"success"),
    ],
)
def test_a_defect_has_its_place(body: bytes, data_format: DataFormat, defect: Defect, at: bytes) -> None:
    read = codec.parse(body, data_format)
    assert isinstance(read, Malformed)
    assert (read.defect, read.offset) == (defect, body.index(at))


@pytest.mark.parametrize(
    ("body", "first"),
    [
        (b"<xml/>", DataFormat.XML),
        (b" \r\n\t<", DataFormat.XML),
        (b"{}", DataFormat.JSON),
        (b"\n{", DataFormat.JSON),
        (b"", None),
        (b"success", None),
        (b"[1]", None),
        (b"\xef\xbb\xbf<xml/>", None),
    ],
)
def test_a_format_is_told_by_the_first_byte_that_is_not_blank(body: bytes, first: DataFormat | None) -> None:
    assert codec.sniff(body) is first


def test_without_our_own_eye_for_a_doctype_libxml2_still_gives_nothing_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmlwire, "_DOCTYPE", re.compile("(?!)"))
    for body, defect in XML_REFUSED.values():
        if defect is Defect.DOCTYPE:
            read = codec.parse(body, DataFormat.XML)
            assert isinstance(read, Malformed)
            assert read.defect in (Defect.DOCTYPE, Defect.SYNTAX)


def test_depth_that_python_cannot_follow_is_refused_even_where_it_is_allowed() -> None:
    boundless = Limits(size=10**6, elements=10**6, depth=10**6, value=10**6)
    for body in (b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000):
        assert codec.parse(body, DataFormat.JSON, boundless) == Malformed(Defect.SYNTAX, "")
    assert isinstance(codec.parse(b"<xml>" + b"<a>" * 10_000, DataFormat.XML, boundless), Malformed)


@pytest.mark.parametrize(
    ("body", "data_format", "detail"),
    [
        (b'{"a":"\\ud800"}', DataFormat.JSON, "U+D800"),
        (b"<xml>\x00</xml>", DataFormat.XML, "U+0000"),
        (b'{"a":NaN}', DataFormat.JSON, "NaN is not JSON"),
        (b'{"a":-' + b"9" * 21 + b"}", DataFormat.JSON, "a number of 21 digits"),
        (b'{"a":1e999}', DataFormat.JSON, "a number larger than any"),
        (b'["a"]', DataFormat.JSON, "array"),
        (b"<html/>", DataFormat.XML, "html"),
        (b"<?xml version='1.0' encoding='GB2312'?><xml/>", DataFormat.XML, "GB2312"),
        (b"<xml><a>\xc4\xe3</a></xml>", DataFormat.XML, "C4 E3 3C 2F 61 3E 3C 2F"),
        (b"<xml a='b'/>", DataFormat.XML, 'attribute a="…" on <xml>'),
        (b"<xml><a:b xmlns:a='c'/></xml>", DataFormat.XML, "a namespace on <{c}b>"),
        (b"<xml>a<b/></xml>", DataFormat.XML, "text beside the elements inside <xml>"),
    ],
)
def test_a_defect_says_what_was_met(body: bytes, data_format: DataFormat, detail: str) -> None:
    read = codec.parse(body, data_format)
    assert isinstance(read, Malformed)
    assert read.detail == detail


def test_where_only_libxml2_sees_a_fault_the_place_is_the_end() -> None:
    body = b"<?xml version='2.0'?><xml/>"
    assert codec.parse(body, DataFormat.XML) == Malformed(Defect.SYNTAX, "", len(body))
