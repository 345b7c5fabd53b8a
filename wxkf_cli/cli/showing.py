"""Show a recorded run as it was shown while it went on."""

from dataclasses import replace

from wxkf_cli.cli.choosing import ChoiceOptions, as_recorded, chosen_findings
from wxkf_cli.cli.conforming import is_conformance, recorded_suite
from wxkf_cli.cli.playing import Show
from wxkf_cli.cli.reports import Making, from_root, writing
from wxkf_cli.cli.resuming import recorded_plan, recorded_route, say
from wxkf_cli.cli.sealing import SealOptions, opener_of, secrets_of
from wxkf_cli.cli.views import both, view
from wxkf_cli.errors import UsageError
from wxkf_cli.report.event import CaseDone, Started
from wxkf_cli.report.simulation import SimulationText
from wxkf_cli.report.terminal import Terminal
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.trial import runs
from wxkf_cli.trial.conformance_plan import ConformancePlan
from wxkf_cli.trial.conformance_showing import show_suite
from wxkf_cli.trial.course import CLOSED_PIPE
from wxkf_cli.trial.notes import OVER_SEVERAL
from wxkf_cli.trial.pathcheck import with_path_check
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.resuming import Past
from wxkf_cli.trial.runlock import holder_of
from wxkf_cli.trial.showing import show
from wxkf_cli.trial.wholeness import is_whole_case
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import SEALED_MODES
from wxkf_cli.wire.commandline import command_line
from wxkf_cli.wire.escape import Redactor, safe

#: Exit codes above this are 128 and the number of a signal.
_BY_SIGNAL = 128


async def show_run(name: str, secrets: SealOptions, settings: Settings, shown: Show) -> int:
    """Show it; returns the exit code that the run ended with.

    Args:
        name: Which run.
        secrets: What opens what was sealed, as given.
        settings: What the environment and the file say; which findings count is theirs.
        shown: How it is shown.

    Raises:
        UsageError: There is no such record, it is none, or what was sealed in it cannot be opened.
    """
    past = Past(runs.find(name), only=True)
    say(tuple(past.notices))
    selection = chosen_findings(as_recorded(ChoiceOptions(), past.settings), settings)
    plan: Plan | ConformancePlan
    plan, seed = recorded_suite(past, selection) if is_conformance(past) else recorded_plan(past, selection)
    policy = Policy(tuple(past.settings.get("accept_status", (200,))), float(past.settings.get("deadline", 5.0)))
    plan = replace(plan, policy=policy)
    seal = opener_of(None, secrets, settings) if set(plan.modes) & set(SEALED_MODES) else None
    if seal is None and set(plan.modes) & set(SEALED_MODES):
        message = f"the pushes of {safe(past.path.stem)} are sealed"
        raise UsageError(message, "set WXKF_TOKEN, WXKF_AES_KEY and WXKF_APPID to what they were sealed with")
    past.seal = seal
    token = settings.pick("token", secrets.token, "")
    redact = Redactor(secrets_of(token, seal)) if token else str
    terminal = Terminal()
    newest = runs.all_runs()[-1:]

    def reproducer(event: CaseDone) -> list[str]:
        named = [] if past.path in newest else [runs.name_of(past.path)]
        is_whole = isinstance(plan, Plan) and is_whole_case(event, plan)
        if is_whole or not OVER_SEVERAL.isdisjoint(event.codes):
            return ["wxkf", "replay", *named]
        if event.check:
            return ["wxkf", "replay", *named, event.check]
        wrong = [each.exchange for each in event.findings if each.exchange and plan.selection.fails(each.severity)]
        return ["wxkf", "replay", *named, *dict.fromkeys(wrong[:3])]

    def text(width: int | None) -> SimulationText:
        gate = plan.selection.fail_on
        return SimulationText(
            shown.language, width, verbose=shown.verbose, quiet=shown.quiet, reproducer=reproducer, gate=gate
        )

    making = Making(text, shown.language, policy, redact, from_root(str(past.path)), plan.selection.fail_on)
    with writing(shown.reports, making) as reports:
        tell = both(*reports, view(shown.output, making, terminal))
        tell(Started(past.target, past.settings))
        if isinstance(plan, ConformancePlan):
            summary = await show_suite(past, plan, Sender(token, seal), tell, redact)
        else:
            sender = Sender(token, seal, route=recorded_route(past))
            summary = await show(past, with_path_check(plan, sender.route), sender, seed, tell, redact)
    say(_of_its_end(past, summary.exit_code))
    return summary.exit_code


def _of_its_end(past: Past, code: int) -> tuple[str, ...]:
    """What is to be said of a run that did not come to its end; nothing of one that did."""
    holder = holder_of(past.path)
    if holder is not None:
        return (f"the run goes on: process {holder.pid} is writing it",)
    resume = f"{command_line(['wxkf', 'simulate', '--resume', safe(runs.name_of(past.path))])} goes on"
    if past.summary is None:
        doubtful = f"{past.doubtful} push{'es' if past.doubtful != 1 else ''}"
        left = f", and {doubtful} in doubt" if past.doubtful else ""
        return (f"the record ends here, before the run did{left}; {resume}",)
    if code > _BY_SIGNAL:
        why = "its output was closed" if code == CLOSED_PIPE else "it was interrupted"
        return (f"the run ended before its time: {why}; {resume}",)
    return ()
