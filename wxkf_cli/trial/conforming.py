"""Play the conformance suite against one handler: which checks are made where, what they found, the grade."""

import asyncio
import signal
from collections import Counter
from dataclasses import replace
from itertools import count
from random import Random

from wxkf_cli.lint.selection import lint_selected
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import CaseDone, Done, Found, Listener, Sent, Skipped, Summary
from wxkf_cli.simulate.canary import Canary
from wxkf_cli.simulate.clock import Clock
from wxkf_cli.simulate.conformance.asker import Asker, Void
from wxkf_cli.simulate.conformance.check import Check, Fault, Letter
from wxkf_cli.simulate.conformance.judging import RIGHT, died
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.conformance_plan import ConformancePlan
from wxkf_cli.trial.conformance_tally import Tally, shortened
from wxkf_cli.trial.counting import note, note_unused
from wxkf_cli.trial.masking import masked
from wxkf_cli.trial.notes import one_data_format
from wxkf_cli.trial.played import Played
from wxkf_cli.vocab.outcomes import NEVER_CONNECTED
from wxkf_cli.vocab.terms import DataFormat, Mode, Text
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.verdict import judge
from wxkf_cli.wire.exchange import Exchange, Failure

#: The push that finds out which formats are spoken; no check.
OPENING = "ordinary-push"
_KEPT = 20


