"""From the events of a trial to stdout and the record: which views there are is an option."""

from wxkf_cli.report import machine
from wxkf_cli.report.event import Event, Listener, Sent
from wxkf_cli.report.line import line
from wxkf_cli.report.lint_text import LintText
from wxkf_cli.report.simulation import SimulationText
from wxkf_cli.report.terminal import Terminal
from wxkf_cli.trial.runfile import RunFile
from wxkf_cli.vocab.choices import Output
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import Language
from wxkf_cli.wechat.record import Redact


def view(output: Output, text: SimulationText, terminal: Terminal, policy: Policy, redact: Redact) -> Listener:
    """What shows a trial on stdout."""
    if output is Output.TEXT:
        return _text_view(text, terminal)
    return _machine_view(output, terminal, policy, redact)


def _machine_view(output: Output, terminal: Terminal, policy: Policy, redact: Redact) -> Listener:
    whole = machine.WholeJson(policy, redact)

    def as_json(event: Event) -> None:
        shown = whole.take(event)
        if shown is not None:
            terminal.print(line(shown))

    def as_ndjson(event: Event) -> None:
        for shown in machine.ndjson(event, policy, redact):
            terminal.print(line(shown))

    return as_json if output is Output.JSON else as_ndjson


def _text_view(text: SimulationText, terminal: Terminal) -> Listener:
    pushes = 0

    def as_text(event: Event) -> None:
        nonlocal pushes
        if isinstance(event, Sent):
            pushes += 1
            terminal.progress(f"  ...   {event.exchange.case} {event.exchange.data or ''}  push {pushes}")
        for shown in text.lines(event):
            terminal.print(shown)

    return as_text


def recorder(run: RunFile, policy: Policy, redact: Redact) -> Listener:
    """What writes a trial into its record."""

    def record(event: Event) -> None:
        for shown in machine.ndjson(event, policy, redact):
            run.write(shown)

    return record


def both(*listeners: Listener) -> Listener:
    """One listener that tells several, the record first."""

    def tell(event: Event) -> None:
        for listener in listeners:
            listener(event)

    return tell


def lint_view(output: Output, language: Language, policy: Policy, redact: Redact) -> Listener:
    """What shows the linting of captures on stdout."""
    terminal = Terminal()
    if output is not Output.TEXT:
        return _machine_view(output, terminal, policy, redact)
    text = LintText(language, terminal.width, redact)

    def as_text(event: Event) -> None:
        for shown in text.lines(event):
            terminal.print(shown)

    return as_text
