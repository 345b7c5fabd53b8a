"""KF213: a field stands twice."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Parsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted


def check(subject: Parsed) -> Iterator[Problem]:
    repeated = subject.document.repeated
    if repeated:
        names = [quoted(name, 40) for name in repeated[:6]]
        yield Problem(
            Text(f"more than once in the document: {', '.join(names)}", f"在文档中出现多次：{'、'.join(names)}"),
            repeated[0],
        )


RULE = Rule(
    code="KF213",
    name="duplicate-field",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Parsed,
    summary=Text("Each field stands once", "每个字段只出现一次"),
    why=Text(
        "Which of two values counts depends on the reader, so the reply may mean two things; wxkf calls it abnormal.",
        "两个值以哪个为准取决于解析器，回复可能有两种含义；wxkf 视其为异常数据。",
    ),
    fix=Text("write each field once", "每个字段只写一次"),
    evidence=Evidence.ASSUMED,
    source=sources.TRANSFER,
    check=check,
    hides=("KF216", "KF221", "KF222"),
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType>"
            "<CreateTime>1714112447</CreateTime></xml>"
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d","CreateTime":1714112446,'
            '"MsgType":"transfer_customer_service","MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
    ),
    good=(Example(RIGHT_XML),),
)
