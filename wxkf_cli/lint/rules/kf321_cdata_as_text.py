"""KF321: the marks of CDATA have become part of a value."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import Odd, oddities
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    met = [name for name, way in oddities(subject).items() if way is Odd.CDATA]
    if met:
        name, shown = met[0], quoted(subject.document.get(met[0]))
        yield Problem(
            Text(f"CDATA stands in the value of {name} as text: {shown}", f"{name} 的值里有作为文本的 CDATA：{shown}"),
            name,
        )


RULE = Rule(
    code="KF321",
    name="cdata-as-text",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("CDATA is a way to write XML, not part of a value", "CDATA 是 XML 的写法，不是值的一部分"),
    why=Text(
        "A serialiser that gets the marks as text escapes them, and JSON knows no CDATA at all: the value is "
        "not the right one.",
        "序列化库把这些标记当作文本转义；JSON 则根本没有 CDATA：值就不对了。",
    ),
    fix=Text(
        "hand the bare value to the serialiser, or write the whole document as text; in JSON leave CDATA out",
        "把不带标记的值交给序列化库，或自己写出整个文档；JSON 中不要写 CDATA",
    ),
    evidence=Evidence.REPORTED,
    source=sources.CDATA_THREAD,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d"
            "</FromUserName><CreateTime>1714112446</CreateTime><MsgType>"
            "&lt;![CDATA[transfer_customer_service]]&gt;</MsgType></xml>"
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"<![CDATA[transfer_customer_service]]>"}',
            data=DataFormat.JSON,
            push=None,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>[CDATA[gh_97417a04a28d]]"
            "</FromUserName><CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
