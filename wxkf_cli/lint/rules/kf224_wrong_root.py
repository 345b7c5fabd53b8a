"""KF224: the root element has another name."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.document import Defect
from wxkf_cli.wire.escape import safe


def check(subject: Unparsed) -> Iterator[Problem]:
    malformed = subject.malformed
    if malformed is not None and malformed.defect is Defect.ROOT and not malformed.detail.endswith("}xml"):
        name = safe(malformed.detail, 60)
        yield Problem(
            Text(f"the root element is <{name}>, not <xml>", f"根元素是 <{name}>，应为 <xml>"), malformed.offset
        )


RULE = Rule(
    code="KF224",
    name="wrong-root",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("The root element is xml, in small letters", "根元素是小写的 xml"),
    why=Text(
        "Serialisers name the root after the class unless told otherwise; under another root nobody looks "
        "for the fields.",
        "序列化库默认用类名作为根元素名；根元素不对，就不会有人去查找字段。",
    ),
    fix=Text(
        'tell the serialiser the name: @XmlRootElement(name = "xml"), [XmlRoot("xml")], XMLName `xml:"xml"`, '
        'to_xml(root: "xml")',
        '为序列化库指定名称：@XmlRootElement(name = "xml")、[XmlRoot("xml")]、XMLName `xml:"xml"`、to_xml(root: "xml")',
    ),
    evidence=Evidence.ASSUMED,
    source=sources.TRANSFER,
    check=check,
    hides=("KF216",),
    bad=(
        Example("<XML><MsgType>transfer_customer_service</MsgType></XML>"),
        Example(
            "<TransferReply><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><MsgType>"
            "transfer_customer_service</MsgType></TransferReply>",
            push=None,
        ),
        Example('<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body/></soap:Envelope>'),
    ),
    good=(Example(RIGHT_XML),),
)
