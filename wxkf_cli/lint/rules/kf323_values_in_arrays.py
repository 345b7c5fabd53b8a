"""KF323: each value stands in an array of its own."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import FIELD_RULES, REQUIRED
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text

#: One list may be a slip; several are the parser that was used.
_ENOUGH = 2


def check(subject: Replied) -> Iterator[Problem]:
    lists = [name for name, value in subject.document.nodes if isinstance(value, list) and name in REQUIRED]
    if len(lists) >= _ENOUGH:
        yield Problem(
            Text(f"each value is in an array: {', '.join(lists)}", f"每个值都在数组里：{'、'.join(lists)}"), lists[0]
        )


RULE = Rule(
    code="KF323",
    name="values-in-arrays",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("Values are plain, not arrays of one", "值直接写出，不放进数组"),
    why=Text(
        "xml2js gives every element as an array of one; an object built from its result has arrays where "
        "values belong: abnormal data.",
        "xml2js 默认把每个元素都解析成单元素数组；用它的结果组成的对象，值的位置上就成了数组：属于异常数据。",
    ),
    fix=Text(
        "parse with { explicitArray: false }, or take the first item of each",
        "解析时使用 { explicitArray: false }，或取每个数组的第一项",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.TRANSFER,
    check=check,
    hides=(*FIELD_RULES,),
    bad=(
        Example(
            '{"ToUserName":["o9AgO5Kd5ggOC-bXrbNODIiE3bGY"],"FromUserName":["gh_97417a04a28d"],'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            '{"ToUserName":["o9AgO5Kd5ggOC-bXrbNODIiE3bGY"],"FromUserName":["gh_97417a04a28d"],"CreateTime":[1],'
            '"MsgType":["transfer_customer_service"]}',
            data=DataFormat.JSON,
            push=None,
        ),
    ),
    good=(Example(RIGHT_JSON, data=DataFormat.JSON),),
)
