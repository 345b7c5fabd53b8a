"""KF207: a DOCTYPE in the XML."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import SHAPE_RULES
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.document import Defect


def check(subject: Unparsed) -> Iterator[Problem]:
    malformed = subject.malformed
    if malformed is not None and malformed.defect is Defect.DOCTYPE:
        offset = malformed.offset if malformed.offset is not None and malformed.offset >= 0 else None
        yield Problem(Text("the document has a DOCTYPE", "文档带有 DOCTYPE"), offset)


RULE = Rule(
    code="KF207",
    name="doctype",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("A reply has no DOCTYPE and no entities of its own", "回复不带 DOCTYPE，也不定义实体"),
    why=Text(
        "A DOCTYPE is how entities are smuggled in, so careful readers refuse it; WeChat's pushes have none.",
        "DOCTYPE 可用来夹带外部实体，谨慎的解析器会拒绝；微信自己的推送也没有 DOCTYPE。",
    ),
    fix=Text("write the document without a DOCTYPE", "生成不带 DOCTYPE 的文档"),
    evidence=Evidence.ASSUMED,
    source=sources.XXE_ADVISORY,
    check=check,
    hides=("KF202", "KF216", *SHAPE_RULES),
    bad=(
        Example(
            "<!DOCTYPE xml>"
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
        Example(
            '<?xml version="1.0"?>\n<!DOCTYPE xml [<!ENTITY t "transfer_customer_service">]>'
            "<xml><MsgType>&t;</MsgType></xml>",
            push=None,
        ),
    ),
    good=(
        Example(
            '<?xml version="1.0"?>\n'
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
    ),
)
