"""Every shape of a push and of a reply stands as a file, byte for byte as it goes over the wire."""

from pathlib import Path

import pytest

from wxkf_cli.vocab import catalog
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import TRANSFER, Message, Value, make
from wxkf_cli.vocab.terms import DataFormat, Direction
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import PUSH_LIMITS, REPLY_LIMITS, Document, Limits, to_message

FIXTURES = Path(__file__).parents[2] / "fixtures"

#: File -> the message in it.
GOLDEN: dict[str, Message] = {
    f"{folder}/{name}.{data_format}": message
    for folder, name, message in (
        *(("pushes", name, make(kind, values)) for name, kind, values in catalog.shapes()),
        ("replies", TRANSFER.name, make(TRANSFER)),
    )
    for data_format in DataFormat
}


def understood(data: bytes, data_format: DataFormat, direction: Direction) -> Message:
    limits: Limits = PUSH_LIMITS if direction is Direction.PUSH else REPLY_LIMITS
    document = codec.parse(data, data_format, limits)
    assert isinstance(document, Document), document
    return to_message(document, direction)


@pytest.mark.parametrize("file", GOLDEN)
def test_a_file_holds_exactly_what_is_pushed_and_means_what_was_made(file: str, regen: bool) -> None:
    path, message = FIXTURES / file, GOLDEN[file]
    data_format = DataFormat(path.suffix[1:])
    rendered = codec.render(message, data_format)
    if regen:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(rendered)
    assert path.exists(), "a shape without a file: run `pytest --regen` and read the diff"
    assert path.read_bytes() == rendered, "the rendering changed: if it should, run `pytest --regen` and read the diff"
    assert understood(path.read_bytes(), data_format, message.kind.direction) == message


def test_there_is_no_file_without_a_shape() -> None:
    files = {
        f"{path.parent.name}/{path.name}" for folder in ("pushes", "replies") for path in (FIXTURES / folder).iterdir()
    }
    assert files - set(GOLDEN) == set(), "files that nothing can push any more: delete them"


def test_a_format_is_recognised_by_its_first_byte() -> None:
    for file in GOLDEN:
        assert codec.sniff((FIXTURES / file).read_bytes()) == Path(file).suffix[1:]


