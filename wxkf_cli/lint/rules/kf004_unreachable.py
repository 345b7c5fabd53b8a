"""KF004: no connection to the handler, or one that broke."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import VERIFICATION, Example, Need, Rule
from wxkf_cli.lint.subject import Attempt
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.outcomes import MEANING, Outcome
from wxkf_cli.vocab.terms import Evidence, Severity, Text


def check(subject: Attempt) -> Iterator[Problem]:
    if subject.outcome.family in ("net", "tls"):
        meaning = MEANING[subject.outcome]
        yield Problem(Text(f"{meaning.en} ({subject.outcome})", f"{meaning.zh}（{subject.outcome}）"))


RULE = Rule(
    code="KF004",
    name="unreachable",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Attempt,
    summary=Text(
        "The handler can be reached and stays connected until it has answered", "处理程序可以连接，且在应答之前不断开"
    ),
    why=Text(
        "Without a connection there is no answer: the push is repeated, and in the end the user sees the notice.",
        "连接不上就没有应答：推送会重复，最后用户会看到提示。",
    ),
    fix=Text(
        "check address, port, certificate and TLS version, and that the handler did not crash on this push",
        "检查地址、端口、证书和 TLS 版本，以及处理程序是否因这条推送而崩溃",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.WARNINGS_GUIDE,
    check=check,
    needs=(Need.WIRE,),
    bad=(
        Example(failure=Outcome.NET_REFUSED),
        Example(failure=Outcome.TLS_EXPIRED, push="user_enter_tempsession"),
        Example(failure=Outcome.NET_RESET, push=VERIFICATION),
    ),
    good=(Example("success"),),
)
