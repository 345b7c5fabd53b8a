"""KF303: CreateTime counts milliseconds."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wechat.answers import is_create_time
from wxkf_cli.wire.escape import quoted

_FIRST, _LAST = 10**12, 10**13 - 1


def check(subject: Replied) -> Iterator[Problem]:
    value = subject.document.get("CreateTime")
    if is_create_time(value, subject.document.format) and _FIRST <= int(str(value)) <= _LAST:
        shown, seconds = quoted(value), int(str(value)) // 1000
        yield Problem(
            Text(
                f"CreateTime is {shown}, 13 digits: milliseconds; in seconds it is {seconds}",
                f"CreateTime 是 {shown}，共 13 位，是毫秒；换算成秒是 {seconds}",
            ),
            "CreateTime",
        )


RULE = Rule(
    code="KF303",
    name="createtime-milliseconds",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Replied,
    summary=Text("CreateTime counts seconds", "CreateTime 以秒为单位"),
    why=Text(
        "Official accounts have long let milliseconds pass; whether mini programs do is not known.",
        "公众号一直容忍毫秒；小程序是否容忍则未知。",
    ),
    fix=Text("divide by 1000 and round down", "除以 1000 并向下取整"),
    evidence=Evidence.REPORTED,
    source=sources.MILLISECONDS_THREAD,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446123</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446123,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
