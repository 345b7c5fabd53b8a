"""KF214: a user's message was answered with nothing."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Need, Rule, push_of
from wxkf_cli.lint.subject import Acknowledged
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wechat.answers import is_user_message
from wxkf_cli.wire.escape import quoted


def check(subject: Acknowledged) -> Iterator[Problem]:
    push = push_of(subject)
    if subject.body == b"" and is_user_message(push):
        kind = quoted(push.msgtype)
        yield Problem(
            Text(
                f"zero bytes answer a message of type {kind}: allowed, but also what a lost return value looks like",
                f"对类型为 {kind} 的消息返回了零字节：允许，但返回值丢失时也是这样",
            )
        )


RULE = Rule(
    code="KF214",
    name="empty-to-message",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Acknowledged,
    summary=Text("A message that is not transferred is answered with success", "不转发的消息用 success 应答"),
    why=Text(
        "Nothing happens after zero bytes, and nobody notices when they come from a reply that was never returned.",
        "零字节之后什么也不会发生；如果它来自没有返回的回复，没有人会察觉。",
    ),
    fix=Text(
        "return the reply that was built; write success where none is meant",
        "把生成的回复真正返回；不需要回复时写 success",
    ),
    evidence=Evidence.REPORTED,
    source=sources.ANSWER_LOST,
    check=check,
    needs=(Need.PUSH,),
    bad=(Example("", push="text"), Example("", push="miniprogrampage", data=DataFormat.JSON)),
    good=(Example("success"), Example("", push="user_enter_tempsession")),
)
