"""KF217: the body is compressed, mostly without a header that says so."""

import zlib
from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import ENCODING_RULES
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.exchange import Response

#: gzip and zlib tell themselves by their first bytes; `x^` alone could be text.
_GZIP, _ZLIB = b"\x1f\x8b", (b"x\x01", b"x^", b"x\x9c", b"x\xda")
_EITHER, _SHOWN = zlib.MAX_WBITS | 32, 60
_UNSAID = Text("without a Content-Encoding", "却没有 Content-Encoding")
_SAID = Text("as its Content-Encoding says", "Content-Encoding 也这样声明")


def check(subject: Unparsed) -> Iterator[Problem]:
    if subject.body.startswith((_GZIP, *_ZLIB)):
        held = _held(subject.body)
        if held:
            kind = "gzip" if subject.body.startswith(_GZIP) else "zlib"
            shown = quoted(held)
            answer = subject.exchange.answer
            is_said = isinstance(answer, Response) and bool(answer.header("Content-Encoding"))
            said = _SAID if is_said else _UNSAID
            yield Problem(
                Text(
                    f"the body is compressed ({kind}) {said.en}; it holds {shown}",
                    f"正文被压缩（{kind}），{said.zh}；内容是 {shown}",
                ),
                0,
            )


def _held(body: bytes) -> bytes:
    """How what was compressed begins; nothing where it was not."""
    try:
        return zlib.decompressobj(_EITHER).decompress(body, _SHOWN)
    except zlib.error:
        return b""


RULE = Rule(
    code="KF217",
    name="compressed-body",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("A body is sent as it is, not compressed", "正文按原样发送，不压缩"),
    why=Text(
        "The push does not offer to undo a compression, and without the header nobody could even know of it: "
        "abnormal data.",
        "推送没有声明可以解压，没有响应头更无从得知：属于异常数据。",
    ),
    fix=Text(
        "switch compression off for this route; a proxy that strips Content-Encoding leaves such a body too",
        "对该路由关闭压缩；代理去掉 Content-Encoding 时也会留下这样的正文",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.HTTP_1_1,
    check=check,
    hides=("KF201", "KF202", "KF210", "KF216", *ENCODING_RULES),
    bad=(
        Example(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03+.MNN-.\x06\x00\xb2\xdf\x00o\x07\x00\x00\x00"),
        Example(b"x\x9c\xb3\xa9\xc8\xcd\xb1\xb3\xd1\x07\x91\x00\x16\xc6\x03\xc6", push=None),
    ),
    good=(
        Example("success"),
        Example("success", headers=(("Content-Encoding", "identity"),)),
    ),
)
