"""KF701: a push with a forged signature was transferred."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import was_transferred
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Probe
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import SEALED_MODES, DataFormat, Evidence, Flaw, Mode, Severity, Text


def check(subject: Probe) -> Iterator[Problem]:
    exchange = subject.exchange
    if exchange.flaw is Flaw.SIGNATURE and was_transferred(subject):
        name = "msg_signature" if exchange.mode in SEALED_MODES else "signature"
        yield Problem(
            Text(
                f"a push with a wrong {name} was answered with a transfer",
                f"{name} 错误的推送得到了转发回复",
            )
        )


RULE = Rule(
    code="KF701",
    name="forged-push-transferred",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Probe,
    summary=Text("A push is acted on only if its signature is right", "只处理签名正确的推送"),
    why=Text(
        "The URL is public: without the check anybody can speak to the handler in any user's name. Where the push "
        "is sealed, a right signature says nothing: msg_signature covers the text.",
        "该 URL 是公开的：不校验签名，任何人都能冒用任意用户的身份调用处理程序。推送加密时，signature 正确并不说"
        "明什么：覆盖密文的是 msg_signature。",
    ),
    fix=Text(
        "check signature, or msg_signature where encrypt_type is aes, before the body is used; else answer 403",
        "使用正文之前先校验 signature（encrypt_type 为 aes 时校验 msg_signature）；不对时返回 403",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.MESSAGE_PUSH,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            flaw=Flaw.SIGNATURE,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d","CreateTime":1714112446,"M'
            'sgType":"transfer_customer_service"}',
            flaw=Flaw.SIGNATURE,
            data=DataFormat.JSON,
            push="user_enter_tempsession",
        ),
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==]]></Encrypt>"
            "<MsgSignature><![CDATA[932cece4ed4e0be6242e67704531e0b57b4955b0]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            flaw=Flaw.SIGNATURE,
            mode=Mode.SECURE,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d","CreateTime":1714112446,"M'
            'sgType":"transfer_customer_service"}',
            flaw=Flaw.SIGNATURE,
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example("", flaw=Flaw.SIGNATURE, status=403),
        Example("invalid signature", flaw=Flaw.SIGNATURE, status=401),
        Example("", flaw=Flaw.SIGNATURE, status=403, mode=Mode.SECURE),
        Example("", flaw=Flaw.SIGNATURE, status=500, mode=Mode.SECURE),
    ),
)
