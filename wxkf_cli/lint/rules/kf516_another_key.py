"""KF516: Encrypt does not open with the key."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import SEALED_JSON, SEALED_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import fault_in, reason
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Sealed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Severity, Text
from wxkf_cli.wechat.opening import Fault


def check(subject: Sealed) -> Iterator[Problem]:
    if shown := fault_in(subject, Fault.KEY):
        why = reason(shown)
        yield Problem(
            Text(
                f"Encrypt does not open with the key; what comes out begins with {shown.got}{why.en}",
                f"用该密钥无法解开 Encrypt；得到的内容以 {shown.got} 开头{why.zh}",
            ),
            shown.where,
        )


RULE = Rule(
    code="KF516",
    name="another-key",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text("Encrypt is AES-256-CBC with the console's key", "Encrypt 用后台的密钥按 AES-256-CBC 加密"),
    why=Text(
        "The key is the EncodingAESKey with = behind it, decoded from base64, and its first 16 bytes are the IV. "
        "Taken as text, cut, or out of date it opens nothing.",
        "密钥是 EncodingAESKey 补 = 后 base64 解码的结果，IV 是它的前 16 字节。直接当文本用、被截短或已更换，都无"
        "法解开。",
    ),
    fix=Text(
        "decode the console's EncodingAESKey + = from base64 to 32 bytes and use CBC",
        "将后台的 EncodingAESKey 加 = 后 base64 解码成 32 字节，用 CBC 模式",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[RbflEUmZ1Jkfwe9K19PHMtoQ/cBYHHzF6fnmFJggSPW+AuKOZAa3BkZcGHRAyOGUvXzkwDLAvIQiAoCav"
            "INT5f0uFuTY1msHbRrp0m53p2G/p+uz6VlDW2jB9kfVEPOHySHWvrwNVEsk5mi4PxOsfQdqIVXyGbRkmG2WaGtyidjP7Uh27DJvEKvop"
            "EsVvmNdc0ogtGPzd51rGX3CspWDc/jasmGfU+/aabAS8eX3JbM9KtsrjWZKEPMhLCVrdNRtOMiu1fRFj+ae0LhhB8z6Lga7/e9ZaM9tx"
            "BT16od+DxJfjo+U1V7Riuy7hrHdvfMl3jlQMK/npWA4e9DvJd7Lug==]]></Encrypt>"
            "<MsgSignature><![CDATA[37e656cf40999a3c7359d1b882904392ce67a14b]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"omqsvzBudBxxWuOGemn9hDzHN9YFR0c8Vlv1zzNncLxkkt3PmE8OzWq7yhBenUwTYqV3XzglVb4WL3qHt3DW0EPrzmzS'
            "jOqnWxl2pfm39oA7ivMh6N8fL9WJDS4zGpOUx5GJaHOs9H7LQEbZtGZp2zER0surImbu75TVrqpnVrTR0vab0iNmgL7mCrVskOVrsNXJ"
            'GknN5OplyS0Za9s501HvtaxZnCAm98dqxMKo98kcoFe7Dzkl5xEgkr8wY6E+",'
            '"MsgSignature":"3d58d7234b6261c70cd8fb37bd38018620685513","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70thqn1vV9bjlzm8OPhHKrGoyfPNn5+A0gYdOxKBWZIK5RuZwQRMbsbh0QYwLAGCjNWW51RDFS'
            "2vVWyqcZgvbpl3HvWTGCmUV4Y97BP5+QnJ0p/nI4kBcjnvhidyE9clM6N+mBjN1T5kPJLhcG0OwtNDzCQ9h9G35baK8ei7qUXMl5NDI8"
            'dAhw9PRqGSyc6ow7uFMgcpQlRQUzm67jyBZ4yPT1zkvYlRBks1RUCf0y8iOG",'
            '"MsgSignature":"75e83e2851a0671a674bf25bfdbfc05d2d92b07c","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
