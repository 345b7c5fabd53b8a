"""KF319: CreateTime counts microseconds or nanoseconds."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wechat.answers import is_create_time
from wxkf_cli.wire.escape import quoted

#: Digits of a present-day time -> how many make one second, and their name.
_UNITS = {16: (10**6, Text("microseconds", "微秒")), 19: (10**9, Text("nanoseconds", "纳秒"))}


def check(subject: Replied) -> Iterator[Problem]:
    value = subject.document.get("CreateTime")
    if not is_create_time(value, subject.document.format):
        return
    digits = str(value)
    if len(digits) in _UNITS:
        per_second, name = _UNITS[len(digits)]
        met, seconds = quoted(value), int(digits) // per_second
        yield Problem(
            Text(
                f"CreateTime is {met}, {len(digits)} digits: {name.en}; in seconds it is {seconds}",
                f"CreateTime 是 {met}，共 {len(digits)} 位，是{name.zh}；换算成秒是 {seconds}",
            ),
            "CreateTime",
        )


RULE = Rule(
    code="KF319",
    name="createtime-too-fine",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Replied,
    summary=Text("CreateTime does not count finer than seconds", "CreateTime 的单位不比秒更细"),
    why=Text(
        "The field is documented in seconds; read so, this one is thousands of centuries ahead.",
        "文档规定该字段以秒为单位；按秒读取，这个时间在几十万年之后。",
    ),
    fix=Text(
        "take seconds: time.Now().Unix(), not UnixNano(); time.time(), not time.time_ns()",
        "取秒数：用 time.Now().Unix() 而不是 UnixNano()，用 time.time() 而不是 time.time_ns()",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.TRANSFER,
    check=check,
    hides=("KF307",),
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName><CreateTime>1714112446123456</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d","CreateTime":1714112446123456789,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName><CreateTime>1714112446123456789</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            push=None,
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
