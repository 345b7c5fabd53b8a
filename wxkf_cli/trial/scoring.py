"""Judge and lint answers, tell of them, and count: what every way of playing has in common.

Most answers of a run differ in addresses and times alone: these are known again, not looked at again.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.rule import Need
from wxkf_cli.lint.selection import Selection
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import CaseDone, Done, Found, Listener, Skipped, Summary
from wxkf_cli.trial.counting import note
from wxkf_cli.trial.examining import Examiner
from wxkf_cli.trial.masking import masked
from wxkf_cli.trial.notes import left_behind, pushes_void
from wxkf_cli.trial.played import Played, is_void
from wxkf_cli.trial.repeating import COMPARED, differing, known
from wxkf_cli.vocab.outcomes import MEANING, NEVER_CONNECTED, Outcome
from wxkf_cli.vocab.terms import DataFormat, Mode, Text
from wxkf_cli.wechat.delivery import Delivery
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.verdict import Judgement
from wxkf_cli.wire.exchange import Exchange, Failure

#: Waits for what a handler still does when all is answered; gives what is wrong with its end.
Settling: TypeAlias = Callable[[], Awaitable[Sequence[Text]]]


async def nothing_left_behind() -> Sequence[Text]:
    """For a handler that is not in our hands."""
    return ()


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
        skipped: How often rules did not run, for want of which context.
    """

    def __init__(self, setting: Setting, selection: Selection, tell: Listener, redact: Redact = str) -> None:
        self.summary = Summary(gate=selection.fail_on)
        self.used: Counter[int] = Counter()
        self.skipped: Counter[Need] = Counter()
        self._void: Counter[Outcome] = Counter()
        self._setting = setting
        self._selection = selection
        self._examiner = Examiner(setting, selection)
        self._tell = tell
        self._redact = redact

    def opened(self) -> Played:
        """A case that has given nothing yet."""
        return Played(self._setting, self._selection)

    def take(
        self,
        exchange: Exchange,
        played: Played,
        *,
        must_transfer: bool = False,
        is_old: bool = False,
        delivery: Delivery | None = None,
    ) -> Judgement:
        """Judge and lint one answer, for a case.

        Args:
            exchange: The push and its answer.
            played: The case.
            must_transfer: Whether anything but a transfer is an error.
            is_old: Whether it stands in the record already.
            delivery: Which one it is of a push that may come again; None for what is pushed once.
        """
        answer, summary = exchange.answer, self.summary
        judgement, selected = self._examiner.examine(exchange, None, expect_transfer=must_transfer)
        findings, ran, skipped, used = selected
        if used:
            self.used.update(used)
        if skipped:
            self.skipped.update(skipped)
        summary.verdicts[judgement.verdict] += 1
        summary.failure = answer if isinstance(answer, Failure) else None
        if summary.failure and is_void(exchange):
            self._void[summary.failure.outcome] += 1
        summary.connected |= not (summary.failure and summary.failure.outcome in NEVER_CONNECTED)
        # To a handler that is not there at all nothing is pushed again: that one delivery stands for all.
        if delivery is not None and not summary.is_down:
            judgement = delivery.seen(exchange, judgement)
        done = Done(exchange, judgement, ran, is_old)
        self._tell(done)
        played.add(done, [masked(each, answer, self._redact) for each in findings], len(ran))
        return judgement

    def demanded(self, finding: Finding | None, played: Played) -> None:
        """Count a demand that was made on a case; the finding is what it lacks, None where it is met."""
        if finding is None:
            played.demanded(None)
            return
        ignoring = self._ignoring(finding.code)
        self.used.update(ignoring)
        if not ignoring and self._selection.is_selected(finding.code):
            played.demanded(self._selection.weighed(finding))

    def repeated(self, exchanges: Sequence[Exchange], played: Played) -> None:
        """Hold the answers to one push that came more than once against each other, for a case."""
        deliveries = known(exchanges, self._setting.policy, self._setting.seal)
        if len(deliveries) < 2 or not any(map(self._selection.is_shown, COMPARED)):
            return
        finding = differing(deliveries, self._setting.seal)
        if finding is not None:
            for each in deliveries:
                finding = masked(finding, each.exchange.answer, self._redact)
        for code in COMPARED:
            self.used.update(dict.fromkeys(self._ignoring(code), 0))
        self.demanded(finding, played)

    def passed_over(self) -> None:
        """Count the rules that were skipped, and tell of them, once everything is played."""
        for need in Need:
            if times := self.skipped[need]:
                self.summary.skipped += times
                self._tell(Skipped("rules", need.value, times))

    async def ended(self, settling: Settling) -> None:
        """Wait for the end of the handler, and tell of what is wrong with it, and with this machine."""
        for outcome, count in self._void.items():
            self.note(pushes_void(count, self.summary.pushes, MEANING[outcome]))
        for what in await settling():
            self.note(left_behind(what))

    def note(self, finding: Finding) -> None:
        """Count and tell of what is about the run as a whole, and is no check."""
        note(self.summary, self._selection, self.used, finding, self._tell)

    def _ignoring(self, code: str) -> list[int]:
        """The places of the ignores that leave a code out in a run."""
        return [place for place, each in enumerate(self._selection.ignores) if code in each.codes and not each.files]

    def settle(
        self,
        case: str,
        data: DataFormat | None,
        mode: Mode | None,
        played: Played,
        *,
        is_broken_off: bool = False,
    ) -> None:
        """Count a case that is over, or was broken off, and tell of it."""
        self.summary.checks += played.checks
        self.summary.failed += played.failed
        self.summary.severities.update(played.severities)
        for finding in (*played.findings, *played.witnessed):
            self._tell(Found(finding, of_case=True))
        self._tell(
            CaseDone(
                case,
                data,
                mode,
                tuple(sorted(played.failing or played.done, key=_turn)),
                tuple(played.findings),
                played.codes,
                played.checks,
                played.failed,
                played.elapsed,
                played.pushes,
                is_broken_off=is_broken_off,
            )
        )


def exit_code_of(summary: Summary) -> int:
    """What a trial ends with: 3 for a handler that is not there, 2 where nothing was checked, 1 for failures."""
    if summary.is_down:
        return 3
    if summary.checks == 0:
        return 2
    return 1 if summary.reaches_gate else 0


def _turn(done: Done) -> tuple[int, str, int]:
    """When it left: what is under way at once is answered in any order, and is shown in one."""
    return len(done.exchange.id), done.exchange.id, done.exchange.delivery
