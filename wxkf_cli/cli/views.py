"""From the events of a run to stdout, the record and the reports: which views there are is an option."""

from wxkf_cli.cli.reports import Making, job_summary, report_of, to_stdout
from wxkf_cli.report.event import Event, Listener, Sent
from wxkf_cli.report.formats import harmless_line
from wxkf_cli.report.terminal import Terminal
from wxkf_cli.vocab.choices import Output


def view(output: Output, making: Making, terminal: Terminal) -> Listener:
    """What shows a run on stdout."""
    if output is Output.TEXT:
        return _text_view(making, terminal)
    # The job summary goes first: what stdout says of it is then true.
    summary = job_summary(making) if output is Output.GITHUB else None
    shown = to_stdout(report_of(output, making, has_summary=summary is not None))
    return both(summary, shown) if summary is not None else shown


def _text_view(making: Making, terminal: Terminal) -> Listener:
    pushes = 0
    text = making.text(terminal.width)

    def as_text(event: Event) -> None:
        nonlocal pushes
        if isinstance(event, Sent):
            pushes += 1
            terminal.progress(f"  ...   {event.exchange.case} {event.exchange.data or ''}  push {pushes}")
        for shown in text.lines(event):
            terminal.print(harmless_line(shown))

    return as_text


def both(*listeners: Listener) -> Listener:
    """One listener that tells several, in order."""
    if len(listeners) == 1:
        return listeners[0]

    def tell(event: Event) -> None:
        for listener in listeners:
            listener(event)

    return tell
