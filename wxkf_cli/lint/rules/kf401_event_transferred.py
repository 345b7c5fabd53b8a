"""KF401: an event was handed to the agents."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Need, Rule, push_of
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.catalog import is_known
from wxkf_cli.vocab.policy import TRANSFER_MSGTYPE
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    push = push_of(subject)
    if push.is_event and is_known(push) and subject.reply.msgtype == TRANSFER_MSGTYPE:
        event = quoted(push.values.get("Event"))
        yield Problem(
            Text(
                f"the event {event} was transferred: the agents see a meaningless entry",
                f"事件 {event} 被转发：客服会看到一条无意义的消息",
            ),
            "MsgType",
        )


RULE = Rule(
    code="KF401",
    name="event-transferred",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("Only messages from users are transferred, never events", "只转发用户发来的消息，不转发事件"),
    why=Text(
        "The official page asks for it in so many words: an event in the agents' tool is noise that nobody can answer.",
        "官方文档特别说明：事件不应转发，否则客服系统中会出现无意义的消息。",
    ),
    fix=Text(
        'answer "success" to everything whose MsgType is not text, image or miniprogrampage',
        "MsgType 不是 text、image、miniprogrampage 的，一律回复 success",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.TRANSFER,
    check=check,
    needs=(Need.PUSH,),
    bad=(
        Example(
            "<xml><ToUserName><![CDATA[o9AgO5Kd5ggOC-bXrbNODIiE3bGY]]></ToUserName>"
            "<FromUserName><![CDATA[gh_97417a04a28d]]></FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>",
            push="user_enter_tempsession",
        ),
    ),
    good=(Example("success", push="user_enter_tempsession"), Example("", push="user_enter_tempsession")),
)
