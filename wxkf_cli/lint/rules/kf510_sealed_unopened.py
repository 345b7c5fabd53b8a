"""KF510: an envelope that cannot be opened here."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Sealed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Severity, Text


def check(subject: Sealed) -> Iterator[Problem]:
    if subject.opening is None and subject.exchange.mode is not Mode.PLAINTEXT:
        yield Problem(
            Text(
                "an encrypted envelope: without the key nothing in it is checked",
                "加密的信封：没有密钥，其中的内容都没有检查",
            ),
            0,
        )


RULE = Rule(
    code="KF510",
    name="sealed-unopened",
    since="0.1.0",
    severity=Severity.NOTE,
    on=Sealed,
    summary=Text("A sealed answer is checked with its key", "加密的应答要有密钥才能检查"),
    why=Text(
        "Whether the reply inside is right, and the envelope too, shows only when it is opened.",
        "里面的回复以及信封本身是否正确，只有打开后才知道。",
    ),
    fix=Text(
        "give the push that was answered, or token, EncodingAESKey and appid",
        "提供所应答的推送，或提供 token、EncodingAESKey 和 appid",
    ),
    evidence=Evidence.COMPUTED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt>c2VhbGVk</Encrypt><MsgSignature>35fad1bcb4f8a93a1b3d8c1ef0d7be4fd8f9c3d5</MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce>1514711492</Nonce></xml>",
            push=None,
        ),
        Example('{"encrypt":"c2VhbGVk"}', push=None, status=None),
        Example('{"Encrypt":"c2VhbGVk"}', mode=Mode.SECURE, data=DataFormat.JSON, has_key=False),
    ),
    good=(Example(RIGHT_XML, push=None),),
)
