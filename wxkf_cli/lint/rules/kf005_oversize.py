"""KF005: the answer is larger than anything that WeChat expects."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import VERIFICATION, Example, Rule
from wxkf_cli.lint.subject import Attempt
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.outcomes import MEANING, Outcome
from wxkf_cli.vocab.terms import Evidence, Severity, Text


def check(subject: Attempt) -> Iterator[Problem]:
    if subject.outcome.family == "limit":
        yield Problem(MEANING[subject.outcome])


RULE = Rule(
    code="KF005",
    name="oversize",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Attempt,
    summary=Text("An answer is a few hundred bytes", "应答只有几百个字节"),
    why=Text(
        "A transfer, success or nothing never comes near the limit, so this is something else. "
        "WeChat names no limit; this one is wxkf's.",
        "转发回复、success 或空正文都远小于上限，所以这是别的内容。微信没有规定上限，此上限由 wxkf 设定。",
    ),
    fix=Text(
        "look at what the handler sends: an error page, a file, a stream without an end",
        "检查处理程序发送的内容：可能是错误页、文件或没有结尾的流",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.MESSAGE_PUSH,
    check=check,
    bad=(Example(failure=Outcome.LIMIT_BODY), Example(failure=Outcome.LIMIT_HEADERS, push=VERIFICATION)),
    good=(Example("success"),),
)
