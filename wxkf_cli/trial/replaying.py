"""Push again what a run recorded, and judge the answers of now."""

import asyncio
import re
from collections.abc import Sequence

from wxkf_cli.errors import UsageError
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import Listener, Sent, Skipped
from wxkf_cli.simulate.engine import Engine, send
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.course import Course
from wxkf_cli.trial.notes import VOID
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.resuming import Past
from wxkf_cli.trial.scoring import Scorer, Settling, exit_code_of, nothing_left_behind
from wxkf_cli.vocab.catalog import USER_MESSAGES
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wire.escape import quoted, safe
from wxkf_cli.wire.exchange import Exchange

_IDS = re.compile(r"e([1-9][0-9]{0,11})(?:\.\.e?([1-9][0-9]{0,11}))?\Z")


def is_ids(word: str) -> bool:
    """Whether a word names exchanges, as `e12` or `e12..e20` do."""
    return _IDS.match(word) is not None


def chosen(words: Sequence[str], past: Past) -> tuple[int, ...]:
    """The exchanges that words name, in their order.

    Raises:
        UsageError: One of them is not in the record with an answer.
    """
    known = past.numbers
    found: dict[int, None] = {}
    for word in words:
        match = _IDS.match(word)
        assert match is not None  # noqa: S101 - the caller asked
        first, last = int(match[1]), int(match[2] or match[1])
        numbers = [each for each in known if first <= each <= last]
        if not numbers:
            message = f"{safe(past.path.stem)} has no exchange {quoted(word)} with an answer"
            raise UsageError(message, f"it has e{known[0]} to e{known[-1]}" if known else "it has none at all")
        found.update(dict.fromkeys(numbers))
    return tuple(found)


class Replay(Course):
    """Pushes again, one after the other; `run` it once.

    Args:
        plan: That of the record: what is demanded, and how fast.
        engine: Signs and seals anew.
        transport: Delivers.
        past: The record.
        numbers: The pushes, by their numbers.
        listener: Is told of everything.
        redact: Masks secrets in what the handler gave back.
        settle: Waits for what the handler still does when all is answered; gives what is wrong with its end.
    """

    def __init__(
        self,
        plan: Plan,
        engine: Engine,
        transport: Transport,
        past: Past,
        numbers: Sequence[int],
        listener: Listener,
        redact: Redact = str,
        settle: Settling = nothing_left_behind,
    ) -> None:
        self._scorer = Scorer(Setting(plan.policy, seal=engine.seal), plan.selection, listener, redact)
        super().__init__(self._scorer.summary, listener)
        self._plan = plan
        self._engine = engine
        self._transport = transport
        self._past = past
        self._numbers = numbers
        self._settle_handler = settle

    async def _play(self) -> int:
        for place, number in enumerate(self._numbers):
            if place and self._plan.pace is not None:
                await asyncio.sleep(1 / self._plan.pace)
            self.check_going()
            before = self._past.exchange(number)
            if before is not None:
                await self._push(before, number)
            if self._summary.is_down:
                break
        self.check_going()
        await self._scorer.ended(self._settle_handler)
        return exit_code_of(self._summary)

    async def _push(self, before: Exchange, number: int) -> None:
        sending = self._engine.again(before, number, before.delivery)
        exchange = await send(sending, self._transport, self._plan.policy.deadline, self._sent)
        played = self._scorer.opened()
        self._scorer.take(exchange, played, must_transfer=must_transfer(exchange, self._plan))
        if played.is_void:
            self._summary.skipped += 1
            self._tell(Skipped(f"{exchange.id} {exchange.case}", VOID))
            return
        is_alone = exchange.is_verification
        self._scorer.settle(
            exchange.case, None if is_alone else exchange.data, None if is_alone else exchange.mode, played
        )

    def _sent(self, exchange: Exchange) -> None:
        self._summary.pushes += 1
        self._tell(Sent(exchange))


def must_transfer(exchange: Exchange, plan: Plan) -> bool:
    """Whether a plan demands of every such push that it is transferred."""
    push = exchange.push
    is_user_message = push is not None and exchange.genuine and push.kind.name in USER_MESSAGES
    return is_user_message and plan.expect is Expect.ALL
