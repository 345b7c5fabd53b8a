"""KF006: what came back is not a whole HTTP/1.1 response."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import VERIFICATION, Example, Need, Rule
from wxkf_cli.lint.subject import Attempt
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.outcomes import MEANING, Outcome
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Failure


def check(subject: Attempt) -> Iterator[Problem]:
    if subject.outcome in (Outcome.HTTP_PROTOCOL, Outcome.HTTP_TRUNCATED):
        meaning = MEANING[subject.outcome]
        answer = subject.exchange.answer
        detail = safe(answer.detail, 120) if isinstance(answer, Failure) else ""
        yield Problem(
            Text(meaning.en + (f": {detail}" if detail else ""), meaning.zh + (f"：{detail}" if detail else ""))
        )


RULE = Rule(
    code="KF006",
    name="not-http",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Attempt,
    summary=Text("The answer is one whole HTTP/1.1 response", "应答是一个完整的 HTTP/1.1 响应"),
    why=Text(
        "A response that breaks off or breaks the rules of HTTP has no body that WeChat could rely on.",
        "中途断开或违反 HTTP 规则的响应，没有微信可以信赖的正文。",
    ),
    fix=Text(
        "let the framework write status line and headers; Content-Length counts bytes of the body, not characters",
        "让框架来写状态行和响应头；Content-Length 是正文的字节数，不是字符数",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.HTTP_1_1,
    check=check,
    needs=(Need.WIRE,),
    bad=(Example(failure=Outcome.HTTP_PROTOCOL), Example(failure=Outcome.HTTP_TRUNCATED, push=VERIFICATION)),
    good=(Example("success"),),
)
