"""Play the standard suite against one handler and judge it: legs, expectations, figures, exit code."""

import asyncio
import signal

from wxkf_cli.lint.linter import lint, rule
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import CaseDone, Done, Found, Listener, Sent, Skipped, Summary
from wxkf_cli.simulate.engine import Engine
from wxkf_cli.simulate.suite import Shot
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.masking import masked
from wxkf_cli.trial.notes import one_data_format
from wxkf_cli.trial.plan import Group, Plan, groups_of, openers_of
from wxkf_cli.trial.played import Leg, Played
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.outcomes import NEVER_CONNECTED
from wxkf_cli.vocab.terms import DataFormat, Mode, Severity, Text
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire.exchange import Exchange, Failure


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
        self._setting = Setting(plan.policy, seal=engine.seal)
        self._waiting: list[Group] = []
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
        self._waiting = groups_of(self._plan)
        while self._waiting and self._waiting[0].leg is None:
            group = self._waiting.pop(0)
            self._settle(group, await self._exchange_all(group))
            if self._must_stop():
                return
        for mode in self._plan.modes:
            if await self._play_mode(mode):
                return

    async def _play_mode(self, mode: Mode) -> bool:
        """Play the legs of a mode; returns whether the trial must stop."""
        groups = [group for group in self._waiting if group.mode is mode]
        openers = openers_of(self._plan, groups)
        self._waiting = [group for group in self._waiting if group not in openers]
        unspoken = await self._open(openers)
        if self._must_stop():
            return True
        for group in [each for each in self._waiting if each.mode is mode]:
            self._waiting.remove(group)
            if group.data in unspoken:
                self._skip(group, _NOT_SPOKEN[group.data])
                continue
            played = await self._exchange_all(group)
            # Plaintext pushes are owed an answer only where that mode was named.
            if group.case.is_sandwich and played.refused and Mode.PLAINTEXT not in self._plan.modes:
                self._skip(group, _PLAINTEXT_REFUSED)
                continue
            self._settle(group, played)
            if self._must_stop():
                return True
        for leg in {id(group.leg): group.leg for group in groups}.values():
            if leg is not None and leg.data not in unspoken:
                self._demand(leg)
        return False

    async def _open(self, openers: list[Group]) -> set[DataFormat]:
        """Play the openers; returns the formats that are not spoken while another is."""
        played = {group.data: await self._exchange_all(group) for group in openers}
        spoken = {data for data, result in played.items() if result.spoken}
        unspoken = set(played) - spoken if spoken else set()
        for group in openers:
            if group.data in unspoken:
                mode = group.mode if len(self._plan.modes) > 1 else None
                self._tell(Found(one_data_format(group.data, next(iter(spoken)), mode)))
                self._summary.severities[Severity.NOTE] += 1
                self._skip(group, _NOT_SPOKEN[group.data])
            elif group.case in self._plan.cases:
                self._settle(group, played[group.data])
        return unspoken

    async def _exchange_all(self, group: Group) -> Played:
        plan = self._plan
        many = plan.count is not None and group.case.is_user_message
        shots = group.case.shots(group.data, plan.texts, plan.count, group.mode)
        played = Played(self._setting)

        async def work() -> None:
            for shot in shots:
                await self._pace()
                self._take(await self._deliver(shot), group, played)

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

    def _take(self, exchange: Exchange, group: Group, played: Played) -> None:
        """Judge and lint one answer."""
        case, leg = group.case, group.leg
        judgement = judge(exchange, self._plan.policy, self._setting.seal)
        must = leg is not None and self._plan.expect is Expect.ALL and case.is_user_message
        report = lint(exchange, self._setting._replace(expect_transfer=must))
        done = Done(exchange, judgement, report.ran)
        self._tell(done)
        self._summary.verdicts[judgement.verdict] += 1
        self._summary.failure = exchange.answer if isinstance(exchange.answer, Failure) else None
        self._summary.connected |= not (self._summary.failure and self._summary.failure.outcome in NEVER_CONNECTED)
        played.add(done, [masked(each, exchange.answer, self._redact) for each in report.findings], report.checks)
        if leg is not None and exchange.genuine and case.is_user_message:
            leg.transferred |= judgement.verdict is Verdict.TRANSFERRED
            leg.acknowledged |= judgement.verdict is Verdict.ACKNOWLEDGED

    def _settle(self, group: Group, played: Played) -> None:
        """Count a case and tell of it."""
        self._summary.checks += played.checks
        self._summary.failed += played.failed
        self._summary.severities.update(played.severities)
        for finding in played.findings:
            self._tell(Found(finding))
        self._tell(
            CaseDone(
                group.case.name,
                group.data if group.leg else None,
                group.mode if group.leg else None,
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
        name = f"{leg.mode} {leg.data}" if len(self._plan.modes) > 1 else leg.data
        never = rule("KF403").finding(
            Text(
                f"no user message in {name} was transferred: each was acknowledged, and nobody gets it",
                f"{name} 格式的用户消息一条也没有转发：都只是确认收到，没有人会看到",
            )
        )
        self._summary.failed += 1
        self._summary.severities[Severity.ERROR] += 1
        self._tell(Found(never))

    def _must_stop(self) -> bool:
        down = self._summary.pushes > 0 and not self._summary.connected
        if not down and not (self._plan.stop_at_first and self._summary.failed):
            return False
        for group in self._waiting:
            self._skip(group, _DOWN if down else _FIRST_FAILURE)
        return True

    def _skip(self, group: Group, why: Text) -> None:
        self._summary.skipped += 1
        name = f"{group.mode} {group.data}" if len(self._plan.modes) > 1 else group.data
        self._tell(Skipped(f"{group.case.name} {name}", why))


_DOWN = Text("the handler could not be reached", "无法连接处理程序")
_FIRST_FAILURE = Text("stopped at the first failure", "已在第一个失败处停止")
_PLAINTEXT_REFUSED = Text("the handler refuses plaintext pushes", "处理程序拒绝明文推送")
_NOT_SPOKEN = {data: Text(f"the handler does not speak {data}", f"处理程序不支持 {data} 格式") for data in DataFormat}


def _exit_code(summary: Summary) -> int:
    if not summary.connected and summary.pushes:
        return 3
    if summary.checks == 0:
        return 2
    return 1 if summary.severities[Severity.ERROR] else 0
