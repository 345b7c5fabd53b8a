"""KF007: the body is compressed though nobody asked for it."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Need, Rule
from wxkf_cli.lint.subject import Attempt
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.outcomes import MEANING, Outcome
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Failure


def check(subject: Attempt) -> Iterator[Problem]:
    if subject.outcome is Outcome.HTTP_CONTENT_ENCODING:
        meaning = MEANING[subject.outcome]
        answer = subject.exchange.answer
        detail = safe(answer.detail, 120) if isinstance(answer, Failure) else ""
        yield Problem(
            Text(meaning.en + (f": {detail}" if detail else ""), meaning.zh + (f"：{detail}" if detail else ""))
        )


RULE = Rule(
    code="KF007",
    name="content-encoding",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Attempt,
    summary=Text("The body is sent as it is, without a Content-Encoding", "正文按原样发送，不带 Content-Encoding"),
    why=Text(
        "The push does not offer to undo a compression, so the compressed bytes would be read as the reply.",
        "推送没有声明可以解压，压缩后的字节会被直接当作回复读取。",
    ),
    fix=Text(
        "switch compression off for this route, in the framework and in the proxy",
        "对该路由关闭压缩，框架和代理都要关闭",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.HTTP_1_1,
    check=check,
    needs=(Need.STATUS,),
    bad=(Example(failure=Outcome.HTTP_CONTENT_ENCODING),),
    good=(Example("success", headers=(("Content-Encoding", "identity"),)),),
)
