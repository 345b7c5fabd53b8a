"""KF202: a body that starts like a document and does not parse."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import beginning
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.document import Defect

_BARE_AMPERSAND = pattern(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,8}|#x[0-9a-fA-F]{1,8});)")
_NO_NUMBER = pattern(rb"[:\[,]\s*-?(NaN|Infinity)\b")
_LONG_NUMBER = pattern(rb"\d{21}")
_COMMA = pattern(rb",\s*[}\]]")


def check(subject: Unparsed) -> Iterator[Problem]:
    malformed = subject.malformed
    if malformed is None or malformed.defect is not Defect.SYNTAX or subject.format is None:
        return
    offset = malformed.offset
    met = _met(subject.body, offset)
    reason = _reason(subject.body, subject.format, offset)
    name = subject.format.upper()
    yield Problem(
        Text(
            f"this is not well-formed {name}: " + (f"{reason.en}; " if reason else "") + met.en,
            f"不是格式正确的 {name}：" + (f"{reason.zh}；" if reason else "") + met.zh,
        ),
        offset,
    )


def _met(body: bytes, offset: int | None) -> Text:
    if offset is None:
        return Text("it cannot be read", "无法读取")
    rest = body[offset:].strip()
    if not rest:
        return Text("it ends before it is complete", "内容没有结束就中断了")
    shown = beginning(rest[:200].decode("utf-8", "replace"), 24)
    return Text(f"reading stops at {shown}", f"读到 {shown} 处停止")


def _reason(body: bytes, data_format: DataFormat, offset: int | None) -> Text | None:
    if data_format is DataFormat.XML:
        # Inside CDATA an ampersand is right; only one near the place is suspected.
        near = body[max((offset or 0) - 80, 0) : (offset or 0) + 80]
        return (
            Text("an unescaped &, or an entity that XML does not have", "有未转义的 & 或 XML 没有的实体")
            if (_BARE_AMPERSAND.search(near) and b"<![CDATA[" not in near)
            else None
        )
    if _NO_NUMBER.search(body):
        return Text("NaN and Infinity are not JSON", "NaN 和 Infinity 不是合法 JSON")
    if _LONG_NUMBER.search(body):
        return Text("a number with more than 20 digits", "有超过 20 位的数字")
    near = body[max((offset or 0) - 20, 0) : (offset or 0) + 20]
    return Text("a comma behind the last member", "最后一个成员后面多了逗号") if _COMMA.search(near) else None


RULE = Rule(
    code="KF202",
    name="malformed",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("A reply is well-formed XML or JSON", "回复是格式正确的 XML 或 JSON"),
    why=Text(
        "A document that does not parse is abnormal data: nothing is transferred and the user sees the notice.",
        "无法解析的内容属于异常数据：不会转发，用户会看到提示。",
    ),
    fix=Text(
        "let a library write the document, or put every value into CDATA",
        "用库来生成文档，或将每个值放进 CDATA",
    ),
    evidence=Evidence.DOCUMENTED_OLD,
    source=sources.RECEIVE_OLD,
    check=check,
    hides=("KF216",),
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType>"
        ),
        Example("<xml><ToUserName>a&b</ToUserName></xml>"),
        Example('{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":NaN}', data=DataFormat.JSON),
        Example('{"MsgType":"transfer_customer_service",}', push=None),
        Example('{"CreateTime":1714112446000000000000000}', data=DataFormat.JSON),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
