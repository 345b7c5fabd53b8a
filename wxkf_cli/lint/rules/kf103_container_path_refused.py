"""KF103: a container does not confirm its path."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import CONTAINER_PATH, Example, Rule
from wxkf_cli.lint.subject import PathCheck
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.policy import CONTAINER_CHECK
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wechat.answers import is_acknowledgement
from wxkf_cli.wire.escape import quoted


def check(subject: PathCheck) -> Iterator[Problem]:
    if not is_acknowledgement(subject.body):
        shown = quoted(subject.body)
        yield Problem(
            Text(
                f"{CONTAINER_CHECK} was answered with {shown}, not with success or nothing",
                f"对 {CONTAINER_CHECK} 的应答是 {shown}，应为 success 或空",
            ),
            0,
        )


RULE = Rule(
    code="KF103",
    name="container-path-refused",
    since="0.1.0",
    severity=Severity.ERROR,
    on=PathCheck,
    summary=Text(
        "A container confirms CheckContainerPath with success or zero bytes",
        "云托管以 success 或空应答确认 CheckContainerPath",
    ),
    why=Text(
        "The platform posts this action to the path before it saves it; any other answer fails the configuration, and "
        "nothing is pushed.",
        "保存配置前，平台会向该路径发送此 action；其他任何应答都会使配置失败，之后不会推送任何内容。",
    ),
    fix=Text(
        "answer success to every body that has no MsgType",
        "凡是没有 MsgType 的请求，一律返回 success",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.CONTAINER_PUSH,
    check=check,
    bad=(
        Example("not a push", push=CONTAINER_PATH),
        Example('{"errcode":-1}', push=CONTAINER_PATH, data=DataFormat.JSON),
        Example(
            '{"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            push=CONTAINER_PATH,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example("success", push=CONTAINER_PATH),
        Example("", push=CONTAINER_PATH, data=DataFormat.JSON),
    ),
)
