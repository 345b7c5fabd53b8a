"""KF301: the reply is addressed to the mini program itself."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule, push_of
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Route, Severity, Text
from wxkf_cli.wechat.answers import is_original_id
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    to_user, from_user = subject.reply.to_user, subject.reply.from_user
    push = subject.push
    if push is None:
        if isinstance(to_user, str) and to_user.startswith("gh_"):
            yield Problem(
                Text(
                    f"ToUserName is {quoted(to_user)}, an original id: the mini program itself",
                    f"ToUserName 是 {quoted(to_user)}，这是原始 ID，即小程序自己",
                ),
                "ToUserName",
            )
    elif to_user is not None and _is_program(to_user, subject) and from_user != to_user:
        yield Problem(
            Text(
                f"ToUserName is {quoted(to_user)}, the mini program itself; "
                f"the push came from {quoted(push.from_user)}",
                f"ToUserName 是 {quoted(to_user)}，即小程序自己；推送来自 {quoted(push.from_user)}",
            ),
            "ToUserName",
        )


def _is_program(value: object, subject: Replied) -> bool:
    """Whether that is the mini program: in a cloud function, under either of its ids."""
    if value == push_of(subject).to_user:
        return True
    return subject.exchange.route is Route.CLOUD_FUNCTION and is_original_id(value)


RULE = Rule(
    code="KF301",
    name="parties-not-exchanged",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("A reply goes back to the user the push came from", "回复要发回给推送的来源用户"),
    why=Text(
        "Copied unexchanged, the two names address the mini program: abnormal data, and the user sees the notice.",
        "两个地址原样照抄，等于发给小程序自己：属于异常数据，用户会看到提示。",
    ),
    fix=Text("exchange ToUserName and FromUserName", "对调 ToUserName 和 FromUserName"),
    evidence=Evidence.DOCUMENTED,
    source=sources.TRANSFER,
    check=check,
    hides=("KF314",),
    bad=(
        Example(
            "<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName>"
            "<FromUserName><![CDATA[o9AgO5Kd5ggOC-bXrbNODIiE3bGY]]></FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>"
        ),
        Example(
            '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            push=None,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(
            "<xml><ToUserName><![CDATA[o9AgO5Kd5ggOC-bXrbNODIiE3bGY]]></ToUserName>"
            "<FromUserName><![CDATA[gh_97417a04a28d]]></FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>"
        ),
    ),
)
