"""KF409: a transfer answers a push to a cloud container."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import RepliedInContainer
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.policy import TRANSFER_MSGTYPE
from wxkf_cli.vocab.terms import DataFormat, Evidence, Route, Severity, Text


def check(subject: RepliedInContainer) -> Iterator[Problem]:
    if subject.document.get("MsgType") == TRANSFER_MSGTYPE:
        yield Problem(
            Text(
                "a transfer out of a cloud container: no page says that it works there",
                "从云托管返回转发回复：没有文档说明这样有效",
            ),
            "MsgType",
        )


RULE = Rule(
    code="KF409",
    name="transfer-from-container",
    since="0.1.0",
    severity=Severity.WARNING,
    on=RepliedInContainer,
    summary=Text(
        "Whether a container can transfer is not documented: try it out before relying on it",
        "云托管能否转发没有文档说明：依赖它之前请先实际验证",
    ),
    why=Text(
        "The page about containers has passive replies for official accounts only and sends mini programs to the "
        "active API; the page about transfers names servers and cloud functions. It is taken here as it would be "
        "from a server (assumed).",
        "云托管的文档只允许公众号被动回复，要求小程序使用主动 API；转发的文档只提到服务器和云函数。"
        "这里按与服务器相同的方式处理（假定）。",
    ),
    fix=Text(
        "if it is not honoured, push customer-service messages to a URL or a cloud function instead",
        "如果无效，请改用 URL 或云函数接收客服消息推送",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.CONTAINER_PUSH,
    check=check,
    bad=(
        Example(RIGHT_XML, route=Route.CONTAINER),
        Example(RIGHT_JSON, data=DataFormat.JSON, route=Route.CONTAINER),
    ),
    good=(
        Example("success", route=Route.CONTAINER),
        Example(RIGHT_XML),
    ),
)
