"""KF210: a reply with something before or behind it."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import ENCODING_RULES, SHAPE_RULES, beginning, embedded
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text


def check(subject: Unparsed) -> Iterator[Problem]:
    body = subject.body
    span = embedded(body)
    if span is None:
        return
    before, behind = body[: span[0]].strip().removeprefix(b"\xef\xbb\xbf"), body[span[1] :].strip()
    # A declaration or a DOCTYPE belongs to the document; a byte order mark has a rule of its own.
    if before and not before.startswith((b"<?", b"<!")):
        shown = beginning(before.decode("utf-8", "replace"))
        yield Problem(Text(f"text before the document: {shown}", f"文档前面有文字：{shown}"), 0)
    elif behind:
        shown = beginning(behind.decode("utf-8", "replace"))
        what = Text("a second document", "第二个文档") if behind[:1] in (b"<", b"{") else Text("text", "文字")
        yield Problem(Text(f"{what.en} behind the document: {shown}", f"文档后面有{what.zh}：{shown}"), span[1])


RULE = Rule(
    code="KF210",
    name="text-around-document",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("The body is one document and nothing else", "正文只有一个文档，没有其他内容"),
    why=Text(
        "Debug output, a warning or a second answer in the same body makes the whole of it abnormal data.",
        "正文里混入调试输出、警告或第二个应答，整个正文就成了异常数据。",
    ),
    fix=Text(
        "print nothing else; log to a file; return after the first answer",
        "不要输出其他内容；日志写到文件；给出第一个应答后立即返回",
    ),
    evidence=Evidence.REPORTED,
    source=sources.BODY_IN_FRONT,
    check=check,
    hides=("KF202", "KF203", "KF207", "KF209", "KF216", "KF218", *ENCODING_RULES, *SHAPE_RULES),
    bad=(
        Example(
            "Notice: Undefined index: Content in /srv/wx.php on line 9\n"
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
        Example(
            "<br />\n<b>Warning</b>:  Undefined variable $a<br />\n"
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
            "success"
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}'
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY"}',
            data=DataFormat.JSON,
        ),
        Example(
            "ok"
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(
            "\n"
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
            "\r\n"
        ),
    ),
)
