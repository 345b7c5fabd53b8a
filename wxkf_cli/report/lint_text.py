"""Findings in captured responses as people read them: place, source line with caret, consequence, fix, basis."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.closing import of_captures
from wxkf_cli.report.event import Done, Event, Found, Linted, Skipped, Summary
from wxkf_cli.report.finding_text import FIX, SAFE_FIX, SEVERITY_NAMES, SEVERITY_STYLE, SOURCE
from wxkf_cli.report.formats import shown_path
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
                yield line(of_captures(event, self._skipped, self._language))
            case _:
                pass

    def _finding(self, finding: Finding, linted: Linted) -> Iterator[Line]:
        where = shown_path(finding.file or "")
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
        label, command = (SAFE_FIX, "  wxkf lint-response --fix") if finding.is_fixable else (FIX, "")
        yield from self._said(f"= {label.said_in(self._language)}: ", finding.fix.said_in(self._language) + command)
        basis = f"  = {SOURCE.said_in(self._language)}: {finding.evidence}  {finding.source}"
        yield line(Part(basis, Style.QUIET))

    def _said(self, label: str, text: str) -> Iterator[Line]:
        for each in wrapped(label + text, self._width, "  ", "    "):
            yield line(each)


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
