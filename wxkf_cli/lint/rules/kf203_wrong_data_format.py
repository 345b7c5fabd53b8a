"""KF203: XML answers a JSON push, or the reverse."""

import re
from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import FIELD_RULES, SHAPE_RULES
from wxkf_cli.lint.rule import Example, Need, Rule
from wxkf_cli.lint.subject import Answered, Replied, Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.terms import DataFormat, Evidence, Route, Severity, Text

#: What a document too broken to be read is recognised by as a reply, or an attempt at one.
_NAME = pattern(rb"ToUser|FromUser|CreateTime|MsgType", re.IGNORECASE)


_NO_OBJECT = Text(
    "a cloud function returns the reply as an object; this is a string of XML",
    "云函数要以对象返回回复；这是一个 XML 字符串",
)
_RETURN_OBJECT = Text(
    "return an object with ToUserName, FromUserName, CreateTime and MsgType, not a string of them",
    "返回含有 ToUserName、FromUserName、CreateTime 和 MsgType 的对象，而不是由它们拼成的字符串",
)


def check(subject: Answered) -> Iterator[Problem]:
    found, wanted = subject.format, subject.expected
    if found is None or wanted is None or found is wanted:
        return
    if isinstance(subject, Replied) or (isinstance(subject, Unparsed) and _NAME.search(subject.body)):
        if subject.exchange.route is Route.CLOUD_FUNCTION:
            yield Problem(_NO_OBJECT, 0, _RETURN_OBJECT)
            return
        yield Problem(
            Text(
                f"the push was {wanted.upper()}, the answer is {found.upper()}",
                f"推送是 {wanted.upper()}，应答却是 {found.upper()}",
            ),
            0,
        )


RULE = Rule(
    code="KF203",
    name="wrong-data-format",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Answered,
    summary=Text("The answer is in the data format of the push", "应答与推送使用相同的数据格式"),
    why=Text(
        "An answer in the other format is not read: nothing is transferred and the user sees the notice.",
        "用另一种格式应答不会被识别：不会转发，用户会看到提示。",
    ),
    fix=Text(
        "answer in the format of the push, or choose the handler's format in the console",
        "按推送的格式应答，或在后台把数据格式改成处理程序所用的格式",
    ),
    evidence=Evidence.REPORTED,
    source=sources.SAME_FORMAT_THREAD,
    check=check,
    needs=(Need.DATA_FORMAT,),
    hides=("KF202", "KF207", "KF213", "KF323", *SHAPE_RULES, *FIELD_RULES),
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            data=DataFormat.JSON,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}'
        ),
        Example("<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</xml>", data=DataFormat.JSON),
        Example(RIGHT_XML, data=DataFormat.JSON, status=None, route=Route.CLOUD_FUNCTION),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
