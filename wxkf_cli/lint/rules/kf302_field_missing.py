"""KF302: a required field is missing or empty."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import REQUIRED, is_empty, misspelt
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text


def check(subject: Replied) -> Iterator[Problem]:
    document = subject.document
    meant = misspelt(document)
    missing = [name for name in REQUIRED if name not in document.names and name not in meant]
    # A null MsgType has a cause, and a rule, of its own.
    empty = [
        name
        for name in REQUIRED
        if name in document.names
        and is_empty(document.get(name))
        and not (name == "MsgType" and document.get(name) is None)
    ]
    parts = []
    if missing:
        parts.append(Text(f"missing: {', '.join(missing)}", f"缺少：{'、'.join(missing)}"))
    if empty:
        parts.append(Text(f"empty: {', '.join(empty)}", f"为空：{'、'.join(empty)}"))
    if parts:
        yield Problem(
            Text("; ".join(part.en for part in parts), "；".join(part.zh for part in parts)),
            empty[0] if empty else None,
        )


RULE = Rule(
    code="KF302",
    name="field-missing",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text(
        "A transfer has ToUserName, FromUserName, CreateTime and MsgType",
        "转发回复要有 ToUserName、FromUserName、CreateTime 和 MsgType",
    ),
    why=Text(
        "All four are required; without one the reply is abnormal data and nothing is transferred.",
        "四个字段都是必填；缺少任何一个，回复就是异常数据，不会转发。",
    ),
    fix=Text("fill in all four fields, spelt as on the official page", "补全四个字段，拼写与官方文档一致"),
    evidence=Evidence.DOCUMENTED,
    source=sources.TRANSFER,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><MsgType>transfer_customer_service</MsgType></xml>"
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime></CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            "<xml><ToUserName><![CDATA[]]></ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":null,'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example('{"MsgType":"transfer_customer_service"}', push=None),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
