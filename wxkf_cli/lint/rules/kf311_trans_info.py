"""KF311: an agent is named, which only official accounts can."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text

_NAMES = ("TransInfo", "KfAccount")


def check(subject: Replied) -> Iterator[Problem]:
    name = next((each for each in _NAMES if each in subject.document.names), None)
    if name is not None:
        yield Problem(
            Text(
                f"{name} names an agent: documented for official accounts only",
                f"{name} 指定了客服：仅公众号有此文档说明",
            ),
            name,
        )


RULE = Rule(
    code="KF311",
    name="trans-info",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Replied,
    summary=Text("A mini program does not choose the agent", "小程序不指定由哪位客服接待"),
    why=Text(
        "What a mini program's transfer does with TransInfo is not documented: it may be ignored, or refused.",
        "小程序的转发如何处理 TransInfo 没有文档说明：可能被忽略，也可能被拒绝。",
    ),
    fix=Text("leave TransInfo out", "去掉 TransInfo"),
    evidence=Evidence.DOCUMENTED,
    source=sources.FORWARDING_OFFICIAL_ACCOUNT,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType><TransInfo><KfAccount>test1@test</KfAccount></TransInfo></xml>",
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service","KfAccount":"test1@test"}',
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
