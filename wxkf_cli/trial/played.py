"""What playing a case, and a data format, has given so far."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.subject import Replied, understand
from wxkf_cli.report.event import Done
from wxkf_cli.vocab.terms import DataFormat, Severity
from wxkf_cli.wechat.verdict import Verdict

#: How many exchanges and findings of one case are kept for showing.
_KEPT_EXCHANGES, _KEPT_FINDINGS = 2, 20


@dataclass(slots=True)
class Leg:
    """What became of the user messages of one data format.

    Attributes:
        data: The format.
        transferred: Whether any reached the agents.
        acknowledged: Whether any was acknowledged instead.
    """

    data: DataFormat
    transferred: bool = False
    acknowledged: bool = False


class Played:
    """What playing a case gave; bounded, however many pushes it was.

    Attributes:
        done: The last exchanges with their verdicts.
        findings: The first findings.
        severities: How many findings there are of each severity.
        codes: How many there are of each code.
        checks: Rules run.
        failed: Checks with an error.
        pushes: Exchanges.
        elapsed: Seconds of all answers together.
        spoken: Whether any answer shows that the handler speaks the format of its push.
    """

    def __init__(self) -> None:
        self.done: list[Done] = []
        self.findings: list[Finding] = []
        self.severities: Counter[Severity] = Counter()
        self.codes: Counter[str] = Counter()
        self.checks = self.failed = self.pushes = 0
        self.elapsed = 0.0
        self.spoken = False

    def add(self, done: Done, findings: Iterable[Finding], checks: int) -> None:
        """Count one exchange."""
        self.done = [*self.done, done][-_KEPT_EXCHANGES:]
        self.pushes += 1
        self.checks += checks
        self.elapsed += done.exchange.answer.elapsed
        self.spoken |= _speaks(done)
        for finding in findings:
            self.severities[finding.severity] += 1
            self.codes[finding.code] += 1
            self.failed += finding.severity is Severity.ERROR
            if self.codes[finding.code] == 1 or len(self.findings) < _KEPT_FINDINGS:
                self.findings.append(finding)


def _speaks(done: Done) -> bool:
    """Whether an answer shows that its push was understood.

    Abnormal or none says no, unless it is a reply in the push's own format: that one is wrong, but spoken.
    """
    if done.judgement.verdict is Verdict.ABNORMAL:
        subject = understand(done.exchange)
        return isinstance(subject, Replied) and subject.format is done.exchange.data
    return done.judgement.verdict is not Verdict.UNREACHABLE
