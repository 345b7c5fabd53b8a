"""KF501: a reply in the open answers a push of secure mode."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_XML, SEALED_JSON, SEALED_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Severity, Text
from wxkf_cli.wire.escape import quoted


def check(subject: Replied) -> Iterator[Problem]:
    if subject.exchange.mode is Mode.SECURE and not subject.inside:
        names = [quoted(name, 40) for name in subject.document.names[:6]]
        yield Problem(
            Text(
                f"the mode is secure, the answer is a reply in the open ({', '.join(names)})",
                f"加密方式是安全模式，应答却是未加密的回复（{'、'.join(names)}）",
            ),
            0,
        )


RULE = Rule(
    code="KF501",
    name="not-sealed",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("In secure mode a reply is sealed", "安全模式下回复要加密"),
    why=Text(
        "In secure mode a reply must be the encrypted envelope; only success and zero bytes go in the open.",
        "安全模式下回复必须是加密的信封；只有 success 和空应答不加密。",
    ),
    fix=Text(
        "seal the reply and answer with Encrypt, MsgSignature, TimeStamp and Nonce",
        "加密回复，用 Encrypt、MsgSignature、TimeStamp、Nonce 四个字段应答",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.MESSAGE_PUSH,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            mode=Mode.SECURE,
            has_key=False,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d","CreateTime":1714112446,"M'
            'sgType":"transfer_customer_service"}',
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            mode=Mode.SECURE,
            push="image",
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
        Example("success", mode=Mode.SECURE),
        Example(RIGHT_XML, mode=Mode.COMPATIBLE),
    ),
)