#: Bodies as WeChat sends them: (kind, values that differ from our samples, less these, format, the body).
#: The first four are official: decrypted from the samples of message-push.html, encryption.md and the sample code.
BODIES: list[tuple[str, dict[str, Value], tuple[str, ...], DataFormat, str]] = [
    (
        "debug_demo",
        {},
        (),
        DataFormat.JSON,
        '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
        '"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}',
    ),
    (
        "debug_demo",
        {"CreateTime": 1715943329},
        (),
        DataFormat.XML,
        "<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName>\n"
        "<FromUserName><![CDATA[o9AgO5Kd5ggOC-bXrbNODIiE3bGY]]></FromUserName>\n"
        "<CreateTime>1715943329</CreateTime>\n"
        "<MsgType><![CDATA[event]]></MsgType>\n"
        "<Event><![CDATA[debug_demo]]></Event>\n"
        "<debug_str><![CDATA[hello world]]></debug_str>\n"
        "</xml>",
    ),
    (
        "text",
        {
            "ToUserName": "gh_10f6c3c3ac5a",
            "FromUserName": "oyORnuP8q7ou2gfYjqLzSIWZf0rs",
            "CreateTime": 1409735668,
            "Content": "abcdteT",
            "MsgId": 6054768590064713728,
        },
        (),
        DataFormat.XML,
        "<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>\n"
        "<FromUserName><![CDATA[oyORnuP8q7ou2gfYjqLzSIWZf0rs]]></FromUserName>\n"
        "<CreateTime>1409735668</CreateTime>\n"
        "<MsgType><![CDATA[text]]></MsgType>\n"
        "<Content><![CDATA[abcdteT]]></Content>\n"
        "<MsgId>6054768590064713728</MsgId>\n"
        "</xml>",
    ),
    (
        "text",
        {
            "ToUserName": "gh_10f6c3c3ac5a",
            "FromUserName": "oyORnuP8q7ou2gfYjqLzSIWZf0rs",
            "CreateTime": 1410349438,
            "Content": "abcdteT",
            "MsgId": 6057404712141979648,
        },
        (),
        DataFormat.XML,
        "<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>\n"
        "<FromUserName><![CDATA[oyORnuP8q7ou2gfYjqLzSIWZf0rs]]></FromUserName>\n"
        "<CreateTime>1410349438</CreateTime>\n"
        "<MsgType><![CDATA[text]]></MsgType>\n"
        "<Content><![CDATA[abcdteT]]></Content>\n"
        "<MsgId>6057404712141979648</MsgId>\n"
        "</xml>",
    ),
    (
        "text",
        {"Content": "hi", "MsgId": 23637352235060880},
        (),
        DataFormat.JSON,
        '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
        '"MsgType":"text","Content":"hi","MsgId":23637352235060880}',
    ),
    (
        "image",
        {},
        (),
        DataFormat.XML,
        "<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName>\n"
        "<FromUserName><![CDATA[o9AgO5Kd5ggOC-bXrbNODIiE3bGY]]></FromUserName>\n"
        "<CreateTime>1714112445</CreateTime>\n"
        "<MsgType><![CDATA[image]]></MsgType>\n"
        "<PicUrl><![CDATA[http://mmbiz.qpic.cn/example/0]]></PicUrl>\n"
        "<MediaId><![CDATA[MEDIA_ID]]></MediaId>\n"
        "<MsgId>23637352235060881</MsgId>\n"
        "</xml>",
    ),
    (
        "miniprogrampage",
        {"Title": "Order 42"},
        (),
        DataFormat.JSON,
        '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
        '"MsgType":"miniprogrampage","MsgId":23637352235060881,"Title":"Order 42","AppId":"wxba5fad812f8e6fb9",'
        '"PagePath":"pages/order/index?id=42","ThumbUrl":"http://mmbiz.qpic.cn/example/1","ThumbMediaId":"THUMB_MEDIA_ID"}',
    ),
    (
        "user_enter_tempsession",
        {"SessionFrom": "order-42"},
        (),
        DataFormat.XML,
        "<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName>\n"
        "<FromUserName><![CDATA[o9AgO5Kd5ggOC-bXrbNODIiE3bGY]]></FromUserName>\n"
        "<CreateTime>1714112445</CreateTime>\n"
        "<MsgType><![CDATA[event]]></MsgType>\n"
        "<Event><![CDATA[user_enter_tempsession]]></Event>\n"
        "<SessionFrom><![CDATA[order-42]]></SessionFrom>\n"
        "</xml>",
    ),
    (
        "subscribe_msg_popup_event",
        {},
        (),
        DataFormat.XML,
        "<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName>\n"
        "<FromUserName><![CDATA[o9AgO5Kd5ggOC-bXrbNODIiE3bGY]]></FromUserName>\n"
        "<CreateTime>1714112445</CreateTime>\n"
        "<MsgType><![CDATA[event]]></MsgType>\n"
        "<Event><![CDATA[subscribe_msg_popup_event]]></Event>\n"
        "<SubscribeMsgPopupEvent><List><TemplateId><![CDATA[TPL_A]]></TemplateId>\n"
        "<SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString>\n"
        "<PopupScene>0</PopupScene>\n"
        "</List>\n"
        "</SubscribeMsgPopupEvent>\n"
        "</xml>",
    ),
    (
        "subscribe_msg_popup_event",
        {},
        (),
        DataFormat.JSON,
        '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
        '"MsgType":"event","Event":"subscribe_msg_popup_event","List":{"PopupScene":"0",'
        '"SubscribeStatusString":"accept","TemplateId":"TPL_A"}}',
    ),
    (
        "subscribe_msg_popup_event",
        dict(PUSHES["subscribe_msg_popup_event"].variants["several"]),
        (),
        DataFormat.JSON,
        '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
        '"MsgType":"event","Event":"subscribe_msg_popup_event","List":[{"PopupScene":"0",'
        '"SubscribeStatusString":"accept","TemplateId":"TPL_A"},{"PopupScene":"0","SubscribeStatusString":"reject",'
        '"TemplateId":"TPL_B"}]}',
    ),
    (
        "wxa_media_check",
        {},
        ("errcode", "errmsg"),
        DataFormat.JSON,
        '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
        '"MsgType":"event","Event":"wxa_media_check","appid":"wxba5fad812f8e6fb9",'
        '"trace_id":"66000000-00000000-00000000","version":2,"result":{"suggest":"pass","label":"100"},'
        '"detail":[{"strategy":"content_model","errcode":0,"suggest":"pass","label":"100","prob":90}]}',
    ),
]


@pytest.mark.parametrize(("kind", "values", "without", "data_format", "body"), BODIES)
def test_a_push_is_written_and_read_as_wechat_writes_it(
    kind: str, values: dict[str, Value], without: tuple[str, ...], data_format: DataFormat, body: str
) -> None:
    push = make(PUSHES[kind], values, without=without)
    assert codec.render(push, data_format).decode() == body
    assert understood(body.encode(), data_format, Direction.PUSH) == push


def test_a_media_check_means_the_same_however_its_levels_are_broken_into_lines() -> None:
    on_one_line = codec.render(make(PUSHES["wxa_media_check"]), DataFormat.XML).replace(b"\n", b"")
    assert understood(on_one_line, DataFormat.XML, Direction.PUSH) == make(PUSHES["wxa_media_check"])


@pytest.mark.parametrize(
    ("data_format", "body"),
    [
        (
            DataFormat.XML,
            "<xml><ToUserName><![CDATA[o9AgO5Kd5ggOC-bXrbNODIiE3bGY]]></ToUserName>"
            "<FromUserName><![CDATA[gh_97417a04a28d]]></FromUserName><CreateTime>1714112446</CreateTime>"
            "<MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>",
        ),
        (
            DataFormat.JSON,
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d","CreateTime":1714112446,'
            '"MsgType":"transfer_customer_service"}',
        ),
    ],
)
def test_the_transfer_is_one_line_as_on_the_official_page(data_format: DataFormat, body: str) -> None:
    assert codec.render(make(TRANSFER), data_format).decode() == body
    assert understood(body.encode(), data_format, Direction.REPLY) == make(TRANSFER)
