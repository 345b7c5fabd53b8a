"""KF315: CreateTime is a JSON string."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wechat.answers import is_create_time
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    document = subject.document
    value = document.get("CreateTime")
    if document.format is DataFormat.JSON and isinstance(value, str) and is_create_time(value, document.format):
        shown = quoted(value)
        yield Problem(
            Text(f"CreateTime is the string {shown}, not a number", f"CreateTime 是字符串 {shown}，不是数字"),
            "CreateTime",
        )


RULE = Rule(
    code="KF315",
    name="createtime-as-string",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Replied,
    summary=Text("In JSON CreateTime is a number", "JSON 中的 CreateTime 是数字"),
    why=Text(
        "The field is documented as an integer; whether WeChat also reads digits in quotes is not known.",
        "文档规定该字段为整数；微信是否接受带引号的数字未知。",
    ),
    fix=Text("leave the quotes out", "去掉引号"),
    evidence=Evidence.ASSUMED,
    source=sources.TRANSFER,
    check=check,
    bad=(
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":"1714112446","MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":"1714112446","MsgType":"transfer_customer_service"}',
            push=None,
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
