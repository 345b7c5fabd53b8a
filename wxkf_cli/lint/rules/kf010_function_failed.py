"""KF010: the cloud function failed instead of returning."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Failed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.outcomes import MEANING, Outcome
from wxkf_cli.vocab.terms import DataFormat, Evidence, Route, Severity, Text
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Failure


def check(subject: Failed) -> Iterator[Problem]:
    answer, meaning = subject.exchange.answer, MEANING[subject.outcome]
    detail = safe(answer.detail, 300) if isinstance(answer, Failure) else ""
    yield Problem(Text(meaning.en + (f": {detail}" if detail else ""), meaning.zh + (f"：{detail}" if detail else "")))


RULE = Rule(
    code="KF010",
    name="function-failed",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Failed,
    summary=Text("A cloud function returns, whatever happens in it", "无论内部发生什么，云函数都要正常返回"),
    why=Text(
        "A function that throws, rejects or ends its process returns nothing that could be a reply; what WeChat then "
        "does is in no page, so it is taken for abnormal data.",
        "抛出错误、Promise 被拒绝或进程退出的函数没有返回任何可用的回复；文档没有说明微信此时的行为，按异常数据处理。",
    ),
    fix=Text(
        "catch what may fail, await every call of cloud.openapi, and return 'success' all the same",
        "捕获可能失败的操作，对 cloud.openapi 的每次调用都使用 await，并且仍然返回 'success'",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.CLOUD_FUNCTION,
    check=check,
    bad=(
        Example(failure=Outcome.FUNCTION_ERROR, data=DataFormat.JSON, route=Route.CLOUD_FUNCTION),
        Example(
            failure=Outcome.FUNCTION_EXIT,
            data=DataFormat.JSON,
            route=Route.CLOUD_FUNCTION,
            push="user_enter_tempsession",
        ),
    ),
    good=(Example("success", data=DataFormat.JSON, status=None, route=Route.CLOUD_FUNCTION),),
)
