"""KF706: a push that cannot be opened was transferred."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import PROBED, was_transferred
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Probe
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Flaw, Mode, Severity, Text


def check(subject: Probe) -> Iterator[Problem]:
    flaw = subject.exchange.flaw
    if flaw in (Flaw.TRUNCATED, Flaw.BASE64) and was_transferred(subject):
        probed = PROBED[flaw]
        yield Problem(Text(f"{probed.en} was answered with a transfer", f"{probed.zh}得到了转发回复"))


RULE = Rule(
    code="KF706",
    name="unopenable-transferred",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Probe,
    summary=Text("A push whose Encrypt does not open is not acted on", "Encrypt 解不开的推送不予处理"),
    why=Text(
        "What WeChat sends opens; a handler that goes on without it has taken the fields beside Encrypt, or a "
        "message from before.",
        "微信发来的都能解开；解不开还继续处理，用的只能是 Encrypt 旁边的字段，或以前的消息。",
    ),
    fix=Text(
        "go on only with what Encrypt held; answer 403 when it does not open",
        "只处理 Encrypt 中解出的内容；解不开时返回 403",
    ),
    evidence=Evidence.COMPUTED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            flaw=Flaw.TRUNCATED,
            mode=Mode.COMPATIBLE,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d","CreateTime":1714112446,"M'
            'sgType":"transfer_customer_service"}',
            flaw=Flaw.BASE64,
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==]]></Encrypt>"
            "<MsgSignature><![CDATA[932cece4ed4e0be6242e67704531e0b57b4955b0]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            flaw=Flaw.TRUNCATED,
            mode=Mode.SECURE,
        ),
    ),
    good=(
        Example("", flaw=Flaw.TRUNCATED, status=403, mode=Mode.SECURE),
        Example("success", flaw=Flaw.TRUNCATED, mode=Mode.SECURE),
        Example("", flaw=Flaw.TRUNCATED, mode=Mode.SECURE, data=DataFormat.JSON),
        Example("", flaw=Flaw.BASE64, status=403, mode=Mode.SECURE),
        Example("success", flaw=Flaw.BASE64, mode=Mode.SECURE),
    ),
)
