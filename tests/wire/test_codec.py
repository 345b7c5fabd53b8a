"""What is written comes back: tables that are read in both directions, and the laws behind them."""

import json
import re
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.catalog import PUSHES, UNKNOWN_EVENT, UNKNOWN_MESSAGE
from wxkf_cli.vocab.message import TRANSFER, Field, FieldType, Kind, Message, Value, make
from wxkf_cli.vocab.terms import DataFormat, Direction
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import PUSH_LIMITS, Document, as_integer, ordered, to_message

XML, JSON = DataFormat.XML, DataFormat.JSON
TEXT, POPUP, CHECK, CHECK_V1 = (
    PUSHES[name] for name in ("text", "subscribe_msg_popup_event", "wxa_media_check", "wxa_media_check_v1")
)


def understood(data: bytes, data_format: DataFormat, direction: Direction = Direction.PUSH) -> Message:
    document = codec.parse(data, data_format, PUSH_LIMITS)
    assert isinstance(document, Document), document
    return to_message(document, direction)


#: One row for the writer and the reader: a value of a field, and its bytes in the body.
BOTH_WAYS: list[tuple[DataFormat, Kind, str, Value, str]] = [
    (XML, TEXT, "Content", "hello", "<Content><![CDATA[hello]]></Content>\n"),
    (XML, TEXT, "Content", "", "<Content><![CDATA[]]></Content>\n"),
    (XML, TEXT, "Content", "你好 🙂", "<Content><![CDATA[你好 🙂]]></Content>\n"),
    (XML, TEXT, "Content", "<a>&amp;</a>", "<Content><![CDATA[<a>&amp;</a>]]></Content>\n"),
    (XML, TEXT, "Content", "a]]>b", "<Content><![CDATA[a]]]]><![CDATA[>b]]></Content>\n"),
    (XML, TEXT, "Content", "]]>]]>", "<Content><![CDATA[]]]]><![CDATA[>]]]]><![CDATA[>]]></Content>\n"),
    (XML, TEXT, "Content", "]]", "<Content><![CDATA[]]]]></Content>\n"),
    (XML, TEXT, "Content", " two\n\tlines ", "<Content><![CDATA[ two\n\tlines ]]></Content>\n"),
    (XML, TEXT, "Content", ("1", "2"), "<Content><![CDATA[1]]></Content>\n<Content><![CDATA[2]]></Content>\n"),
    (XML, TEXT, "MsgId", 18446744073709551615, "<MsgId>18446744073709551615</MsgId>\n"),
    (XML, TEXT, "MsgId", -1, "<MsgId>-1</MsgId>\n"),
    (XML, TEXT, "MsgId", "soon", "<MsgId>soon</MsgId>\n"),
    (XML, TEXT, "MsgId", "007", "<MsgId>007</MsgId>\n"),
    (XML, TEXT, "MsgId", "a<b&c>d", "<MsgId>a&lt;b&amp;c&gt;d</MsgId>\n"),
    (XML, TEXT, "MsgId", (1, 2), "<MsgId>1</MsgId>\n<MsgId>2</MsgId>\n"),
    (XML, TEXT, "New", {"a": {"b": "c"}}, "<New><a><b><![CDATA[c]]></b>\n</a>\n</New>\n"),
    (XML, CHECK_V1, "detail", (), "<detail></detail>\n"),
    (
        XML,
        CHECK,
        "result",
        ({"suggest": "pass", "label": "1"}, {"suggest": "risky", "label": "2"}),
        "<result><suggest><![CDATA[pass]]></suggest>\n<label>1</label>\n</result>\n"
        "<result><suggest><![CDATA[risky]]></suggest>\n<label>2</label>\n</result>\n",
    ),
    (XML, CHECK, "detail", ({"errcode": 7},), "<detail><errcode>7</errcode>\n</detail>\n"),
    (
        XML,
        CHECK,
        "detail",
        ({"errcode": 7, "new": "a"}, {"errcode": "x"}),
        "<detail><errcode>7</errcode>\n<new><![CDATA[a]]></new>\n</detail>\n<detail><errcode>x</errcode>\n</detail>\n",
    ),
    (XML, POPUP, "List", (), "<SubscribeMsgPopupEvent><List></List>\n</SubscribeMsgPopupEvent>\n"),
    (
        XML,
        POPUP,
        "List",
        ({"TemplateId": "A"}, {"PopupScene": "1"}),
        "<SubscribeMsgPopupEvent><List><TemplateId><![CDATA[A]]></TemplateId>\n</List>\n"
        "<List><PopupScene>1</PopupScene>\n</List>\n</SubscribeMsgPopupEvent>\n",
    ),
    (JSON, TEXT, "Content", "你好 🙂", '"Content":"你好 🙂"'),
    (JSON, TEXT, "Content", 'a"b\\c\n\r\t\x00\x1b/', '"Content":"a\\"b\\\\c\\n\\r\\t\\u0000\\u001b/"'),
    (JSON, TEXT, "Content", "\ufffe\u2028\x7f", '"Content":"\ufffe\u2028\x7f"'),
    (JSON, TEXT, "Content", ("1", "2"), '"Content":["1","2"]'),
    (JSON, TEXT, "Content", None, '"Content":null'),
    (JSON, TEXT, "Content", 1.5, '"Content":1.5'),
    (JSON, TEXT, "MsgId", 18446744073709551615, '"MsgId":18446744073709551615'),
    (JSON, TEXT, "MsgId", "23637352235060881", '"MsgId":"23637352235060881"'),
    (JSON, TEXT, "MsgId", True, '"MsgId":true'),
    (JSON, TEXT, "New", {"a": {"b": "c"}, "d": ()}, '"New":{"a":{"b":"c"},"d":[]}'),
    (JSON, CHECK_V1, "detail", (), '"detail":[]'),
    (JSON, CHECK, "detail", ({"errcode": "7"},), '"detail":[{"errcode":"7"}]'),
    (JSON, POPUP, "List", (), '"List":[]'),
    (JSON, POPUP, "List", ({"TemplateId": "A", "PopupScene": "0"},), '"List":{"PopupScene":"0","TemplateId":"A"}'),
    (JSON, POPUP, "List", ({"TemplateId": "A"}, {"PopupScene": 1}), '"List":[{"TemplateId":"A"},{"PopupScene":1}]'),
]


