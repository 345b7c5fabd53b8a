"""KF003: no whole answer within the deadline."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import VERIFICATION, Example, Rule
from wxkf_cli.lint.subject import Attempt
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.outcomes import MEANING, Outcome
from wxkf_cli.vocab.terms import Evidence, Route, Severity, Text

#: For a cloud function: what goes on after it has returned cannot be relied on.
RETURN_IN_TIME = Text(
    "give what the function awaits a time limit, and return 'success' or the reply within the deadline",
    "为云函数中 await 的操作设置超时，并在时限内返回 'success' 或回复",
)


def check(subject: Attempt) -> Iterator[Problem]:
    if subject.outcome.family == "timeout":
        meaning = MEANING[subject.outcome]
        deadline = f"{subject.setting.policy.deadline:g} s"
        if subject.exchange.route is Route.CLOUD_FUNCTION:
            late = Text(
                f"the function did not return within the deadline of {deadline}",
                f"云函数没有在时限 {deadline} 内返回",
            )
            yield Problem(late, fix=RETURN_IN_TIME)
            return
        phase = subject.outcome.partition(".")[2]
        yield Problem(
            Text(
                f"{meaning.en} of {deadline} (phase: {phase})",
                f"{meaning.zh}，时限为 {deadline}（阶段：{phase}）",
            )
        )


RULE = Rule(
    code="KF003",
    name="late",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Attempt,
    summary=Text("The whole answer is there within the deadline of 5 s", "完整的应答在 5 秒时限内到达"),
    why=Text(
        "WeChat drops the connection and pushes the same message again, three deliveries in all; then the user sees "
        "the notice.",
        "微信会断开连接并重新推送同一条消息，总共三次；之后用户会看到提示。",
    ),
    fix=Text(
        'answer "success" at once, do the work afterwards and reply by custom/send',
        "先立即回复 success，再异步处理，并通过 custom/send 接口回复用户",
    ),
    evidence=Evidence.DOCUMENTED_OLD,
    source=sources.RECEIVE_OLD,
    check=check,
    bad=(
        Example(failure=Outcome.TIMEOUT_FIRST_BYTE, elapsed=5.0),
        Example(failure=Outcome.TIMEOUT_BODY, elapsed=5.0, push=VERIFICATION),
    ),
    good=(Example("success", elapsed=3.9),),
)
