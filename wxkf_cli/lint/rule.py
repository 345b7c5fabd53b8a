"""A rule: one file, readable alone. Its examples are its tests and its documentation."""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, NamedTuple

from wxkf_cli.lint.finding import Finding, Problem
from wxkf_cli.lint.subject import Setting, Subject
from wxkf_cli.vocab.catalog import PUSHES, SAMPLE_AES_KEY, SAMPLE_APPID, SAMPLE_TOKEN
from wxkf_cli.vocab.message import Message, make
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.terms import DataFormat, Evidence, Flaw, Mode, Route, Severity, Text
from wxkf_cli.wire.crypto import decoded_key
from wxkf_cli.wire.document import Place
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, Response

#: What examples are pushed with.
_EXAMPLE_TIME = 1714112445
EXAMPLE_SEAL = Seal(SAMPLE_TOKEN, decoded_key(SAMPLE_AES_KEY), SAMPLE_APPID)
_EXAMPLE_ECHOSTR = "4375120948345356249"
#: Not a kind of the catalogue: the GET that verifies the URL.
VERIFICATION = "url-verification"
#: Neither is this: the POST that asks a container about its path.
CONTAINER_PATH = "container-path"


class Need(Enum):
    """Context without which a rule says nothing, and is counted as skipped."""

    PUSH = Text("no push given", "未提供推送")
    DATA_FORMAT = Text("data format of the push not known", "不知道推送的数据格式")
    SEND_TIME = Text("neither a push nor a send time given", "未提供推送或发送时间")
    WIRE = Text("no HTTP connection is to be seen here", "此处看不到 HTTP 连接")
    STATUS = Text("a function has no HTTP status or headers", "函数没有 HTTP 状态码和响应头")


class Example(NamedTuple):
    """One answer, as literal text.

    Attributes:
        body: What the handler sent.
        push: The kind that was pushed, `VERIFICATION`, `CONTAINER_PATH`, or None where only the capture is known.
        data: The format of the push.
        status: The HTTP status; None for a bare capture.
        headers: Response headers that matter.
        failure: No answer at all: the outcome instead of a body.
        mode: The mode of the push; a sealed one has the sample key.
        flaw: What is wrong with a probe.
        elapsed: Seconds it took.
        leniencies: What the wire let pass.
        expect_transfer: Whether this message had to be transferred.
        has_key: Whether the key is known to whoever lints.
        route: How the push came to the handler.
    """

    body: str | bytes = ""
    push: str | None = "text"
    data: DataFormat = DataFormat.XML
    status: int | None = 200
    headers: tuple[tuple[str, str], ...] = ()
    failure: Outcome | None = None
    mode: Mode = Mode.PLAINTEXT
    flaw: Flaw | None = None
    elapsed: float = 0.018
    leniencies: tuple[str, ...] = ()
    expect_transfer: bool = False
    has_key: bool = True
    route: Route = Route.URL

    @property
    def setting(self) -> Setting:
        """What the example is linted with."""
        seal = EXAMPLE_SEAL if self.has_key and self.mode is not Mode.PLAINTEXT else None
        return Setting(expect_transfer=self.expect_transfer, seal=seal)

    def exchange(self) -> Exchange:
        """The exchange that the example stands for."""
        from wxkf_cli.wire.channel import Channel  # noqa: PLC0415 - what lints pushes nothing

        body = self.body.encode() if isinstance(self.body, str) else self.body
        answer: Answer = Response(self.status, self.headers, body, self.elapsed, leniencies=self.leniencies)
        if self.failure is not None:
            answer = Failure(self.failure, Phase.CONNECT, self.elapsed)
        if self.push is None:
            return Exchange(answer, mode=None if self.mode is Mode.PLAINTEXT else self.mode)
        if self.push == CONTAINER_PATH:
            check = Channel("", data=self.data, route=Route.CONTAINER).container_check()
            return Exchange(answer, request=check, route=Route.CONTAINER)
        channel = Channel(EXAMPLE_SEAL.token, self.mode, self.data, seal=EXAMPLE_SEAL, route=self.route)
        if self.push == VERIFICATION:
            request = channel.verification(
                _EXAMPLE_ECHOSTR, timestamp=_EXAMPLE_TIME, nonce="1514711492", flaw=self.flaw
            )
            return Exchange(answer, request=request, flaw=self.flaw)
        message = make(PUSHES[self.push])
        if self.route is Route.CLOUD_FUNCTION:
            message = make(PUSHES[self.push], {"ToUserName": SAMPLE_APPID})
        request = channel.push(message, timestamp=_EXAMPLE_TIME, nonce="1514711492", flaw=self.flaw)
        return Exchange(
            answer,
            push=message,
            request=request,
            mode=self.mode,
            data=self.data,
            flaw=self.flaw,
            sent_at=float(_EXAMPLE_TIME),
            route=self.route,
        )


class Rule(NamedTuple):
    """One way for a response to be wrong.

    Attributes:
        code: `KF` and three digits, never reused.
        name: Kebab-case, accepted wherever the code is.
        since: The version that first had it.
        severity: How much a finding weighs.
        on: The stage of understanding it needs.
        summary: What should hold.
        why: What happens when it does not.
        fix: What to do.
        evidence: How well this is known.
        source: The public page it is known from.
        check: Yields what is wrong with a subject of that stage.
        needs: Context without which it is skipped.
        hides: Codes of rules whose findings on the same answer have the same cause and say less.
        bad: Answers that trip this rule and no other.
        good: Answers close by that trip no rule at all.
    """

    code: str
    name: str
    since: str
    severity: Severity
    on: type[Subject]
    summary: Text
    why: Text
    fix: Text
    evidence: Evidence
    source: str
    # Any: a check takes the stage that `on` names, which the linter makes sure of.
    check: Callable[[Any], Iterable[Problem]]
    needs: tuple[Need, ...] = ()
    hides: tuple[str, ...] = ()
    bad: tuple[Example, ...] = ()
    good: tuple[Example, ...] = ()

    def finding(
        self, problem: Text, exchange: Exchange | None = None, place: Place | None = None, fix: Text | None = None
    ) -> Finding:
        """A finding of this rule; the fix is that of the rule unless this time's is another."""
        return Finding(
            self.code,
            self.name,
            self.severity,
            problem,
            fix or self.fix,
            self.evidence,
            self.source,
            exchange.id if exchange is not None else None,
            exchange.case if exchange is not None else "",
            place,
        )


def push_of(subject: Subject) -> Message:
    """The push of a subject whose rule needs one."""
    assert subject.push is not None  # noqa: S101 - Need.PUSH
    return subject.push
