"""KF226: a comment or a processing instruction among the fields."""

import re
from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.document import Defect
from wxkf_cli.wire.escape import quoted

#: A comment where it is one: what a CDATA section holds is passed over, and so is what stands before the root.
_MARKS = pattern(rb"<!\[CDATA\[.*?\]\]>|<!--|<\?", re.DOTALL)


def check(subject: Unparsed) -> Iterator[Problem]:
    malformed = subject.malformed
    if malformed is None or malformed.defect is not Defect.SHAPE or not malformed.detail.startswith("a comment"):
        return
    start = max(subject.body.find(b"<xml"), 0)
    met = next((each for each in _MARKS.finditer(subject.body, start) if not each[0].startswith(b"<![")), None)
    at = met.start() if met else None
    shown = quoted(subject.body[at:][:60] if at is not None else malformed.detail)
    yield Problem(Text(f"a comment or instruction among the fields: {shown}", f"字段之间有注释或处理指令：{shown}"), at)


RULE = Rule(
    code="KF226",
    name="comment-in-document",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("Nothing but fields stands under the root", "根元素下只有字段"),
    why=Text(
        "Comments split the text of a value in some readers and are not expected by others; wxkf calls them abnormal.",
        "有的解析器会因注释把值切断，有的根本不接受注释；wxkf 视其为异常数据。",
    ),
    fix=Text(
        "write the document without comments; a template's own comments stay out of its output",
        "生成不带注释的文档；模板自身的注释不要输出",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.TRANSFER,
    check=check,
    hides=("KF216",),
    bad=(
        Example("<xml><!-- for the agents --><MsgType>transfer_customer_service</MsgType></xml>"),
        Example("<xml><MsgType>transfer_<!-- x -->customer_service</MsgType></xml>", push=None),
        Example("<xml><?php echo 1; ?><MsgType>transfer_customer_service</MsgType></xml>"),
    ),
    good=(Example(RIGHT_XML),),
)
