"""KF221: a reply wrapped in a result of an API, or in a second root."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import REQUIRED
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Parsed, Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.document import Node, NodeValue
from wxkf_cli.wire.escape import quoted

#: How many of the four names make it a reply.
_ENOUGH = 2


def check(subject: Parsed) -> Iterator[Problem]:
    if isinstance(subject, Replied):
        return
    for name, value in subject.document.nodes:
        if _holds_reply(value):
            shown = quoted(name)
            yield Problem(Text(f"the reply is inside the field {shown}", f"回复被放进了字段 {shown} 里"), name)
            return


def _holds_reply(value: NodeValue) -> bool:
    if isinstance(value, str):
        return sum(name in value for name in REQUIRED) >= _ENOUGH
    inner = [node for node in value if isinstance(node, Node)] if isinstance(value, tuple | list) else []
    names = {node.name for node in inner}
    return sum(name in names for name in REQUIRED) >= _ENOUGH or any(_holds_reply(node.value) for node in inner)


RULE = Rule(
    code="KF221",
    name="reply-inside-object",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Parsed,
    summary=Text("The four fields stand at the top of the body", "四个字段位于正文的最外层"),
    why=Text(
        "WeChat looks for the fields directly under the root. A wrapper for results, a second root, or the "
        "answer that a gateway expects of a function hides them: abnormal data.",
        "微信只在根元素下查找字段。统一返回值的包装、第二层根元素，或网关要求函数返回的结构，"
        "都会把它们藏起来：属于异常数据。",
    ),
    fix=Text(
        "take this route out of the wrapper for results; behind a gateway, let it unwrap the function's answer",
        "让该路由绕过统一返回值包装；在网关之后，应由网关拆出函数的返回值",
    ),
    evidence=Evidence.DOCUMENTED_OLD,
    source=sources.RECEIVE_OLD,
    check=check,
    hides=("KF216", "KF222"),
    bad=(
        Example(
            '{"code":0,"data":{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}}',
            data=DataFormat.JSON,
        ),
        Example(
            '{"statusCode": 200, "body": "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName>'
            "<FromUserName>gh_97417a04a28d</FromUserName><CreateTime>1714112446</CreateTime><MsgType>"
            'transfer_customer_service</MsgType></xml>"}',
            push=None,
        ),
        Example(
            '{"xml":{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d"
            "</FromUserName><CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
            "</xml>"
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
