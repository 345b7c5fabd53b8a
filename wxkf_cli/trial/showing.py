"""A recorded run, told once more: its answers are judged again, and nothing is pushed."""

from collections.abc import Callable

from wxkf_cli.report.event import Event, Listener, Summary
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.trial.calling import with_calls
from wxkf_cli.trial.course import Course
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.recorded_findings import WatchedThen, left_then
from wxkf_cli.trial.resuming import WITNESS, WITNESSED, NotPlayed, Past
from wxkf_cli.trial.trial import Trial
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest


async def show(past: Past, plan: Plan, sender: Sender, seed: int, listener: Listener, redact: Redact = str) -> Summary:
    """Tell of a run as it was told of while it went on, as far as its record goes.

    Args:
        past: The record, read with `only`.
        plan: Its plan.
        sender: Who pushed; its seal opens what was sealed.
        seed: Of the run.
        listener: Is told of everything.
        redact: Masks secrets in what the handler gave back.

    Raises:
        UsageError: The record was made with another suite.
    """
    then = WatchedThen(past) if WITNESS in past.settings or past.findings(WITNESSED) else None

    def trial(tell: Listener) -> Course:
        return Trial(
            plan,
            sender,
            "",
            never,
            with_calls(tell, past=past),
            seed=seed,
            redact=redact,
            past=past,
            watch=then,
            settle=left_then(past),
        )

    return await told_again(trial, past, listener)


async def told_again(course: Callable[[Listener], Course], past: Past, listener: Listener) -> Summary:
    """Run what a record is of, as far as it goes; the figures that were recorded are the last event.

    Args:
        course: Given whom to tell, what is run: it pushes nothing, and raises NotPlayed where the record ends.
        past: The record.
        listener: Is told of everything.
    """
    shown = Summary()

    def tell(event: Event) -> None:
        nonlocal shown
        if isinstance(event, Summary):
            shown = event
            _as_recorded(event, past)
        listener(event)

    try:
        return await course(tell).run()
    except NotPlayed:
        return shown


def _as_recorded(summary: Summary, past: Past) -> None:
    """The time it took and how it ended were then, not now."""
    recorded = past.summary or {}
    elapsed, code = recorded.get("elapsed_ms"), recorded.get("exit_code")
    summary.wall = elapsed / 1000 if isinstance(elapsed, int | float) else 0.0
    summary.exit_code = code if isinstance(code, int) else summary.exit_code


async def never(_request: PushRequest, _deadline: float) -> Answer:
    """A transport that nothing is given to."""
    return Failure(Outcome.LOCAL_BUG, Phase.LOCAL, 0.0)
