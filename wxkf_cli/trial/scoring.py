"""Judge and lint answers, tell of them, and count: what every way of playing has in common."""

from collections import Counter

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.selection import Selection, lint_selected
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import CaseDone, Done, Found, Listener, Summary
from wxkf_cli.trial.masking import masked
from wxkf_cli.trial.played import Played
from wxkf_cli.vocab.outcomes import NEVER_CONNECTED
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.verdict import Judgement, judge
from wxkf_cli.wire.exchange import Exchange, Failure


class Scorer:
    """Keeps the score of one run.

    Args:
        setting: What answers are understood with.
        selection: Which findings count.
        tell: Who is told.
        redact: Masks secrets in messages.

    Attributes:
        summary: The figures so far.
        used: How often ignores were used, as in `Selected.used`.
    """

    def __init__(self, setting: Setting, selection: Selection, tell: Listener, redact: Redact = str) -> None:
        self.summary = Summary(gate=selection.fail_on)
        self.used: Counter[int] = Counter()
        self._setting = setting
        self._selection = selection
        self._tell = tell
        self._redact = redact

    def opened(self) -> Played:
        """A case that has given nothing yet."""
        return Played(self._setting, self._selection)

    def take(self, exchange: Exchange, played: Played, *, must_transfer: bool = False) -> Judgement:
        """Judge and lint one answer, for a case."""
        setting = self._setting._replace(expect_transfer=must_transfer)
        judgement = judge(exchange, setting.policy, setting.seal)
        report = lint_selected(exchange, setting, self._selection)
        self.used.update(report.used)
        done = Done(exchange, judgement, report.ran)
        self._tell(done)
        summary = self.summary
        summary.verdicts[judgement.verdict] += 1
        summary.failure = exchange.answer if isinstance(exchange.answer, Failure) else None
        summary.connected |= not (summary.failure and summary.failure.outcome in NEVER_CONNECTED)
        played.add(done, [masked(each, exchange.answer, self._redact) for each in report.findings], report.checks)
        return judgement

    def demanded(self, finding: Finding | None, played: Played) -> None:
        """Count a demand that was made on a case; the finding is what it lacks, None where it is met."""
        if finding is None or self._selection.is_selected(finding.code):
            played.demanded(self._selection.weighed(finding) if finding is not None else None)

    def settle(self, case: str, data: DataFormat | None, mode: Mode | None, played: Played) -> None:
        """Count a case that is over, and tell of it."""
        self.summary.checks += played.checks
        self.summary.failed += played.failed
        self.summary.severities.update(played.severities)
        for finding in played.findings:
            self._tell(Found(finding))
        self._tell(
            CaseDone(
                case,
                data,
                mode,
                tuple(played.done),
                tuple(played.findings),
                played.codes,
                played.checks,
                played.failed,
                played.elapsed,
                played.pushes,
            )
        )


def exit_code_of(summary: Summary) -> int:
    """What a trial ends with: 3 for a handler that is not there, 2 where nothing was checked, 1 for failures."""
    if summary.is_down:
        return 3
    if summary.checks == 0:
        return 2
    return 1 if summary.reaches_gate else 0
