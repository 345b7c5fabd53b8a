"""KF225: attributes or namespaces in the XML."""

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
from wxkf_cli.wire.escape import safe

_TELLING = ("attribute", "a namespace")
#: A tag with something behind its name, outside CDATA sections.
_TAG_WITH_MORE = pattern(rb"<!\[CDATA\[.*?\]\]>|<[A-Za-z_][^\s<>/=]{0,80}(\s+)[^\s<>/=]{1,80}\s*=", re.DOTALL)


def check(subject: Unparsed) -> Iterator[Problem]:
    malformed = subject.malformed
    if malformed is None:
        return
    is_namespace = malformed.defect is Defect.ROOT and malformed.detail.endswith("}xml")
    if is_namespace or (malformed.defect is Defect.SHAPE and malformed.detail.startswith(_TELLING)):
        met = next((each for each in _TAG_WITH_MORE.finditer(subject.body) if each[1]), None)
        shown = (
            safe((met[0] + b'"\xe2\x80\xa6"').decode("utf-8", "replace"), 120) if met else safe(malformed.detail, 120)
        )
        yield Problem(
            Text(f"a tag has more than its name: {shown}", f"标签里除了名称还有别的：{shown}"),
            met.end(1) if met else None,
        )


RULE = Rule(
    code="KF225",
    name="attribute-or-namespace",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("Elements have no attributes and no namespaces", "元素不带属性，也不带命名空间"),
    why=Text(
        "No message of WeChat's has them, and what it makes of them is not documented; wxkf calls them abnormal.",
        "微信的消息都不带这些，微信如何处理也没有文档说明；wxkf 视其为异常数据。",
    ),
    fix=Text(
        "leave them out: in .NET pass an XmlSerializerNamespaces that is empty; in JAXB drop the package's "
        "namespace; in Rails to_xml(skip_types: true)",
        "去掉它们：.NET 传入空的 XmlSerializerNamespaces；JAXB 去掉包的命名空间；Rails 用 to_xml(skip_types: true)",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.TRANSFER,
    check=check,
    hides=("KF216",),
    bad=(
        Example('<xml><MsgType lang="en">transfer_customer_service</MsgType></xml>', push=None),
        Example(
            '<xml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><MsgType>transfer_customer_service'
            "</MsgType></xml>"
        ),
        Example('<xml xmlns="urn:wx"><MsgType>transfer_customer_service</MsgType></xml>'),
        Example('<xml><CreateTime type="integer">1714112446</CreateTime></xml>'),
    ),
    good=(Example(RIGHT_XML),),
)
