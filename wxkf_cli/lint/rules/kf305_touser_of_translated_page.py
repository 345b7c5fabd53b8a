"""KF305: copied from the machine-translated English page."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import shown
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wechat.answers import PLACEHOLDER_OPENID
from wxkf_cli.wire.escape import quoted

_NAME = "ToUser"


def check(subject: Replied) -> Iterator[Problem]:
    document = subject.document
    if "ToUserName" not in document.names:
        wire_name = next((name for name in document.names if name.strip() == _NAME), None)
        if wire_name is None:
            return
        met = shown(document.get(wire_name))
        field, where = Text(f"the field {_NAME} ({met})", f"字段 {_NAME}（{met}）"), wire_name
    elif document.get("ToUserName") == PLACEHOLDER_OPENID and not _is_from(subject, PLACEHOLDER_OPENID):
        met = quoted(PLACEHOLDER_OPENID)
        field, where = Text(f"the value {met} of ToUserName", f"ToUserName 的值 {met} "), "ToUserName"
    else:
        return
    yield Problem(
        Text(
            f"{field.en} is damage that machine translation did to an English edition of the official page: "
            "it is ToUserName, with the user's openid",
            f"{field.zh}是官方英文页面被机器翻译损坏的结果：应为 ToUserName，值为用户的 openid",
        ),
        where,
    )


def _is_from(subject: Replied, openid: str) -> bool:
    return subject.push is not None and subject.push.from_user == openid


RULE = Rule(
    code="KF305",
    name="touser-of-translated-page",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text(
        "The addressee is ToUserName, with the openid the push came from",
        "接收方字段是 ToUserName，值为推送来源的 openid",
    ),
    why=Text(
        "One English edition of the page turned ToUserName into ToUser and its sample value into cough; the Chinese "
        "page and later English ones have it right. Without ToUserName the reply is abnormal data.",
        "某个版本的英文页面把 ToUserName 译成了 ToUser，示例值变成了 cough；中文页面和之后的英文页面是正确的。"
        "没有 ToUserName，回复就是异常数据。",
    ),
    fix=Text(
        "write ToUserName, with the FromUserName of the push as its value",
        "字段名写 ToUserName，值取推送的 FromUserName",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.TRANSFER_ENGLISH,
    check=check,
    hides=("KF302", "KF307", "KF308", "KF310", "KF312", "KF314"),
    bad=(
        Example(
            "<xml>\n<ToUser ><![CDATA[cough]]></ToUser >\n<FromUserName><![CDATA[fromuser]]></FromUserName>\n"
            "<CreateTime>1399197672</CreateTime>\n<MsgType ><![CDATA[transfer_customer_service]]></MsgType >\n</xml>"
        ),
        Example(
            '{"MsgType":"transfer_customer_service","ToUserName":"cough","FromUserName":"fromuser",'
            '"CreateTime":1714112446}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUser>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUser><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            "<xml><ToUserName>cough</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            push=None,
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
