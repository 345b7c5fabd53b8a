"""KF101: the verification is not answered with the echostr itself."""

from collections.abc import Iterator
from math import isclose
from urllib.parse import quote

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import VERIFICATION, Example, Rule
from wxkf_cli.lint.subject import Verification
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted

_NUMBER = pattern(r"[+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?")
_QUOTES = "\"'`“”‘’"
_EMPTY = Text("the body is empty", "正文为空")
_ACKNOWLEDGED = Text("success instead of the echostr", "返回了 success，而不是 echostr")
_MARK = Text("a byte order mark in front of the echostr", "echostr 前面有字节顺序标记（BOM）")
_BLANK = Text("a newline or blank around the echostr", "echostr 前后有换行或空白")
_QUOTED = Text("the echostr in quotes", "echostr 带有引号")
_ROUNDED = Text("the echostr as a number, rounded to 53 bits", "echostr 被当作数字，四舍五入到了 53 位")
_ESCAPED = Text("the echostr with characters escaped or unescaped", "echostr 中的字符被转义或反转义")
_OBJECT = Text("the echostr inside JSON", "echostr 被放进了 JSON")
_PAGE = Text("the echostr inside HTML", "echostr 被放进了 HTML")
_AROUND = Text("other text around the echostr", "echostr 前后有其他文字")
_ELSE = Text("something else than the echostr", "返回的不是 echostr")


def check(subject: Verification) -> Iterator[Problem]:
    if subject.body != subject.echostr:
        way = _way(subject.body[:4096].decode("utf-8", "replace"), subject.echostr.decode("utf-8", "replace"))
        shown, wanted = quoted(subject.body), quoted(subject.echostr)
        yield Problem(
            Text(f"{way.en}: got {shown}, expected {wanted}", f"{way.zh}：得到 {shown}，应为 {wanted}"),
            0,
        )


def _way(body: str, echostr: str) -> Text:
    stripped = body.strip("\ufeff \t\r\n")
    if not body:
        return _EMPTY
    if stripped.strip(_QUOTES).lower() == "success":
        return _ACKNOWLEDGED
    if stripped == echostr:
        return _MARK if "\ufeff" in body else _BLANK
    if stripped.strip(_QUOTES) == echostr:
        return _QUOTED
    if _is_rounded(stripped, echostr):
        return _ROUNDED
    if stripped in (echostr.replace("+", " "), echostr.replace("&", "&amp;"), quote(echostr), quote(echostr, safe="")):
        return _ESCAPED
    if echostr and echostr in body:
        return _OBJECT if stripped[0] in "{[" else _PAGE if stripped[0] == "<" else _AROUND
    return _ELSE


def _is_rounded(number: str, echostr: str) -> bool:
    if not (_NUMBER.fullmatch(number) and _NUMBER.fullmatch(echostr)):
        return False
    # A formatter may have kept as little as four digits.
    return isclose(float(number), float(echostr), rel_tol=1e-3)


RULE = Rule(
    code="KF101",
    name="echostr-changed",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Verification,
    summary=Text(
        "The answer to the verification is the echostr, byte for byte", "验证请求的应答就是 echostr，逐字节相同"
    ),
    why=Text(
        "Anything else, and the console does not accept the URL: nothing is pushed at all.",
        "只要有任何不同，后台就不接受该 URL，不会推送任何消息。",
    ),
    fix=Text(
        "write the echostr as text/plain; never parse it as a number, never pass it through a JSON serialiser",
        "以 text/plain 原样输出 echostr；不要当作数字解析，也不要经过 JSON 序列化",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.MESSAGE_PUSH,
    check=check,
    bad=(
        Example('"4375120948345356249"', push=VERIFICATION),
        Example("4375120948345356000", push=VERIFICATION),
        Example("4.375120948345356e18", push=VERIFICATION),
        Example("4375120948345356249\n", push=VERIFICATION),
        Example("\ufeff4375120948345356249", push=VERIFICATION),
        Example('{"echostr":"4375120948345356249"}', push=VERIFICATION),
        Example("<p>4375120948345356249</p>", push=VERIFICATION),
        Example("hello 4375120948345356249", push=VERIFICATION),
        Example("success", push=VERIFICATION),
        Example("", push=VERIFICATION),
        Example("ok", push=VERIFICATION),
    ),
    good=(Example("4375120948345356249", push=VERIFICATION),),
)