@pytest.mark.parametrize(("data_format", "kind", "name", "value", "written"), BOTH_WAYS)
def test_a_value_is_written_and_read(
    data_format: DataFormat, kind: Kind, name: str, value: Value, written: str
) -> None:
    push = make(kind, {name: value})
    data = codec.render(push, data_format)
    assert written.encode() in data
    read = understood(data, data_format)
    assert read == push
    assert type(read.values[name]) is type(value), "equal, but of another type"


#: What only comes from elsewhere: the part of a body, and what it means.
READ_ONLY: list[tuple[DataFormat, Kind, str, str, Value]] = [
    (XML, TEXT, "<MsgId><![CDATA[42]]></MsgId>", "MsgId", 42),
    (XML, TEXT, "<MsgId> 42 </MsgId>", "MsgId", " 42 "),
    (XML, TEXT, "<MsgId>²</MsgId>", "MsgId", "²"),
    (XML, TEXT, "<MsgId>４２</MsgId>", "MsgId", "４２"),
    (XML, TEXT, "<MsgId/>", "MsgId", ""),
    (XML, TEXT, "<MsgId><a>1</a></MsgId>", "MsgId", {"a": "1"}),
    (XML, TEXT, "<Content>a&lt;b</Content>", "Content", "a<b"),
    (XML, TEXT, "<New>42</New>", "New", "42"),
    (XML, CHECK, "<result>pass</result>", "result", "pass"),
    (XML, CHECK, "<detail>\n</detail>", "detail", ()),
    (XML, CHECK, "<detail>none</detail>", "detail", ("none",)),
    (XML, CHECK, "<detail><prob>1</prob><prob>2</prob></detail>", "detail", ({"prob": (1, 2)},)),
    (XML, POPUP, "<SubscribeMsgPopupEvent/>", "List", ()),
    (XML, POPUP, "<SubscribeMsgPopupEvent>none</SubscribeMsgPopupEvent>", "List", ("none",)),
    (JSON, TEXT, '"MsgId":1,"MsgId":2', "MsgId", (1, 2)),
    (JSON, TEXT, '"MsgId":[]', "MsgId", ()),
    (JSON, CHECK, '"detail":{"errcode":7}', "detail", ({"errcode": 7},)),
    (JSON, CHECK, '"detail":null', "detail", ()),
    (JSON, CHECK, '"result":[]', "result", ()),
    (JSON, POPUP, '"List":[{"TemplateId":"A"}]', "List", ({"TemplateId": "A"},)),
    (JSON, POPUP, '"List":"none"', "List", ("none",)),
    (JSON, POPUP, '"List":[[1],null]', "List", ((1,), None)),
    (JSON, POPUP, '"SubscribeMsgPopupEvent":{"List":[]}', "SubscribeMsgPopupEvent", {"List": ()}),
]


