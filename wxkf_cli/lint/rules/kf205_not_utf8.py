"""KF205: the body is in another encoding than UTF-8."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import SHAPE_RULES
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text

_UTF_16 = pattern(rb"\s*(?:\xff\xfe|\xfe\xff|[<{]\x00|\x00[<{]|(?:[\x20-\x7e]\x00){3}|(?:\x00[\x20-\x7e]){3})")
_UTF_32 = pattern(rb"(?:\xff\xfe\x00\x00|\x00\x00\xfe\xff)?(?:[\x20-\x7e]\x00{3}|\x00{3}[\x20-\x7e])")


def check(subject: Unparsed) -> Iterator[Problem]:
    body = subject.body
    wide = _wide(body)
    if wide:
        yield Problem(Text(f"the body is {wide}, not UTF-8", f"正文是 {wide}，不是 UTF-8"), 0)
        return
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        met = body[error.start : error.start + 4].hex(" ").upper()
        guess = Text(", looks like GBK", "，像是 GBK") if _is_gbk(body) else Text("", "")
        yield Problem(
            Text(f"the body is not UTF-8{guess.en}: bytes {met}", f"正文不是 UTF-8{guess.zh}：字节 {met}"), error.start
        )
        return


def _wide(body: bytes) -> str:
    return "UTF-32" if _UTF_32.match(body) else "UTF-16" if _UTF_16.match(body) else ""


def _is_gbk(body: bytes) -> bool:
    try:
        text = body.decode("gbk")
    except UnicodeDecodeError:
        return False
    return all(
        "\u4e00" <= each <= "\u9fff" or "\u3000" <= each <= "\u303f" or each > "\uff00"
        for each in text
        if not each.isascii()
    )


RULE = Rule(
    code="KF205",
    name="not-utf8",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("A body is UTF-8", "正文是 UTF-8 编码"),
    why=Text(
        "Pushes are UTF-8, and nothing says that another encoding is understood in the answer.",
        "推送使用 UTF-8，没有任何文档说明应答可以用其他编码。",
    ),
    fix=Text(
        "encode the body as UTF-8; a capture made by PowerShell's > is UTF-16, whatever the handler sent",
        "用 UTF-8 编码正文；PowerShell 用 > 保存的文件总是 UTF-16，与处理程序无关",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.ENCRYPTION,
    check=check,
    hides=("KF202", "KF203", "KF206", "KF208", "KF216", *SHAPE_RULES),
    bad=(
        Example("success".encode("utf-16")),
        Example("<xml><MsgType>transfer_customer_service</MsgType></xml>".encode("utf-16-le")),
        # 处理失败 and 转人工 in GBK, whose codec takes a while to load.
        Example(b"\xb4\xa6\xc0\xed\xca\xa7\xb0\xdc"),
        Example(b"<xml><Content>\xd7\xaa\xc8\xcb\xb9\xa4</Content></xml>", push=None),
        Example("success".encode("utf-16-be"), push="user_enter_tempsession"),
        Example("<xml></xml>".encode("utf-32")),
        Example(b'{"MsgType":"\xe9"}', data=DataFormat.JSON),
    ),
    good=(
        Example(
            '<?xml version="1.0" encoding="utf-8"?>'
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        ),
    ),
)
