"""Play one story against one handler: users, agents, time and faults, step by step.

Story time is virtual: it moves by what a delivery took and by what the story says, and nobody waits for it.
"""

from collections.abc import Iterator
from itertools import count, cycle, islice

from wxkf_cli.simulate.shot import Shot
from wxkf_cli.simulate.story import (
    DEFAULT_USER,
    NOTHING_EXPECTED,
    Advance,
    Agent,
    Check,
    Disturb,
    Does,
    Expectation,
    Fault,
    Say,
    Story,
    Verify,
    openid_of,
)
from wxkf_cli.simulate.storywalk import Turn, walk
from wxkf_cli.trial.delivering import Stage, deliver, together
from wxkf_cli.trial.expecting import Came, Demand, demands, lacking
from wxkf_cli.trial.notes import VOID
from wxkf_cli.trial.played import is_void
from wxkf_cli.vocab.terms import DataFormat, Mode, Text
from wxkf_cli.wechat.platform import Platform
from wxkf_cli.wechat.session import Impossible
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.exchange import Exchange
from wxkf_cli.wire.paths import safe_path

_ENTERS = "user_enter_tempsession"


class Playing:
    """One playing of one story, in one mode and data format.

    Args:
        story: Which.
        mode: In which encryption mode.
        data: In which data format, unless a step says otherwise.
        stage: What it is played with.
        first: Which push of the run its first one is, from 1; the others follow, one for each step that may push.
        copy: How many of the same were begun before: each has users of its own.

    Attributes:
        platform: How users and agents stand.
        played: What it gave, not yet settled.
        left_out: Why the rest was not played; None where it was.
    """

    def __init__(
        self, story: Story, mode: Mode, data: DataFormat, stage: Stage, *, first: int = 1, copy: int = 0
    ) -> None:
        self.platform = Platform(stage.policy, seats=stage.seats)
        self.played = stage.scorer.opened()
        self.left_out: Text | None = None
        self._story = story
        self._mode = mode
        self._data = data
        self._stage = stage
        self._copy = copy
        self._numbers = count(first)
        self._waiting: tuple[Fault, ...] = ()
        self._came = Came()
        self._pushed_last: str | None = None
        self._user = DEFAULT_USER
        self._is_void = False

    async def play(self) -> None:
        """Play it once.

        It ends early where the handler cannot be reached, where an agent should do what cannot be done, and where what
        the rest needs has not come.
        """
        for turns in _overlapping(walk(self._story, self._stage.texts)):
            try:
                came = await together([self._happens(turn, self._number_for(turn)) for turn in turns])
            except Impossible as error:
                turn, user = next((turn, turn.step.user) for turn in turns if isinstance(turn.step, Agent))
                if self._is_void:
                    self.left_out = VOID
                else:
                    self._lacks(turn, Demand(False, error.of(quoted(user, 64))))
                return
            if self._stage.scorer.summary.is_down:
                return
            for turn, each in zip(turns, came, strict=True):
                if each is not None:
                    self._came = each
                    self._pushed_last = each.exchange or self._pushed_last
                    self._is_void |= each.is_void
                # From a push that is void on, nothing that is demanded can be told of the handler.
                self.left_out = VOID if self._is_void and _demanded(turn) else _unmet(turn, self._came)
                if self.left_out is not None:
                    return
                self._hold(turn)

    async def cycle(self, times: int, workers: int) -> None:
        """Push so many of its messages, one after the other and over again, `workers` at a time.

        For stories whose messages are each for itself (`storywalk.is_cyclic`): nobody waits, and no agent comes.
        """
        turns = islice(cycle(walk(self._story, self._stage.texts)), times)
        summary = self._stage.scorer.summary

        async def work() -> None:
            for turn in turns:
                if isinstance(turn.step, Say):
                    shot = self._shot(turn.step)
                    number = next(self._numbers)
                    sending = self._stage.engine.prepare(shot, number)
                    wrong = self._stage.wrong_with(sending, number)
                    await deliver(sending, number, wrong, self.played, self._stage)
                    if summary.is_down:
                        return

        await together([work() for _ in range(workers)])

    def openid(self, user: str) -> str:
        """The openid of a user of the story."""
        return openid_of(f"{user} {self._copy}") if self._copy else self._story.openid(user, self._stage.openid)

    def _number_for(self, turn: Turn) -> int:
        return next(self._numbers) if isinstance(turn.step, Say | Verify) else 0

    async def _happens(self, turn: Turn, number: int) -> Came | None:
        """Let a step happen; None where it is not one that a push comes of."""
        step, stage = turn.step, self._stage
        if isinstance(step, Say | Agent | Check):
            self._user = step.user
        match step:
            case Say() | Verify():
                return await self._pushed(step, number)
            case Agent():
                act = self.platform.accepts if step.does is Does.ACCEPT else self.platform.closes
                act(self.openid(step.user), stage.clock())
            case Advance():
                stage.clock.elapse(step.seconds)
                self.platform.advance(stage.clock())
            case Disturb():
                self._waiting += step.faults
            case Check():
                pass
        return None

    async def _pushed(self, step: Say | Verify, number: int) -> Came:
        """A message, an event or a verification, over all its deliveries."""
        stage, platform = self._stage, self.platform
        sending = stage.engine.prepare(self._shot(step), number)
        openid, message = (self.openid(step.user) if isinstance(step, Say) else ""), sending.push
        is_message = isinstance(step, Say) and step.is_user_message
        if message is not None and is_message and not platform.sends(openid, message, stage.clock()):
            return Came()
        if message is not None and message.kind.name == _ENTERS and step.flaw is None:
            platform.enters(openid, stage.clock())
        own = (*self._waiting, *step.faults)
        wrong = stage.wrong_with(sending, number, own)
        self._waiting = ()
        before = self.played.codes.copy()

        def transferred(exchange: Exchange) -> None:
            if is_message and exchange.push is not None:
                platform.transferred(openid, exchange.push, stage.clock())

        exchange, judgement, deliveries, has_notice = await deliver(
            sending, number, wrong, self.played, stage, transferred
        )
        codes = self.played.codes - before
        return Came(
            exchange.id,
            judgement.verdict,
            exchange.answer.elapsed,
            deliveries,
            codes,
            has_notice,
            is_void(exchange),
            is_disturbed=wrong != own,
        )

    def _shot(self, step: Say | Verify) -> Shot:
        if isinstance(step, Verify):
            return Shot(self._story.name, "", self._data, mode=self._mode, flaw=step.flaw)
        return shot_of(step, self._story.name, self.openid(step.user), self._mode, self._data)

    def _hold(self, turn: Turn) -> None:
        """Hold what a step demands against what came of it."""
        expected = _demanded(turn)
        if expected is None:
            return
        user = self.platform.user(self.openid(self._user))
        for demand in demands(expected, self._came, user):
            self._lacks(turn, demand)

    def _lacks(self, turn: Turn, demand: Demand) -> None:
        finding = None
        if not demand.is_met:
            leg = (self._story.name, self._data)
            finding = lacking(leg, _called(turn, self._story), turn.step.place, demand, self._pushed_last)
        self._stage.scorer.demanded(finding, self.played)


