"""KF702: a push with a forged signature was acknowledged."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Probe
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.terms import SEALED_MODES, Evidence, Flaw, Mode, Severity, Text
from wxkf_cli.wechat.answers import is_acknowledgement
from wxkf_cli.wire.escape import quoted


def check(subject: Probe) -> Iterator[Problem]:
    exchange = subject.exchange
    if exchange.flaw is not Flaw.SIGNATURE or exchange.is_verification or subject.outcome is not Outcome.OK:
        return
    if is_acknowledgement(subject.body):
        name = "msg_signature" if exchange.mode in SEALED_MODES else "signature"
        shown = quoted(subject.body)
        yield Problem(
            Text(
                f"a push with a wrong {name} was answered with {shown}: silence and acceptance look the same",
                f"{name} 错误的推送得到的应答是 {shown}：看不出是拒绝还是接受",
            )
        )


RULE = Rule(
    code="KF702",
    name="forged-push-acknowledged",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Probe,
    summary=Text("A push with a wrong signature is refused visibly", "签名错误的推送要明确拒绝"),
    why=Text(
        "From outside it cannot be told whether the handler dropped the push or acted on it and said success.",
        "从外部无法分辨：处理程序是丢弃了推送，还是处理之后返回了 success。",
    ),
    fix=Text("answer 403", "返回 403"),
    evidence=Evidence.ASSUMED,
    source=sources.MESSAGE_PUSH,
    check=check,
    bad=(
        Example("success", flaw=Flaw.SIGNATURE),
        Example("", flaw=Flaw.SIGNATURE, push="user_enter_tempsession"),
        Example("success", flaw=Flaw.SIGNATURE, mode=Mode.SECURE),
    ),
    good=(
        Example("", flaw=Flaw.SIGNATURE, status=403),
        Example("forbidden", flaw=Flaw.SIGNATURE, status=403),
    ),
)
