"""KF312: a blank inside a tag."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import REQUIRED
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted

_TAG = pattern(rb"</?([A-Za-z]{1,40})\s+>")


def check(subject: Replied) -> Iterator[Problem]:
    if subject.format is not DataFormat.XML:
        return
    for met in _TAG.finditer(subject.body):
        if met[1].decode() in (*REQUIRED, "xml"):
            shown = quoted(met[0])
            yield Problem(Text(f"a blank in the tag {shown}", f"标签 {shown} 中有空白"), met.start())
            return


RULE = Rule(
    code="KF312",
    name="blank-in-tag",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Replied,
    summary=Text("A tag holds its name and nothing else", "标签里只有名称"),
    why=Text(
        "XML allows the blank, but readers that look for <MsgType> as text miss it; a damaged English page has it.",
        "XML 允许这个空白，但按文本查找 <MsgType> 的解析器会找不到；它来自一个被损坏的英文页面。",
    ),
    fix=Text("write <MsgType>, not <MsgType >", "写成 <MsgType>，不要写成 <MsgType >"),
    evidence=Evidence.ASSUMED,
    source=sources.TRANSFER_ENGLISH,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType >transfer_customer_service</MsgType ></xml>",
        ),
        Example(
            "<xml><ToUserName >o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName ><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            push=None,
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
