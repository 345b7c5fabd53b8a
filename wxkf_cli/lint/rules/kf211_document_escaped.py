"""KF211: the document was escaped, or put into a string."""

import re
from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import SHAPE_RULES, beginning, head_of
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text

_IN_A_STRING = pattern(r"""b?(?:"|')\s*(?:<\\?[?x]|\\u003c|\\x3c|\{\s*\\*["'])""", re.IGNORECASE)
_ENTITIES = pattern(
    r"(?:<\w{1,20}[^>]{0,80}>\s*)?&(?:lt|#60|#x3c);(?:\?|!\[CDATA\[)?\s*/?(?:xml|tousername)\b", re.IGNORECASE
)
_QUOTES = pattern(r"\{\s*&(?:quot|apos|#34|#39|#x22|#x27);", re.IGNORECASE)


def check(subject: Unparsed) -> Iterator[Problem]:
    head = head_of(subject.body)
    if _IN_A_STRING.match(head):
        way = Text("the document is inside a string", "文档被放进了字符串")
    elif _QUOTES.match(head):
        way = Text("the quotation marks are escaped", "引号被转义了")
    elif _ENTITIES.match(head):
        way = Text("the angle brackets are escaped", "尖括号被转义了")
    else:
        return
    shown = beginning(head)
    yield Problem(Text(f"{way.en}: {shown}", f"{way.zh}：{shown}"), 0)


RULE = Rule(
    code="KF211",
    name="document-escaped",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("The document itself is the body", "正文就是文档本身"),
    why=Text(
        "A framework that serialises a finished string once more sends a string, not a document: abnormal data.",
        "框架对已生成的字符串再做一次序列化，发出的就是字符串而不是文档，属于异常数据。",
    ),
    fix=Text(
        "return the finished text as a raw response; return an object only where the framework serialises it once",
        "已生成的文本要作为原始响应返回；返回对象时，确保框架只序列化一次",
    ),
    evidence=Evidence.REPORTED,
    source=sources.CONVERTER_QUOTES,
    check=check,
    hides=("KF202", "KF203", "KF206", "KF209", "KF210", "KF216", *SHAPE_RULES),
    bad=(
        Example('"<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName></xml>"'),
        Example(r'"{\"MsgType\":\"transfer_customer_service\"}"', data=DataFormat.JSON),
        Example("&lt;xml&gt;&lt;MsgType&gt;transfer_customer_service&lt;/MsgType&gt;&lt;/xml&gt;"),
        Example("{&quot;MsgType&quot;:&quot;transfer_customer_service&quot;}", data=DataFormat.JSON),
        Example("b'<xml><MsgType>transfer_customer_service</MsgType></xml>'", push=None),
        Example('<string xmlns="urn:x">&lt;xml&gt;&lt;/xml&gt;</string>'),
    ),
    good=(Example(RIGHT_XML),),
)
