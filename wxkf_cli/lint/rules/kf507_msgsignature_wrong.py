"""KF507: MsgSignature is not that of the envelope."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import SEALED_JSON, SEALED_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import fault_in, reason
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Sealed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Severity, Text
from wxkf_cli.wechat.opening import Fault


def check(subject: Sealed) -> Iterator[Problem]:
    if shown := fault_in(subject, Fault.SIGNATURE):
        why = reason(shown)
        yield Problem(
            Text(
                f"MsgSignature is {shown.got}, which is not that of token, TimeStamp, Nonce and Encrypt{why.en}",
                f"MsgSignature 是 {shown.got}，与 token、TimeStamp、Nonce、Encrypt 的签名不符{why.zh}",
            ),
            shown.where,
        )


RULE = Rule(
    code="KF507",
    name="msgsignature-wrong",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text("MsgSignature is that of the envelope's own values", "MsgSignature 由信封自己的值算出"),
    why=Text(
        "WeChat signs the same values again and drops the answer where the result differs, as with another token "
        "or with the push's msg_signature.",
        "微信会用同样的值重新计算签名，不一致就丢弃应答，例如 token 不同，或照抄推送的 msg_signature。",
    ),
    fix=Text(
        "sha1 over the console's token and the TimeStamp, Nonce and Encrypt of the reply, sorted and joined",
        "将后台的 token 与回复中的 TimeStamp、Nonce、Encrypt 排序拼接后取 sha1",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==]]></Encrypt>"
            "<MsgSignature><![CDATA[d406e82dcafe9c0d0fb648ee92bb7b567b26d3b5]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tvbR+OXwVRRhqd66lPROvUdN4pQjkg7iO2btzJudsDvbrKx5q2+88tbmZT7kWPuEPqjhWpa7'
            "wa+PU4k6VYnsCh94XWOzK2rO9AHpmpa4ZzQCVae88uMTcAYCfoomsvE9awrxCUfHxISqAJVC8L+amP836rz/RA4gXFU+f4rKe2cJ28wi"
            'QlMbAIAY4LWTmzXeCibOcAjbZrxj1k3xYgEDT8q+OD+kbFvxY6o9pi+/V0+D",'
            '"MsgSignature":"d0e1dcab2bc799add3d63e64db07d98b2dfae4b0","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==]]></Encrypt>"
            "<MsgSignature><![CDATA[932CECE4ED4E0BE6242E67704531E0B57B4955B0]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==]]></Encrypt>"
            "<MsgSignature><![CDATA[a236a0aad4e44083c4cd4cd090f2296b6b4b30c6]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
