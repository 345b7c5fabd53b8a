"""KF003: no whole answer within the deadline."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import VERIFICATION, Example, Rule
from wxkf_cli.lint.subject import Attempt
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.outcomes import MEANING, SEEMED_WHOLE, Outcome
from wxkf_cli.vocab.terms import Evidence, Route, Severity, Text
from wxkf_cli.wire.exchange import Failure

#: For a cloud function: what goes on after it has returned cannot be relied on.
RETURN_IN_TIME = Text(
    "give what the function awaits a time limit, and return 'success' or the reply within the deadline",
    "为云函数中 await 的操作设置超时，并在时限内返回 'success' 或回复",
)
#: What else was not done in time than to begin an answer, and what helps there.
FIXES = {
    Outcome.TIMEOUT_CONNECT: Text(
        "check address, port and firewall, and that the handler accepts connections while it works on others",
        "检查地址、端口和防火墙，以及处理程序在处理其他请求时是否仍接受新连接",
    ),
    Outcome.TIMEOUT_TLS: Text(
        "check that TLS is spoken on this port; where it is plain HTTP, the URL begins with http://",
        "检查该端口是否提供 TLS；如果是明文 HTTP，URL 应以 http:// 开头",
    ),
    Outcome.TIMEOUT_SEND: Text(
        "read the request to its end, as long as its Content-Length says, before working on it",
        "先按 Content-Length 把请求完整读完，再进行处理",
    ),
    Outcome.TIMEOUT_HEADERS: Text(
        "send the status line and the headers in one piece, with an empty line behind them",
        "一次性发送状态行和响应头，并在其后发送一个空行",
    ),
    Outcome.TIMEOUT_BODY: Text(
        "send the whole body at once and say where it ends, by Content-Length or in chunks",
        "一次性发送完整的正文，并用 Content-Length 或分块传输标明正文在哪里结束",
    ),
}
OPEN_END = Text(
    "the answer seemed whole, but nothing says where it ends: it has no Content-Length, and the connection was left "
    "open for the whole deadline",
    "应答看起来已经完整，但没有标明在哪里结束：没有 Content-Length，连接又一直保持到时限结束都没有关闭",
)
CLOSE_END = Text(
    "send Content-Length, or close the connection behind the body", "发送 Content-Length，或在正文之后关闭连接"
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
        answer, fix = subject.exchange.answer, FIXES.get(subject.outcome)
        if isinstance(answer, Failure) and answer.detail == SEEMED_WHOLE:
            meaning, fix = OPEN_END, CLOSE_END
        late = Text(f"{meaning.en} of {deadline} (phase: {phase})", f"{meaning.zh}，时限为 {deadline}（阶段：{phase}）")
        yield Problem(late, fix=fix)


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
