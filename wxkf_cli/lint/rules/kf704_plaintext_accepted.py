"""KF704: a push in plaintext was transferred in secure mode."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import was_transferred
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Probe
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Flaw, Mode, Severity, Text


def check(subject: Probe) -> Iterator[Problem]:
    if subject.exchange.flaw is Flaw.UNSEALED and was_transferred(subject):
        yield Problem(
            Text(
                "the mode is secure, yet a push in plaintext was answered with a transfer",
                "加密方式是安全模式，明文推送却得到了转发回复",
            )
        )


RULE = Rule(
    code="KF704",
    name="plaintext-accepted",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Probe,
    summary=Text("In secure mode only sealed pushes are taken", "安全模式下只接受加密的推送"),
    why=Text(
        "signature does not cover the body: whoever has seen one URL of a push can send any text in plaintext with "
        "it. easywechat's pull request 1525 is about such a handler.",
        "signature 不覆盖正文：看到过一次推送 URL 的人，就能用它发送任意明文。easywechat 的 1525 号合并请求说的就"
        "是这种情况。",
    ),
    fix=Text(
        "where a key is configured and the console says secure mode, refuse a body without Encrypt with 403",
        "配置了密钥且后台为安全模式时，正文没有 Encrypt 就返回 403",
    ),
    evidence=Evidence.REPORTED,
    source=sources.PLAINTEXT_ACCEPTED,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            flaw=Flaw.UNSEALED,
            mode=Mode.SECURE,
        ),
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==]]></Encrypt>"
            "<MsgSignature><![CDATA[932cece4ed4e0be6242e67704531e0b57b4955b0]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            flaw=Flaw.UNSEALED,
            mode=Mode.SECURE,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d","CreateTime":1714112446,"M'
            'sgType":"transfer_customer_service"}',
            flaw=Flaw.UNSEALED,
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example("", flaw=Flaw.UNSEALED, status=403, mode=Mode.SECURE),
        Example("success", flaw=Flaw.UNSEALED, mode=Mode.SECURE),
        Example("", flaw=Flaw.UNSEALED, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
