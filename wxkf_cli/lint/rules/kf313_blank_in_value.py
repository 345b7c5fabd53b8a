"""KF313: white space around a value."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import REQUIRED
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.message import Value
from wxkf_cli.vocab.policy import TRANSFER_MSGTYPE
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wechat.answers import is_create_time, is_from
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    for name in REQUIRED:
        value = subject.document.get(name)
        if isinstance(value, str) and value != value.strip() and _is_right(subject, name, value.strip()):
            shown = quoted(value)
            yield Problem(
                Text(f"white space around the value of {name}: {shown}", f"{name} 的值前后有空白：{shown}"), name
            )
            return


def _is_right(subject: Replied, name: str, bare: str) -> bool:
    """Whether the blank is all that is wrong with the value: anything else has a rule of its own."""
    push = subject.push
    match name:
        case "MsgType":
            return bare == TRANSFER_MSGTYPE
        case "CreateTime":
            return is_create_time(bare, subject.document.format)
        case "ToUserName" if push is not None:
            return _is_same(bare, push.from_user)
        case "FromUserName" if push is not None:
            return _is_same(bare, push.to_user) or is_from(bare, subject.exchange)
        case _:
            return bare != ""


def _is_same(bare: str, wanted: Value) -> bool:
    return isinstance(wanted, str) and bare == wanted.strip() and bare != ""


RULE = Rule(
    code="KF313",
    name="blank-in-value",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("A value has no white space around it", "值的前后没有空白"),
    why=Text(
        "Values are compared as they stand, so an openid with a newline behind it is nobody's.",
        "值按原样比较，后面带换行的 openid 不属于任何人。",
    ),
    fix=Text(
        "write the value directly between its tags or quotes; indent around elements, not inside them",
        "值要紧贴标签或引号；缩进只能加在元素之间，不能加在元素内部",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.TRANSFER,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName> o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>\n  transfer_customer_service\n</MsgType></xml>",
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446 </CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            push=None,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d\\n",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d </FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            push=None,
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
