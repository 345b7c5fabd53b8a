"""A recorded run of the conformance suite, told once more: nothing is pushed."""

from pathlib import Path

from wxkf_cli.report.event import Listener, Summary
from wxkf_cli.simulate.canary import Canary
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.trial.conformance_past import ConformancePast
from wxkf_cli.trial.conformance_plan import ConformancePlan
from wxkf_cli.trial.conforming import Conforming
from wxkf_cli.trial.course import Course
from wxkf_cli.trial.recorded_findings import left_then
from wxkf_cli.trial.resuming import Past
from wxkf_cli.trial.showing import never, told_again
from wxkf_cli.wechat.record import Redact


async def show_suite(
    past: Past, plan: ConformancePlan, sender: Sender, listener: Listener, redact: Redact = str
) -> Summary:
    """Tell of a run as it was told of while it went on, as far as its record goes.

    What checks found is told as it stands there: only who asked the questions can judge the answers.

    Args:
        past: The record.
        plan: Its plan.
        sender: Who pushed; its seal opens what was sealed.
        listener: Is told of everything.
        redact: Masks secrets in what the handler gave back.

    Raises:
        UsageError: The record has a line that is none.
    """
    behind = ConformancePast(past, only=True)

    def suite(tell: Listener) -> Course:
        nobody = Canary("", Path())
        return Conforming(
            plan,
            sender,
            never,
            tell,
            nobody,
            host="",
            clock=lambda: 0.0,
            seed=0,
            redact=redact,
            settle=left_then(past),
            past=behind,
        )

    return await told_again(suite, past, listener)
