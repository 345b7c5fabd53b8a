"""KF316: a name with a letter that only looks right."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import folded, misspelt, odd_character
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    pairs = {
        wanted: found
        for wanted, found in misspelt(subject.document).items()
        if not found.isascii() and folded(found) == wanted
    }
    if pairs:
        shown = [f"{quoted(found, 40)} ({odd_character(found)})" for found in pairs.values()]
        wanted = list(pairs)
        yield Problem(
            Text(
                f"looks like {', '.join(wanted)} and is not: {', '.join(shown)}",
                f"看起来像 {'、'.join(wanted)}，其实不是：{'、'.join(shown)}",
            ),
            next(iter(pairs.values())),
        )


RULE = Rule(
    code="KF316",
    name="lookalike-name",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("The names of the fields are written in plain Latin letters", "字段名只用普通的拉丁字母"),
    why=Text(
        "A full-width or Cyrillic letter, or a character that is not seen, makes it another name; the "
        "required field is missing.",
        "全角字母、西里尔字母或看不见的字符都会使它成为另一个名称，等于缺少必填字段。",
    ),
    fix=Text(
        "type the name anew; text copied from a page or a chat may hold such letters",
        "重新输入名称；从网页或聊天中复制的文字可能带有这样的字符",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.TRANSFER,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d"
            "</FromUserName><CreateTime>1714112446</CreateTime><MsgTypе>transfer_customer_service</MsgTypе></xml>"
            ""
        ),
        Example(
            '{"ToUserName\u200b":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"ＣreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
            push=None,
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
