"""KF701: a push with a forged signature was transferred."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Probe
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wechat.verdict import Verdict, judge


def check(subject: Probe) -> Iterator[Problem]:
    exchange = subject.exchange
    if not exchange.is_verification and judge(exchange, subject.setting.policy).verdict is Verdict.ACCEPTED_FORGERY:
        yield Problem(
            Text(
                "a push with a wrong signature was answered with a transfer",
                "签名错误的推送得到了转发回复",
            )
        )


RULE = Rule(
    code="KF701",
    name="forged-push-transferred",
    severity=Severity.ERROR,
    on=Probe,
    summary=Text("A push is acted on only if its signature is right", "只处理签名正确的推送"),
    why=Text(
        "The URL is public: without the check anybody can speak to the handler in any user's name.",
        "该 URL 是公开的：不校验签名，任何人都能冒用任意用户的身份调用处理程序。",
    ),
    fix=Text(
        "check signature before the body is read; answer 403 when it is wrong",
        "先校验 signature 再读取正文；签名不对时返回 403",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.MESSAGE_PUSH,
    check=check,
    bad=(
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            genuine=False,
        ),
        Example(
            '{"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d",'
            '"CreateTime":1714112446,"MsgType":"transfer_customer_service"}',
            genuine=False,
            data=DataFormat.JSON,
            push="user_enter_tempsession",
        ),
    ),
    good=(Example("", genuine=False, status=403), Example("invalid signature", genuine=False, status=401)),
)
