"""KF404: a passive reply, which mini programs do not have."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import FIELD_RULES, PASSIVE
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    value = subject.document.get("MsgType")
    if isinstance(value, str) and value.strip().lower() in PASSIVE:
        shown = quoted(value)
        yield Problem(
            Text(
                f"MsgType is {shown}: a passive reply, which is never shown in a mini program",
                f"MsgType 是 {shown}：这是被动回复，在小程序中永远不会显示",
            ),
            "MsgType",
        )


RULE = Rule(
    code="KF404",
    name="passive-reply",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("What users should read goes through custom/send", "要给用户看的内容通过 custom/send 发送"),
    why=Text(
        "Only official accounts answer a push with a text, an image or news; users of a mini program see none of it.",
        "只有公众号才能用文本、图片或图文直接应答推送；小程序的用户什么也看不到。",
    ),
    fix=Text(
        'answer "success" and send the message by custom/send, or answer with the transfer',
        "返回 success 并通过 custom/send 发送消息，或者用转发回复应答",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.CONTAINER_PUSH,
    check=check,
    hides=("KF203", "KF213", "KF323", *FIELD_RULES),
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>text</MsgType><Content>hello</Content></xml>",
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>text</MsgType><Content></Content></xml>",
            push=None,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"news","ArticleCount":1}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>image</MsgType></xml>",
            push="user_enter_tempsession",
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
