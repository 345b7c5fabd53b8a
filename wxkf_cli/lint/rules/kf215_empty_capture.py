"""KF215: a capture that holds nothing at all."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Acknowledged
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wechat.answers import is_empty_capture


def check(subject: Acknowledged) -> Iterator[Problem]:
    if is_empty_capture(subject.exchange):
        yield Problem(
            Text(
                "the capture holds no byte, no status line and no push: it shows nothing",
                "捕获内容没有任何字节、状态行或推送：什么也说明不了",
            )
        )


RULE = Rule(
    code="KF215",
    name="empty-capture",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Acknowledged,
    summary=Text(
        "A capture of an empty answer shows at least its status line or its push",
        "空应答的捕获内容至少要有状态行或推送",
    ),
    why=Text(
        "A tool that failed leaves the same empty file as a handler that answered nothing, so it must not pass.",
        "抓取工具失败时留下的空文件，与处理程序返回空应答的文件完全一样，因此不能算通过。",
    ),
    fix=Text(
        "capture with the headers (curl -i), or give the push with --push",
        "连同响应头一起捕获（curl -i），或用 --push 提供推送",
    ),
    evidence=Evidence.COMPUTED,
    source=sources.MESSAGE_PUSH,
    check=check,
    bad=(Example("", push=None, status=None),),
    good=(Example("", push=None, status=200), Example("success", push=None, status=None)),
)
