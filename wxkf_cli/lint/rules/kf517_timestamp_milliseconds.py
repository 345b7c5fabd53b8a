"""KF517: TimeStamp counts milliseconds."""

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
    if shown := fault_in(subject, Fault.MILLISECONDS):
        yield Problem(
            Text(
                f"TimeStamp is {shown.got}: milliseconds; in seconds it is {shown.due}",
                f"TimeStamp 是 {shown.got}：单位是毫秒；按秒应为 {shown.due}",
            ),
            shown.where,
        )


RULE = Rule(
    code="KF517",
    name="timestamp-milliseconds",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Sealed,
    summary=Text("TimeStamp counts seconds", "TimeStamp 以秒为单位"),
    why=Text(
        "npm wechat and co-wechat write milliseconds, and have worked with official accounts for years; yet one "
        "report of sealed replies that were not accepted shows such a TimeStamp.",
        "npm 的 wechat 和 co-wechat 写毫秒，多年来在公众号上一直可用；但也有一份加密回复不被接受的报告，其中的 "
        "TimeStamp 就是毫秒。",
    ),
    fix=Text("divide by 1000 and round down", "除以 1000 并向下取整"),
    evidence=Evidence.REPORTED,
    source=sources.MILLISECONDS_SEALED,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==]]></Encrypt>"
            "<MsgSignature><![CDATA[6bf829de8461179516803b8f27c64aa58fd462fc]]></MsgSignature>"
            "<TimeStamp>1714112446123</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tvbR+OXwVRRhqd66lPROvUdN4pQjkg7iO2btzJudsDvbrKx5q2+88tbmZT7kWPuEPqjhWpa7'
            "wa+PU4k6VYnsCh94XWOzK2rO9AHpmpa4ZzQCVae88uMTcAYCfoomsvE9awrxCUfHxISqAJVC8L+amP836rz/RA4gXFU+f4rKe2cJ28wi"
            'QlMbAIAY4LWTmzXeCibOcAjbZrxj1k3xYgEDT8q+OD+kbFvxY6o9pi+/V0+D",'
            '"MsgSignature":"30298e35d188b79c07ee1e9654b57da874d5338f","TimeStamp":1714112446123,"Nonce":"1514711492"'
            "}",
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
