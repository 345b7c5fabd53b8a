"""KF513: the length is missing, or of something else."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import SEALED_JSON, SEALED_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import expectation, fault_in, reason
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Sealed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Severity, Text
from wxkf_cli.wechat.opening import Fault


def check(subject: Sealed) -> Iterator[Problem]:
    if shown := fault_in(subject, Fault.LENGTH):
        due, why = expectation(shown), reason(shown)
        yield Problem(
            Text(
                f"the length does not lead to the appid: bytes 17 to 20 are {shown.got}{due.en}{why.en}",
                f"按长度找不到 appid：第 17 到 20 字节是 {shown.got}{due.zh}{why.zh}",
            ),
            shown.where,
        )


RULE = Rule(
    code="KF513",
    name="length-wrong",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text("The four bytes of length lead to the appid", "按 4 字节长度正好找到 appid"),
    why=Text(
        "Behind the random bytes stands the count of the message's own bytes; a length that is missing, or counts "
        "the appid too, makes something else of both.",
        "随机串之后是消息本身的字节数；缺少长度，或把 appid 也算进去，消息和 appid 都会读错。",
    ),
    fix=Text(
        "count the message alone, in bytes, and write the count before it as four bytes",
        "只数消息本身的字节，把结果作为 4 字节写在它前面",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tr15QXzSIFhKjUP+FEgmOeKvXMd2N6yc4wDmBk44mB8xTWE39qCooFy26uL9j"
            "zQh2cHejBmxbkTO94E2dHNi5PFTN5zIjIthKNt4Fr0IjmBuJVHDGsy57WiELYtRKtORZL86jcFbZqWKLpUq9JHsVgmLKBZpXV5u1c91z"
            "4imSAL6so1l2TK57vWr5kygTb54Cpk3t36FMuHhi2GE/GTrAzAf1qpmDQg3RueqMspWtb411+LCtKtT+GrulLxgHZ9RF08+9cmtNnlio"
            "Pq+7wA07mE=]]></Encrypt>"
            "<MsgSignature><![CDATA[a5da0414d60b3ebf5e8a434345ed531810e697e3]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70toDufl/aFczevHy9IgseAwMBCf6Vs/53yGM64SjraAZ4qGhyHOZJMtgPBwmZZbbQcZjcWb4c'
            "fDRPi9Vug3CqDNfsAhWwD8VPNtiYhG+A3uyRRU9VOHYvIeTvG0l0hID2m7yZ+IBwNSD827POAqGse+V9RzCtHCQ9StBfVoYIJDUVQ+Zw"
            'uWP7FuYD8GwLRCkvqFLK6lWTVFNu/j4YQejmFVjzg9xhUnEBlApu94/z/5mX",'
            '"MsgSignature":"72175ed5672e5bdb80c39cf12fd58fb1ee3901a5","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70thlXJwhHMk9bNLnNtAqyCroT1xD9dIAutmJfshy68sE7O42fcKs7KsI0EijsbtWaGU+fHalH'
            "5VD0pm+CoYLXOxtnZMPNjBRx5p4ko9NQIhJ9ZEvr/kRU+CppqqRRyVBo7QQA4m9DwzI3j6Vp1qjbRTHORsyE4WPzqUzZBIxoc9bKV1DB"
            'tiEPNKKrMxyXoTiX3ysHYfmEmUYNIDseY3cpPOSXlel1idynBLnNhunviK0p",'
            '"MsgSignature":"43c26ec39ac3eb2b37286b2bb90409d44cc884d8","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
