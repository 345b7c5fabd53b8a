"""KF206: a byte order mark in front."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text

_MARK = b"\xef\xbb\xbf"


def check(subject: Unparsed) -> Iterator[Problem]:
    offset = len(subject.body) - len(subject.body.lstrip())
    if subject.body.startswith(_MARK, offset):
        yield Problem(
            Text(
                "the body starts with a byte order mark (EF BB BF)",
                "正文以字节顺序标记 BOM（EF BB BF）开头",
            ),
            offset,
        )


RULE = Rule(
    code="KF206",
    name="byte-order-mark",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("A body starts with its first character, not with a mark", "正文直接从第一个字符开始，没有 BOM"),
    why=Text(
        "The three unseen bytes make any answer abnormal data; they mostly come from a source file saved with them.",
        "这三个看不见的字节会让任何应答变成异常数据；它们多半来自带 BOM 保存的源文件。",
    ),
    fix=Text(
        "save the source files as UTF-8 without BOM; clear the output buffer before the answer",
        "将源文件另存为不带 BOM 的 UTF-8；输出应答前先清空缓冲区",
    ),
    evidence=Evidence.REPORTED,
    source=sources.BODY_IN_FRONT,
    check=check,
    hides=("KF216",),
    bad=(
        Example(
            "\ufeff"
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
        Example(
            "\n\ufeff"
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example("\ufeff", push="user_enter_tempsession"),
    ),
    good=(Example(RIGHT_XML),),
)
