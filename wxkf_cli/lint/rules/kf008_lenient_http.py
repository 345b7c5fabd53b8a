"""KF008: HTTP that was understood though it breaks the rules."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import VERIFICATION, Example, Need, Rule
from wxkf_cli.lint.subject import Attempt
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Response


def check(subject: Attempt) -> Iterator[Problem]:
    answer = subject.exchange.answer
    if isinstance(answer, Response) and answer.leniencies:
        shown = "; ".join(safe(each, 80) for each in answer.leniencies)
        yield Problem(Text(f"the response breaks HTTP/1.1: {shown}", f"响应不符合 HTTP/1.1：{shown}"))


RULE = Rule(
    code="KF008",
    name="lenient-http",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Attempt,
    summary=Text("The response keeps to the letter of HTTP/1.1", "响应严格符合 HTTP/1.1"),
    why=Text(
        "wxkf could still read it; whether WeChat, or a proxy on the way, does is not known.",
        "wxkf 仍能读懂；微信或途中的代理能否读懂则未知。",
    ),
    fix=Text(
        "let the framework write the headers; end lines with CR LF, give Content-Length once",
        "让框架来写响应头；行尾使用 CR LF，Content-Length 只写一次",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.HTTP_1_1,
    check=check,
    needs=(Need.WIRE,),
    bad=(
        Example("success", leniencies=("a line that ends with a bare LF",)),
        Example("4375120948345356249", push=VERIFICATION, leniencies=("Content-Length given twice",)),
    ),
    good=(Example("success"),),
)
