"""KF508: another appid behind the message, or none."""

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
    if shown := fault_in(subject, Fault.APPID):
        yield Problem(
            Text(
                f"the appid behind the message is {shown.got}, not {shown.due}",
                f"消息后的 appid 是 {shown.got}，应为 {shown.due}",
            ),
            shown.where,
        )


RULE = Rule(
    code="KF508",
    name="another-appid",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text("Behind the message stands the appid that is configured", "消息后面是所配置的 appid"),
    why=Text(
        "WeChat checks it, as the official sample code does. A third-party platform has its own appid there, "
        "everybody else that of the mini program.",
        "微信会校验它，官方示例代码也是如此。第三方平台写自己的 appid，其他人写小程序的 appid。",
    ),
    fix=Text("append the configured appid behind the message, as it is", "在消息后原样附上所配置的 appid"),
    evidence=Evidence.DOCUMENTED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRmxUpfanBZUO2"
            "1js6ymMls7MdPnkgg76k5bXGyBImsBJi8xRY2nBEURqMhPjQurBtA==]]></Encrypt>"
            "<MsgSignature><![CDATA[c86fa3dab80a7fb2d03df17ec99a5b95b9240e3a]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tvbR+OXwVRRhqd66lPROvUdN4pQjkg7iO2btzJudsDvbrKx5q2+88tbmZT7kWPuEPqjhWpa7'
            "wa+PU4k6VYnsCh94XWOzK2rO9AHpmpa4ZzQCVae88uMTcAYCfoomsvE9awrxCUfHxISqAJVC8L+amP836rz/RA4gXFU+f4rKe2cJ28wi"
            'QlMbAIAY4LWTmzXeCiN+ZYI4ZMhYP6trTKX+iH+oFkxyoCHoHWi7fdMI9/wH",'
            '"MsgSignature":"f8330d3a058bc94098dae2c1ab34f4367ddf3476","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tvbR+OXwVRRhqd66lPROvUdN4pQjkg7iO2btzJudsDvbrKx5q2+88tbmZT7kWPuEPqjhWpa7'
            "wa+PU4k6VYnsCh94XWOzK2rO9AHpmpa4ZzQCVae88uMTcAYCfoomsvE9awrxCUfHxISqAJVC8L+amP836rz/RA4gXFU+f4rKe2cJ28wi"
            'QlMbAIAY4LWTmzXeCibOcAjbZrxj1k3xYgEDT8ppxYN29ci5zNgkixLXjsWV",'
            '"MsgSignature":"9819a4f87c91e792ae183dc54c76ad631b38fe51","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
