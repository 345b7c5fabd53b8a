"""KF001: the answer has a status that does not count."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Need, Rule
from wxkf_cli.lint.subject import Attempt
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.exchange import Response

_HINTS = {
    204: Text("send 200 and the body success", "请返回 200 和正文 success"),
    401: Text("a login stands before the handler", "处理程序前面有登录验证"),
    403: Text(
        "CSRF protection, an address list or a signature check refused it", "被 CSRF 防护、IP 名单或签名校验拒绝"
    ),
    404: Text("the path is not the handler's", "路径不是处理程序的路径"),
    405: Text("the handler does not take this method", "处理程序不接受该请求方法"),
    413: Text("a body limit is too small", "正文大小限制过小"),
    415: Text("a body parser goes by Content-Type", "正文解析依赖 Content-Type"),
    429: Text("a rate limit refused it", "被限流拒绝"),
    500: Text("the handler failed; its own log says why", "处理程序出错，原因见其日志"),
    502: Text("a proxy could not reach the handler", "代理无法连接处理程序"),
}


def check(subject: Attempt) -> Iterator[Problem]:
    if subject.outcome is Outcome.HTTP_STATUS:
        answer = subject.exchange.answer
        status = answer.status or 0 if isinstance(answer, Response) else 0
        hint = _HINTS.get(status, Text("", ""))
        yield Problem(
            Text(
                f"status {status} instead of 200" + (f": {hint.en}" if hint.en else ""),
                f"状态码是 {status}，应为 200" + (f"：{hint.zh}" if hint.zh else ""),
            )
        )


RULE = Rule(
    code="KF001",
    name="status",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Attempt,
    summary=Text("An answer has status 200", "应答的状态码是 200"),
    why=Text(
        "The message push names no status; the container check asks for 200, so wxkf takes nothing else. "
        "Which statuses count is the setting accept_status.",
        "消息推送文档没有规定状态码；云托管的路径检查要求 200，因此 wxkf 只接受 200。可用 accept_status 设置更改。",
    ),
    fix=Text(
        "answer 200 with success, nothing or a transfer, also for kinds the code does not know",
        "一律返回 200，正文为 success、空或转发回复；未知类型也一样",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.CONTAINER_PUSH,
    check=check,
    needs=(Need.STATUS,),
    bad=(Example("Internal Server Error", status=500), Example("", status=204, push="unknown_event")),
    good=(Example("success", push="unknown_event"),),
)
