"""KF102: a verification with a forged signature got its echostr."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import VERIFICATION, Example, Rule
from wxkf_cli.lint.subject import Probe
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import Evidence, Flaw, Severity, Text
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire.escape import quoted


def check(subject: Probe) -> Iterator[Problem]:
    exchange = subject.exchange
    if (
        exchange.is_verification
        and judge(exchange, subject.setting.policy, subject.setting.seal).verdict is Verdict.ACCEPTED_FORGERY
    ):
        shown = quoted(subject.body)
        yield Problem(
            Text(
                f"a wrong signature was answered with the echostr: {shown}", f"签名错误的请求也得到了 echostr：{shown}"
            )
        )


RULE = Rule(
    code="KF102",
    name="echostr-to-bad-signature",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Probe,
    summary=Text("Only a right signature gets the echostr", "只有签名正确才返回 echostr"),
    why=Text(
        "The signature is what tells WeChat from everybody else; who does not check it takes pushes from anybody.",
        "签名是区分微信与其他人的唯一依据；不校验签名，就等于接受任何人的推送。",
    ),
    fix=Text(
        "compare sha1 of the sorted token, timestamp and nonce with signature; answer 403 when they differ",
        "将 token、timestamp、nonce 排序拼接后取 sha1，与 signature 比较；不一致时返回 403",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.MESSAGE_PUSH,
    check=check,
    bad=(
        Example("4375120948345356249", push=VERIFICATION, flaw=Flaw.SIGNATURE),
        Example('"4375120948345356249"', push=VERIFICATION, flaw=Flaw.SIGNATURE),
    ),
    good=(
        Example("", push=VERIFICATION, flaw=Flaw.SIGNATURE, status=403),
        Example("invalid signature", push=VERIFICATION, flaw=Flaw.SIGNATURE),
    ),
)
