"""KF212: well-formed, but not of the shape of any reply."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.document import Defect
from wxkf_cli.wire.escape import safe

_DEFECTS = (Defect.SHAPE, Defect.FORBIDDEN_CHARACTER, Defect.TOO_LARGE)
#: How the readers begin to say what has a rule of its own.
_TOLD_ELSEWHERE = ("attribute", "a namespace", "a comment")
#: What the readers say of a shape, by a part of it, in Chinese.
_SHAPES = (
    ("nested", "嵌套过深"),
    ("beside the elements", "元素之间夹有文字"),
    ("holds more than", "字段的值过长"),
    ("more than", "字段过多"),
)


def check(subject: Unparsed) -> Iterator[Problem]:
    malformed = subject.malformed
    if malformed is None or malformed.defect not in _DEFECTS:
        return
    if malformed.defect is Defect.SHAPE and malformed.detail.startswith(_TOLD_ELSEWHERE):
        return
    detail = safe(malformed.detail, 100)
    match malformed.defect:
        case Defect.FORBIDDEN_CHARACTER:
            text = Text(f"a character that no document can hold: {detail}", f"含有文档中不允许出现的字符：{detail}")
        case Defect.TOO_LARGE:
            text = Text(f"far too large for a reply: {detail} bytes", f"对回复来说过大：{detail} 字节")
        case _:
            way = next((zh for en, zh in _SHAPES if en in detail), "结构不同")
            text = Text(f"not the shape of a reply: {detail}", f"不是回复的结构：{way}（{detail}）")
    yield Problem(text, malformed.offset)


RULE = Rule(
    code="KF212",
    name="document-shape",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text(
        "A reply is <xml> with plain elements, or one flat object", "回复是只含普通元素的 <xml>，或一个扁平的对象"
    ),
    why=Text(
        "Four short fields under the root are all that is documented; deep trees and text between them are not.",
        "文档只规定了根元素下的四个短字段；深层嵌套或夹在中间的文字都没有依据。",
    ),
    fix=Text(
        "write the four fields, and nothing else, directly under the root",
        "将四个字段直接写在根元素下，不要有其他内容",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.TRANSFER,
    check=check,
    hides=("KF216",),
    bad=(
        Example("<xml>hello<MsgType>transfer_customer_service</MsgType></xml>", push=None),
        Example("<xml><MsgType>transfer_customer_service\x01</MsgType></xml>"),
        Example('{"MsgType":{"a":{"b":{"c":1}}}}', data=DataFormat.JSON),
        Example("<xml><a><b><c>deep</c></b></a></xml>"),
    ),
    good=(Example(RIGHT_XML),),
)