@pytest.mark.parametrize(("data_format", "kind", "part", "name", "value"), READ_ONLY)
def test_an_odd_value_survives_as_it_came(
    data_format: DataFormat, kind: Kind, part: str, name: str, value: Value
) -> None:
    rest = make(kind, without=("List",) if name == "List" else (name,))
    data = codec.render(rest, data_format).decode()
    end = "</xml>" if data_format is XML else "}"
    body = f"{data.removesuffix(end)}{part if data_format is XML else ',' + part}{end}"
    read = understood(body.encode(), data_format)
    assert read == Message(kind, {**rest.values, name: value})
    assert type(read.values[name]) is type(value)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"MsgType": "text"}, TEXT),
        ({"MsgType": "event", "Event": "subscribe_msg_popup_event"}, POPUP),
        ({"MsgType": "event", "Event": "wxa_media_check", "version": "2"}, CHECK),
        ({"MsgType": "event", "Event": "wxa_media_check", "isrisky": "0"}, CHECK_V1),
        ({"MsgType": "event", "Event": "wxa_media_check"}, CHECK),
        ({"MsgType": "event", "Event": "event_of_2031"}, UNKNOWN_EVENT),
        ({"MsgType": "event"}, UNKNOWN_EVENT),
        ({"MsgType": "voice"}, UNKNOWN_MESSAGE),
        ({"MsgType": "debug_demo"}, UNKNOWN_MESSAGE),
        ({"Event": "debug_demo"}, UNKNOWN_MESSAGE),
        ({}, UNKNOWN_MESSAGE),
    ],
)
@pytest.mark.parametrize("data_format", DataFormat)
def test_a_push_is_told_by_its_msgtype_and_event(fields: dict[str, str], kind: Kind, data_format: DataFormat) -> None:
    assert understood(codec.render(Message(UNKNOWN_MESSAGE, fields), data_format), data_format).kind is kind


def test_a_document_keeps_order_and_repetitions() -> None:
    document = codec.parse(b"<xml><a>1</a><b>2</b><a>3</a></xml>", XML)
    assert isinstance(document, Document)
    assert (document.names, document.repeated, document.get("a"), document.get("c")) == (
        ["a", "b", "a"],
        ["a"],
        "1",
        None,
    )
    assert to_message(document, Direction.REPLY) == Message(TRANSFER, {"a": ("1", "3"), "b": "2"})
    once = codec.parse(b"<xml><a>1</a></xml>", XML)
    assert isinstance(once, Document)
    assert once.repeated == []


def test_what_is_added_to_a_push_comes_last_in_both_formats() -> None:
    push = make(CHECK, {"Encrypt": "BASE64"})
    assert codec.render(push, XML).endswith(b"<Encrypt><![CDATA[BASE64]]></Encrypt>\n</xml>")
    assert codec.render(push, JSON).endswith(b',"Encrypt":"BASE64"}')


def test_ordering_moves_the_named_among_their_own_places() -> None:
    values: dict[str, Value] = dict.fromkeys("abcde", 0)
    assert "".join(name for name, _ in ordered(values, ("d", "x", "b"))) == "adcbe"
    assert "".join(name for name, _ in ordered(values, ())) == "abcde"


