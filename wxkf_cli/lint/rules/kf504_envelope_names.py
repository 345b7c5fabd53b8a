"""KF504: the envelope's names are spelt otherwise."""

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
    if shown := fault_in(subject, Fault.NAMES):
        got, due = (names.replace(", ", "、") for names in shown[:2])
        yield Problem(
            Text(
                f"the envelope has {shown.got}; it must be {shown.due}",
                f"信封中的字段名是 {got}；应为 {due}",
            ),
            shown.where,
        )


RULE = Rule(
    code="KF504",
    name="envelope-names",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text(
        "The envelope's fields are Encrypt, MsgSignature, TimeStamp and Nonce",
        "信封的字段是 Encrypt、MsgSignature、TimeStamp、Nonce",
    ),
    why=Text(
        "Names count to the letter: a reply with Timestamp got the notice. easywechat's JSON writer has small "
        "letters; msg_signature is the name in the query, not in the reply.",
        "字段名必须完全一致：有人写成 Timestamp，结果用户看到了提示。easywechat 的 JSON 输出用小写；"
        "msg_signature 是查询参数的名称，不是回复中的名称。",
    ),
    fix=Text("write the four names exactly so", "四个字段名照此书写"),
    evidence=Evidence.REPORTED,
    source=sources.ENVELOPE_NAMES,
    check=check,
    bad=(
        Example(
            '{"encrypt":"+qdx1OKCy+5JPCBFWw70tvbR+OXwVRRhqd66lPROvUdN4pQjkg7iO2btzJudsDvbrKx5q2+88tbmZT7kWPuEPqjhWpa7'
            "wa+PU4k6VYnsCh94XWOzK2rO9AHpmpa4ZzQCVae88uMTcAYCfoomsvE9awrxCUfHxISqAJVC8L+amP836rz/RA4gXFU+f4rKe2cJ28wi"
            'QlMbAIAY4LWTmzXeCibOcAjbZrxj1k3xYgEDT8q+OD+kbFvxY6o9pi+/V0+D",'
            '"msgsignature":"2f43818073ff05ba2a619df49c79088d603e7bfa","timestamp":1714112446,"nonce":"1514711492"}',
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==]]></Encrypt>"
            "<MsgSignature><![CDATA[932cece4ed4e0be6242e67704531e0b57b4955b0]]></MsgSignature>"
            "<Timestamp>1714112446</Timestamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==]]></Encrypt>"
            "<msg_signature><![CDATA[932cece4ed4e0be6242e67704531e0b57b4955b0]]></msg_signature><TimeStamp>1714112446"
            "</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.COMPATIBLE,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
