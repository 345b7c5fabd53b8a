"""Real mistakes, and what real SDKs emit, as literal bodies with the codes they get."""

from collections.abc import Callable

import pytest

from tests.lint.sealing import NAMES, SEAL, as_json, as_xml, encrypted, fields
from wxkf_cli.lint.linter import lint
from wxkf_cli.lint.rule import Example
from wxkf_cli.lint.subject import Setting
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire.exchange import Exchange, Response

OPENID, ORIGINAL_ID, TIME = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "gh_97417a04a28d", 1714112446
XML, JSON = DataFormat.XML, DataFormat.JSON


def codes_of(example: Example) -> list[str]:
    return [finding.code for finding in lint(example.exchange()).findings]


def right_xml(**values: str) -> str:
    fields = {"ToUserName": OPENID, "FromUserName": ORIGINAL_ID, "CreateTime": str(TIME)}
    fields |= {"MsgType": "transfer_customer_service", **values}
    return "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items()) + "</xml>"


RIGHT_JSON = (
    f'{{"ToUserName":"{OPENID}","FromUserName":"{ORIGINAL_ID}","CreateTime":{TIME},'
    '"MsgType":"transfer_customer_service"}'
)
TRANSLATED_PAGE = (
    "<xml>\n<ToUser ><![CDATA[cough]]></ToUser >\n<FromUserName><![CDATA[fromuser]]></FromUserName>\n"
    "<CreateTime>1399197672</CreateTime>\n<MsgType ><![CDATA[transfer_customer_service]]></MsgType >\n</xml>"
)
ENVELOPE = (
    "<xml><Encrypt>c2VhbGVk</Encrypt><MsgSignature>x</MsgSignature><TimeStamp>1</TimeStamp><Nonce>1</Nonce></xml>"
)

