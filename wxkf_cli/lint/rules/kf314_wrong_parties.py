"""KF314: the reply goes to somebody else, or comes from somebody else."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import is_empty, oddity
from wxkf_cli.lint.rule import Example, Need, Rule, push_of
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.message import Value
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wechat.answers import is_from
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    push = push_of(subject)
    wrong = [
        (name, value, wanted)
        for name, wanted in (("ToUserName", push.from_user), ("FromUserName", push.to_user))
        if isinstance(value := subject.document.get(name), str)
        and not is_empty(value)
        and not _is_right(value, wanted)
        and not (name == "FromUserName" and is_from(value.strip(), subject.exchange))
        and not oddity(name, value, subject)
    ]
    if not wrong:
        return
    en, zh = [], []
    for name, value, wanted in wrong:
        met, right = quoted(value), quoted(wanted)
        other = "FromUserName" if name == "ToUserName" else "ToUserName"
        en.append(f"{name} is {met}, the push's {other} is {right}")
        zh.append(f"{name} 是 {met}，推送的 {other} 是 {right}")
    yield Problem(Text("; ".join(en), "；".join(zh)), wrong[0][0])


def _is_right(value: str, wanted: Value) -> bool:
    # White space around a right value is another rule's.
    return value == wanted or (isinstance(wanted, str) and value != value.strip() and value.strip() == wanted.strip())


RULE = Rule(
    code="KF314",
    name="wrong-parties",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text(
        "ToUserName is the user of the push, FromUserName the mini program it went to",
        "ToUserName 是推送中的用户，FromUserName 是推送所到的小程序",
    ),
    why=Text(
        "Another openid, a WeChat id or the appid names nobody in this conversation: abnormal data.",
        "换成别的 openid、微信号或 appid，都不是这个会话中的一方：属于异常数据。",
    ),
    fix=Text(
        "take both from the push: its FromUserName as ToUserName, its ToUserName as FromUserName",
        "两个值都取自推送：推送的 FromUserName 作为 ToUserName，推送的 ToUserName 作为 FromUserName",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.TRANSFER,
    check=check,
    needs=(Need.PUSH,),
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>wxid_l3k2j1</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            "<xml><ToUserName>oSomebodyElse</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            "<xml><ToUserName>touser</ToUserName><FromUserName>fromuser</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"348699531",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>wxba5fad812f8e6fb9</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