def shot_of(step: Say, case: str, openid: str, mode: Mode, data: DataFormat) -> Shot:
    """What a step pushes.

    Args:
        step: Which.
        case: The case that it belongs to.
        openid: That of its user.
        mode: The encryption mode, unless the step has another.
        data: The data format, unless the step has another.
    """
    values = {"FromUserName": openid, **step.values}
    return Shot(
        case,
        step.kind,
        step.data or data,
        values,
        step.mode or mode,
        step.flaw,
        step.content_type,
        step.without,
    )


def _overlapping(turns: Iterator[Turn]) -> Iterator[list[Turn]]:
    """The steps in groups that are under way together."""
    group: list[Turn] = []
    for turn in turns:
        if group and not (isinstance(turn.step, Say | Verify) and turn.step.at_once):
            yield group
            group = []
        group.append(turn)
    if group:
        yield group


def _demanded(turn: Turn) -> Expectation | None:
    """What a step demands; None for nothing."""
    if isinstance(turn.step, Disturb) or turn.step.expect is NOTHING_EXPECTED:
        return None
    return turn.step.expect


def _called(turn: Turn, story: Story) -> Text:
    """What a step is called: by its number, and by its file where that is included."""
    number, file = turn.number, turn.step.place.file
    if file == story.place.file:
        return Text(f"step {number}", f"步骤 {number}")
    return Text(f"step {number} of {safe_path(file)}", f"{safe_path(file)} 的步骤 {number}")


def _unmet(turn: Turn, came: Came) -> Text | None:
    """Why the rest of the story cannot be played; None where it can."""
    needed = turn.step.needs if isinstance(turn.step, Say) else None
    if needed is None or came.verdict is needed:
        return None
    got = came.verdict or "not pushed"
    return Text(
        f"the rest needs step {turn.number} to be {needed}, and it is {got}",
        f"后续步骤需要步骤 {turn.number} 为 {needed}，实际为 {got}",
    )
