"""KF505: an XML envelope answers a JSON push, or the reverse."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import SEALED_JSON, SEALED_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import fault_in
from wxkf_cli.lint.rule import Example, Need, Rule
from wxkf_cli.lint.subject import Sealed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Severity, Text
from wxkf_cli.wechat.opening import Fault


def check(subject: Sealed) -> Iterator[Problem]:
    if shown := fault_in(subject, Fault.FORMAT):
        yield Problem(
            Text(f"the push was {shown.due}, the envelope is {shown.got}", f"推送是 {shown.due}，信封却是 {shown.got}"),
            0,
        )


RULE = Rule(
    code="KF505",
    name="envelope-in-other-format",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text("The envelope is in the data format of the push", "信封与推送使用相同的数据格式"),
    why=Text(
        "An answer in the other format is not read. easywechat and WxJava answer XML whatever the push was.",
        "用另一种格式应答不会被识别。easywechat 和 WxJava 无论推送是什么格式都用 XML 应答。",
    ),
    fix=Text(
        "write envelope and reply in the format of the push, or choose XML in the console",
        "信封和回复都按推送的格式书写，或在后台选择 XML",
    ),
    evidence=Evidence.REPORTED,
    source=sources.XML_ONLY,
    check=check,
    needs=(Need.DATA_FORMAT,),
    hides=("KF203",),
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==]]></Encrypt>"
            "<MsgSignature><![CDATA[932cece4ed4e0be6242e67704531e0b57b4955b0]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tvbR+OXwVRRhqd66lPROvUdN4pQjkg7iO2btzJudsDvbrKx5q2+88tbmZT7kW"
            "PuEPqjhWpa7wa+PU4k6VYnsCh94XWOzK2rO9AHpmpa4ZzQCVae88uMTcAYCfoomsvE9awrxCUfHxISqAJVC8L+amP836rz/RA4gXFU+f"
            "4rKe2cJ28wiQlMbAIAY4LWTmzXeCibOcAjbZrxj1k3xYgEDT8q+OD+kbFvxY6o9pi+/V0+D]]></Encrypt>"
            "<MsgSignature><![CDATA[2f43818073ff05ba2a619df49c79088d603e7bfa]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje5lH0LcwVD1u'
            "0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6CxdxahFkVIYHZ"
            "lp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPFEsQLUhyPycc"
            'lopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==",'
            '"MsgSignature":"932cece4ed4e0be6242e67704531e0b57b4955b0","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.COMPATIBLE,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
        Example(SEALED_XML, mode=Mode.SECURE, push=None),
    ),
)
