"""Play stories, such as those of the standard suite, against one handler."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import Found, Listener, Sent, Skipped
from wxkf_cli.simulate.chaos import Chaos
from wxkf_cli.simulate.clock import Clock, VirtualClock, system_clock
from wxkf_cli.simulate.engine import Engine, Sender
from wxkf_cli.simulate.storywalk import has_user_messages, is_cyclic, size
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial import notes
from wxkf_cli.trial.counting import demand, note_unused
from wxkf_cli.trial.course import Course
from wxkf_cli.trial.delivering import Stage, together
from wxkf_cli.trial.plan import Group, Plan, begun_with, groups_of, left_out, openers_of
from wxkf_cli.trial.played import Leg, Played
from wxkf_cli.trial.resuming import NotPlayed, Past
from wxkf_cli.trial.scoring import Scorer, Settling, exit_code_of, nothing_left_behind
from wxkf_cli.trial.storyplay import Playing
from wxkf_cli.trial.witnessing import Watch, untold
from wxkf_cli.vocab.catalog import USER_MESSAGES
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.terms import DataFormat, Mode, Text
from wxkf_cli.wechat.delivery import Delivery
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.verdict import Judgement, Verdict
from wxkf_cli.wire.exchange import Exchange


class Trial(Course):
    """One trial of one handler; `run` it once.

    Args:
        plan: What to play.
        sender: Who pushes.
        host: What the Host header says.
        transport: Delivers pushes.
        tell: Is told of everything.
        seed: For ids and nonces.
        redact: Masks secrets in what the handler gave back.
        past: What was played of it before; None for a new trial.
        safe: Called when a push is about to leave and was told of; what it returns is waited for.
        watch: Asks a witness whether the handler acts twice; None for nobody.
        settle: Waits for what the handler still does when all is answered; gives what is wrong with its end.
        clock: The real time, seconds since the epoch; story time begins with it, and signatures are of it.
        first: Which push its first one is; what chaos hits follows from these numbers.
    """

    def __init__(
        self,
        plan: Plan,
        sender: Sender,
        host: str,
        transport: Transport,
        tell: Listener,
        *,
        seed: int = 0,
        redact: Redact = str,
        past: Past | None = None,
        safe: Callable[[], Awaitable[None] | None] = lambda: None,
        watch: Watch | None = None,
        settle: Settling = nothing_left_behind,
        clock: Clock = system_clock,
        first: int = 1,
    ) -> None:
        self._scorer = Scorer(Setting(plan.policy, seal=sender.seal), plan.selection, tell, redact)
        super().__init__(self._scorer.summary, tell)
        self._plan = plan
        self._has_modes = len(plan.modes) > 1
        self._sender, self._host, self._transport = sender, host, transport
        self._seed = seed
        self._past = past
        self._safe = safe
        self._settle_handler = settle
        self._clock = clock
        self._watch = watch
        self._chaos = Chaos(plan.chaos, seed) if plan.chaos else None
        self._waiting: list[Group] = []
        self._number = first
        self._next_push_at = 0.0

    async def _play(self) -> int:
        self._waiting = groups_of(self._plan)
        if self._watch is not None:
            await self._watch.begin()
        await self._play_all()
        self._scorer.passed_over()
        await self._scorer.ended(self._settle_handler)
        if self._watch is not None:
            for finding in await self._watch.ended():
                self._scorer.note(finding)
            if self._watch.untold:
                self._skipped("KF408 acted-twice", untold(self._watch))
        if self._plan.is_whole and not self._waiting:
            note_unused(self._summary, self._plan.selection, self._scorer.used, self._tell, in_files=False)
        return exit_code_of(self._summary)

    async def _play_all(self) -> None:
        for story, why in left_out(self._plan):
            self._skipped(story.name, why)
        while self._waiting and self._waiting[0].leg is None:
            group = self._waiting.pop(0)
            self._settle(group, await self._played(group))
            if self._must_stop():
                return
        for mode in self._plan.modes:
            if await self._play_mode(mode):
                return

    async def _play_mode(self, mode: Mode) -> bool:
        """Play the legs of a mode; returns whether the trial must stop."""
        groups = [group for group in self._waiting if group.mode is mode]
        openers = openers_of(self._plan, groups)
        begun = begun_with(groups) + openers if openers else []
        self._waiting = [group for group in self._waiting if group not in begun]
        unspoken = await self._open(begun, openers)
        if self._must_stop():
            return True
        for group in [each for each in self._waiting if each.mode is mode]:
            self._waiting.remove(group)
            if group.data in unspoken:
                self._skip(group, notes.NOT_SPOKEN[group.data])
                continue
            played = await self._played(group)
            # Plaintext pushes are owed an answer only where that mode was named.
            if group.story.mixes_modes and played.refused and Mode.PLAINTEXT not in self._plan.modes:
                self._skip(group, notes.PLAINTEXT_REFUSED)
                continue
            self._settle(group, played)
            if self._must_stop():
                return True
        for leg in {id(group.leg): group.leg for group in groups}.values():
            if leg is not None and leg.data not in unspoken:
                self._demand(leg)
        return False

    async def _open(self, begun: list[Group], openers: list[Group]) -> set[DataFormat]:
        """Play what a mode begins with, the openers last; returns the formats that are not spoken while another is."""
        played: list[tuple[Group, Played]] = []
        try:
            for group in begun:
                played.append((group, await self._played(group)))
        except (asyncio.CancelledError, NotPlayed):
            for group, result in played:
                if (result.spoken or group not in openers) and group.story in self._plan.stories:
                    self._settle(group, result)
            raise
        spoken = {group.data for group, result in played if group in openers and result.spoken}
        unspoken = {group.data for group in openers} - spoken if spoken else set()
        for group, result in played:
            if group.data in unspoken:
                if group in openers:
                    one = notes.one_data_format(group.data, next(iter(spoken)), group.mode if self._has_modes else None)
                    self._scorer.note(one)
                self._skip(group, notes.NOT_SPOKEN[group.data])
            elif group.story in self._plan.stories:
                self._settle(group, result)
        return unspoken

    async def _played(self, group: Group) -> Played:
        """Play a story, as often as is planned; what it gave is not yet settled, unless it was broken off."""
        steps, played = group.story.steps, self._scorer.opened()
        try:
            if self._plan.count is None or not has_user_messages(steps):
                await self._play_many(group, played, 1, 1)
            elif is_cyclic(steps):
                playing = self._playing(group, self._plan.count)
                try:
                    await playing.cycle(self._plan.count, self._plan.concurrency)
                finally:
                    played.absorb(playing.played)
            else:
                await self._play_many(group, played, self._plan.count, self._plan.concurrency)
            self.check_going()
        except (asyncio.CancelledError, NotPlayed):
            if played.pushes:
                self._settle(group, played, is_broken_off=True)
            raise
        return played

    async def _play_many(self, group: Group, played: Played, count: int, workers: int) -> None:
        """Play a story again and again, so many at a time, each with users of its own."""
        pushes = size(group.story.steps, self._plan.texts, pushing=True)
        playings = (self._playing(group, pushes, copy) for copy in range(count))
        left_out: list[Text] = []

        async def work() -> None:
            for playing in playings:
                try:
                    await playing.play()
                finally:
                    played.absorb(playing.played)
                if playing.left_out is not None:
                    left_out.append(playing.left_out)

        await together([work() for _ in range(workers)])
        if left_out and not played.is_void:
            self._skip(group, left_out[0])

    def _playing(self, group: Group, pushes: int, copy: int = 0) -> Playing:
        """One playing of a story that makes so many pushes at most; they are numbered in a row."""
        plan, story, leg, clock = self._plan, group.story, group.leg, VirtualClock(self._clock())
        seed = self._seed if story.seed is None else story.seed
        stage = Stage(
            Engine(self._sender, host=self._host, clock=clock, seed=seed, wall=self._clock),
            clock,
            self._transport,
            self._scorer,
            partial(self._take, leg),
            self._sent,
            self._sender.openid,
            plan.texts,
            story.policy(plan.policy),
            plan.seats if story.seats is None else story.seats,
            self._past,
            self._chaos,
            self._watch,
        )
        first, self._number = self._number, self._number + pushes
        return Playing(story, group.mode, group.data, stage, first=first, copy=copy)

    def _take(
        self,
        leg: Leg | None,
        exchange: Exchange,
        played: Played,
        *,
        is_old: bool = False,
        delivery: Delivery | None = None,
    ) -> Judgement:
        """Judge and lint one answer."""
        push = exchange.push
        is_user_message = leg is not None and push is not None and exchange.genuine and push.kind.name in USER_MESSAGES
        must = is_user_message and self._plan.expect is Expect.ALL
        judgement = self._scorer.take(exchange, played, must_transfer=must, is_old=is_old, delivery=delivery)
        if leg is not None and is_user_message:
            leg.transferred |= judgement.verdict is Verdict.TRANSFERRED
            leg.acknowledged |= judgement.verdict is Verdict.ACKNOWLEDGED
        return judgement

    def _sent(self, exchange: Exchange) -> Awaitable[None] | None:
        self.check_going()
        if self._plan.pace is not None:
            return self._sent_in_turn(exchange, self._plan.pace)
        return self._left(exchange)

    async def _sent_in_turn(self, exchange: Exchange, pace: float) -> None:
        loop = asyncio.get_running_loop()
        at = max(self._next_push_at, loop.time())
        self._next_push_at = at + 1 / pace
        await asyncio.sleep(at - loop.time())
        self.check_going()
        safe = self._left(exchange)
        if safe is not None:
            await safe

    def _left(self, exchange: Exchange) -> Awaitable[None] | None:
        self._summary.pushes += 1
        self._tell(Sent(exchange))
        return self._safe()

    def _settle(self, group: Group, played: Played, *, is_broken_off: bool = False) -> None:
        """Count a case and tell of it; one that nothing could be judged of is skipped."""
        if played.is_void and not is_broken_off:
            self._skip(group, notes.VOID)
            return
        is_in_leg = group.leg is not None
        data, mode = (group.data, group.mode) if is_in_leg else (None, None)
        self._scorer.settle(group.story.name, data, mode, played, is_broken_off=is_broken_off)

    def _demand(self, leg: Leg) -> None:
        """At least one user message of a leg must reach the agents, unless nothing was demanded."""
        if self._plan.expect is not Expect.ANY or not (leg.transferred or leg.acknowledged):
            return
        problem = notes.never_transferred(self._name_of(leg.mode, leg.data))
        never = demand(self._summary, self._plan.selection, self._scorer.used, problem, is_met=leg.transferred)
        if never is not None:
            self._tell(Found(never))

    def _must_stop(self) -> bool:
        down = self._summary.is_down
        if not down and not (self._plan.stop_at_first and self._summary.failed):
            return False
        for group in self._waiting:
            self._skip(group, notes.DOWN if down else notes.FIRST_FAILURE)
        return True

    def _skip(self, group: Group, why: Text) -> None:
        self._skipped(f"{group.story.name} {self._name_of(group.mode, group.data)}", why)

    def _skipped(self, what: str, why: Text) -> None:
        self._summary.skipped += 1
        self._tell(Skipped(what, why))

    def _name_of(self, mode: Mode, data: DataFormat) -> str:
        return f"{mode} {data}" if self._has_modes else data
