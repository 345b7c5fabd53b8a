"""KF208: meant to be empty, but not zero bytes."""

import unicodedata
from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import SHAPE_RULES
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Answered, Parsed, Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted

_NOTHING = pattern(
    rb"""(?:<\?xml[^>]{0,80}\?>\s*)?(?:""|''|\{\s*\}|\[\s*\]|null|None|nil|undefined|<xml\s*/>|<xml\s*>\s*</xml\s*>)|"""
)
_LONGEST = 200


def check(subject: Answered) -> Iterator[Problem]:
    bare = subject.body.strip()
    if isinstance(subject, Unparsed | Parsed) and len(bare) <= _LONGEST and _is_nothing(bare):
        shown = quoted(subject.body)
        size = len(subject.body)
        yield Problem(
            Text(
                f"the body is {shown}: {size} byte{'s' if size > 1 else ''}, not zero",
                f"正文是 {shown}：{size} 个字节，不是零字节",
            ),
            0,
        )


def _is_nothing(bare: bytes) -> bool:
    if _NOTHING.fullmatch(bare):
        return True
    text = bare.decode("utf-8", "replace")
    # A byte order mark has a rule of its own.
    unseen = (each.isspace() or unicodedata.category(each) in ("Cc", "Cf") for each in text)
    return not text.startswith("\ufeff") and all(unseen)


RULE = Rule(
    code="KF208",
    name="looks-empty",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Answered,
    summary=Text("An empty answer is zero bytes", "空应答就是零字节"),
    why=Text(
        "The page says it in so many words: an empty body has length 0; an empty string or empty XML is abnormal data.",
        "文档特别说明：空应答是指长度为 0 的正文，不是空字符串或空的 XML；后者会被当作异常数据。",
    ),
    fix=Text("send no body at all, or success", "不要发送任何正文，或者返回 success"),
    evidence=Evidence.DOCUMENTED_OLD,
    source=sources.RECEIVE_OLD,
    check=check,
    hides=("KF202", "KF216", *SHAPE_RULES),
    bad=(
        Example('""'),
        Example("<xml></xml>"),
        Example("<xml/>", data=DataFormat.JSON),
        Example("{}", data=DataFormat.JSON),
        Example("null", push="user_enter_tempsession"),
        Example(" \r\n", push=None),
        Example("[]"),
        Example("\u3000"),
        Example("\x00", push=None),
        Example("\u200b", data=DataFormat.JSON),
    ),
    good=(Example("", push="user_enter_tempsession"), Example("success")),
)
