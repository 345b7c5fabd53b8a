"""Play stories against one handler: each in every mode and data format that it is for."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence

from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import Listener, Sent, Skipped, Summary
from wxkf_cli.simulate.clock import VirtualClock, system_clock
from wxkf_cli.simulate.engine import Engine, Sender, send
from wxkf_cli.simulate.story import Story
from wxkf_cli.simulate.suite import OPENING, Shot
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.counting import note, note_unused
from wxkf_cli.trial.notes import one_data_format
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.played import Played
from wxkf_cli.trial.scoring import Scorer, exit_code_of
from wxkf_cli.trial.storyplay import Stage, play
from wxkf_cli.trial.trial import DOWN, FIRST_FAILURE, GRACE_SECONDS
from wxkf_cli.vocab.terms import DataFormat, Mode, Text
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wire.exchange import Exchange

_OTHER_MODE = Text("the story is for another mode", "该故事适用于其他加密模式")


class StoryTrial:
    """One trial of one handler by stories; `run` it once.

    Args:
        plan: Modes, formats, texts, policy, selection; its cases are not played.
        stories: What is played, in order.
        sender: Who pushes.
        host: What the Host header says.
        transport: How pushes travel.
        tell: Who is told.
        redact: Masks secrets in messages.
        seed: For ids and nonces.
        seats: How many sessions agents accept by themselves, where a story does not say.
        safe: What a push waits for after it was told of; nothing without it.
    """

    def __init__(
        self,
        plan: Plan,
        stories: Sequence[Story],
        sender: Sender,
        host: str,
        transport: Transport,
        tell: Listener,
        *,
        redact: Redact = str,
        seed: int = 0,
        seats: int = 0,
        safe: Callable[[], Awaitable[None] | None] = lambda: None,
    ) -> None:
        self._plan = plan
        self._stories = stories
        self._sender = sender
        self._transport = transport
        self._tell = tell
        self._seats = seats
        self._safe = safe
        self._clock = VirtualClock(system_clock())
        self._engine = Engine(sender, host=host, clock=self._clock, seed=seed, wall=system_clock)
        self._setting = Setting(plan.policy, seal=sender.seal)
        self._scorer = Scorer(self._setting, plan.selection, tell, redact)
        self._stopping: int | None = None
        self._task: asyncio.Task[object] | None = None

    async def run(self) -> Summary:
        """Play everything; the summary is also the last event."""
        loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        summary, started = self._scorer.summary, loop.time()
        summary.exit_code = 4  # until it is known better: a run that breaks must not look like a good one
        try:
            await self._play()
            note_unused(summary, self._plan.selection, self._scorer.used, self._tell, in_files=False)
            summary.exit_code = exit_code_of(summary)
        except asyncio.CancelledError as error:
            summary.exit_code = 128 + (self._stopping or (error.args[0] if error.args else signal.SIGINT))
            raise
        finally:
            self._task = None
            summary.wall = loop.time() - started
            self._tell(summary)
        return summary

    def wind_down(self, number: int) -> None:
        """Push nothing more, give what is in flight a second, and end as if cancelled by that signal."""
        self._stopping = number
        asyncio.get_running_loop().call_later(GRACE_SECONDS, self._give_up)

    def _give_up(self) -> None:
        if self._task is not None:
            self._task.cancel(self._stopping)

    async def _play(self) -> None:
        summary = self._scorer.summary
        for mode in self._plan.modes:
            spoken = await self._spoken(mode)
            for place, story in enumerate(self._stories):
                if not story.is_for(mode, self._plan.modes):
                    self._skip(story, mode, _OTHER_MODE)
                    continue
                for data in self._formats(story, spoken):
                    self._scorer.settle(story.name, data, mode, await self._play_once(story, mode, data))
                    down = summary.is_down
                    if down or (self._plan.stop_at_first and summary.failed):
                        for other in self._stories[place + 1 :]:
                            self._skip(other, mode, DOWN if down else FIRST_FAILURE)
                        return

    def _formats(self, story: Story, spoken: Sequence[DataFormat]) -> Sequence[DataFormat]:
        """A story that names its formats demands them, unless the run demands others."""
        if not story.formats:
            return spoken
        return [each for each in story.formats if each in spoken] or spoken

    async def _play_once(self, story: Story, mode: Mode, data: DataFormat) -> Played:
        stage = Stage(
            self._engine,
            self._clock,
            self._transport,
            self._scorer,
            self._sent,
            self._sender.openid,
            self._plan.texts,
            story.policy(self._plan.policy),
            self._seats if story.seats is None else story.seats,
        )
        return await play(story, mode, data, stage)

    async def _spoken(self, mode: Mode) -> Sequence[DataFormat]:
        """The data formats that the handler speaks in a mode; all of the plan's where there is no choice."""
        formats = self._plan.formats
        if self._plan.mandatory or len(formats) == 1:
            return formats
        spoken = [data for data in formats if await self._speaks(mode, data)]
        if len(spoken) != 1:
            return formats
        (silent,) = set(formats) - set(spoken)
        named = mode if len(self._plan.modes) > 1 else None
        one = one_data_format(silent, spoken[0], named)
        note(self._scorer.summary, self._plan.selection, self._scorer.used, one, self._tell)
        return spoken

    async def _speaks(self, mode: Mode, data: DataFormat) -> bool:
        played = self._scorer.opened()
        shot = Shot(OPENING, "text", data, mode=mode)
        deadline = self._plan.policy.deadline
        exchange = await send(self._engine.prepare(shot), self._transport, deadline, self._sent)
        self._scorer.take(exchange, played)
        return played.spoken

    def _sent(self, exchange: Exchange) -> Awaitable[None] | None:
        if self._stopping is not None:
            raise asyncio.CancelledError(self._stopping)
        self._scorer.summary.pushes += 1
        self._tell(Sent(exchange))
        return self._safe()

    def _skip(self, story: Story, mode: Mode, why: Text) -> None:
        self._scorer.summary.skipped += 1
        self._tell(Skipped(f"{story.name} {mode}", why))
