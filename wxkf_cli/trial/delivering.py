"""One push over all its deliveries: what goes wrong on the way, copies at once, answers that are on record already."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate import faults
from wxkf_cli.simulate.chaos import Chaos
from wxkf_cli.simulate.clock import VirtualClock
from wxkf_cli.simulate.engine import Engine, send
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.story import Fault, FaultKind
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.played import Played
from wxkf_cli.trial.resuming import Past
from wxkf_cli.trial.scoring import Scorer
from wxkf_cli.trial.witnessing import Watch
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.wechat.delivery import Delivery, Step, following, is_lost_on_purpose, verdict_for_wechat
from wxkf_cli.wechat.verdict import Judgement, Verdict
from wxkf_cli.wire.exchange import Answer, Exchange, Failure

_T = TypeVar("_T")


class Take(Protocol):
    """Judges and lints one answer, for a case.

    `is_old` where it stands in the record already; `delivery` says which one it is of a push that may come again.
    """

    def __call__(
        self, exchange: Exchange, played: Played, *, is_old: bool = False, delivery: Delivery | None = None
    ) -> Judgement:
        """Take it; returns what becomes of the push."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """What pushes are made and delivered with.

    Attributes:
        engine: Makes pushes; its clock is `clock`.
        clock: Story time.
        transport: How they travel.
        scorer: Keeps the score.
        take: Is given each answer.
        sent: Told of each delivery before its first byte leaves; what it returns is waited for.
        openid: The default user's.
        texts: What users write where the story leaves it to the run.
        policy: The assumptions about WeChat, the story's settings among them.
        seats: How many sessions agents accept by themselves.
        past: What was played of it before; None for a new run.
        chaos: What goes wrong beside what stories say; None for nothing.
        watch: Who is asked whether the handler acts twice; None for nobody.
    """

    engine: Engine
    clock: VirtualClock
    transport: Transport
    scorer: Scorer
    take: Take
    sent: Callable[[Exchange], Awaitable[None] | None]
    openid: str
    texts: Sequence[str]
    policy: Policy
    seats: int = 0
    past: Past | None = None
    chaos: Chaos | None = None
    watch: Watch | None = None

    def wrong_with(self, sending: Exchange, number: int, own: tuple[Fault, ...] = ()) -> tuple[Fault, ...]:
        """What goes wrong with a push, outermost first: `own`, and, unless it is a probe or a GET, what chaos adds."""
        if self.chaos is None or not is_repeated(sending):
            return own
        return self.chaos(number, own)


class Answered(NamedTuple):
    """What came of a push.

    Attributes:
        exchange: Its last delivery.
        judgement: What becomes of that.
        deliveries: How many there were, one after the other.
        has_notice: Whether the user saw the grey notice.
    """

    exchange: Exchange
    judgement: Judgement
    deliveries: int
    has_notice: bool


async def deliver(
    sending: Exchange,
    number: int,
    wrong: Sequence[Fault],
    played: Played,
    stage: Stage,
    transferred: Callable[[Exchange], None] | None = None,
) -> Answered:
    """Deliver a push as often as WeChat does. A probe or a GET is delivered once: nobody repeats these.

    Args:
        sending: As the engine prepared it.
        number: Which push of the run it is.
        wrong: What goes wrong, outermost first.
        played: The case that it counts for.
        stage: What it is delivered with.
        transferred: Called when a delivery was answered by a transfer that WeChat has got.
    """
    if not is_repeated(sending):
        return await _over_deliveries(sending, number, wrong, played, stage, transferred, [])
    came: list[Exchange] = []
    if stage.watch is not None:
        await stage.watch.opened()
    answered = await _over_deliveries(sending, number, wrong, played, stage, transferred, came)
    if len(came) > 1:
        stage.scorer.repeated(came, played)
    if stage.watch is not None:
        finding = await stage.watch.closed(answered.exchange, len(came))
        if finding is not None or (len(came) > 1 and not stage.watch.lost):
            stage.scorer.demanded(finding, played)
    return answered


def is_repeated(sending: Exchange) -> bool:
    """Whether WeChat would deliver it again."""
    return sending.genuine and sending.push is not None


async def _over_deliveries(
    sending: Exchange,
    number: int,
    wrong: Sequence[Fault],
    played: Played,
    stage: Stage,
    transferred: Callable[[Exchange], None] | None,
    came: list[Exchange],
) -> Answered:
    """The deliveries themselves; each answer, those of copies too, is put into `came`."""
    clock, doubtful, is_again = stage.clock, 0, False
    while True:
        sending, skipped = _behind_the_past(sending, number, stage)
        doubtful += skipped
        started, delivery = clock(), sending.delivery - doubtful
        exchange, judgement = await _delivered(sending, number, wrong, delivery, played, stage, came)
        if not is_again and _is_overload(exchange.answer):
            # That says nothing of the handler, nor is it a delivery of WeChat's: it is made again, and only once.
            sending, is_again = _again(exchange, number, stage), True
            doubtful += 1
            continue
        clock.reach(started + exchange.answer.elapsed)
        if transferred is not None and judgement.verdict is Verdict.TRANSFERRED:
            transferred(exchange)
        # Where nobody is there at all, it is not worth three attempts.
        if not is_repeated(sending) or stage.scorer.summary.is_down:
            return Answered(exchange, judgement, delivery, False)
        verdict, policy = _for_wechat(exchange, judgement, stage.policy)
        after = following(verdict, delivery, started, clock(), policy)
        if after.step is not Step.AGAIN:
            return Answered(exchange, judgement, delivery, after.user_sees_notice)
        clock.reach(after.at)
        sending = _again(exchange, number, stage)


def _is_overload(answer: Answer) -> bool:
    return isinstance(answer, Failure) and answer.outcome is Outcome.LOCAL_OVERLOAD


def _again(exchange: Exchange, number: int, stage: Stage) -> Exchange:
    """The next delivery of the same push."""
    if stage.policy.is_signed_anew:
        return stage.engine.again(exchange, number, exchange.delivery + 1)
    return exchange._replace(delivery=exchange.delivery + 1, sent_at=stage.clock())


def _behind_the_past(sending: Exchange, number: int, stage: Stage) -> tuple[Exchange, int]:
    """The delivery that comes behind those that left without an answer being recorded, and how many these are."""
    skipped = 0
    while stage.past is not None and (before := stage.past.before(number, sending)) is not None:
        sending = stage.engine.again(before, number, before.delivery + 1)
        skipped += 1
    return sending, skipped


def _for_wechat(exchange: Exchange, judgement: Judgement, policy: Policy) -> tuple[Verdict, Policy]:
    """What WeChat makes of a delivery; where its answer was taken away, it asks again at once."""
    if is_lost_on_purpose(exchange):
        policy = policy._replace(delivery_spacing=0.0)
    return verdict_for_wechat(exchange, judgement), policy


async def _delivered(
    sending: Exchange,
    number: int,
    wrong: Sequence[Fault],
    delivery: int,
    played: Played,
    stage: Stage,
    came: list[Exchange],
) -> tuple[Exchange, Judgement]:
    """One delivery, with what goes wrong on the way; its copies, if any, are under way at the same time."""
    hitting = [fault for fault in wrong if delivery <= fault.times]
    copies = sum(int(fault.parameters["copies"]) for fault in hitting if fault.kind is FaultKind.DUPLICATE)
    answers = await together([_answered(sending, hitting, number, copy, stage) for copy in range(1 + copies)])
    which = Delivery(delivery, stage.policy) if is_repeated(sending) else None
    judged = [(exchange, stage.take(exchange, played, is_old=is_old, delivery=which)) for exchange, is_old in answers]
    came += [exchange for exchange, _ in answers]
    return judged[0]


async def _answered(
    sending: Exchange, hitting: Sequence[Fault], number: int, copy: int, stage: Stage
) -> tuple[Exchange, bool]:
    """The answer to one delivery, and whether it stands in the record already: then it needs no way to the handler."""
    if stage.past is not None:
        done = stage.past.answered(number, sending, copy)
        if done is not None:
            stage.scorer.summary.pushes += 1
            return done, True
    return await send(sending, through(stage.transport, hitting), stage.policy.deadline, stage.sent), False


async def together(under_way: Sequence[Coroutine[object, object, _T]]) -> list[_T]:
    """What comes of several, begun in their order; where one fails, none is left behind."""
    if len(under_way) == 1:
        return [await under_way[0]]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in under_way]
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    return [task.result() for task in tasks]


def through(transport: Transport, hitting: Sequence[Fault]) -> Transport:
    """The transport with faults on the way, outermost first.

    Raises:
        UsageError: A fault that only wxkf's own wire can make, over another.
    """
    for fault in reversed(hitting):
        measure = fault.parameters
        match fault.kind:
            case FaultKind.DELAY:
                transport = faults.delay(transport, measure["seconds"])
            case FaultKind.DROP_ANSWER:
                transport = faults.drop_answer(transport)
            case FaultKind.RESET:
                transport = faults.reset(_wire(transport, fault), int(measure["after_bytes"]))
            case FaultKind.SLOW_BODY:
                transport = faults.slow_body(_wire(transport, fault), measure["bytes_per_second"])
            case FaultKind.SPLIT:
                transport = faults.split(_wire(transport, fault), int(measure["bytes"]))
            case FaultKind.DUPLICATE:
                pass  # two deliveries, not one delivery in another way
    return transport


def _wire(transport: Transport, fault: Fault) -> Wire:
    if isinstance(transport, Wire):
        return transport
    message = f"the fault {fault.kind} needs wxkf's own wire, innermost"
    raise UsageError(message, "leave --client out, and name it last, and only one of reset, slow-body and split")
