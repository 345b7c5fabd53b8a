"""Play one story against one handler: users, agents, time and faults, step by step.

Story time is virtual: it moves by what a delivery took and by what the story says, and nobody waits for it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate import faults
from wxkf_cli.simulate.clock import VirtualClock
from wxkf_cli.simulate.engine import Engine, send
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.story import (
    DEFAULT_USER,
    Advance,
    Agent,
    Check,
    Disturb,
    Does,
    Fault,
    FaultKind,
    Say,
    Story,
    Verify,
)
from wxkf_cli.simulate.storywalk import Turn, walk
from wxkf_cli.simulate.suite import Shot
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.expecting import Came, Demand, demands, lacking
from wxkf_cli.trial.played import Played
from wxkf_cli.trial.scoring import Scorer
from wxkf_cli.vocab.catalog import USER_MESSAGES
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import DataFormat, Mode, Text
from wxkf_cli.wechat.delivery import Step, following
from wxkf_cli.wechat.platform import Platform
from wxkf_cli.wechat.session import Impossible
from wxkf_cli.wechat.verdict import Judgement, Verdict
from wxkf_cli.wire.exchange import Exchange, Failure

_ENTERS = "user_enter_tempsession"


@dataclass(frozen=True, slots=True)
class Stage:
    """What a story is played with.

    Attributes:
        engine: Makes pushes; its clock is `clock`.
        clock: Story time.
        transport: How they travel.
        scorer: Keeps the score.
        sent: Told of each delivery before its first byte leaves; what it returns is waited for.
        openid: The default user's.
        texts: What users write where the story leaves it to the run.
        policy: The assumptions about WeChat, the story's settings among them.
        seats: How many sessions agents accept by themselves.
    """

    engine: Engine
    clock: VirtualClock
    transport: Transport
    scorer: Scorer
    sent: Callable[[Exchange], Awaitable[None] | None]
    openid: str
    texts: Sequence[str]
    policy: Policy
    seats: int = 0


@dataclass(slots=True)
class _Run:
    """One playing of one story, in one mode and format."""

    story: Story
    mode: Mode
    data: DataFormat
    played: Played
    platform: Platform
    waiting: tuple[Fault, ...] = ()
    came: Came = field(default_factory=Came)
    user: str = DEFAULT_USER


async def play(story: Story, mode: Mode, data: DataFormat, stage: Stage) -> Played:
    """Play a story once; what it gave is counted in the played case, and not yet settled.

    It ends early where the handler cannot be reached, and where an agent should do what cannot be done.
    """
    played = stage.scorer.opened()
    run = _Run(story, mode, data, played, Platform(stage.policy, seats=stage.seats))
    for turns in _overlapping(walk(story, stage.texts)):
        try:
            came = await asyncio.gather(*(_turn(turn, run, stage) for turn in turns))
        except Impossible as error:
            lacks = Demand(False, Text(f"an agent was to act, but {error}", f"客服应当操作，但 {error}"))
            step = turns[0].step
            stage.scorer.demanded(lacking(story.name, turns[0].number, step.place, lacks, run.came.exchange), played)
            return played
        if stage.scorer.summary.is_down:
            return played
        for turn, each in zip(turns, came, strict=True):
            if each is not None:
                run.came = each
            _hold(turn, run, stage)
    return played


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


async def _turn(turn: Turn, run: _Run, stage: Stage) -> Came | None:
    """Let a step happen; None where it is not one that a push comes of."""
    step = turn.step
    if isinstance(step, Say | Agent | Check):
        run.user = step.user
    match step:
        case Say() | Verify():
            return await _pushed(step, run, stage)
        case Agent():
            _agent(step, run, stage)
        case Advance():
            stage.clock.elapse(step.seconds)
            run.platform.advance(stage.clock())
        case Disturb():
            run.waiting += step.faults
        case Check():
            pass
    return None


def _agent(step: Agent, run: _Run, stage: Stage) -> None:
    openid = run.story.openid(step.user, stage.openid)
    act = run.platform.accepts if step.does is Does.ACCEPT else run.platform.closes
    act(openid, stage.clock())


async def _pushed(step: Say | Verify, run: _Run, stage: Stage) -> Came:
    """A message, an event or a verification, over all its deliveries."""
    shot, openid = _shot(step, run, stage)
    sending = stage.engine.prepare(shot)
    message = sending.push
    is_message = message is not None and step.flaw is None and message.kind.name in USER_MESSAGES
    if message is not None and is_message and not run.platform.sends(openid, message, stage.clock()):
        return Came()
    if message is not None and message.kind.name == _ENTERS and step.flaw is None:
        run.platform.enters(openid, stage.clock())
    wrong = (*run.waiting, *step.faults)
    run.waiting = ()
    before, number = run.played.codes.copy(), int(sending.id.removeprefix("e"))
    delivery = 1
    while True:
        started = stage.clock()
        exchange, judgement = await _delivered(sending, wrong, delivery, run, stage)
        stage.clock.reach(started + exchange.answer.elapsed)
        if message is not None and is_message and judgement.verdict is Verdict.TRANSFERRED:
            run.platform.transferred(openid, message, stage.clock())
        verdict, policy = _for_wechat(exchange, judgement, stage.policy)
        after = following(verdict, delivery, started, stage.clock(), policy)
        if after.step is not Step.AGAIN:
            codes = run.played.codes - before
            elapsed = exchange.answer.elapsed
            return Came(exchange.id, judgement.verdict, elapsed, delivery, codes, after.user_sees_notice)
        stage.clock.reach(after.at)
        delivery += 1
        if stage.policy.is_signed_anew:
            sending = stage.engine.again(exchange, number, delivery)
        else:
            sending = exchange._replace(delivery=delivery, sent_at=stage.clock())


def _for_wechat(exchange: Exchange, judgement: Judgement, policy: Policy) -> tuple[Verdict, Policy]:
    """What WeChat makes of a delivery: an answer that was taken away it never got, and it asks again at once."""
    if isinstance(exchange.answer, Failure) and exchange.answer.outcome is Outcome.LOCAL_FAULT:
        return Verdict.UNREACHABLE, policy._replace(delivery_spacing=0.0)
    return judgement.verdict, policy


async def _delivered(
    sending: Exchange, wrong: Sequence[Fault], delivery: int, run: _Run, stage: Stage
) -> tuple[Exchange, Judgement]:
    """One delivery, with what goes wrong on the way; its copies, if any, are under way at the same time."""
    hitting = [fault for fault in wrong if delivery <= fault.times]
    transport = through(stage.transport, hitting)
    copies = sum(int(fault.parameters["copies"]) for fault in hitting if fault.kind is FaultKind.DUPLICATE)
    all_sent = await asyncio.gather(
        *(send(sending, transport, stage.policy.deadline, stage.sent) for _ in range(1 + copies))
    )
    judged = [(exchange, stage.scorer.take(exchange, run.played)) for exchange in all_sent]
    return judged[0]


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


def _shot(step: Say | Verify, run: _Run, stage: Stage) -> tuple[Shot, str]:
    name = run.story.name
    if isinstance(step, Verify):
        return Shot(name, "", run.data, mode=run.mode, flaw=step.flaw), stage.openid
    openid = run.story.openid(step.user, stage.openid)
    values = {"FromUserName": openid, **step.values}
    shot = Shot(
        name,
        step.kind,
        step.data or run.data,
        values,
        step.mode or run.mode,
        step.flaw,
        step.content_type,
        step.without,
    )
    return shot, openid


def _hold(turn: Turn, run: _Run, stage: Stage) -> None:
    """Hold what a step demands against what came of it."""
    step = turn.step
    if isinstance(step, Disturb):
        return
    user = run.platform.user(run.story.openid(run.user, stage.openid))
    for demand in demands(step.expect, run.came, user):
        finding = None
        if not demand.is_met:
            finding = lacking(run.story.name, turn.number, step.place, demand, run.came.exchange)
        stage.scorer.demanded(finding, run.played)
