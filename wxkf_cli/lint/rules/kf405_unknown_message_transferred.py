"""KF405: a message of an unknown type was transferred."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Need, Rule, push_of
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.policy import TRANSFER_MSGTYPE
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wechat.answers import is_user_message
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    push = push_of(subject)
    transferred = subject.document.get("MsgType") == TRANSFER_MSGTYPE
    if transferred and not push.is_event and not is_user_message(push):
        kind = quoted(push.msgtype)
        yield Problem(
            Text(
                f"a message of the unknown type {kind} was transferred; how the agents see it is not known",
                f"未知类型 {kind} 的消息被转发；客服会看到什么未知",
            ),
            "MsgType",
        )


RULE = Rule(
    code="KF405",
    name="unknown-message-transferred",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Replied,
    summary=Text("Only text, image and miniprogrampage are transferred", "只转发 text、image 和 miniprogrampage"),
    why=Text(
        "The page lists what users can send; a type beyond it may be a message of tomorrow, or no message at all.",
        "文档列出了用户能发送的类型；列表之外的可能是将来的消息，也可能根本不是消息。",
    ),
    fix=Text("name the types that are transferred; acknowledge the others", "明确列出要转发的类型，其余只确认"),
    evidence=Evidence.ASSUMED,
    source=sources.RECEIVE,
    check=check,
    needs=(Need.PUSH,),
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            push="unknown_message",
        ),
    ),
    good=(Example("success", push="unknown_message"),),
)
