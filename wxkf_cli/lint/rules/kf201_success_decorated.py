"""KF201: `success` with something around it."""

import re
from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted

_FULL_WIDTH = str.maketrans({chr(0xFF01 + place): chr(0x21 + place) for place in range(94)})
_WAYS = (
    (re.compile("success"), Text("in capitals", "大小写不对"), str.lower),
    (re.compile("success"), Text("in full-width letters", "使用了全角字母"), lambda text: text.translate(_FULL_WIDTH)),
)
_QUOTED = re.compile(r"""\s*(["'`“”‘’]+)success(["'`“”‘’]+)\s*""")
_BARE = re.compile(r"\s*\W*success\W*", re.IGNORECASE)


def check(subject: Unparsed) -> Iterator[Problem]:
    text = subject.body.decode("utf-8", "replace")
    way = _way(text)
    if way is not None:
        shown = quoted(text)
        yield Problem(Text(f"the body is {shown}: success {way.en}", f"正文是 {shown}：success {way.zh}"), 0)


def _way(text: str) -> Text | None:
    if len(text) > 100:
        return None
    if text.startswith("\ufeff"):
        return Text("behind a byte order mark", "前面有字节顺序标记（BOM）") if "success" in text else None
    if _QUOTED.fullmatch(text):
        return Text("in quotes", "带有引号")
    for pattern, way, mended in _WAYS:
        if pattern.fullmatch(mended(text).strip()) and text.strip() != "success":
            return way
    if text.strip() == "success":
        return Text("behind white space", "前面有空白")
    return Text("with something around it", "前后有其他字符") if _BARE.fullmatch(text) else None


RULE = Rule(
    code="KF201",
    name="success-decorated",
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
    hides=("KF202", "KF203", "KF205", "KF206", "KF212", "KF216"),
    bad=(
        Example('"success"', push="user_enter_tempsession"),
        Example("SUCCESS"),
        Example("\ufeffsuccess", data=DataFormat.JSON),
        Example(" success"),
        Example("ｓｕｃｃｅｓｓ"),
    ),
    good=(Example("success"), Example("", push="user_enter_tempsession")),
)
