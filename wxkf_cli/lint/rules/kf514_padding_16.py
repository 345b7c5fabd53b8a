"""KF514: padded to 16."""

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
    if shown := fault_in(subject, Fault.PADDING_16):
        yield Problem(
            Text(
                f"padded to 16 instead of 32: the last byte is {shown.got}, not {shown.due}",
                f"按 16 字节而不是 32 字节填充：最后一个字节是 {shown.got}，应为 {shown.due}",
            ),
            shown.where,
        )


RULE = Rule(
    code="KF514",
    name="padding-16",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Sealed,
    summary=Text("Padding fills up to a multiple of 32", "填充到 32 的倍数"),
    why=Text(
        "Half of all messages come out the same either way; whether WeChat takes the others is not known. At least "
        "one Python SDK has 16, the cipher's own block and the default of most libraries.",
        "一半的消息两种填充结果相同；另一半微信是否接受没有说明。至少有一个 Python SDK 按 16 填充，这是加密算法自"
        "己的分组长度，也是多数库的默认值。",
    ),
    fix=Text(
        "pad by PKCS#7 to 32 yourself and turn the library's padding off", "自己按 PKCS#7 填充到 32，并关闭库自带的填充"
    ),
    evidence=Evidence.ASSUMED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycRas33BEhF3VELmS16WtsV]]></Encrypt>"
            "<MsgSignature><![CDATA[1d0a5239967956f2560c752eb54fce9ce99742ed]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tkCKdtXNQRebXWpb0T0ZA/r5g2cnJcUcFsMZAhrOnP5Sq93dp1sK1qBLlsvR67qP9d7j/2Ie'
            "fjpJo1KGOfJ9D90/wJpa1TtNDIEtuwWTnrXMHYQ51SVLaGq68aZmZfEDLBxSRdEy7NYfBXkxsLeDNmXnmY8eSXgou2sv6sN44duwJkBG"
            'eQctptzOsXqiL73DMQaiH6jvGSgdrbjW19yTUiK/NRaoVpk9g0T3bsjdZfm9f2Fz71mvhyqouCwh6SDWQw==",'
            '"MsgSignature":"8cf68a597cb19ad68b025ca9f3d35d36ad3c20c7","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tqvZJ8HPFhVEmQn0P8ecH6MIJvZr90J76GgXNbb+Zzju6NKO+1a9rU+G+9lFC"
            "jgFbBkhT+XCD2Fe01ZDD7/X2ykq+IwIOIYtWzu2xUDyZieajSpBBIuML6iqcaj714iGRxwzTAYi3NrsVIO2qP2JSrOeP8f0H5uhN8n0w"
            "aem70pLodNmSbhglEVJ81eSIiCEZ+qpxaP5r9P94q1AtlyYKzYj1uHrRQXoKtzadj9DseRsixAL3BbqeYUOe/G8eqoZiA/Qj4gMZ1Cie"
            "XsqvuVC52bvbGEw3iyxPKK7lpFp7w4yPyycQOxWvGmxj/qn0fEaEQ==]]></Encrypt>"
            "<MsgSignature><![CDATA[80c20984e38ee6fffbf016f22e66a1df817353a5]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
    ),
)
