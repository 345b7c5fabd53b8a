"""KF201: `success` with something around it."""

import re
from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import ENCODING_RULES, SHAPE_RULES, folded, odd_character
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted

_LONGEST = 200
_QUOTED = pattern(r"""\s*(["'`“”‘’]+)success(["'`“”‘’]+)\s*""")
_MARKUP = pattern(r"\s*(?:<[^<>]{1,80}>\s*){1,8}success\s*(?:<[^<>]{1,80}>\s*){0,8}", re.IGNORECASE)
_BARE = pattern(r"\s*\W*success\W*", re.IGNORECASE)


def check(subject: Unparsed) -> Iterator[Problem]:
    text = subject.body.decode("utf-8", "replace")
    way = _way(text)
    if way is not None:
        shown = quoted(text)
        yield Problem(Text(f"the body is {shown}: success {way.en}", f"正文是 {shown}：success {way.zh}"), 0)


def _way(text: str) -> Text | None:
    if len(text) > _LONGEST:
        return None
    bare = text.strip()
    if text.startswith("\ufeff"):
        return Text("behind a byte order mark", "前面有字节顺序标记（BOM）") if "success" in text else None
    if _QUOTED.fullmatch(text):
        return Text("in quotes", "带有引号")
    if bare.lower() == "success":
        return Text("in capitals", "大小写不对") if bare != "success" else Text("behind white space", "前面有空白")
    if folded(bare).lower() == "success":
        odd = odd_character(bare)
        return Text(
            f"with a character that only looks right or is not seen ({odd})", f"含有形近或看不见的字符（{odd}）"
        )
    if _MARKUP.fullmatch(text):
        return Text("inside HTML or XML", "放在了 HTML 或 XML 里")
    return Text("with something around it", "前后有其他字符") if _BARE.fullmatch(text) else None


RULE = Rule(
    code="KF201",
    name="success-decorated",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("The acknowledgement is the seven bytes success", "确认回复是 success 这七个字节"),
    why=Text(
        "Quotes, capitals, a BOM or blanks in front make it abnormal data: the user sees the notice.",
        "带引号、大写、BOM 或前导空白都会被当作异常数据，用户会看到提示。",
    ),
    fix=Text(
        "write the bytes success as text/plain, not through a JSON serialiser",
        "直接以 text/plain 输出 success，不要经过 JSON 序列化",
    ),
    evidence=Evidence.REPORTED,
    source=sources.ACK_DECORATED,
    check=check,
    hides=("KF202", "KF203", "KF206", "KF209", "KF216", *ENCODING_RULES, *SHAPE_RULES),
    bad=(
        Example('"success"', push="user_enter_tempsession"),
        Example("SUCCESS"),
        Example("\ufeffsuccess", data=DataFormat.JSON),
        Example(" success"),
        Example("ｓｕｃｃｅｓｓ"),
        Example("succ\u0435ss"),
        Example("<html><body>success</body></html>"),
        Example("<xml>success</xml>", push=None),
    ),
    good=(Example("success"), Example("", push="user_enter_tempsession")),
)
