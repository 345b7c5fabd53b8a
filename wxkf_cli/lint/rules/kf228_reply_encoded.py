"""KF228: the answer is encoded once more: base64, percent signs, a form."""

import base64
import binascii
import re
from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import beginning, head_of
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text

_BASE64 = re.compile(r"\s*[A-Za-z0-9+/\r\n]{6,}={0,2}\s*")
_PERCENT = pattern(r"(?:%3C(?:%3F)?xml|%7B(?:%20|\+)*%22)", re.IGNORECASE)
_FORM = pattern(r"(?:[A-Za-z]\w{0,30}=[^&\s]{0,200}&){0,8}(?:ToUserName|FromUserName|MsgType|Encrypt)=", re.IGNORECASE)
_BEGINNINGS = (b"<xml", b"<?xml", b"{", b"success")


def check(subject: Unparsed) -> Iterator[Problem]:
    head = head_of(subject.body)
    if subject.format is None and (way := _way(head)) is not None:
        shown = beginning(head)
        yield Problem(Text(f"the answer is {way.en}: {shown}", f"应答{way.zh}：{shown}"), 0)


def _way(head: str) -> Text | None:
    if _PERCENT.match(head):
        return Text("written with percent signs, as in a URL", "经过了 URL 编码")
    if _FORM.match(head):
        return Text("a form, as in a query string", "是表单格式")
    if _BASE64.fullmatch(head) and _decoded(head).startswith(_BEGINNINGS):
        return Text("base64 of the document", "是文档的 base64")
    return None


def _decoded(text: str) -> bytes:
    """How what base64 holds begins; empty where it is none."""
    try:
        return base64.b64decode("".join(text.split())[:16])
    except (ValueError, binascii.Error):
        return b""


RULE = Rule(
    code="KF228",
    name="reply-encoded",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("The body is the document, not an encoding of it", "正文就是文档，没有再编码"),
    why=Text(
        "Nobody decodes it on the other side: abnormal data. Gateways that carry binary bodies in base64 "
        "leave one so when they are not told.",
        "对方不会解码：属于异常数据。用 base64 传输二进制正文的网关，如果没有配置好就会这样。",
    ),
    fix=Text(
        "send the document itself; behind a gateway set isBase64Encoded to what the body is",
        "直接发送文档；在网关之后，isBase64Encoded 要与正文一致",
    ),
    evidence=Evidence.DOCUMENTED_OLD,
    source=sources.RECEIVE_OLD,
    check=check,
    hides=("KF216",),
    bad=(
        Example(
            "PHhtbD48VG9Vc2VyTmFtZT5vOUFnTzVLZDVnZ09DLWJYcmJOT0RJaUUzYkdZPC9Ub1VzZXJOYW1lPjxGcm9tVXNlck5hbWU+Z2hf"
            "OTc0MTdhMDRhMjhkPC9Gcm9tVXNlck5hbWU+PENyZWF0ZVRpbWU+MTcxNDExMjQ0NjwvQ3JlYXRlVGltZT48TXNnVHlwZT50cmFu"
            "c2Zlcl9jdXN0b21lcl9zZXJ2aWNlPC9Nc2dUeXBlPjwveG1sPg=="
        ),
        Example(
            "%3Cxml%3E%3CToUserName%3Eo9AgO5Kd5ggOC-bXrbNODIiE3bGY%3C/ToUserName%3E%3CFromUserName%3Egh_97417a04a"
            "28d%3C/FromUserName%3E%3CCreateTime%3E1714112446%3C/CreateTime%3E%3CMsgType%3Etransfer_customer_serv"
            "ice%3C/MsgType%3E%3C/xml%3E",
            push=None,
        ),
        Example("c3VjY2Vzcw=="),
        Example(
            "ToUserName=o9AgO5Kd5ggOC-bXrbNODIiE3bGY&FromUserName=gh_97417a04a28d&MsgType=transfer_customer_service"
        ),
    ),
    good=(
        Example("success"),
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
