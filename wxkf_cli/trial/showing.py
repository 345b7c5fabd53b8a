"""A recorded run, told once more: its answers are judged again, and nothing is pushed."""

from wxkf_cli.errors import UsageError
from wxkf_cli.report.event import Event, Listener, Summary
from wxkf_cli.simulate.engine import Engine
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.resuming import NotPlayed, Past
from wxkf_cli.trial.trial import Trial
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest


async def show(past: Past, plan: Plan, engine: Engine, listener: Listener, redact: Redact = str) -> Summary:
    """Tell of a run as it was told of while it went on, as far as its record goes.

    Args:
        past: The record, read with `only`.
        plan: Its plan.
        engine: What opens what was sealed; it makes no push.
        listener: Is told of everything.
        redact: Masks secrets in what the handler gave back.

    Raises:
        UsageError: The record was made with another suite.
    """
    shown = Summary()

    def tell(event: Event) -> None:
        nonlocal shown
        if isinstance(event, Summary):
            shown = event
            _as_recorded(event, past)
        listener(event)

    trial = Trial(plan, engine, _never, tell, redact, past)
    try:
        return await trial.run()
    except NotPlayed:
        return shown
    except BaseExceptionGroup as group:
        _, others = group.split(NotPlayed)
        if others is not None:
            wrong = others.exceptions[0]
            raise wrong if isinstance(wrong, UsageError) else others from group
        return shown


def _as_recorded(summary: Summary, past: Past) -> None:
    """The time it took and how it ended were then, not now."""
    recorded = past.summary or {}
    elapsed, code = recorded.get("elapsed_ms"), recorded.get("exit_code")
    summary.wall = elapsed / 1000 if isinstance(elapsed, int | float) else 0.0
    summary.exit_code = code if isinstance(code, int) else summary.exit_code


async def _never(_request: PushRequest, _deadline: float) -> Answer:
    return Failure(Outcome.LOCAL_BUG, Phase.LOCAL, 0.0)
