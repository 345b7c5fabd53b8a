"""Play the standard suite against one handler and judge it: legs, expectations, figures, exit code."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

from wxkf_cli.lint.linter import rule
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import Found, Listener, Sent, Skipped, Summary
from wxkf_cli.simulate.engine import Engine, send
from wxkf_cli.simulate.suite import Shot
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.counting import demand, note, note_unused
from wxkf_cli.trial.notes import one_data_format
from wxkf_cli.trial.plan import Group, Plan, groups_of, openers_of
from wxkf_cli.trial.played import Leg, Played
from wxkf_cli.trial.resuming import Past
from wxkf_cli.trial.scoring import Scorer, exit_code_of
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.terms import DataFormat, Mode, Text
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.verdict import Verdict
from wxkf_cli.wire.exchange import Exchange

#: Seconds that pushes in flight have to end in when no new ones are to leave.
GRACE_SECONDS = 1.0


class Trial:
    """One trial of one handler; `run` it once.

    Args:
        plan: What to play.
        engine: Makes the pushes.
        transport: Delivers them.
        listener: Is told of everything.
        redact: Masks secrets in what the handler gave back.
        past: What was played of it before; None for a new trial.
        safe: Called when a push is about to leave and was told of; what it returns is waited for.
    """

    def __init__(
        self,
        plan: Plan,
        engine: Engine,
        transport: Transport,
        listener: Listener,
        redact: Redact = str,
        past: Past | None = None,
        safe: Callable[[], Awaitable[None] | None] = lambda: None,
    ) -> None:
        self._past = past
        self._safe = safe
        self._number = 0
        self._stopping: int | None = None
        self._transport = transport
        self._plan = plan
        self._engine = engine
        self._tell = listener
        self._selection = plan.selection
        self._scorer = Scorer(Setting(plan.policy, seal=engine.seal), plan.selection, listener, redact)
        self._summary, self._used = self._scorer.summary, self._scorer.used
        self._waiting: list[Group] = []
        self._next_push_at = 0.0

    async def run(self) -> Summary:
        """Play everything; the summary is also the last event.

        Cancelled (with the number of a signal as its message), it tells the summary of what was done so far.
        """
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        started = self._loop.time()
        self._summary.exit_code = 4  # until it is known better: a run that breaks must not look like a good one
        try:
            await self._play()
            if self._plan.is_whole and not self._waiting:
                note_unused(self._summary, self._selection, self._used, self._tell, in_files=False)
            self._summary.exit_code = exit_code_of(self._summary)
        except asyncio.CancelledError as error:
            self._summary.exit_code = 128 + (self._stopping or (error.args[0] if error.args else signal.SIGINT))
            raise
        finally:
            self._task = None
            self._summary.wall = self._loop.time() - started
            self._tell(self._summary)
        return self._summary

    def wind_down(self, number: int) -> None:
        """Push nothing more, give what is in flight a second, and end as if cancelled by that signal."""
        self._stopping = number
        self._loop.call_later(GRACE_SECONDS, self._give_up)

    def _give_up(self) -> None:
        if self._task is not None:
            self._task.cancel(self._stopping)

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
                one = one_data_format(group.data, next(iter(spoken)), mode)
                note(self._summary, self._selection, self._used, one, self._tell)
                self._skip(group, _NOT_SPOKEN[group.data])
            elif group.case in self._plan.cases:
                self._settle(group, played[group.data])
        return unspoken

    async def _exchange_all(self, group: Group) -> Played:
        plan = self._plan
        many = plan.count is not None and group.case.is_user_message
        shots = group.case.shots(group.data, plan.texts, plan.count, group.mode)
        played = self._scorer.opened()

        async def work() -> None:
            for shot in shots:
                self._number += 1
                exchange = await self._deliver(shot, self._number)
                if exchange is None:
                    return
                self._take(exchange, group, played)

        if not many or plan.concurrency == 1:
            await work()
        else:
            async with asyncio.TaskGroup() as workers:
                for _ in range(plan.concurrency):
                    workers.create_task(work())
        if self._stopping is not None:
            if played.pushes:
                self._settle(group, played)
            raise asyncio.CancelledError(self._stopping)
        return played

    async def _pace(self) -> None:
        if self._plan.pace is None:
            return
        loop = asyncio.get_running_loop()
        at = max(self._next_push_at, loop.time())
        self._next_push_at = at + 1 / self._plan.pace
        await asyncio.sleep(at - loop.time())

    async def _deliver(self, shot: Shot, number: int) -> Exchange | None:
        """Push, unless it was done before; None where nothing is to be pushed any more."""
        before = None
        if self._past is not None:
            done = self._past.answered(number, shot)
            if done is not None:
                self._summary.pushes += 1
                return done
            before = self._past.before(number, shot)
        await self._pace()
        if self._stopping is not None:
            return None
        self._summary.pushes += 1
        engine = self._engine
        sending = engine.again(before, number, before.delivery + 1) if before else engine.prepare(shot, number)
        return await send(sending, self._transport, self._plan.policy.deadline, self._sent)

    def _sent(self, exchange: Exchange) -> Awaitable[None] | None:
        self._tell(Sent(exchange))
        return self._safe()

    def _take(self, exchange: Exchange, group: Group, played: Played) -> None:
        """Judge and lint one answer."""
        case, leg = group.case, group.leg
        must = leg is not None and self._plan.expect is Expect.ALL and case.is_user_message
        judgement = self._scorer.take(exchange, played, must_transfer=must)
        if leg is not None and exchange.genuine and case.is_user_message:
            leg.transferred |= judgement.verdict is Verdict.TRANSFERRED
            leg.acknowledged |= judgement.verdict is Verdict.ACKNOWLEDGED

    def _settle(self, group: Group, played: Played) -> None:
        """Count a case and tell of it."""
        is_in_leg = group.leg is not None
        self._scorer.settle(
            group.case.name, group.data if is_in_leg else None, group.mode if is_in_leg else None, played
        )

    def _demand(self, leg: Leg) -> None:
        """At least one user message of a leg must reach the agents, unless nothing was demanded."""
        if self._plan.expect is not Expect.ANY or not (leg.transferred or leg.acknowledged):
            return
        name = f"{leg.mode} {leg.data}" if len(self._plan.modes) > 1 else leg.data
        problem = rule("KF403").finding(
            Text(
                f"no user message in {name} was transferred: each was acknowledged, and nobody gets it",
                f"{name} 格式的用户消息一条也没有转发：都只是确认收到，没有人会看到",
            )
        )
        never = demand(self._summary, self._selection, self._used, problem, is_met=leg.transferred)
        if never is not None:
            self._tell(Found(never))

    def _must_stop(self) -> bool:
        down = self._summary.is_down
        if not down and not (self._plan.stop_at_first and self._summary.failed):
            return False
        for group in self._waiting:
            self._skip(group, DOWN if down else FIRST_FAILURE)
        return True

    def _skip(self, group: Group, why: Text) -> None:
        self._summary.skipped += 1
        name = f"{group.mode} {group.data}" if len(self._plan.modes) > 1 else group.data
        self._tell(Skipped(f"{group.case.name} {name}", why))


DOWN = Text("the handler could not be reached", "无法连接处理程序")
FIRST_FAILURE = Text("stopped at the first failure", "已在第一个失败处停止")
_PLAINTEXT_REFUSED = Text("the handler refuses plaintext pushes", "处理程序拒绝明文推送")
_NOT_SPOKEN = {data: Text(f"the handler does not speak {data}", f"处理程序不支持 {data} 格式") for data in DataFormat}
