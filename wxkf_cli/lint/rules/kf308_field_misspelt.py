"""KF308: a required name, almost."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import folded, misspelt
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    # ToUser has a story, and a rule, of its own; so have letters that only look right.
    pairs = {
        wanted: found
        for wanted, found in misspelt(subject.document).items()
        if not (wanted == "ToUserName" and found.strip() == "ToUser") and (found.isascii() or folded(found) != wanted)
    }
    if pairs:
        found_first = next(iter(pairs.values()))
        yield Problem(
            Text(
                "; ".join(f"{quoted(found)} should be {wanted}" for wanted, found in pairs.items()),
                "；".join(f"{quoted(found)} 应为 {wanted}" for wanted, found in pairs.items()),
            ),
            found_first,
        )


RULE = Rule(
    code="KF308",
    name="field-misspelt",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("The names of the fields are spelt exactly, capitals included", "字段名逐字一致，包括大小写"),
    why=Text(
        "Under another name the required field is missing: abnormal data.",
        "名称不对，就等于缺少必填字段：属于异常数据。",
    ),
    fix=Text(
        "write ToUserName, FromUserName, CreateTime and MsgType",
        "写成 ToUserName、FromUserName、CreateTime、MsgType",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.TRANSFER,
    check=check,
    bad=(
        Example(
            "<xml><tousername>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</tousername><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            "<xml><toUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</toUserName><fromUserName>gh_97417a04a28d</fromUserName>"
            "<createTime>1714112446</createTime><msgType>transfer_customer_service</msgType></xml>",
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUsername>gh_97417a04a28d</FromUsername>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<Createtime>1714112446</Createtime><MsgType>transfer_customer_service</MsgType></xml>",
            push=None,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType ":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUser>gh_97417a04a28d</FromUser>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"msg_type":"transfer_customer_service"}',
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
