"""KF314: the reply goes to somebody else, or comes from somebody else."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import is_empty, shown
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.message import Value
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.document import NodeValue
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    push = subject.push
    wrong = [
        (name, value, wanted)
        for name, wanted in (
            ("ToUserName", push.from_user if push is not None else None),
            ("FromUserName", push.to_user if push is not None else None),
        )
        if not is_empty(value := subject.document.get(name)) and not _is_right(value, wanted, push is not None)
    ]
    if not wrong:
        return
    en, zh = [], []
    for name, value, wanted in wrong:
        met = shown(value)
        other = "FromUserName" if name == "ToUserName" else "ToUserName"
        en.append(
            f"{name} is {met}" + (f", the push's {other} is {quoted(wanted)}" if push is not None else ", not text")
        )
        zh.append(f"{name} 是 {met}" + (f"，推送的 {other} 是 {quoted(wanted)}" if push is not None else "，不是文本"))
    yield Problem(Text("; ".join(en), "；".join(zh)), wrong[0][0])


def _is_right(value: NodeValue, wanted: Value, is_pushed: bool) -> bool:
    if not isinstance(value, str):
        return False
    if not is_pushed or value == wanted:
        return True
    # White space around a right value is another rule's.
    return isinstance(wanted, str) and value != value.strip() and value.strip() == wanted.strip()


RULE = Rule(
    code="KF314",
    name="wrong-parties",
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
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":348699531,'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            '{"ToUserName":[1],"FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            push=None,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>wxba5fad812f8e6fb9</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
    ),
    good=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
    ),
)
