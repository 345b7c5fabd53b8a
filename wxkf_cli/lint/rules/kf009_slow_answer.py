"""KF009: the answer came, but close to the deadline."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import VERIFICATION, Example, Rule
from wxkf_cli.lint.rules.kf003_late import RETURN_IN_TIME
from wxkf_cli.lint.subject import Attempt
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import SLOW_SHARE
from wxkf_cli.vocab.terms import Evidence, Route, Severity, Text
from wxkf_cli.wire.exchange import Response


def check(subject: Attempt) -> Iterator[Problem]:
    answer = subject.exchange.answer
    deadline = subject.setting.policy.deadline
    if subject.outcome is Outcome.OK and isinstance(answer, Response) and answer.elapsed > SLOW_SHARE * deadline:
        took, limit = f"{answer.elapsed:.2f} s", f"{deadline:g} s"
        yield Problem(
            Text(f"the answer took {took}; the deadline is {limit}", f"应答耗时 {took}，时限为 {limit}"),
            fix=RETURN_IN_TIME if subject.exchange.route is Route.CLOUD_FUNCTION else None,
        )


RULE = Rule(
    code="KF009",
    name="slow-answer",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Attempt,
    summary=Text("An answer leaves room before the deadline", "应答离时限应留有余量"),
    why=Text(
        "The way to WeChat takes time as well: what is close to the deadline here is late there, and is pushed again.",
        "到微信的网络也要耗时：在本机接近时限的应答，到微信那里就会超时并被重新推送。",
    ),
    fix=Text(
        'answer "success" at once, do the work afterwards and reply by custom/send',
        "先立即回复 success，再异步处理，并通过 custom/send 接口回复用户",
    ),
    evidence=Evidence.DOCUMENTED_OLD,
    source=sources.RECEIVE_OLD,
    check=check,
    bad=(Example("success", elapsed=4.2), Example("4375120948345356249", push=VERIFICATION, elapsed=4.99)),
    good=(Example("success", elapsed=3.99),),
)
