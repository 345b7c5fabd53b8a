"""KF705: a push that cannot be opened made the handler fail."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import PROBED
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Probe
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.terms import DataFormat, Evidence, Flaw, Mode, Severity, Text
from wxkf_cli.wire.exchange import Response

_HUNG_UP = (Outcome.NET_CLOSED_EARLY, Outcome.NET_RESET)


def check(subject: Probe) -> Iterator[Problem]:
    exchange, answer = subject.exchange, subject.exchange.answer
    probed = PROBED.get(exchange.flaw) if exchange.flaw is not None else None
    status = answer.status if isinstance(answer, Response) else None
    if probed is not None and subject.outcome in _HUNG_UP:
        yield Problem(
            Text(
                f"{probed.en} was answered by hanging up, as a process does that ends",
                f"{probed.zh}后连接被断开，就像进程退出时那样",
            )
        )
    if probed is not None and status is not None and 500 <= status <= 599:
        yield Problem(Text(f"{probed.en} was answered with status {status}", f"{probed.zh}得到了状态码 {status}"))


RULE = Rule(
    code="KF705",
    name="crash-on-unopenable",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Probe,
    summary=Text("What cannot be opened is refused, and does not crash", "无法解开的推送要拒绝，而不是崩溃"),
    why=Text(
        "Several SDKs raise on such a push. To a caller a 500 here and a 403 there tell apart what failed, the "
        "signature, the padding or the appid; and each one fills the log.",
        "有几个 SDK 遇到这种推送会抛出异常。对调用者来说，有的返回 500、有的返回 403，就能分辨失败的是签名、填充"
        "还是 appid；而且每次都会写满日志。",
    ),
    fix=Text(
        "catch what decryption and parsing raise and answer 403, the same for all",
        "捕获解密和解析抛出的异常，一律返回 403",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example("Internal Server Error", flaw=Flaw.TRUNCATED, status=500, mode=Mode.SECURE),
        Example("", flaw=Flaw.BASE64, status=500, mode=Mode.COMPATIBLE),
        Example("", flaw=Flaw.APPID, status=502, mode=Mode.SECURE, data=DataFormat.JSON),
        Example("", flaw=Flaw.UNSEALED, status=500, mode=Mode.SECURE),
        Example(failure=Outcome.NET_CLOSED_EARLY, flaw=Flaw.TRUNCATED, mode=Mode.SECURE),
    ),
    good=(
        Example("", flaw=Flaw.TRUNCATED, status=403, mode=Mode.SECURE),
        Example("", flaw=Flaw.BASE64, status=400, mode=Mode.SECURE),
        Example("success", flaw=Flaw.APPID, mode=Mode.SECURE),
        Example("", flaw=Flaw.UNSEALED, mode=Mode.SECURE),
    ),
)
