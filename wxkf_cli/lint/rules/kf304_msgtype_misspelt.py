"""KF304: a MsgType that is not the one there is."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import PASSIVE, is_empty, oddity, shown
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.policy import TRANSFER_MSGTYPE
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.document import NodeValue

_NULLS = ("none", "null", "nil", "undefined", "nan")
_NEAR = 0.6


def check(subject: Replied) -> Iterator[Problem]:
    document = subject.document
    value = document.get("MsgType")
    if "MsgType" not in document.names or (value is not None and is_empty(value)):
        return
    word = value.strip() if isinstance(value, str) else ""
    if word == TRANSFER_MSGTYPE or word.lower() in PASSIVE or oddity("MsgType", value, subject):
        return
    met, hint = shown(value), _hint(value, subject)
    yield Problem(Text(f"MsgType is {met}{hint.en}", f"MsgType 是 {met}{hint.zh}"), "MsgType")


def _hint(value: NodeValue, subject: Replied) -> Text:
    word = value.strip() if isinstance(value, str) else ""
    lower = word.lower()
    if value is None or lower in _NULLS:
        return Text(": a variable that was never set", "：变量没有赋值")
    if subject.push is not None and word == subject.push.msgtype:
        return Text(": copied from the push", "：从推送照抄而来")
    near = SequenceMatcher(None, lower[:60], TRANSFER_MSGTYPE, autojunk=False).ratio() >= _NEAR
    if near or "transfer" in lower or "kf" in lower or "customer" in lower:
        return Text(f"; did you mean {TRANSFER_MSGTYPE}?", f"；是否应为 {TRANSFER_MSGTYPE}？")
    return Text(", which no reply has", "，没有这种回复")


RULE = Rule(
    code="KF304",
    name="msgtype-misspelt",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("MsgType is the word transfer_customer_service", "MsgType 就是 transfer_customer_service 这个词"),
    why=Text(
        "It is compared letter by letter; a mini program has no other MsgType to answer with.",
        "逐字比较，大小写和下划线都不能错；小程序没有其他可用于应答的 MsgType。",
    ),
    fix=Text(
        "write transfer_customer_service, in lower case with underscores",
        "写成 transfer_customer_service，小写并带下划线",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.TRANSFER,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer</MsgType></xml>",
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>TRANSFER_CUSTOMER_SERVICE</MsgType></xml>",
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_to_kf</MsgType></xml>",
            push=None,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_servcie</MsgType></xml>",
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":null}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>None</MsgType></xml>",
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":5}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>event</MsgType></xml>",
            push="user_enter_tempsession",
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
