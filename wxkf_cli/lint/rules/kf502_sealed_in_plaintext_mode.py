"""KF502: an envelope answers a push that was not sealed."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Sealed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Severity, Text
from wxkf_cli.wire.escape import quoted


def check(subject: Sealed) -> Iterator[Problem]:
    if subject.exchange.mode is Mode.PLAINTEXT:
        names = [quoted(name, 40) for name in subject.document.names[:6]]
        yield Problem(
            Text(
                f"the push was in plaintext, the answer is an encrypted envelope ({', '.join(names)})",
                f"推送是明文，应答却是加密的信封（{'、'.join(names)}）",
            ),
            0,
        )


RULE = Rule(
    code="KF502",
    name="sealed-in-plaintext-mode",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text("A push in plaintext is answered in plaintext", "明文推送用明文应答"),
    why=Text(
        "In plaintext mode there is no key to open an envelope with, so it is abnormal data; some SDKs seal whenever "
        "a key is configured.",
        "明文模式下没有密钥可用来打开信封，因此它是异常数据；有些 SDK 只要配置了密钥就会加密。",
    ),
    fix=Text(
        "seal the reply only where the push had encrypt_type=aes, or leave the key out of the SDK's settings",
        "只有推送带 encrypt_type=aes 时才加密回复，或从 SDK 配置中去掉密钥",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt>c2VhbGVk</Encrypt><MsgSignature>35fad1bcb4f8a93a1b3d8c1ef0d7be4fd8f9c3d5</MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce>1514711492</Nonce></xml>"
        ),
        Example(
            '{"encrypt":"c2VhbGVk","msgsignature":"35fad1bcb4f8a93a1b3d8c1ef0d7be4fd8f9c3d5",'
            '"timestamp":1714112446,"nonce":"1514711492"}',
            push="user_enter_tempsession",
        ),
        Example('{"ToUserName":"gh_97417a04a28d","Encrypt":"c2VhbGVk"}', data=DataFormat.JSON),
    ),
    good=(
        Example(RIGHT_XML),
        Example("success"),
    ),
)