CARRIED_BY_XML = re.compile("[\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
_TROUBLE = st.sampled_from(
    ["]]>", "]]", "]", ">", "<![CDATA[", "<", "&", "&amp;", '"', "'", "\\", "\n", "\t", "🙂", "你", "{", "[", "\x85"]
)
any_text = st.lists(_TROUBLE | st.text() | st.characters(categories=["Cs", "Cc", "Cn"]), max_size=5).map("".join)
xml_text = any_text.map(lambda text: "".join(CARRIED_BY_XML.findall(text)))
json_text = any_text.map(lambda text: text.encode("utf-8", "ignore").decode())
integers = st.integers(-(2**63), 2**64 - 1)


def values_of(fields: tuple[Field, ...], text: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Value]]:
    def of(field: Field) -> st.SearchStrategy[Value]:
        match field.type:
            case FieldType.INTEGER:
                return integers
            case FieldType.TREE:
                return values_of(field.children, text)
            case FieldType.ITEMS:
                return st.lists(values_of(field.children, text), max_size=4).map(tuple)
            case _:
                return text

    return st.fixed_dictionaries({field.name: of(field) for field in fields if field.name not in ("MsgType", "Event")})


@cache
def messages(kind_name: str, data_format: DataFormat) -> st.SearchStrategy[Message]:
    kind = {**PUSHES, TRANSFER.name: TRANSFER}[kind_name]
    return values_of(kind.fields, xml_text if data_format is XML else json_text).map(lambda values: make(kind, values))


@pytest.mark.parametrize("kind_name", [*PUSHES, TRANSFER.name])
@pytest.mark.parametrize("data_format", DataFormat)
@settings(max_examples=settings().max_examples // 4)
@given(data=st.data())
def test_what_is_written_is_read(kind_name: str, data_format: DataFormat, data: st.DataObject) -> None:
    message = data.draw(messages(kind_name, data_format))
    assert understood(codec.render(message, data_format), data_format, message.kind.direction) == message


@given(any_text)
def test_xml_carries_what_it_can_and_refuses_the_rest_by_name(text: str) -> None:
    push = make(TEXT, {"Content": text})
    if CARRIED_BY_XML.fullmatch(text):
        assert understood(codec.render(push, XML), XML) == push
    else:
        with pytest.raises(UsageError, match=r"^Content holds U\+[0-9A-F]{4,6}, which XML cannot carry$"):
            codec.render(push, XML)


@given(any_text)
def test_json_carries_everything_but_lone_surrogates(text: str) -> None:
    push = make(TEXT, {"Content": text})
    try:
        text.encode()
    except UnicodeEncodeError:
        with pytest.raises(UsageError, match=r"U\+D[89A-F][0-9A-F]{2}, which JSON cannot carry$"):
            codec.render(push, JSON)
    else:
        assert understood(codec.render(push, JSON), JSON) == push


@pytest.mark.parametrize("character", ["\0", "\b", "\r", "\x1b", "\ud800", "\ufffe", "\uffff"])
@pytest.mark.parametrize("name", ["Content", "MsgId", "New"])
def test_a_character_that_xml_cannot_carry_is_a_usage_error_with_a_hint(character: str, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        codec.render(make(TEXT, {name: f"a{character}"}), XML)
    assert str(caught.value) == f"{name} holds U+{ord(character):04X}, which XML cannot carry"
    assert caught.value.hint


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_none_is_a_usage_error_in_json(value: float) -> None:
    with pytest.raises(UsageError, match="NaN or Infinity, which JSON cannot carry"):
        codec.render(make(TEXT, {"MsgId": value}), JSON)


@pytest.mark.parametrize("name", ["", "1a", "a b", "a>", "a\n", "你", "\x1b[2J", "a:b"])
def test_a_name_that_cannot_be_an_element_is_a_usage_error_that_is_fit_to_print(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of an XML element") as caught:
        codec.render(make(TEXT, {name: "a"}), XML)
    assert str(caught.value).isprintable()


@given(integers)
def test_every_integer_of_64_bits_is_one_in_xml_text(number: int) -> None:
    assert as_integer(str(number)) == number


@given(st.text())
def test_text_that_spells_no_integer_stays_text(text: str) -> None:
    assume(not re.fullmatch("-?[0-9]+", text))
    assert as_integer(text) == text


@pytest.mark.parametrize("text", ["", "-", "-0", "00", "+1", "1_000", "²", "٣", "1e3", "1.0", "9" * 21])
def test_what_only_looks_like_an_integer_stays_text(text: str) -> None:
    assert as_integer(text) == text


@given(json_text, json_text)
def test_our_json_is_json_to_everybody(content: str, name: str) -> None:
    push = make(TEXT, {"Content": content, name + "x": content})
    assert json.loads(codec.render(push, JSON)) == dict(push.values)
