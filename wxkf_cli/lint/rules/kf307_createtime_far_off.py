"""KF307: CreateTime is far from now."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Need, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.policy import FAR_OFF_SECONDS
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wechat.answers import is_create_time
from wxkf_cli.wire.escape import quoted

_FIRST_MILLISECONDS, _LAST_MILLISECONDS = 10**12, 10**13 - 1
_DAY, _CENTURY = 86_400, 36_525
_AGES = Text("more than a century", "一百多年")


def check(subject: Replied) -> Iterator[Problem]:
    document = subject.document
    value = document.get("CreateTime")
    if not is_create_time(value, document.format):
        return
    seconds = int(str(value))
    known = _known_times(subject)
    if not known or _FIRST_MILLISECONDS <= seconds <= _LAST_MILLISECONDS:
        return
    off = min(abs(seconds - each) for each in known)
    if off > FAR_OFF_SECONDS:
        met, days = quoted(value), int(off // _DAY)
        far = Text(f"{days} day{'s' if days > 1 else ''}", f" {days} 天") if days < _CENTURY else _AGES
        yield Problem(
            Text(
                f"CreateTime is {met}, {far.en} away from the push",
                f"CreateTime 是 {met}，与推送相差{far.zh}",
            ),
            "CreateTime",
        )


def _known_times(subject: Replied) -> list[float]:
    push, sent_at = subject.push, subject.exchange.sent_at
    pushed = push.values.get("CreateTime") if push is not None else None
    known = [float(pushed)] if isinstance(pushed, int) and not isinstance(pushed, bool) else []
    return known if sent_at is None else [*known, sent_at]


RULE = Rule(
    code="KF307",
    name="createtime-far-off",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Replied,
    summary=Text("CreateTime is the time of the answer", "CreateTime 是应答的时间"),
    why=Text(
        "A time from long ago or far ahead is mostly the sample of the documentation, a wrong unit or a wrong clock.",
        "很久以前或很久以后的时间，多半是照抄文档示例、单位不对或时钟不准。",
    ),
    fix=Text(
        "take the current time in seconds, or the CreateTime of the push", "取当前时间的秒数，或推送的 CreateTime"
    ),
    evidence=Evidence.ASSUMED,
    source=sources.TRANSFER,
    check=check,
    needs=(Need.SEND_TIME,),
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1399197672</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":0,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>17141124460</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
