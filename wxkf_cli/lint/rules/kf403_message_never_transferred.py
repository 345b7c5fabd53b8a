"""KF403: a message that had to be transferred was not."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Need, Rule, push_of
from wxkf_cli.lint.subject import Acknowledged
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wechat.answers import is_user_message
from wxkf_cli.wire.escape import quoted


def check(subject: Acknowledged) -> Iterator[Problem]:
    push = push_of(subject)
    if subject.setting.expect_transfer and is_user_message(push):
        kind, shown = quoted(push.msgtype), quoted(subject.body)
        yield Problem(
            Text(
                f"the message of type {kind} was answered with {shown}: acknowledged, and no agent gets it",
                f"类型为 {kind} 的消息得到的应答是 {shown}：只是确认，没有客服会收到",
            )
        )


RULE = Rule(
    code="KF403",
    name="message-never-transferred",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Acknowledged,
    summary=Text(
        "A message that agents should see is answered with the transfer", "要让客服看到的消息，用转发回复应答"
    ),
    why=Text(
        "An acknowledgement ends the matter: with a push configured, nothing else brings the message to the agents.",
        "确认之后就没有下文：配置了推送时，没有别的途径能让客服看到这条消息。",
    ),
    fix=Text(
        "return the transfer as the body of the answer; make sure the framework does not drop it",
        "将转发回复作为应答的正文返回，并确认框架没有把它丢掉",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.TRANSFER,
    check=check,
    needs=(Need.PUSH,),
    hides=("KF204", "KF214"),
    bad=(
        Example("success", expect_transfer=True),
        Example("", push="image", data=DataFormat.JSON, expect_transfer=True),
    ),
    good=(
        Example(RIGHT_XML, expect_transfer=True),
        Example("success"),
        Example("success", push="user_enter_tempsession", expect_transfer=True),
    ),
)
