"""KF309: the shape of custom/send as an answer."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import FIELD_RULES
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text

#: Members beside touser that tell a customer-service message of the API.
_TELLING = frozenset(
    {"msgtype", "text", "image", "link", "miniprogrampage", "customservice", "access_token", "template_id"}
)


def check(subject: Replied) -> Iterator[Problem]:
    names = set(subject.document.names)
    if {"ToUserName", "MsgType"} <= names:
        return
    if "touser" in names and not _TELLING.isdisjoint(names):
        found = sorted({"touser"} | (_TELLING & names))
        yield Problem(
            Text(
                f"this is the shape of custom/send ({', '.join(found)}); "
                "a transfer is the HTTP answer itself, with other names",
                f"这是 custom/send 接口的结构（{'、'.join(found)}）；转发是 HTTP 应答本身，字段名也不同",
            ),
            "touser",
        )


RULE = Rule(
    code="KF309",
    name="custom-send-shape",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text(
        "A reply has the names of the push, not those of custom/send",
        "回复使用推送的字段名，而不是 custom/send 的字段名",
    ),
    why=Text(
        "There are two channels: the answer to the push can only transfer; what users read goes through the API.",
        "有两个通道：对推送的应答只能转发；发给用户看的内容走 API。",
    ),
    fix=Text(
        'to transfer, answer with the four fields; to say something, answer "success" and post to custom/send',
        "要转发，就用四个字段应答；要回复内容，就返回 success，再调用 custom/send",
    ),
    evidence=Evidence.REPORTED,
    source=sources.WRONG_CHANNEL,
    check=check,
    hides=("KF203", "KF213", "KF323", *FIELD_RULES),
    bad=(
        Example(
            '{"touser":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","msgtype":"transfer_customer_service"}', data=DataFormat.JSON
        ),
        Example('{"touser":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","msgtype":"text","text":{"content":"hello"}}'),
        Example('{"touser":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","template_id":"t1"}', data=DataFormat.JSON),
        Example("<xml><touser>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</touser><msgtype>text</msgtype></xml>", push=None),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
