"""KF511: the length has its bytes the wrong way round."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import SEALED_JSON, SEALED_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import expectation, fault_in
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Sealed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Severity, Text
from wxkf_cli.wechat.opening import Fault


def check(subject: Sealed) -> Iterator[Problem]:
    if shown := fault_in(subject, Fault.LITTLE_ENDIAN):
        due = expectation(shown)
        yield Problem(
            Text(
                f"the length is little-endian: bytes 17 to 20 are {shown.got}{due.en}",
                f"长度用了小端序：第 17 到 20 字节是 {shown.got}{due.zh}",
            ),
            shown.where,
        )


RULE = Rule(
    code="KF511",
    name="length-little-endian",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text("The message's length is big-endian", "消息长度用大端序"),
    why=Text(
        "The other way round it is a length beyond all bounds, and nothing opens; it is the native order of most "
        "machines.",
        "顺序颠倒后长度会大得离谱，无法解开；大多数机器的本机字节序就是小端序。",
    ),
    fix=Text(
        "write it in network byte order: htonl, >I in Python, N in PHP, BigEndian in Go",
        "用网络字节序写入：htonl、Python 的 >I、PHP 的 N、Go 的 BigEndian",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tlY31O8Z5r2MQ2MYqdvRrtrJ+vWZujzCuH/DwQcY6tInWeVymHaPXuE5/Qf5Y"
            "c99QYj1r/SKwWz4JHQ7TUXiA/p5MObv/OmgVsSBaV3NTuwhZH3EDXNvy3gqjzZPP9BfzcbM8lKeDTPaVe0yGT6KJpLL5npa+MY34/tV1"
            "jScDKUbIm17LCYHdPZHVVMHz9fG2d9dAUEckeAzsnycDaRwWnlbSI7B1whfEvL7qwxBoeUykM+6fr8qieXf+JfPxyBV0v6KLbYDkrQO/"
            "hq1A3SkETfFwawD+6h3ucQxNaMfmOMBeYBQoWwPOWA5iitejy4GIg==]]></Encrypt>"
            "<MsgSignature><![CDATA[f9a4aa82af35f668df2f45b8f1e1ef67a60d903d]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tmlH7Lr2+ib0r0il/4BVdLafu6cFHcMeRhFFfsCzBjkXXGgLqT+/N4cMl2biAVqGfe5ttP9i'
            "IT6s1Xr7FfeqJ4bWxHhJtpN5fn2QwvBrVbdnafczG7GjhTU0d1RxJzPMHY1ApAP2mEjqJXwY71MJed1i/NMeX519YWF8c+Dl+XhODSky"
            'Gh4k+cnD1kX1p55sZEkUyc72ecn6D1H7tTBeBfgymb+KnZhaGYfom9KBEy08",'
            '"MsgSignature":"7679731bcf093026b244034e9a6bf239a6a5c445","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
