"""KF223: a word that was meant to be `success`."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.policy import ACKNOWLEDGEMENT
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted

_WORD = pattern(rb"\s*[Ss][A-Za-z]{3,11}\s*")
_CLOSE = 0.75


def check(subject: Unparsed) -> Iterator[Problem]:
    if len(subject.body) > 40 or not _WORD.fullmatch(subject.body):
        return
    word, wanted = subject.body.strip().lower().decode(), ACKNOWLEDGEMENT.decode()
    if word != wanted and SequenceMatcher(None, word, wanted, autojunk=False).ratio() >= _CLOSE:
        shown = quoted(subject.body)
        yield Problem(Text(f"the body is {shown}; did you mean {wanted}?", f"正文是 {shown}；是否应为 {wanted}？"), 0)


RULE = Rule(
    code="KF223",
    name="success-misspelt",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("The acknowledgement is spelt success", "确认回复的拼写是 success"),
    why=Text(
        "It is compared letter by letter; another word is abnormal data, and the user sees the notice.",
        "逐字比较；其他单词都是异常数据，用户会看到提示。",
    ),
    fix=Text("write success: two c, two s at the end", "写成 success：中间两个 c，末尾两个 s"),
    evidence=Evidence.DOCUMENTED_OLD,
    source=sources.RECEIVE_OLD,
    check=check,
    hides=("KF216",),
    bad=(
        Example("sucess"),
        Example("succes", data=DataFormat.JSON),
        Example("successful", push="user_enter_tempsession"),
        Example("Suceess\n", push=None),
    ),
    good=(Example("success"),),
)
