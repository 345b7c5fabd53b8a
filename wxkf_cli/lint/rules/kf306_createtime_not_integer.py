"""KF306: CreateTime is something else than a whole number of seconds."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import is_date, is_empty, oddity, shown
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wechat.answers import is_create_time


def check(subject: Replied) -> Iterator[Problem]:
    document = subject.document
    value = document.get("CreateTime")
    bare = value.strip() if isinstance(value, str) else value
    # A date, and text that was never a number, have causes and rules of their own.
    if is_empty(value) or is_date(value) or oddity("CreateTime", value, subject):
        return
    if not is_create_time(bare, document.format):
        met = shown(value)
        yield Problem(Text(f"CreateTime is {met}, not an integer", f"CreateTime 是 {met}，不是整数"), "CreateTime")


RULE = Rule(
    code="KF306",
    name="createtime-not-integer",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("CreateTime is a whole number of seconds since 1970", "CreateTime 是自 1970 年起的整数秒数"),
    why=Text(
        "The field is documented as an integer; a fraction, a sign or quotation marks make it abnormal data.",
        "文档规定该字段为整数；小数、正负号或引号都会使它成为异常数据。",
    ),
    fix=Text(
        "int(time.time()), Math.floor(Date.now() / 1000), time()",
        "int(time.time())、Math.floor(Date.now() / 1000)、time()",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.TRANSFER,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446.123</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>-1</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446.5,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":true,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>&quot;1714112446&quot;</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            push=None,
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
