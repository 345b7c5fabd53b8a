"""KF518: Encrypt is not base64."""

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
    if shown := fault_in(subject, Fault.BASE64):
        where = Text(f"{shown.got} at offset {shown.due}", f"偏移 {shown.due} 处是 {shown.got}")
        if not shown.due:
            where = Text(f"it ends with {shown.got}", f"末尾是 {shown.got}")
        yield Problem(Text(f"Encrypt is not base64: {where.en}", f"Encrypt 不是 base64：{where.zh}"), shown.where)


RULE = Rule(
    code="KF518",
    name="encrypt-not-base64",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text("Encrypt is base64 in one piece", "Encrypt 是连续的 base64"),
    why=Text(
        "The alphabet is that of letters, digits, + and /, filled up with =. MIME encoders put line breaks in, "
        "URL-safe ones write - and _, and whatever decodes a URL makes blanks of +.",
        "字符表是字母、数字、+ 和 /，用 = 补齐。MIME 编码器会插入换行，URL 安全编码会写成 - 和 _，URL 解码会把 + "
        "变成空格。",
    ),
    fix=Text(
        "use the plain base64 encoder, without line breaks: b64encode in Python, StdEncoding in Go, NO_WRAP in Java",
        "使用标准 base64 且不换行：Python 的 b64encode、Go 的 StdEncoding、Java 的 NO_WRAP",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyE\nxzl"
            "je5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612\nK0TL+inOvBDy+RCckUyc7hDBYN9dT"
            "s6CxdxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZ\nEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpD"
            "N3IqPFEsQLUhyPycclopd\nhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==\n]]></Encrypt>"
            "<MsgSignature><![CDATA[9c6c7480eeabfe1f6b3c16096eb0337619bc2958]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"-qdx1OKCy-5JPCBFWw70tvbR-OXwVRRhqd66lPROvUdN4pQjkg7iO2btzJudsDvbrKx5q2-88tbmZT7kWPuEPqjhWpa7'
            "wa-PU4k6VYnsCh94XWOzK2rO9AHpmpa4ZzQCVae88uMTcAYCfoomsvE9awrxCUfHxISqAJVC8L-amP836rz_RA4gXFU-f4rKe2cJ28wi"
            'QlMbAIAY4LWTmzXeCibOcAjbZrxj1k3xYgEDT8q-OD-kbFvxY6o9pi-_V0-D",'
            '"MsgSignature":"e1bf3e33330866bba36986c1e972e9e1a1736bab","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tvbR+OXwVRRhqd66lPROvUdN4pQjkg7iO2btzJudsDvbrKx5q2+88tbmZT7kWPuEPqjhWpa7'
            "wa+PU4k6VYnsCh94XWOzK2rO9AHpmpa4ZzQCVae88uMTcAYCfoomsvE9awrxCUfHxISqAJVC8L+amP836rz/RA4gXFU+f4rKe2cJ28wi"
            'QlMbAIAY4LWTmzXeCibOcAjbZrxj1k3xYgEDT8q+OD+kbFvxY6o9pi+/V0+",'
            '"MsgSignature":"7735989e430eab03ac8384b173b46c64c12d6856","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
