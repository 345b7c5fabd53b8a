"""Play the conformance suite against one handler: which checks are made where, what they found, the grade."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import count
from random import Random

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import CaseDone, Done, Found, Listener, Sent, Skipped
from wxkf_cli.simulate.canary import Canary
from wxkf_cli.simulate.clock import Clock
from wxkf_cli.simulate.conformance.asker import Asker, Void
from wxkf_cli.simulate.conformance.check import Check, Fault, Letter
from wxkf_cli.simulate.conformance.judging import RIGHT, died
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.conformance_past import OPENING, ConformancePast, Made
from wxkf_cli.trial.conformance_plan import NO_RESULT, STOPPED, CheckLeg, ConformancePlan
from wxkf_cli.trial.conformance_pushing import Pushing
from wxkf_cli.trial.conformance_tally import Tally, shortened
from wxkf_cli.trial.counting import note_unused
from wxkf_cli.trial.course import Course
from wxkf_cli.trial.notes import DOWN, FIRST_FAILURE, VOID, one_data_format
from wxkf_cli.trial.played import Played
from wxkf_cli.trial.resuming import NotPlayed
from wxkf_cli.trial.scoring import Scorer, Settling, exit_code_of, nothing_left_behind
from wxkf_cli.vocab.outcomes import NEVER_CONNECTED
from wxkf_cli.vocab.terms import DataFormat, Mode, Text
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.verdict import judge
from wxkf_cli.wire.exchange import Exchange, Failure

_KEPT = 20


class Conforming(Course):
    """One playing of the suite; `run` it once.

    Args:
        plan: What to play.
        sender: Who pushes.
        transport: Delivers.
        listener: Is told of everything.
        canary: What nobody should touch.
        host: What the Host header says.
        clock: Gives the time.
        seed: For ids and nonces.
        redact: Masks secrets in what the handler gave back.
        past: What was played of it before; None for a new run.
        safe: Called when a push is about to leave and was told of; what it returns is waited for.
        settle: Waits for what the handler still does when all is answered; gives what is wrong with its end.
    """

    def __init__(
        self,
        plan: ConformancePlan,
        sender: Sender,
        transport: Transport,
        listener: Listener,
        canary: Canary,
        *,
        host: str,
        clock: Clock,
        seed: int,
        redact: Redact = str,
        past: ConformancePast | None = None,
        safe: Callable[[], Awaitable[None] | None] = lambda: None,
        settle: Settling = nothing_left_behind,
    ) -> None:
        self._plan = plan
        self._canary = canary
        self._setting = Setting(plan.policy, seal=sender.seal)
        self._scorer = Scorer(self._setting, plan.selection, listener, redact)
        super().__init__(self._scorer.summary, listener)
        self._past = past
        self._safe = safe
        self._settle_handler = settle
        last = past.last if past is not None else 0
        self._pushing = Pushing(plan, self, transport, self._sent, last)
        # Not for secrets: a run must be repeatable. What goes on must repeat nothing that was pushed before.
        random = Random(f"{seed} {last}" if last else seed)  # noqa: S311
        now = int(clock())
        first = now if past is None or now - past.started > past.last else past.started - past.last
        self._asker = Asker(
            sender, plan.modes[0], plan.formats[0], host, clock, random, canary, self._deliver, count(first, -1),
            policy=plan.policy,
        )  # fmt: skip
        self._elapsed = 0.0
        self._tally = Tally(plan.selection, self._scorer.used, redact)
        self._urls: list[tuple[Check, str]] = []
        self._is_whole = True

    async def _play(self) -> int:
        try:
            await self._make_all()
            self.check_going()
            await self._scorer.ended(self._settle_handler)
            await self._look_again()
            if self._past is None:  # which ignores were used before is not recorded
                used = self._scorer.used
                note_unused(self._summary, self._plan.selection, used, self._tell, in_files=False)
            return exit_code_of(self._summary)
        except BaseException:
            self._is_whole = False
            raise
        finally:
            self._summary.grade = self._tally.grade(is_whole=self._is_whole)

    async def _make_all(self) -> None:
        opened = [asker for mode in self._plan.modes for asker in await self._open(mode)]
        askers = {(asker.mode, asker.data): asker for asker in opened}
        for check in self._plan.checks:
            if why := self._plan.why_not(check, askers):
                self._skip(check, None, why)
        waiting = [(check, askers[leg] if leg else None) for check, leg in self._plan.makings(tuple(askers))]
        while waiting:
            if why := self._must_stop():
                self._is_whole = False
                for check, leg in waiting:
                    self._skip(check, leg, why)
                return
            self.check_going()
            check, leg = waiting.pop(0)
            if self._past is not None and (made := self._past.made.get(_key(check, leg))) is not None:
                self._recall(check, leg, made, self._past)
            elif self._past is not None and self._past.only:
                self._miss(check, leg, self._past)
            else:
                await self._make(check, leg, leg or opened[0])

    async def _open(self, mode: Mode) -> list[Asker]:
        """Ask with an ordinary push in each format; those in which it is answered rightly."""
        asked: dict[DataFormat, tuple[Asker, Played]] = {}
        for data in self._plan.formats:
            if self._summary.is_down:
                break
            asker = replace(self._asker, mode=mode, data=data, case=OPENING)
            played = self._scorer.opened()
            old = self._opening(asker)
            opening = old or await self._pushing.push(asker.push(is_genuine=True))
            self._scorer.take(opening, played, is_old=old is not None)
            asked[data] = asker, played
        spoken = [data for data, (_, played) in asked.items() if played.spoken]
        askers = []
        for data, (asker, played) in asked.items():
            if played.done[0].judgement.verdict in RIGHT:
                askers.append(asker)
            elif spoken and data not in spoken and not self._plan.mandatory:
                where = mode if len(self._plan.modes) > 1 else None
                one = one_data_format(data, spoken[0], where)
                self._scorer.note(one)
            else:
                self._is_whole = False
                self._scorer.settle(OPENING, asker.data, asker.mode, played)
        return askers

    def _opening(self, asker: Asker) -> Exchange | None:
        """The recorded answer to an ordinary push; None where it is still to be asked."""
        if self._past is None:
            return None
        exchange = self._past.opening(asker.mode, asker.data)
        if self._past.only and exchange is None:
            raise NotPlayed
        if exchange is not None:
            self._summary.pushes += 1
        return exchange

    async def _make(self, check: Check, leg: Asker | None, asker: Asker) -> None:
        pushes, elapsed, urls = self._summary.pushes, self._elapsed, len(self._canary.urls)
        assert check.ask is not None  # noqa: S101 - those without were skipped
        try:
            faults = list(await check.ask(replace(asker, case=check.name)))
        except Void:
            self._is_whole = False
            self._skip(check, leg, VOID)
            return
        self._urls += [(check, url) for url in self._canary.urls[urls:]]
        if self._is_gone():
            # One thing to say, not one for each request that came too late.
            faults = [each for each in faults if each.exchange is None or not died(each.exchange)]
            faults.append(Fault(STOPPED, None, "KF717", Letter.HIGH))
        found, worst = self._tally.counted(check, faults)
        if found or self._tally.is_asked_for(check):
            made = Made(worst, tuple(found), self._elapsed - elapsed, self._summary.pushes - pushes)
            self._settle(check, leg, made)

    def _recall(self, check: Check, leg: Asker | None, made: Made, past: ConformancePast) -> None:
        """Tell of a check that was made before."""
        for exchange in past.exchanges(made):
            self._summary.pushes += 1
            self._take(exchange, is_old=True)
        if not past.only:
            self._summary.failure = None  # who was gone then may be there now
        self._tally.keep(check.id, made.worst)
        self._settle(check, leg, made)

    def _settle(self, check: Check, leg: Asker | None, made: Made) -> None:
        """Count a check that is over, and tell of it."""
        failed = any(map(self._fails, made.findings))
        self._summary.checks += 1
        self._summary.failed += failed
        self._summary.severities.update(each.severity for each in made.findings)
        kept = made.findings[:_KEPT]
        for finding in kept:
            self._tell(Found(finding, of_case=True))
        data, mode = (leg.data, leg.mode) if leg is not None else (None, None)
        codes = Counter(each.code for each in made.findings)
        self._tell(
            CaseDone(
                check.name, data, mode, (), kept, codes, 1, int(failed), made.elapsed, made.pushes, check.id,
                made.worst or "",
            )
        )  # fmt: skip

    async def _look_again(self) -> None:
        """Tell of what was touched only after its check was settled: some handlers fetch in the background."""
        for finding in self._past.late if self._past is not None else ():
            self._settle_late(finding)
        if not self._urls:
            return
        await self._canary.settled()
        told = {check.id for check, _ in self._urls if self._tally.worst.get(check.id) is not None}
        for check, url in self._urls:
            if check.id in told or not self._canary.is_touched(url):
                continue
            told.add(check.id)
            late = Text(
                f"{check.id} {check.name}: the handler fetched the canary's address after its answer",
                f"{check.id} {check.name}：处理程序在应答之后访问了探测地址",
            )
            for finding in self._tally.counted(check, [Fault(late)]).findings:
                self._settle_late(finding)

    def _settle_late(self, finding: Finding) -> None:
        self._summary.severities[finding.severity] += 1
        self._summary.failed += self._fails(finding)
        self._tell(Found(finding))

    async def _deliver(self, exchange: Exchange) -> Exchange:
        """What a check asks with: push, and tell of the answer."""
        answered = await self._pushing.push(exchange)
        self._take(answered)
        return answered

    def _sent(self, exchange: Exchange) -> Awaitable[None] | None:
        self._summary.pushes += 1
        self._tell(Sent(shortened(exchange)))
        return self._safe()

    def _take(self, exchange: Exchange, *, is_old: bool = False) -> None:
        """Judge the answer to a check's push; the check itself says what is wrong with it."""
        judgement = judge(exchange, self._plan.policy, self._setting.seal)
        self._tell(Done(shortened(exchange), judgement, is_old=is_old))
        summary, answer = self._summary, exchange.answer
        summary.verdicts[judgement.verdict] += 1
        self._elapsed += answer.elapsed
        summary.failure = answer if isinstance(answer, Failure) else None
        summary.connected |= not (summary.failure and summary.failure.outcome in NEVER_CONNECTED)

    def _fails(self, finding: Finding) -> bool:
        return self._plan.selection.fails(finding.severity)

    def _is_gone(self) -> bool:
        """Whether nobody listens any more."""
        failure = self._summary.failure
        return failure is not None and failure.outcome in NEVER_CONNECTED and failure.outcome.family != "timeout"

    def _must_stop(self) -> Text | None:
        if self._is_gone() or not self._summary.connected:
            return DOWN
        return FIRST_FAILURE if self._plan.stop_at_first and self._summary.failed else None

    def _miss(self, check: Check, leg: Asker | None, past: ConformancePast) -> None:
        """Say that a check has no result in a record that ends with a summary.

        Raises:
            NotPlayed: The record was cut off: it ends here.
        """
        if not past.is_ended:
            raise NotPlayed
        if self._tally.is_asked_for(check):
            self._is_whole = False
            self._skip(check, leg, NO_RESULT)

    def _skip(self, check: Check, leg: Asker | None, why: Text) -> None:
        self._summary.skipped += 1
        where = f" {leg.mode} {leg.data}" if leg and len(self._plan.modes) > 1 else f" {leg.data}" if leg else ""
        self._tell(Skipped(f"{check.id} {check.name}{where}", why))


def _key(check: Check, leg: Asker | None) -> CheckLeg:
    return (check.id, leg.mode, leg.data) if leg is not None else (check.id, None, None)
