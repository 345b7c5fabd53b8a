"""What playing a case, and a data format, has given so far."""

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.selection import EVERYTHING, Selection
from wxkf_cli.lint.subject import Acknowledged, Replied, Sealed, Setting, understand
from wxkf_cli.report.event import Done
from wxkf_cli.report.finding_text import is_of_its_own
from wxkf_cli.trial.resuming import WITNESSED
from wxkf_cli.vocab.outcomes import SHORTAGES
from wxkf_cli.vocab.policy import ACKNOWLEDGEMENT
from wxkf_cli.vocab.terms import DataFormat, Mode, Severity
from wxkf_cli.wechat.verdict import Verdict
from wxkf_cli.wire.exchange import Exchange, Failure, Response

_REFUSALS = range(400, 500)
#: How many exchanges and findings of one case are kept for showing.
_KEPT_EXCHANGES, _KEPT_FINDINGS = 2, 20
#: How many more of a witness are kept for the record, which has no other trace of them.
_KEPT_WITNESSED = 10_000


@dataclass(slots=True)
class Leg:
    """What became of the user messages of one mode and data format.

    Attributes:
        mode: The encryption mode.
        data: The data format.
        transferred: Whether any reached the agents.
        acknowledged: Whether any was acknowledged instead.
    """

    mode: Mode
    data: DataFormat
    transferred: bool = False
    acknowledged: bool = False


class Played:
    """What playing a case gave; bounded, however many pushes it was.

    Args:
        setting: What answers are understood with.
        selection: Which findings count.

    Attributes:
        done: The last exchanges with their verdicts.
        failing: Of the push that the first failing finding is about, the exchange that it was found in, or one that
            was kept, and the last; empty where nothing failed, or nothing of that push was kept.
        findings: The first findings.
        witnessed: What a witness said beside these.
        severities: How many findings there are of each severity.
        codes: How many there are of each code.
        checks: Rules run.
        failed: Checks with a finding at or above the gate.
        pushes: Exchanges.
        void: How many of them this machine was too short of something to tell anything by.
        elapsed: Seconds of all answers together.
        spoken: Whether any answer shows that the handler speaks the format of its push.
        refused: Whether the first push was answered with a status of the client's fault.
    """

    def __init__(self, setting: Setting, selection: Selection = EVERYTHING) -> None:
        self._setting = setting
        self._selection = selection
        self.done: list[Done] = []
        self.failing: list[Done] = []
        self.findings: list[Finding] = []
        self.witnessed: list[Finding] = []
        self.severities: Counter[Severity] = Counter()
        self.codes: Counter[str] = Counter()
        self.checks = self.failed = self.pushes = self.void = 0
        self.elapsed = 0.0
        self.spoken = self.refused = False

    @property
    def is_void(self) -> bool:
        """Whether something was pushed, and nothing of it could be judged: then it has neither passed nor failed."""
        return 0 < self.pushes == self.void and not self.failed

    def add(self, done: Done, findings: Iterable[Finding], checks: int) -> None:
        """Count one exchange."""
        self.done = [*self.done, done][-_KEPT_EXCHANGES:]
        answer = done.exchange.answer
        if not self.pushes:
            self.refused = isinstance(answer, Response) and answer.status in _REFUSALS
        self.pushes += 1
        self.void += is_void(done.exchange)
        self.checks += checks
        self.elapsed += answer.elapsed
        self.spoken = self.spoken or _speaks(done, self._setting)
        if self.failing and self.failing[0].exchange.id == done.exchange.id:
            self.failing = [self.failing[0], done]
        for finding in findings:
            self._found(finding)

    def demanded(self, finding: Finding | None) -> None:
        """Count a demand; the finding is what it lacks, None where it is met."""
        self.checks += 1
        if finding is not None:
            self._found(finding)

    def absorb(self, other: "Played") -> None:
        """Count what another playing of the same case gave, which comes after this."""
        self.done = [*self.done, *other.done][-_KEPT_EXCHANGES:]
        if not self.pushes:
            self.refused = other.refused
        self.pushes += other.pushes
        self.void += other.void
        self.checks += other.checks
        if not self.failed:
            self.failing = other.failing
        self.failed += other.failed
        self.elapsed += other.elapsed
        self.spoken |= other.spoken
        self.severities.update(other.severities)
        for finding in other.findings:
            self._keep(finding)
        self.witnessed += other.witnessed
        del self.witnessed[_KEPT_WITNESSED:]
        self.codes.update(other.codes)

    def _found(self, finding: Finding) -> None:
        self._keep(finding)
        self.severities[finding.severity] += 1
        self.codes[finding.code] += 1
        if self._selection.fails(finding.severity):
            if not self.failed:
                self.failing = [each for each in self.done if each.exchange.id == finding.exchange]
            self.failed += 1

    def _keep(self, finding: Finding) -> None:
        if self._is_kept(finding):
            self.findings.append(finding)
        elif finding.code == WITNESSED and len(self.witnessed) < _KEPT_WITNESSED:
            self.witnessed.append(finding)

    def _is_kept(self, finding: Finding) -> bool:
        """Whether one more is kept: the first of each code; of expectations, each of which differs, as many again."""
        own = _KEPT_FINDINGS if is_of_its_own(finding) else 1
        return self.codes[finding.code] < own or len(self.findings) < _KEPT_FINDINGS


def is_void(exchange: Exchange) -> bool:
    """Whether a delivery says nothing of the handler, for want of something on this machine."""
    return isinstance(exchange.answer, Failure) and exchange.answer.outcome in SHORTAGES


def _speaks(done: Done, setting: Setting) -> bool:
    """Whether an answer shows that its push was understood.

    Abnormal or none says no, unless it is a reply in the push's own format, or an acknowledgement, in some wrapping:
    that one is wrong, but spoken.
    """
    exchange, answer = done.exchange, done.exchange.answer
    if done.judgement.verdict is not Verdict.ABNORMAL:
        return done.judgement.verdict is not Verdict.UNREACHABLE
    if not isinstance(answer, Response):
        return False
    bare = _unwrapped(answer.body)
    subject = understand(exchange._replace(answer=answer._replace(body=bare, raw=b"")), setting)
    if isinstance(subject, Replied | Sealed):
        return subject.format is exchange.data
    return isinstance(subject, Acknowledged) and bare == ACKNOWLEDGEMENT


def _unwrapped(body: bytes) -> bytes:
    """What is behind a byte order mark, white space, and quotes or the writing of a JSON string."""
    bare = body.strip().removeprefix(b"\xef\xbb\xbf").strip()
    if bare.startswith(b'"'):
        with suppress(ValueError, RecursionError):
            text = json.loads(bare)
            return str(text).strip().encode("utf-8", "replace")
    return bare.strip(b"\"'`")
