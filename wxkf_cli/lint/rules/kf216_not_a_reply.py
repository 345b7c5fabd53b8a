"""KF216: neither an acknowledgement nor a reply."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Answered, Parsed, Replied, Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted


def check(subject: Answered) -> Iterator[Problem]:
    if isinstance(subject, Unparsed) and subject.malformed is None:
        shown = quoted(subject.body)
        yield Problem(
            Text(f"neither success, nothing nor a reply: {shown}", f"既不是 success 或空，也不是回复：{shown}"), 0
        )
    elif isinstance(subject, Parsed) and not isinstance(subject, Replied):
        shown = quoted(subject.body)
        yield Problem(
            Text(f"a document without any field of a reply: {shown}", f"文档中没有回复的任何字段：{shown}"), 0
        )


RULE = Rule(
    code="KF216",
    name="not-a-reply",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Answered,
    summary=Text("An answer is success, zero bytes or a transfer", "应答只能是 success、零字节或转发回复"),
    why=Text(
        "There is no other answer in a mini program; everything else is abnormal data and the user sees the notice.",
        "小程序没有其他应答方式；其他内容都属于异常数据，用户会看到提示。",
    ),
    fix=Text(
        'answer "success"; say what the user should read by custom/send',
        "返回 success；要让用户看到的内容通过 custom/send 接口发送",
    ),
    evidence=Evidence.DOCUMENTED_OLD,
    source=sources.RECEIVE_OLD,
    check=check,
    bad=(
        Example("ok"),
        Example("error", push="user_enter_tempsession"),
        Example('{"answer":42}', data=DataFormat.JSON),
        Example("<xml><answer>42</answer></xml>"),
        Example("你好，请问有什么可以帮您？", push=None),
    ),
    good=(Example("success"),),
)
