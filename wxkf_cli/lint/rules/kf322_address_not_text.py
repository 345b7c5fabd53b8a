"""KF322: an address is a number, an object or a list."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import is_empty, shown
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text


def check(subject: Replied) -> Iterator[Problem]:
    values = {name: subject.document.get(name) for name in ("ToUserName", "FromUserName")}
    wrong = [name for name, value in values.items() if not isinstance(value, str) and not is_empty(value)]
    if wrong:
        shown_values = [shown(values[name]) for name in wrong]
        en = "; ".join(f"{name} is {met}, not text" for name, met in zip(wrong, shown_values, strict=True))
        zh = "；".join(f"{name} 是 {met}，不是文本" for name, met in zip(wrong, shown_values, strict=True))
        yield Problem(Text(en, zh), wrong[0])


RULE = Rule(
    code="KF322",
    name="address-not-text",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("ToUserName and FromUserName are text", "ToUserName 和 FromUserName 是文本"),
    why=Text(
        "An openid and an original id are text; a number, an object or a list names nobody: abnormal data.",
        "openid 和原始 ID 都是文本；数字、对象或列表不指向任何人：属于异常数据。",
    ),
    fix=Text("take both from the push, as the strings that they are there", "两个值都取自推送，在推送中它们就是字符串"),
    evidence=Evidence.DOCUMENTED,
    source=sources.TRANSFER,
    check=check,
    bad=(
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":348699531,"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            '{"ToUserName":[1],"FromUserName":"gh_97417a04a28d","CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
            push=None,
        ),
        Example(
            "<xml><ToUserName><openid>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</openid></ToUserName><FromUserName>gh_97417a04a28d</FromUserName><CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