class Conforming:
    """One playing of the suite; `run` it once."""

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
    ) -> None:
        self._plan = plan
        self._transport = transport
        self._tell = listener
        self._canary = canary
        self._redact = redact
        self._setting = Setting(plan.policy, seal=sender.seal)
        self._selection = plan.selection
        self._used: Counter[int] = Counter()
        self._summary = Summary(gate=plan.selection.fail_on)
        # Not for secrets: a run must be repeatable.
        self._asker = Asker(
            sender,
            plan.modes[0],
            plan.formats[0],
            host,
            clock,
            Random(seed),  # noqa: S311
            canary,
            self._deliver,
            count(int(clock()), -1),
            policy=plan.policy,
        )
        self._in_flight = asyncio.Semaphore(plan.concurrency)
        self._count = 0
        self._elapsed = self._next_at = 0.0
        self._tally = Tally(plan.selection, self._used, redact)
        self._urls: list[tuple[Check, str]] = []
        self._is_whole = True

    async def run(self) -> Summary:
        """Play everything; the summary is also the last event.

        Cancelled (with the number of a signal as its message), it tells the summary of what was done so far.
        """
        started = asyncio.get_running_loop().time()
        self._summary.exit_code = 4  # until it is known better: a run that breaks must not look like a good one
        try:
            await self._play()
            await self._look_again()
            note_unused(self._summary, self._selection, self._used, self._tell, in_files=False)
            self._summary.exit_code = self._exit_code()
        except asyncio.CancelledError as error:
            self._is_whole = False
            self._summary.exit_code = 128 + (error.args[0] if error.args else signal.SIGINT)
            raise
        finally:
            self._summary.wall = asyncio.get_running_loop().time() - started
            self._summary.grade = self._tally.grade(is_whole=self._is_whole)
            self._tell(self._summary)
        return self._summary

    async def _play(self) -> None:
        askers = [asker for mode in self._plan.modes for asker in await self._open(mode)]
        spoken = [(asker.mode, asker.data) for asker in askers]
        waiting: list[tuple[Check, Asker | None]] = []
        for check in self._plan.checks:
            why = self._plan.why_not(check, spoken)
            if why is not None:
                self._skip(check, None, why)
            elif check.is_once:
                waiting.append((check, None))
        for asker in askers:
            for check in self._plan.checks:
                is_wanted = not check.is_once and self._plan.why_not(check, spoken) is None
                if is_wanted and self._plan.fits(check, (asker.mode, asker.data)):
                    waiting.append((check, asker))
        while waiting:
            if why := self._must_stop():
                self._is_whole = False
                for check, leg in waiting:
                    self._skip(check, leg, why)
                return
            check, leg = waiting.pop(0)
            await self._check(check, leg, leg or askers[0])

    async def _open(self, mode: Mode) -> list[Asker]:
        """Ask with an ordinary push in each format; those in which it is answered rightly."""
        asked: dict[DataFormat, tuple[Asker, Played]] = {}
        for data in self._plan.formats:
            if self._summary.pushes and not self._summary.connected:
                break
            asker = replace(self._asker, mode=mode, data=data, case=OPENING)
            exchange = await self._deliver(asker.push(is_genuine=True))
            played = Played(self._setting, self._selection)
            report = lint_selected(exchange, self._setting, self._selection)
            self._used.update(report.used)
            judgement = judge(exchange, self._plan.policy, self._setting.seal)
            found = [masked(each, exchange.answer, self._redact) for each in report.findings]
            played.add(Done(exchange, judgement, report.ran), found, report.checks)
            asked[data] = asker, played
        spoken = [data for data, (_, played) in asked.items() if played.spoken]
        askers = []
        for data, (asker, played) in asked.items():
            if played.done[0].judgement.verdict in RIGHT:
                askers.append(asker)
            elif spoken and data not in spoken and not self._plan.mandatory:
                where = mode if len(self._plan.modes) > 1 else None
                one = one_data_format(data, spoken[0], where)
                note(self._summary, self._selection, self._used, one, self._tell)
            else:
                self._is_whole = False
                self._settle_opening(asker, played)
        return askers

    def _settle_opening(self, asker: Asker, played: Played) -> None:
        """Tell of an ordinary push that is not answered rightly, as the standard suite would."""
        self._summary.checks += played.checks
        self._summary.failed += played.failed
        self._summary.severities.update(played.severities)
        for finding in played.findings:
            self._tell(Found(finding))
        self._tell(
            CaseDone(
                OPENING,
                asker.data,
                asker.mode,
                tuple(played.done),
                tuple(played.findings),
                played.codes,
                played.checks,
                played.failed,
                played.elapsed,
                played.pushes,
            )
        )

    async def _check(self, check: Check, leg: Asker | None, asker: Asker) -> None:
        pushes, elapsed, urls = self._summary.pushes, self._elapsed, len(self._canary.urls)
        assert check.ask is not None  # noqa: S101 - those without were skipped
        try:
            faults = list(await check.ask(replace(asker, case=check.name)))
        except Void:
            self._is_whole = False
            self._skip(check, leg, _VOID)
            return
        self._urls += [(check, url) for url in self._canary.urls[urls:]]
        if self._is_gone():
            # One thing to say, not one for each request that came too late.
            faults = [each for each in faults if each.exchange is None or not died(each.exchange)]
            faults.append(Fault(_STOPPED, None, "KF717", Letter.HIGH))
        found = self._tally.counted(check, faults)
        codes = Counter(each.code for each in found)
        if not found and not self._tally.is_asked_for(check):
            return
        failed = any(self._selection.fails(each.severity) for each in found)
        self._summary.checks += 1
        self._summary.failed += failed
        self._summary.severities.update(each.severity for each in found)
        kept = found[:_KEPT]
        for finding in kept:
            self._tell(Found(finding))
        self._tell(
            CaseDone(
                check.name,
                leg.data if leg else None,
                leg.mode if leg else None,
                (),
                tuple(kept),
                codes,
                1,
                int(failed),
                self._elapsed - elapsed,
                self._summary.pushes - pushes,
                check.id,
            )
        )

    async def _look_again(self) -> None:
        """Tell of what was touched only after its check was settled: some handlers fetch in the background."""
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
            for finding in self._tally.counted(check, [Fault(late)]):
                self._summary.severities[finding.severity] += 1
                self._summary.failed += self._selection.fails(finding.severity)
                self._tell(Found(finding))

    async def _deliver(self, exchange: Exchange) -> Exchange:
        async with self._in_flight:
            await self._pace()
            self._count += 1
            exchange = exchange._replace(id=f"e{self._count}")
            assert exchange.request is not None  # noqa: S101 - the asker made it
            self._summary.pushes += 1
            self._tell(Sent(shortened(exchange)))
            exchange = exchange.answered(await self._transport(exchange.request, self._plan.policy.deadline))
        judgement = judge(exchange, self._plan.policy, self._setting.seal)
        self._tell(Done(shortened(exchange), judgement))
        self._summary.verdicts[judgement.verdict] += 1
        self._elapsed += exchange.answer.elapsed
        self._summary.failure = exchange.answer if isinstance(exchange.answer, Failure) else None
        self._summary.connected |= not (self._summary.failure and self._summary.failure.outcome in NEVER_CONNECTED)
        return exchange

    async def _pace(self) -> None:
        if self._plan.pace is None:
            return
        loop = asyncio.get_running_loop()
        at = max(self._next_at, loop.time())
        self._next_at = at + 1 / self._plan.pace
        await asyncio.sleep(at - loop.time())

    def _is_gone(self) -> bool:
        """Whether nobody listens any more."""
        failure = self._summary.failure
        return failure is not None and failure.outcome in NEVER_CONNECTED and failure.outcome.family != "timeout"

    def _must_stop(self) -> Text | None:
        if self._is_gone() or not self._summary.connected:
            return _DOWN
        return _FIRST_FAILURE if self._plan.stop_at_first and self._summary.failed else None

    def _skip(self, check: Check, leg: Asker | None, why: Text) -> None:
        self._summary.skipped += 1
        where = f" {leg.mode} {leg.data}" if leg and len(self._plan.modes) > 1 else f" {leg.data}" if leg else ""
        self._tell(Skipped(f"{check.id} {check.name}{where}", why))

    def _exit_code(self) -> int:
        if not self._summary.connected and self._summary.pushes:
            return 3
        if self._summary.checks == 0:
            return 2
        return 1 if self._summary.reaches_gate else 0


_DOWN = Text("the handler could not be reached", "无法连接处理程序")
_STOPPED = Text(
    "the handler stopped: after a request of this check, connections were refused",
    "处理程序停止了：在本项检查的某个请求之后，连接被拒绝",
)
_FIRST_FAILURE = Text("stopped at the first failure", "已在第一个失败处停止")
_VOID = Text("the trouble was on this machine", "问题出在本机")
