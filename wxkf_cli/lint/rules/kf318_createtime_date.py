"""KF318: CreateTime is a date, or an object of the language."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import is_date, is_empty, shown
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text


def check(subject: Replied) -> Iterator[Problem]:
    value = subject.document.get("CreateTime")
    if is_date(value) and not is_empty(value):
        met = shown(value)
        what = Text("a date as text", "文本形式的日期") if isinstance(value, str) else Text("an object", "一个对象")
        yield Problem(
            Text(
                f"CreateTime is {met}, {what.en}, not a number of seconds",
                f"CreateTime 是 {met}，是{what.zh}，不是秒数",
            ),
            "CreateTime",
        )


RULE = Rule(
    code="KF318",
    name="createtime-date",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("CreateTime is a number, not a date", "CreateTime 是数字，不是日期"),
    why=Text(
        "The field is documented as an integer; a date, or a time object that was serialised as it is, makes "
        "the reply abnormal data. PowerWeChat's buildReply writes time.Now() so.",
        "文档规定该字段为整数；写成日期，或把时间对象直接序列化，都会使回复成为异常数据。PowerWeChat 的 "
        "buildReply 就直接写入 time.Now()。",
    ),
    fix=Text(
        "time.Now().Unix(), int(time.time()), Math.floor(Date.now() / 1000), Instant.now().getEpochSecond()",
        "time.Now().Unix()、int(time.time())、Math.floor(Date.now() / 1000)、Instant.now().getEpochSecond()",
    ),
    evidence=Evidence.REPORTED,
    source=sources.POWERWECHAT,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d"
            "</FromUserName><CreateTime>2024-04-26 06:20:46</CreateTime><MsgType>transfer_customer_service"
            "</MsgType></xml>"
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d"
            "</FromUserName><CreateTime>2024-04-26T14:20:46.123456789+08:00</CreateTime><MsgType>"
            "transfer_customer_service</MsgType></xml>",
            push=None,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d"
            "</FromUserName><CreateTime><wall>0</wall><ext>1714112446</ext><loc></loc></CreateTime><MsgType>"
            "transfer_customer_service</MsgType></xml>"
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":{"wall":0,"ext":1714112446,"loc":null},"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d"
            "</FromUserName><CreateTime>Fri Apr 26 2024 14:20:46 GMT+0800</CreateTime><MsgType>"
            "transfer_customer_service</MsgType></xml>"
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
