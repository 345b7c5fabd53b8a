"""KF320: a placeholder, or a variable that was never set, in place of a value."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import Odd, oddities
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    met = [name for name, way in oddities(subject).items() if way is Odd.UNFILLED]
    if met:
        shown = [f"{name} ({quoted(subject.document.get(name))})" for name in met]
        zh = [f"{name}（{quoted(subject.document.get(name))}）" for name in met]
        yield Problem(Text(f"never filled in: {', '.join(shown)}", f"没有填入值：{'、'.join(zh)}"), met[0])


RULE = Rule(
    code="KF320",
    name="value-not-filled-in",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("Every placeholder was replaced by a value", "每个占位符都已换成实际的值"),
    why=Text(
        "A template that was sent as it is, or a name that the push does not have, leaves such a text in the "
        "field: abnormal data.",
        "模板未经渲染就发出，或读取了推送中没有的字段名，字段里就会留下这样的文本：属于异常数据。",
    ),
    fix=Text(
        "render the template; read FromUserName and ToUserName from the push by exactly these names",
        "先渲染模板；从推送中读取 FromUserName 和 ToUserName，名称必须一字不差",
    ),
    evidence=Evidence.REPORTED,
    source=sources.NEVER_SET,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>{{ from_user }}</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d"
            "</FromUserName><CreateTime>%s</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            push=None,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>undefined</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
        Example(
            '{"ToUserName":"${toUser}","FromUserName":"gh_97417a04a28d","CreateTime":1714112446,'
            '"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d"
            "</FromUserName><CreateTime>None</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
