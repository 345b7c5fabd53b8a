"""KF227: the XML declaration names another encoding."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import SHAPE_RULES
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.document import Defect
from wxkf_cli.wire.escape import quoted


def check(subject: Unparsed) -> Iterator[Problem]:
    malformed = subject.malformed
    # Bytes that are not UTF-8 have a rule of their own, which says more.
    if malformed is not None and malformed.defect is Defect.NOT_UTF8 and _is_utf8(subject.body):
        declared = quoted(malformed.detail)
        yield Problem(
            Text(f"the declaration says {declared}, the bytes are UTF-8", f"声明的编码是 {declared}，字节却是 UTF-8"),
            malformed.offset,
        )


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


RULE = Rule(
    code="KF227",
    name="declared-encoding",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("An XML declaration names UTF-8, or no encoding", "XML 声明的编码是 UTF-8，或不写编码"),
    why=Text(
        "A reader that believes the declaration reads the bytes wrongly or not at all; .NET strings, for "
        "one, declare utf-16.",
        "相信声明的解析器会读错或无法读取；例如 .NET 的字符串会声明 utf-16。",
    ),
    fix=Text(
        "leave the declaration out, or let it say UTF-8; in .NET write to a stream, not to a StringWriter",
        "去掉声明，或写成 UTF-8；.NET 中要写到流，不要用 StringWriter",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.ENCRYPTION,
    check=check,
    hides=("KF202", "KF216", *SHAPE_RULES),
    bad=(
        Example(
            '<?xml version="1.0" encoding="utf-16"?><xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName>'
            "<FromUserName>gh_97417a04a28d</FromUserName><CreateTime>1714112446</CreateTime><MsgType>"
            "transfer_customer_service</MsgType></xml>"
        ),
        Example(
            '<?xml version="1.0" encoding="GB2312"?><xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName>'
            "<FromUserName>gh_97417a04a28d</FromUserName><CreateTime>1714112446</CreateTime><MsgType>"
            "transfer_customer_service</MsgType></xml>",
            push=None,
        ),
    ),
    good=(
        Example(
            '<?xml version="1.0" encoding="UTF-8"?><xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName>'
            "<FromUserName>gh_97417a04a28d</FromUserName><CreateTime>1714112446</CreateTime><MsgType>"
            "transfer_customer_service</MsgType></xml>"
        ),
        Example(
            '<?xml version="1.0"?><xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>'
            "gh_97417a04a28d</FromUserName><CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service"
            "</MsgType></xml>"
        ),
    ),
)
