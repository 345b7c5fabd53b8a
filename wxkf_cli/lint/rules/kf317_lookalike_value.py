"""KF317: a value with a character that only looks right."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import Odd, odd_character, oddities
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    for name, way in oddities(subject).items():
        if way is Odd.LOOKALIKE:
            met = str(subject.document.get(name))
            odd, shown = odd_character(met), quoted(met)
            yield Problem(
                Text(
                    f"{name} is {shown}: it looks right, but holds {odd}",
                    f"{name} 是 {shown}：看起来正确，但含有 {odd}",
                ),
                name,
            )
            return


RULE = Rule(
    code="KF317",
    name="lookalike-value",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("Values hold no character that only looks right", "值里没有形近或看不见的字符"),
    why=Text(
        "Values are compared by their characters, not by their looks: abnormal data.",
        "比较的是字符本身，而不是外观：属于异常数据。",
    ),
    fix=Text(
        "type the value anew, and take the addresses from the push; text copied from a page may hold such characters",
        "重新输入，地址则取自推送；从网页复制的文字可能带有这样的字符",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.TRANSFER,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName><CreateTime>1714112446</CreateTime><MsgType>transfer＿customer＿service</MsgType></xml>"
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName><CreateTime>1714112446</CreateTime><MsgType>transfеr_customer_service</MsgType></xml>",
            push=None,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d","CreateTime":1714112446,"MsgType":"transfer_customer_service\u200b"}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d\u200b</FromUserName><CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName><CreateTime>１７１４１１２４４６</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
