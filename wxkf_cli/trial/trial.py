"""Play the standard suite against one handler and judge it: legs, expectations, figures, exit code."""

import asyncio
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.linter import lint, rule
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import CaseDone, Done, Found, Listener, Sent, Skipped, Summary
from wxkf_cli.simulate.engine import Engine
from wxkf_cli.simulate.suite import CASES, OPENING, TEXTS, VERIFICATION, Case, Shot
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.notes import one_data_format
from wxkf_cli.trial.played import Leg, Played
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.outcomes import NEVER_CONNECTED
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.vocab.terms import DataFormat, Severity, Text
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, Response


@dataclass(frozen=True, slots=True)
class Plan:
    """What to play and what to demand.

    Attributes:
        formats: The data formats, in order.
        mandatory: Whether each must be spoken; otherwise one is enough.
        cases: What is played, in order.
        texts: What users write in the text case; empty for what it has itself.
        expect: Which user messages must be transferred.
        count: How many pushes each user message is; None for once.
        concurrency: How many of those are in flight.
        pace: Pushes a second at most; None for no limit.
        stop_at_first: End with the first case that fails.
        policy: The assumptions about WeChat that are settings.
    """

    formats: tuple[DataFormat, ...] = tuple(DataFormat)
    mandatory: bool = False
    cases: tuple[Case, ...] = tuple(CASES.values())
    texts: tuple[str, ...] = TEXTS
    expect: Expect = Expect.ANY
    count: int | None = None
    concurrency: int = 1
    pace: float | None = None
    stop_at_first: bool = False
    policy: Policy = DEFAULT_POLICY


class _Group(NamedTuple):
    """A case in one data format."""

    case: Case
    data: DataFormat


