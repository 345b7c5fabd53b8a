"""KF002: the answer is a redirect."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import VERIFICATION, Example, Need, Rule
from wxkf_cli.lint.subject import Attempt
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.exchange import Response


def check(subject: Attempt) -> Iterator[Problem]:
    if subject.outcome is not Outcome.HTTP_REDIRECT:
        return
    answer = subject.exchange.answer
    status, location = (answer.status, answer.header("Location")) if isinstance(answer, Response) else (None, "")
    target = Text(f" to {quoted(location, 120)}", f"到 {quoted(location, 120)}") if location else Text("", "")
    code = Text(f" (status {status})", f"（状态码 {status}）") if status else Text("", "")
    yield Problem(
        Text(f"redirected{target.en}{code.en}, not followed", f"重定向{target.zh}{code.zh}，不会跟随"),
    )


RULE = Rule(
    code="KF002",
    name="redirect",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Attempt,
    summary=Text("The handler answers at the configured URL itself", "处理程序在所配置的 URL 上直接应答"),
    why=Text(
        "Nothing says that WeChat follows a redirect, and a push that is repeated as GET loses its body.",
        "没有任何文档说明微信会跟随重定向；推送若改用 GET 重发，正文也会丢失。",
    ),
    fix=Text(
        "configure the final URL: mind http against https, and the slash at the end",
        "请配置最终的 URL：注意 http 与 https 的区别，以及末尾的斜杠",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.TRAILING_SLASH,
    check=check,
    needs=(Need.STATUS,),
    bad=(
        Example("", status=301, headers=(("Location", "https://example.com/wx/"),)),
        Example("success", status=308, push=VERIFICATION),
    ),
    good=(Example("success"), Example("4375120948345356249", push=VERIFICATION)),
)
