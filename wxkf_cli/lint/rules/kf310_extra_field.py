"""KF310: more than the four fields."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import REQUIRED, misspelt
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted

#: Explained by a rule of their own.
_EXPLAINED = frozenset({"TransInfo", "KfAccount"})


def check(subject: Replied) -> Iterator[Problem]:
    document = subject.document
    known = {*REQUIRED, *_EXPLAINED, *misspelt(document).values()}
    extra = [name for name in dict.fromkeys(document.names) if name not in known]
    if extra:
        names = [quoted(name, 40) for name in extra[:6]]
        yield Problem(
            Text(f"beyond the four fields: {', '.join(names)}", f"四个字段以外的字段：{'、'.join(names)}"), extra[0]
        )


RULE = Rule(
    code="KF310",
    name="extra-field",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Replied,
    summary=Text("A transfer has four fields and no more", "转发回复只有四个字段"),
    why=Text(
        "The page shows four fields; what WeChat does with others is not documented, and what they say reaches nobody.",
        "文档只列出四个字段；微信如何处理其他字段没有说明，其中的内容也不会有人看到。",
    ),
    fix=Text("leave out everything but the four fields", "去掉四个字段以外的内容"),
    evidence=Evidence.ASSUMED,
    source=sources.TRANSFER,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType><MsgId>23637352235060881</MsgId></xml>",
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service","Content":"hello"}',
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