class Trial:
    """One trial of one handler; `run` it once."""

    def __init__(
        self, plan: Plan, engine: Engine, transport: Transport, listener: Listener, redact: Redact = str
    ) -> None:
        self._transport = transport
        self._redact = redact
        self._plan = plan
        self._engine = engine
        self._tell = listener
        self._summary = Summary()
        self._next_push_at = 0.0

    async def run(self) -> Summary:
        """Play everything; the summary is also the last event.

        Cancelled (with the number of a signal as its message), it tells the summary of what was done so far.
        """
        started = asyncio.get_running_loop().time()
        self._summary.exit_code = 4  # until it is known better: a run that breaks must not look like a good one
        try:
            await self._play()
            self._summary.exit_code = _exit_code(self._summary)
        except asyncio.CancelledError as error:
            self._summary.exit_code = 128 + (error.args[0] if error.args else signal.SIGINT)
            raise
        finally:
            self._summary.wall = asyncio.get_running_loop().time() - started
            self._tell(self._summary)
        return self._summary

    async def _play(self) -> None:
        groups = list(self._groups())
        openers = self._openers(groups)
        legs = {data: Leg(data) for data in self._plan.formats}
        waiting = [group for group in groups if group not in openers]
        if waiting and not waiting[0].case.kind:
            await self._play_group(waiting.pop(0), None)
            if self._must_stop([*openers, *waiting]):
                return
        unspoken = await self._open(openers, legs)
        if self._must_stop(waiting):
            return
        for data in unspoken:
            self._skip_leg(data, waiting)
        waiting = [group for group in waiting if group.data not in unspoken]
        while waiting:
            group = waiting.pop(0)
            await self._play_group(group, legs[group.data])
            if self._must_stop(waiting):
                return
        for leg in legs.values():
            if leg.data not in unspoken:
                self._demand(leg)

    def _groups(self) -> Iterator[_Group]:
        for case in self._plan.cases:
            if not case.kind:
                yield _Group(case, case.formats[0])
        for data in self._plan.formats:
            for case in self._plan.cases:
                if case.kind and data in case.formats:
                    yield _Group(case, data)

    def _openers(self, groups: list[_Group]) -> list[_Group]:
        """The text pushes that find out which formats are spoken: only where there is a choice."""
        if self._plan.mandatory or len({group.data for group in groups if group.case.kind}) < 2:
            return []
        return [
            next((group for group in groups if group.case.name == OPENING and group.data is data), None)
            or _Group(CASES[OPENING], data)
            for data in self._plan.formats
        ]

    async def _open(self, openers: list[_Group], legs: dict[DataFormat, Leg]) -> set[DataFormat]:
        """Play the openers; returns the formats that are not spoken while another is."""
        played = {group.data: await self._exchange_all(group, legs[group.data]) for group in openers}
        spoken = {data for data, result in played.items() if result.spoken}
        unspoken = set(played) - spoken if spoken else set()
        for group in openers:
            if group.data in unspoken:
                self._tell(Found(one_data_format(group.data, next(iter(spoken)))))
                self._summary.severities[Severity.NOTE] += 1
                self._skip(group, _NOT_SPOKEN[group.data])
            elif group.case in self._plan.cases:
                self._settle(group, played[group.data])
        return unspoken

    async def _play_group(self, group: _Group, leg: Leg | None) -> None:
        self._settle(group, await self._exchange_all(group, leg))

    async def _exchange_all(self, group: _Group, leg: Leg | None) -> Played:
        plan = self._plan
        many = plan.count is not None and group.case.is_user_message
        shots = group.case.shots(group.data, plan.texts, plan.count)
        played = Played()

        async def work() -> None:
            for shot in shots:
                await self._pace()
                self._take(await self._deliver(shot), group.case, played, leg)

        if not many or plan.concurrency == 1:
            await work()
            return played
        async with asyncio.TaskGroup() as workers:
            for _ in range(plan.concurrency):
                workers.create_task(work())
        return played

    async def _pace(self) -> None:
        if self._plan.pace is None:
            return
        loop = asyncio.get_running_loop()
        at = max(self._next_push_at, loop.time())
        self._next_push_at = at + 1 / self._plan.pace
        await asyncio.sleep(at - loop.time())

    async def _deliver(self, shot: Shot) -> Exchange:
        self._summary.pushes += 1
        deadline = self._plan.policy.deadline
        return await self._engine.deliver(shot, self._transport, deadline, lambda exchange: self._tell(Sent(exchange)))

    def _take(self, exchange: Exchange, case: Case, played: Played, leg: Leg | None) -> None:
        """Judge and lint one answer."""
        judgement = judge(exchange, self._plan.policy)
        done = Done(exchange, judgement)
        self._tell(done)
        self._summary.verdicts[judgement.verdict] += 1
        self._summary.failure = exchange.answer if isinstance(exchange.answer, Failure) else None
        self._summary.connected |= not (self._summary.failure and self._summary.failure.outcome in NEVER_CONNECTED)
        must = leg is not None and self._plan.expect is Expect.ALL and case.is_user_message
        report = lint(exchange, Setting(self._plan.policy, expect_transfer=must))
        played.add(done, [self._masked(each, exchange.answer) for each in report.findings], report.checks)
        if leg is not None and exchange.genuine and case.is_user_message:
            leg.transferred |= judgement.verdict is Verdict.TRANSFERRED
            leg.acknowledged |= judgement.verdict is Verdict.ACKNOWLEDGED

    def _masked(self, finding: Finding, answer: Answer) -> Finding:
        """The finding without secrets, where the handler gave one back: then its message may quote it.

        Only then: a short token is a part of many words.
        """
        if not isinstance(answer, Response):
            return finding
        given = "\n".join([answer.body.decode("utf-8", "replace"), *(value for _, value in answer.headers)])
        if self._redact(given) == given:
            return finding
        return finding._replace(message=Text(self._redact(finding.message.en), self._redact(finding.message.zh)))

    def _settle(self, group: _Group, played: Played) -> None:
        """Count a case and tell of it."""
        self._summary.checks += played.checks
        self._summary.failed += played.failed
        self._summary.severities.update(played.severities)
        for finding in played.findings:
            self._tell(Found(finding))
        self._tell(
            CaseDone(
                group.case.name,
                group.data if group.case.kind else None,
                tuple(played.done),
                tuple(played.findings),
                played.codes,
                played.checks,
                played.failed,
                played.elapsed,
                played.pushes,
            )
        )

    def _demand(self, leg: Leg) -> None:
        """At least one user message of a leg must reach the agents, unless nothing was demanded."""
        if self._plan.expect is not Expect.ANY or not (leg.transferred or leg.acknowledged):
            return
        self._summary.checks += 1
        if leg.transferred:
            return
        never = rule("KF403").finding(
            Text(
                f"no user message in {leg.data} was transferred: each was acknowledged, and nobody gets it",
                f"{leg.data} 格式的用户消息一条也没有转发：都只是确认收到，没有人会看到",
            )
        )
        self._summary.failed += 1
        self._summary.severities[Severity.ERROR] += 1
        self._tell(Found(never))

    def _must_stop(self, waiting: Iterable[_Group]) -> bool:
        down = self._summary.pushes > 0 and not self._summary.connected
        if not down and not (self._plan.stop_at_first and self._summary.failed):
            return False
        why = _DOWN if down else _FIRST_FAILURE
        for group in waiting:
            self._skip(group, why)
        return True

    def _skip_leg(self, data: DataFormat, waiting: Iterable[_Group]) -> None:
        for group in waiting:
            if group.data is data and group.case.name != VERIFICATION:
                self._skip(group, _NOT_SPOKEN[data])

    def _skip(self, group: _Group, why: Text) -> None:
        self._summary.skipped += 1
        self._tell(Skipped(f"{group.case.name} {group.data}", why))


_DOWN = Text("the handler could not be reached", "无法连接处理程序")
_FIRST_FAILURE = Text("stopped at the first failure", "已在第一个失败处停止")
_NOT_SPOKEN = {data: Text(f"the handler does not speak {data}", f"处理程序不支持 {data} 格式") for data in DataFormat}


def _exit_code(summary: Summary) -> int:
    if not summary.connected and summary.pushes:
        return 3
    if summary.checks == 0:
        return 2
    return 1 if summary.severities[Severity.ERROR] else 0