#: What people really sent: the body, the push, its format, and the codes it gets. One cause, one code.
MISTAKES = [
    # the reply never gets out
    ("", "text", XML, ["KF214"]),
    ("", "user_enter_tempsession", XML, []),
    ("success", "text", JSON, []),
    # posted to, or shaped for, custom/send
    (f'{{"touser":"{OPENID}","msgtype":"transfer_customer_service"}}', "text", JSON, ["KF309"]),
    (f'{{"touser":"{OPENID}","msgtype":"text","text":{{"content":"hi"}}}}', "text", XML, ["KF309"]),
    # wrong values
    (right_xml(ToUserName=ORIGINAL_ID, FromUserName=OPENID), "text", XML, ["KF301"]),
    (right_xml(ToUserName=ORIGINAL_ID, FromUserName="wxid_x1"), "text", XML, ["KF301"]),
    (right_xml(FromUserName="348699531"), "text", XML, ["KF314"]),
    (right_xml(FromUserName="wxid_x1"), "image", XML, ["KF314"]),
    (right_xml(CreateTime="1714112446000"), "text", XML, ["KF303"]),
    (right_xml(CreateTime="1714112446.5"), "text", XML, ["KF306"]),
    (right_xml(CreateTime="2024-04-26T06:20:46Z"), "text", XML, ["KF318"]),
    (right_xml(CreateTime=""), "text", XML, ["KF302"]),
    (right_xml(MsgType="null"), "text", XML, ["KF304"]),
    (right_xml(MsgType="transfer"), "text", XML, ["KF304"]),
    (right_xml(MsgType="TRANSFER_CUSTOMER_SERVICE"), "text", XML, ["KF304"]),
    (right_xml(MsgType="transfer_to_kf"), None, XML, ["KF304"]),
    (TRANSLATED_PAGE, "text", XML, ["KF305"]),
    (TRANSLATED_PAGE, None, XML, ["KF305"]),
    (right_xml().replace("ToUserName", "tousername"), "text", XML, ["KF308"]),
    (right_xml().replace("ToUserName", "toUserName"), "text", XML, ["KF308"]),
    (right_xml().replace("</xml>", "<TransInfo><KfAccount>a@b</KfAccount></TransInfo></xml>"), "text", XML, ["KF311"]),
    (right_xml().replace("</xml>", "<MsgId>1</MsgId></xml>"), "text", XML, ["KF310"]),
    (right_xml().replace("<MsgType>", "<MsgType >"), "text", XML, ["KF312"]),
    # passive replies
    (right_xml(MsgType="text", Content="hello"), "text", XML, ["KF404"]),
    (right_xml(MsgType="text", Content=""), "user_enter_tempsession", XML, ["KF404"]),
    (right_xml(MsgType="text", Content="success"), None, XML, ["KF404"]),
    (right_xml(MsgType="image"), "image", JSON, ["KF404"]),
    # the other format
    (right_xml(), "text", JSON, ["KF203"]),
    (RIGHT_JSON, "text", XML, ["KF203"]),
    # events
    (right_xml(), "user_enter_tempsession", XML, ["KF401"]),
    (right_xml(), "unknown_event", XML, ["KF402"]),
    (RIGHT_JSON, "unknown_event", JSON, ["KF402"]),
    (right_xml(), "unknown_message", XML, ["KF405"]),
    ("error", "user_enter_tempsession", XML, ["KF216"]),
    # sealed without need
    (ENVELOPE, "text", XML, ["KF502"]),
    (ENVELOPE, "text", JSON, ["KF502"]),
    (ENVELOPE, None, XML, ["KF510"]),
    # acknowledgements wrapped
    ('"success"', "text", JSON, ["KF201"]),
    ("SUCCESS", "text", XML, ["KF201"]),
    ("\ufeffsuccess", "text", XML, ["KF201"]),
    ("success\n", "text", XML, ["KF204"]),
    (b"success\xff", "text", XML, ["KF201"]),
    ("<success/>", "text", JSON, ["KF201"]),
    ("{success}", "text", XML, ["KF201"]),
    ('["success"]', "text", JSON, ["KF201"]),
    ("\nsuccess", "text", XML, ["KF201"]),
    ("ok", "text", XML, ["KF216"]),
    ('{"code":0}', "text", JSON, ["KF222"]),
    ('{"code":0}', "text", XML, ["KF222"]),
    ('{"msg":"success"}', "text", JSON, ["KF222"]),
    ('""', "text", JSON, ["KF208"]),
    ("<xml></xml>", "text", XML, ["KF208"]),
    ("<xml></xml>", "text", JSON, ["KF208"]),
    ('<?xml version="1.0"?><xml/>', "text", XML, ["KF208"]),
    ("null", "text", JSON, ["KF208"]),
    ("你好", "text", XML, ["KF216"]),
    # around and inside the document
    ("\ufeff" + right_xml(), "text", XML, ["KF206"]),
    ("\ufeff" + RIGHT_JSON, "text", JSON, ["KF206"]),
    ('\ufeff"' + right_xml() + '"', "text", XML, ["KF211"]),
    ("debug\n" + right_xml(), "text", XML, ["KF210"]),
    (right_xml() + right_xml(), "text", XML, ["KF210"]),
    (RIGHT_JSON + RIGHT_JSON, "text", JSON, ["KF210"]),
    ("success" + right_xml(), "text", XML, ["KF210"]),
    (right_xml() + "<script>x</script>", "text", JSON, ["KF210"]),
    ("<br />\n<b>Notice</b>: x in <b>/a.php</b><br />\n" + right_xml(), "text", XML, ["KF210"]),
    ("警告\n".encode("gbk") + right_xml().encode(), "text", XML, ["KF210"]),
    ("<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "text", XML, ["KF209"]),
    ("<html><head><title>错误</title></head></html>".encode("gbk"), "text", JSON, ["KF209"]),
    ("\ufeff<!doctype html><p>hello</p>", "text", XML, ["KF209"]),
    ("<!DOCTYPE xml>" + right_xml(), "text", XML, ["KF207"]),
    (right_xml().replace("<", "&lt;").replace(">", "&gt;"), "text", XML, ["KF211"]),
    ("<pre>" + right_xml().replace("<", "&lt;") + "</pre>", "text", XML, ["KF211"]),
    ('"' + right_xml() + '"', "text", XML, ["KF211"]),
    ('"' + RIGHT_JSON.replace('"', '\\"') + '"', "text", JSON, ["KF211"]),
    (right_xml().encode("utf-16"), "text", XML, ["KF205"]),
    (RIGHT_JSON.encode("utf-16-be"), "text", JSON, ["KF205"]),
    (right_xml(FromUserName="客服").encode("gbk"), "text", XML, ["KF205"]),
    (right_xml().replace("<xml>", "<XML>").replace("</xml>", "</XML>"), "text", XML, ["KF224"]),
    (right_xml().replace("</xml>", "\n" * 65_536 + "</xml>"), "text", XML, ["KF212"]),
    (RIGHT_JSON.replace(str(TIME), "true"), "text", JSON, ["KF306"]),
    (RIGHT_JSON.replace(f'"{OPENID}"', '{"openid":1}'), "text", JSON, ["KF322"]),
    (right_xml()[:-6], "text", XML, ["KF202"]),
    (RIGHT_JSON[:-1], "text", JSON, ["KF202"]),
    (RIGHT_JSON.replace('"', "'"), "text", JSON, ["KF218"]),
    (RIGHT_JSON[:-1] + ',"MsgType":"transfer_customer_service"}', "text", JSON, ["KF213"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "data", "codes"), MISTAKES)
def test_a_real_mistake_gets_one_finding_for_its_one_cause(
    body: str | bytes, kind: str | None, data: DataFormat, codes: list[str]
) -> None:
    assert codes_of(Example(body, push=kind, data=data)) == codes


#: What SDKs really write.
WECHATPY = (
    f"<xml>\n<MsgType><![CDATA[transfer_customer_service]]></MsgType>\n<FromUserName><![CDATA[{ORIGINAL_ID}]]></FromUserName>"
    f"\n<ToUserName><![CDATA[{OPENID}]]></ToUserName>\n<CreateTime>{TIME}</CreateTime>\n</xml>"
)
WEROBOT = f"""
            <xml>
            <ToUserName><![CDATA[{OPENID}]]></ToUserName>
            <FromUserName><![CDATA[{ORIGINAL_ID}]]></FromUserName>
            <CreateTime>{TIME}</CreateTime>
            <MsgType><![CDATA[transfer_customer_service]]></MsgType>
            </xml>
            """
NPM_WECHAT = (
    f"<xml><ToUserName><![CDATA[{OPENID}]]></ToUserName><FromUserName><![CDATA[{ORIGINAL_ID}]]></FromUserName>"
    "<CreateTime>1714112446789</CreateTime><MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>"
)
RAILS = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<xml>\n  <ToUserName>{OPENID}</ToUserName>\n'
    f"  <FromUserName>{ORIGINAL_ID}</FromUserName>\n  <CreateTime>{TIME}</CreateTime>\n"
    "  <MsgType>transfer_customer_service</MsgType>\n</xml>\n"
)


@pytest.mark.parametrize(
    ("body", "data", "codes"),
    [
        pytest.param(WECHATPY, XML, [], id="wechatpy"),
        pytest.param(WEROBOT, XML, [], id="WeRoBot"),
        pytest.param(NPM_WECHAT, XML, ["KF303"], id="npm wechat, co-wechat"),
        pytest.param(RAILS, XML, [], id="Rails wechat"),
        pytest.param(RIGHT_JSON, JSON, [], id="a cloud function"),
    ],
)
@pytest.mark.parametrize("kind", ["text", "image", "miniprogrampage", None])
def test_what_sdks_emit_passes(body: str, data: DataFormat, codes: list[str], kind: str | None) -> None:
    example = Example(body, push=kind, data=data, headers=(("Content-Type", "text/html; charset=utf-8"),))
    assert codes_of(example) == codes
    assert judge(example.exchange()).verdict is Verdict.TRANSFERRED


def test_a_user_called_cough_is_not_the_translated_page() -> None:
    push = make(PUSHES["text"], {"FromUserName": "cough"})
    exchange = Exchange(Response(200, (), right_xml(ToUserName="cough").encode()), push=push, data=XML)
    assert lint(exchange).findings == ()
    assert judge(exchange).verdict is Verdict.TRANSFERRED


def sealed_by(names: tuple[str, ...] = NAMES, **signing: int) -> Callable[[str], str]:
    """An envelope of a given SDK around a reply: XML as most write it, JSON where the reply is."""

    def envelope(reply: str) -> str:
        values = [value for _, value in fields(encrypted(reply.encode()), **signing)]
        pairs = list(zip(names, values, strict=True))
        return (as_json(pairs) if reply.startswith("{") else as_xml(pairs, cdata=True)).decode()

    return envelope


right, small = sealed_by(), sealed_by(("encrypt", "msgsignature", "timestamp", "nonce"))

#: The answer, the format of the push, and the codes it gets from one who has the key, in secure mode.
SEALED = [
    pytest.param(right(right_xml()), XML, [], id="right XML"),
    pytest.param(right(RIGHT_JSON), JSON, [], id="right JSON"),
    pytest.param(right(WECHATPY), XML, [], id="wechatpy"),
    pytest.param(right(WEROBOT), XML, [], id="WeRoBot"),
    pytest.param(right("success"), XML, ["KF503"], id="WeRoBot, weapp: success"),
    pytest.param(right(""), XML, ["KF503"], id="silenceper: nothing"),
    pytest.param(sealed_by(timestamp=TIME * 1000)(NPM_WECHAT), XML, ["KF517", "KF303"], id="npm wechat"),
    pytest.param(small(RIGHT_JSON), JSON, ["KF504"], id="easywechat: small letters"),
    pytest.param(right(right_xml()), JSON, ["KF505"], id="easywechat, WxJava: XML always"),
    pytest.param(right(right_xml()).replace("TimeStamp", "Timestamp"), XML, ["KF504"], id="Timestamp"),
    pytest.param(right_xml(), XML, ["KF501"], id="in the open"),
    pytest.param(right(right_xml(ToUserName=ORIGINAL_ID, FromUserName=OPENID)), XML, ["KF301"], id="not exchanged"),
    pytest.param(right(right_xml(MsgType="text", Content="hello")), XML, ["KF404"], id="a passive reply"),
    pytest.param(right("你好"), XML, ["KF216"], id="text"),
    pytest.param(right("{}"), JSON, ["KF208"], id="an empty object"),
    pytest.param(right(right_xml()[:-6]), XML, ["KF202"], id="cut before it was sealed"),
    pytest.param(right(right(right_xml())), XML, ["KF216"], id="sealed twice"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "data", "codes"), SEALED)
def test_a_sealed_mistake_gets_one_finding_for_its_one_cause(body: str, data: DataFormat, codes: list[str]) -> None:
    exchange = Example(body, data=data, mode=Mode.SECURE).exchange()
    assert [finding.code for finding in lint(exchange, Setting(seal=SEAL)).findings] == codes
