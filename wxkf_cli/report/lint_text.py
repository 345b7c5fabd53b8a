"""Findings in captured responses as people read them: place, source line with caret, consequence, fix, basis."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.event import Done, Event, Found, Linted, Skipped, Summary
from wxkf_cli.report.finding_text import FIX, SEVERITY_NAMES, SEVERITY_STYLE, SOURCE
from wxkf_cli.report.line import Line, Part, Style, line, width_of, wrapped
from wxkf_cli.vocab.terms import Language, Severity, Text
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Response

_USER_SEES = Text("user sees", "用户看到")
_AGENTS_SEE = Text("agents see", "客服看到")
_LINE_SHOWN = 120


class LintText:
    """Turns the events of linting into lines.

    Args:
        language: Of everything but codes and names.
        width: Columns to break at; None for lines as long as they are.
    """

    def __init__(self, language: Language, width: int | None) -> None:
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
            case Skipped():
                self._skipped.append(event)
            case Summary():
                yield line(self._closing(event))
            case _:
                pass

    def _finding(self, finding: Finding, linted: Linted) -> Iterator[Line]:
        where = safe(finding.file or "", 4096)
        if finding.place is not None and not linted.in_record:
            where += f":{finding.place.line}:{finding.place.column}"
        yield from self._headline(finding, f"{where}: ")
        yield from self._source_line(finding, linted)
        yield from self._explained(finding, linted.done)

    def _headline(self, finding: Finding, where: str) -> Iterator[Line]:
        severity = SEVERITY_NAMES[finding.severity].said_in(self._language)
        look = SEVERITY_STYLE[finding.severity]
        yield line(Part(where, Style.STRONG), Part(severity, look), f" {finding.code} {finding.name}")

    def _source_line(self, finding: Finding, linted: Linted) -> Iterator[Line]:
        answer = linted.done.exchange.answer
        if finding.place is None or not isinstance(answer, Response):
            return
        start = answer.body.rfind(b"\n", 0, finding.place.offset) + 1
        before = safe(answer.body[start : finding.place.offset], 10_000)
        rest = safe(answer.body[finding.place.offset :].split(b"\n", 1)[0], 10_000)
        if width_of(before) > _LINE_SHOWN // 2:
            before = "..." + before[-_LINE_SHOWN // 2 :]
        shown = (before + rest)[:_LINE_SHOWN]
        marked = max(1, min(width_of(_value_of(rest)), _LINE_SHOWN - width_of(before)))
        yield line("  | ", shown)
        yield line("  | ", " " * width_of(before), Part("^" * marked, SEVERITY_STYLE[finding.severity]))

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
            skips = "".join(f"；跳过 {each.count} 条规则（{each.why.zh}）" for each in self._skipped)
            return f"{parts}{skips}"
        parts = (
            f"Checked {_counted(summary.responses, 'response')}: {_counted(errors, 'error')}, "
            f"{_counted(warnings, 'warning')}, {_counted(notes, 'note')}, {summary.clean} clean"
        )
        skips = "".join(f", {_counted(each.count, 'rule')} skipped ({each.why.en})" for each in self._skipped)
        return f"{parts}{skips}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _value_of(rest: str) -> str:
    """What the caret underlines: up to the end of the value."""
    ends = [place for place in (rest.find(mark) for mark in ("]]>", "<", '"', ",", "}")) if place > 0]
    return rest[: min(ends)] if ends else rest
