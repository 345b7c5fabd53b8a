"""KF220: a reply inside square brackets."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import SHAPE_RULES, beginning, embedded
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text


def check(subject: Unparsed) -> Iterator[Problem]:
    body = subject.body.strip()
    if not (body.startswith(b"[") and body.endswith(b"]")):
        return
    span = embedded(body)
    if span is not None and not body[: span[0]].strip(b"[ \t\r\n"):
        shown = beginning(body[:400].decode("utf-8", "replace"))
        yield Problem(Text(f"the reply is inside an array: {shown}", f"回复被放进了数组：{shown}"), 0)


RULE = Rule(
    code="KF220",
    name="document-in-array",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("A reply is one document, not a list of them", "回复是一个文档，不是文档的列表"),
    why=Text(
        "One push has one answer; a list is of no format that WeChat reads: abnormal data.",
        "一次推送只有一个应答；列表不是微信能读取的格式：属于异常数据。",
    ),
    fix=Text("return the reply itself, not a list with the reply in it", "返回回复本身，不要放在列表里"),
    evidence=Evidence.DOCUMENTED_OLD,
    source=sources.RECEIVE_OLD,
    check=check,
    hides=("KF210", "KF216", *SHAPE_RULES),
    bad=(
        Example(
            '[{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d","CreateTime":1714112446,"MsgType":"transfer_customer_service"}]',
            data=DataFormat.JSON,
        ),
        Example(
            "[<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName><CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>]"
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
