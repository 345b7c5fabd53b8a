"""KF519: Encrypt is cut short."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import SEALED_JSON, SEALED_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import fault_in
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Sealed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Severity, Text
from wxkf_cli.wechat.opening import Fault


def check(subject: Sealed) -> Iterator[Problem]:
    if shown := fault_in(subject, Fault.BLOCKS):
        yield Problem(
            Text(
                f"Encrypt holds {shown.got} bytes, which is no multiple of 16",
                f"Encrypt 解码后是 {shown.got} 字节，不是 16 的整数倍",
            ),
            shown.where,
        )


RULE = Rule(
    code="KF519",
    name="encrypt-not-whole-blocks",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text("Encrypt holds whole blocks of 16 bytes", "Encrypt 由完整的 16 字节分组组成"),
    why=Text(
        "AES in CBC mode gives whole blocks and takes nothing else: something was cut off, or it is not the "
        "cipher's output.",
        "AES 的 CBC 模式只输出也只接受完整的分组：要么被截断，要么不是加密的结果。",
    ),
    fix=Text(
        "encode all of the cipher's output, the last block from finalize or final() too",
        "对加密的全部输出编码，包括 finalize 或 final() 给出的最后一个分组",
    ),
    evidence=Evidence.COMPUTED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JA=]]></Encrypt>"
            "<MsgSignature><![CDATA[fc67f4edf00e5005e5f983cd90578e0fa8d4c752]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tvbR+OXwVRRhqd66lPROvUdN4pQjkg7iO2btzJudsDvbrKx5q2+88tbmZT7kWPuEPqjhWpa7'
            "wa+PU4k6VYnsCh94XWOzK2rO9AHpmpa4ZzQCVae88uMTcAYCfoomsvE9awrxCUfHxISqAJVC8L+amP836rz/RA4gXFU+f4rKe2cJ28wi"
            'QlMbAIAY4LWTmzXeCibOcAjbZrxj1k3xYgEDT8q+OD+kbFvxY6o9pg==",'
            '"MsgSignature":"c678ad123308e5d80d9b5e2ac2c068eba5dd6ab4","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
        ),
        Example(
            '{"Encrypt":"eyJUb1VzZXJOYW1lIjoibzlBZ081S2Q1Z2dPQy1iWHJiTk9ESWlFM2JHWSIsIkZyb21Vc2VyTmFtZSI6ImdoXzk3NDE3'
            'YTA0YTI4ZCIsIkNyZWF0ZVRpbWUiOjE3MTQxMTI0NDYsIk1zZ1R5cGUiOiJ0cmFuc2Zlcl9jdXN0b21lcl9zZXJ2aWNlIn0=",'
            '"MsgSignature":"2d4be86cafd9054c585b755585eadc67c5cf7dc9","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
