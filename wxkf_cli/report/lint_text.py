"""Findings in captured responses as people read them: place, source line with caret, consequence, fix, basis."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.event import Done, Event, Found, Linted, Skipped, Summary
from wxkf_cli.report.finding_text import FIX, SEVERITY_NAMES, SEVERITY_STYLE, SOURCE
from wxkf_cli.report.line import Line, Part, Style, cut, line, width_of, wrapped
from wxkf_cli.vocab.terms import Language, Severity, Text
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Response

_USER_SEES = Text("user sees", "用户看到")
_AGENTS_SEE = Text("agents see", "客服看到")
#: Columns of a source line that are shown, those before the place, and the bytes they are looked for in.
_SHOWN, _SHOWN_BEFORE, _BYTES = 120, 60, 480
_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))


class LintText:
    """Turns the events of linting into lines.

    Args:
        language: Of everything but codes and names.
        width: Columns to break at; None for lines as long as they are.
        redact: Masks secrets in the lines of a body.
    """

    def __init__(self, language: Language, width: int | None, redact: Redact = str) -> None:
        self._redact = redact
        self._language = language
        self._width = width
        self._skipped: list[Skipped] = []

    def lines(self, event: Event) -> Iterator[Line]:
        """What to show for one event; nothing for most."""
        match event:
            case Linted():
                for finding in event.findings:
                    yield from self._finding(finding, event)
            case Found() if event.finding.file is None:
                yield from self._headline(event.finding, "")
                yield from self._explained(event.finding, None)
                yield line()
            case Skipped():
                self._skipped.append(event)
            case Summary():
                yield line(self._closing(event))
            case _:
                pass

    def _finding(self, finding: Finding, linted: Linted) -> Iterator[Line]:
        where = _shown_path(finding.file or "")
        if finding.place is not None and not linted.in_record:
            where += f":{finding.place.line}:{finding.place.column}"
        yield from self._headline(finding, f"{where}: ")
        yield from self._source_line(finding, linted)
        yield from self._explained(finding, linted.done)
        yield line()

    def _headline(self, finding: Finding, where: str) -> Iterator[Line]:
        severity = SEVERITY_NAMES[finding.severity].said_in(self._language)
        look = SEVERITY_STYLE[finding.severity]
        yield line(Part(where, Style.STRONG), Part(severity, look), f" {finding.code} {finding.name}")

    def _source_line(self, finding: Finding, linted: Linted) -> Iterator[Line]:
        answer = linted.done.exchange.answer
        if finding.place is None or not isinstance(answer, Response):
            return
        start = answer.body.rfind(b"\n", 0, finding.place.offset) + 1
        before = self._redact(_shown_end(answer.body[start : finding.place.offset]))
        before = cut(before[::-1], _SHOWN_BEFORE)[::-1]
        rest = self._redact(safe(answer.body[finding.place.offset :][:_BYTES].split(b"\n", 1)[0], 10_000))
        marked = min(width_of(_value_in(before, rest)), _SHOWN - width_of(before))
        yield line("  | ", cut(before + rest, _SHOWN))
        yield line("  | ", " " * width_of(before), Part("^" * max(marked, 1), SEVERITY_STYLE[finding.severity]))

    def _explained(self, finding: Finding, done: Done | None) -> Iterator[Line]:
        yield from self._said("= ", finding.message.said_in(self._language))
        judgement = done.judgement if done is not None else None
        if judgement is not None and finding.severity is Severity.ERROR:
            if judgement.user_sees is not None:
                yield from self._said(f"= {_USER_SEES.said_in(self._language)}: ", judgement.user_sees.zh)
            if judgement.agents_see is not None:
                seen = safe(judgement.agents_see.said_in(self._language), 60)
                yield from self._said(f"= {_AGENTS_SEE.said_in(self._language)}: ", seen)
        yield from self._said(f"= {FIX.said_in(self._language)}: ", finding.fix.said_in(self._language))
        basis = f"  = {SOURCE.said_in(self._language)}: {finding.evidence}  {finding.source}"
        yield line(Part(basis, Style.QUIET))

    def _said(self, label: str, text: str) -> Iterator[Line]:
        for each in wrapped(label + text, self._width, "  ", "    "):
            yield line(each)

    def _closing(self, summary: Summary) -> str:
        errors, warnings = summary.severities[Severity.ERROR], summary.severities[Severity.WARNING]
        notes = summary.severities[Severity.NOTE]
        if self._language is Language.ZH:
            parts = (
                f"已检查 {summary.responses} 个应答：{errors} 个错误，{warnings} 个警告，{notes} 个提示，"
                f"{summary.clean} 个没有问题"
            )
            return parts + (
                f"；跳过 {self._skipped_rules} 条规则（{'；'.join(self._reasons())}）" if self._skipped else ""
            )
        parts = (
            f"Checked {_counted(summary.responses, 'response')}: {_counted(errors, 'error')}, "
            f"{_counted(warnings, 'warning')}, {_counted(notes, 'note')}, {summary.clean} clean"
        )
        rules = _counted(self._skipped_rules, "rule")
        return parts + (f", {rules} skipped ({', '.join(self._reasons())})" if self._skipped else "")

    @property
    def _skipped_rules(self) -> int:
        return sum(each.times for each in self._skipped)

    def _reasons(self) -> Iterator[str]:
        """Why rules were skipped, with how many each where there is more than one reason."""
        for each in self._skipped:
            why = each.why.said_in(self._language)
            yield f"{each.times}: {why}" if len(self._skipped) > 1 else why


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _shown_path(path: str) -> str:
    """A path at the beginning of a line, where `::name::` would be a command to a CI system."""
    if path == "-":
        return "stdin"
    return safe(f"./{path}" if path.startswith((":", "#")) else path, 4096)


def _shown_end(text: bytes) -> str:
    """The end of what stands before a place, cut between characters."""
    return safe(text if len(text) <= _BYTES else text[-_BYTES:].lstrip(_CONTINUATION_BYTES), 10_000)


def _value_in(before: str, rest: str) -> str:
    """What the caret underlines: the value that begins here, up to what ends it."""
    ends: tuple[str, ...] = ("<", ",", "}")
    for opening, closing in (("<![CDATA[", "]]>"), ('"', '"'), (">", "<")):
        if before.endswith(opening):
            ends = (closing,)
    found = [place for place in map(rest.find, ends) if place >= 0]
    return rest[: min(found)] if found else rest
