"""KF515: the padding is not PKCS#7 to 32."""

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
    if shown := fault_in(subject, Fault.PADDING):
        got = Text(f"bytes {shown.got}", f"字节 {shown.got}") if shown.got else Text("nothing", "没有任何字节")
        yield Problem(
            Text(
                f"{got.en} behind the appid; it must be padded with bytes of {shown.due}",
                f"appid 之后：{got.zh}；应全部用 {shown.due} 填充",
            ),
            shown.where,
        )


RULE = Rule(
    code="KF515",
    name="padding-wrong",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text(
        "Padding is PKCS#7 to 32: each byte says how many there are", "按 PKCS#7 填充到 32：每个字节都等于填充的字节数"
    ),
    why=Text(
        "What is padded twice, with zeros or not at all ends in something other than the appid, and is not "
        "accepted. Eric-Guo/wechat once padded twice.",
        "填充两次、用零填充或不填充，末尾就不是 appid，不会被接受。Eric-Guo/wechat 曾经填充两次。",
    ),
    fix=Text("pad once, to 32, and turn the library's own padding off", "只填充一次，填充到 32，并关闭库自带的填充"),
    evidence=Evidence.REPORTED,
    source=sources.PADDED_TWICE,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFf6IjBS8gqA6ckDybwNQyf/U=]]></Encrypt>"
            "<MsgSignature><![CDATA[fcbd213b349c3f57bf9fa1608b1694cef987af71]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tvbR+OXwVRRhqd66lPROvUdN4pQjkg7iO2btzJudsDvbrKx5q2+88tbmZT7kWPuEPqjhWpa7'
            "wa+PU4k6VYnsCh94XWOzK2rO9AHpmpa4ZzQCVae88uMTcAYCfoomsvE9awrxCUfHxISqAJVC8L+amP836rz/RA4gXFU+f4rKe2cJ28wi"
            'QlMbAIAY4LWTmzXeCibOcAjbZrxj1k3xYgEDT8rPjRZdqMQSRy2K2a5E4IwG",'
            '"MsgSignature":"29560f5cf612194be31777161fc054661e4b6bfb","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tvbR+OXwVRRhqd66lPROvUdN4pQjkg7iO2btzJudsDvbrKx5q2+88tbmZT7kWPuEPqjhWpa7'
            "wa+PU4k6VYnsCh94XWOzK2rO9AHpmpa4ZzQCVae88uMTcAYCfoomsvE9awrxCUfHxISqAJVC8L+amP836rz/RA4gXFU+f4rKe2cJ28wi"
            "QlMbAIAY4LWTmzXeCibOcAjbZrxj1k3xYgEDT8q+OD+kbFvxY6o9pi+/V0+DB891Kj/nCD9NrFCcYfKnXFrUv3on0nbv7wzZY+yIGPQ="
            '",'
            '"MsgSignature":"7e1a09a47447e9f65cc3564897961e965b66e5ec","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70toGParVI10B9NGvPeRRtck+0baYyGe+7ApQhyZ80eXVueJNJH+pNCstReUOKXw6sqg5iIvRj'
            "JeoKann4ZTVes7TKaGIH4v4LfKxsjIFN6czrQmB77C3U1H35qkxJNV3eBeM/HXAi+FPD0OZ/5Vgnrao8QUAbaKld80i6q/kKId7cWlvt"
            'MKMEI/B8MMn/j4qqyw3ceVmZb/D9JOofhTPra6WFvPEp4fCS+dAaj5008Kxg",'
            '"MsgSignature":"1d58ec0c19da23a2f2f5b1fcb8d46679d49e8c6d","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
