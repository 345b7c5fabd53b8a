"""What came of one push: the answer, its verdict, what is wrong with it, and what everybody sees."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from wxkf_cli.errors import UsageError
from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.naming import Named, codes_of, names
from wxkf_cli.report.event import CaseDone
from wxkf_cli.testing.mistakes import bare
from wxkf_cli.vocab.policy import NOTICE
from wxkf_cli.wechat.verdict import Judgement, Verdict
from wxkf_cli.wire.escape import Redactor, quoted, safe
from wxkf_cli.wire.exchange import Exchange, Failure, Headers, Response

#: Bytes of a body that are looked at for a line, so that no secret is cut in two, and characters shown of it (ours).
_BODY_READ, _BODY_SHOWN = 400, 40


class Failed(AssertionError):
    """Something about an answer is not as the test demands; the message shows push, answer, verdict and fix."""


class Shows(Protocol):
    """Writes an answer out, for messages."""

    def __call__(self, answer: "Answer", findings: Sequence[Finding]) -> str:
        """Push, answer, verdict, and these findings of it; escaped, bounded, without secrets."""
        ...


@dataclass(frozen=True, slots=True)
class Came:
    """What an `Answer` is made of.

    Attributes:
        sent: The push as it left first, without an answer.
        exchanges: All its deliveries, in the order in which they were answered; none where it was not pushed.
        judgement: What becomes of the last; None where it was not pushed.
        deliveries: How many there were, one after the other.
        has_notice: Whether the user saw the grey notice.
        case: What the findings are told with.
        shows: Writes it out.
        fails: The findings that fail a test unless they are expected.
        redact: Masks secrets.
    """

    sent: Exchange
    exchanges: tuple[Exchange, ...]
    judgement: Judgement | None
    deliveries: int
    has_notice: bool
    case: CaseDone
    shows: Shows
    fails: tuple[Finding, ...]
    redact: Redactor


@dataclass(slots=True, eq=False)
class Answer:
    """What came of one push, over all its deliveries.

    `str` of it shows push, answer, verdict, findings and fixes; `repr` is one line. Secrets are masked in both.
    """

    _came: Came
    _expected: set[str] = field(default_factory=set)

    @property
    def pushed(self) -> bool:
        """Whether the handler was pushed to at all: not while an agent serves the user."""
        return self._came.judgement is not None

    @property
    def verdict(self) -> Verdict | None:
        """What became of the push, by its last delivery; None where nothing was pushed. Compares equal to its word."""
        return self._came.judgement.verdict if self._came.judgement is not None else None

    @property
    def transferred(self) -> bool:
        """Whether the message reached the agents. A transferred event does not count: that is `event-transferred`."""
        return self.verdict is Verdict.TRANSFERRED

    @property
    def acknowledged(self) -> bool:
        """Whether it was answered with `success` or zero bytes, so that nothing more happens."""
        return self.verdict is Verdict.ACKNOWLEDGED

    @property
    def deliveries(self) -> int:
        """How often it was delivered, one after the other: 0 where nothing was pushed, at most 3 by WeChat's rules."""
        return self._came.deliveries

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Each delivery with its answer, copies at once included, in the order in which they were answered."""
        return self._came.exchanges

    @property
    def response(self) -> Response | None:
        """The last answer that the handler gave, even where it was lost on the way; None where it gave none."""
        for exchange in reversed(self._came.exchanges):
            given = exchange.answer.lost if isinstance(exchange.answer, Failure) else exchange.answer
            if given is not None:
                return given
        return None

    @property
    def status(self) -> int | None:
        """The HTTP status of `response`; None where there is none, as with a plain function."""
        return self.response.status if self.response is not None else None

    @property
    def headers(self) -> Headers:
        """The headers of `response`: pairs of name and value, in order, as they came."""
        return self.response.headers if self.response is not None else ()

    @property
    def body(self) -> bytes:
        """The body of `response`, a Content-Encoding undone, still sealed where it is sealed; empty without one."""
        return self.response.body if self.response is not None else b""

    @property
    def elapsed(self) -> float:
        """Seconds that the last delivery took, from its start to the last byte; 0.0 where nothing was pushed."""
        return self._came.exchanges[-1].answer.elapsed if self._came.exchanges else 0.0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong, errors, warnings and notes, in all deliveries; each code once, expected ones included."""
        return tuple({finding.code: finding for finding in reversed(self._came.case.findings)}.values())[::-1]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of `findings`: `("KF401",)`."""
        return tuple(finding.code for finding in self.findings)

    @property
    def user_sees(self) -> str | None:
        """The grey notice, in Chinese as the user reads it; None where he sees nothing of the handler."""
        if not self._came.has_notice:
            return None
        sees = self._came.judgement.user_sees if self._came.judgement is not None else None
        return (sees or NOTICE).zh

    @property
    def agents_see(self) -> str | None:
        """What appears on the agents' desk because of the answer: of a text its Content; None where nothing does."""
        sees = self._came.judgement.agents_see if self._came.judgement is not None else None
        return sees.zh if sees is not None else None

    def is_of(self, openid: str) -> bool:
        """Whether it is to a push of that user's."""
        push = self._came.sent.push
        return push is not None and push.from_user == openid

    @property
    def case(self) -> CaseDone:
        """The same as reports have it."""
        return self._came.case

    def expect_finding(self, rule: str) -> Finding:
        """Demand that something is wrong, and tolerate it: the test does not fail for it.

        Args:
            rule: A code (`KF401`), the beginning of codes (`KF4`) or a name (`event-transferred`).

        Returns:
            The first such finding.

        Raises:
            UsageError: No rule is called that; the hint says what may be meant.
            Failed: It was not found.
        """
        __tracebackhide__ = True
        try:
            codes = codes_of(Named(rule, "expect_finding"))
        except UsageError as error:
            raise bare(error) from None
        found = [finding for finding in self.findings if finding.code in codes]
        if not found:
            raise Failed(self._lacking(rule, codes))
        self._expected.update(finding.code for finding in found)
        return found[0]

    def check(self) -> None:
        """Fail now instead of at the end of the test for what is found and was not expected.

        Raises:
            Failed: There is such a finding.
        """
        __tracebackhide__ = True
        unexpected = self.unexpected
        if unexpected:
            first = unexpected[0]
            message = (
                f"{first.code} {first.name} was found, and the test does not expect it\n"
                f"{self._came.shows(self, unexpected)}\n{_how_to_tolerate(first)}"
            )
            raise Failed(message)

    @property
    def unexpected(self) -> tuple[Finding, ...]:
        """The findings at the gate that no `expect_finding` has named: for these the test fails."""
        return tuple(finding for finding in self._came.fails if finding.code not in self._expected)

    def _lacking(self, rule: str, codes: frozenset[str]) -> str:
        named = next(iter(codes))
        which = f"{named} {names()[named]}" if len(codes) == 1 else quoted(rule)
        others = ", ".join(f"{finding.code} {finding.name}" for finding in self.findings)
        hint = f"there is {others}" if others else "nothing was found at all"
        return f"{which} was expected and not found: {hint}\n{self}"

    def __str__(self) -> str:
        return self._came.shows(self, self.findings)

    def __repr__(self) -> str:
        sent, push = self._came.sent, self._came.sent.push
        what = push.kind.name if push is not None else "GET"
        content = push.values.get("Content") if push is not None else None
        said = f" {quoted(content, 30)}" if isinstance(content, str) else ""
        if not self.pushed:
            return f"<Answer: {what}{said} was not pushed, an agent has it>"
        counts = Counter(exchange.delivery for exchange in self._came.exchanges)
        times = f" in {self.deliveries} deliveries" if len(counts) > 1 else ""
        status = f" {self.status}" if self.status is not None else ""
        body = self._came.redact(self.body[:_BODY_READ].decode("utf-8", "backslashreplace"))
        shown = quoted(body) if len(body) <= _BODY_SHOWN else f'"{safe(body[:_BODY_SHOWN])}…"'
        codes = f"; {' '.join(self.codes)}" if self.codes else ""
        how = f" ({sent.mode} {sent.data})" if push is not None else ""
        return f"<Answer {self.verdict}:{status} {shown} to {what}{said}{how}{times}{codes}>"


def _how_to_tolerate(finding: Finding) -> str:
    return (
        f'  if that is meant: answer.expect_finding("{finding.code}") in the test, '
        f'or @pytest.mark.wxkf(ignore={{"{finding.code}": "the reason"}})'
    )
