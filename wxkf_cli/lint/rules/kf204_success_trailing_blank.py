"""KF204: white space behind `success`."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Acknowledged
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.policy import ACKNOWLEDGEMENT
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted


def check(subject: Acknowledged) -> Iterator[Problem]:
    if subject.body not in (b"", ACKNOWLEDGEMENT):
        shown = quoted(subject.body)
        yield Problem(
            Text(f"white space behind success: {shown}", f"success 后面有空白：{shown}"),
            len(ACKNOWLEDGEMENT),
        )


RULE = Rule(
    code="KF204",
    name="success-trailing-blank",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Acknowledged,
    summary=Text("Nothing follows the seven bytes success", "success 这七个字节后面没有任何内容"),
    why=Text(
        "The page asks for the bare word; whether a newline behind it is forgiven is not documented.",
        "文档要求只返回这个词；后面的换行是否被容忍，没有文档说明。",
    ),
    fix=Text(
        "write success without a newline: no println, no echo", "输出 success 时不要带换行：不要用 println 或 echo"
    ),
    evidence=Evidence.ASSUMED,
    source=sources.MESSAGE_PUSH,
    check=check,
    bad=(Example("success\n"), Example("success \r\n", push="user_enter_tempsession")),
    good=(Example("success"),),
)
