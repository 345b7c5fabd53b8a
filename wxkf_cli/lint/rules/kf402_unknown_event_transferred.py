"""KF402: an event that nobody knows was handed to the agents."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Need, Rule, push_of
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.catalog import is_known
from wxkf_cli.vocab.policy import TRANSFER_MSGTYPE
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    push = push_of(subject)
    if push.is_event and not is_known(push) and subject.document.get("MsgType") == TRANSFER_MSGTYPE:
        event = quoted(push.values.get("Event"))
        yield Problem(
            Text(
                f"the unknown event {event} was transferred: whatever WeChat adds tomorrow lands on the agents' desk",
                f"未知事件 {event} 被转发：微信以后新增的任何事件都会出现在客服面前",
            ),
            "MsgType",
        )


RULE = Rule(
    code="KF402",
    name="unknown-event-transferred",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("What the code does not know is acknowledged, not transferred", "代码不认识的推送只确认，不转发"),
    why=Text(
        "New events appear without notice; a default branch that transfers gives each of them to the agents as noise.",
        "新事件会不经通知就出现；默认分支若是转发，每个新事件都会变成客服看到的无意义消息。",
    ),
    fix=Text(
        "transfer text, image and miniprogrampage by name; let the default branch answer success",
        "按名称转发 text、image、miniprogrampage，默认分支返回 success",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.TRANSFER,
    check=check,
    needs=(Need.PUSH,),
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            push="unknown_event",
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            push="unknown_event",
            data=DataFormat.JSON,
        ),
    ),
    good=(Example("success", push="unknown_event"), Example("", push="unknown_event")),
)
