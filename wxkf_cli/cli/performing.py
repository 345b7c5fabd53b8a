"""What is around every way of playing: views, reports, the record, and the end of all of them."""

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from wxkf_cli.cli.choosing import nothing_left
from wxkf_cli.cli.handler import Handler, unreachable
from wxkf_cli.cli.playing import Show, run_name
from wxkf_cli.cli.reports import Making, from_root, writing
from wxkf_cli.cli.resuming import Resumed
from wxkf_cli.cli.views import both, view
from wxkf_cli.lint.selection import Selection
from wxkf_cli.report.event import CaseDone, Listener, Started, Summary
from wxkf_cli.report.formats import NO_FILE
from wxkf_cli.report.simulation import SimulationText
from wxkf_cli.report.terminal import Terminal
from wxkf_cli.trial.conformance_plan import CheckLeg
from wxkf_cli.trial.recording import Recorder
from wxkf_cli.trial.runfile import RunFile
from wxkf_cli.vocab.policy import Policy


@contextmanager
def performing(
    handler: Handler,
    show: Show,
    policy: Policy,
    selection: Selection,
    described: Mapping[str, Any],
    again: Callable[[CaseDone], list[str]],
    resumed: Resumed | None = None,
    checks: Container[CheckLeg] = (),
) -> Iterator[tuple[Listener, RunFile | None]]:
    """Yields whom to tell of everything, and the record if there is one; the start is told already.

    Args:
        handler: What is played against.
        show: How it is shown and kept.
        policy: The assumptions that outcomes depend on.
        selection: Which findings count.
        described: What the run is made with, without secrets.
        again: From a case that was played, the command that plays it again.
        resumed: The run to go on with; None for a new one.
        checks: The conformance checks whose results that has already.
    """
    terminal = Terminal()
    run = resumed.run if resumed is not None else RunFile(run_name(), sync=show.sync) if show.record else None
    found = resumed.past.found if resumed is not None else ()

    def text(width: int | None) -> SimulationText:
        gate = selection.fail_on
        return SimulationText(show.language, width, verbose=show.verbose, quiet=show.quiet, reproducer=again, gate=gate)

    stand_in = from_root(str(run.path)) if run is not None else NO_FILE
    making = Making(text, show.language, policy, handler.redact, stand_in, selection.fail_on)
    try:
        with writing(show.reports, making) as reports:
            recorded = [Recorder(run, policy, handler.redact, found, checks).take] if run is not None else []
            tell = both(*recorded, *reports, view(show.output, making, terminal))
            tell(Started({"kind": handler.kind, "url": handler.target.url}, described))
            yield tell, run
    finally:
        terminal.progress("")
        if run is not None:
            run.close()


def exit_code(handler: Handler, summary: Summary, selection: Selection) -> int:
    """What the program ends with.

    Raises:
        HandlerDown: No connection was ever made.
        UsageError: The selection left nothing to check.
    """
    if not summary.connected and summary.failure is not None:
        raise unreachable(handler, summary.failure)
    if not summary.checks and not selection.is_everything:
        raise nothing_left()
    return summary.exit_code
