"""Workflow commands: annotations of a pull request's lines, as GitHub Actions takes them from a step's output.

GitHub shows ten of each kind for a step, so no more are written. Errors are written as they come, the others after
them; nothing but these few is kept. The rest stands in the job summary, where there is one, or is counted.
"""

from collections import Counter
from collections.abc import Iterator

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.closing import Closing, counted
from wxkf_cli.report.event import Event, Found, Summary
from wxkf_cli.report.formats import STDIN, Locate, Places, fix_line, harmless, said
from wxkf_cli.vocab.terms import Language, Severity, Text
from wxkf_cli.wire.escape import safe

#: What GitHub shows of each kind, for each step.
_SHOWN = 10
_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_IN_SUMMARY = Text("the whole list is in the job summary", "完整列表见作业摘要（job summary）")
_NOT_SHOWN = Text(
    "not annotated, because GitHub shows {shown} of a kind: {rest}; see them with --report markdown=FILE",
    "GitHub 每类只显示 {shown} 条注解，未显示：{rest}；用 --report markdown=FILE 可查看全部",
)


class GitHub:
    """`::error file=a.xml,line=2,col=16,title=KF301 parties-not-exchanged::what is wrong%0Afix: what to do`.

    A finding in a live answer has no file: its exchange stands before the message instead.

    Args:
        language: Of messages.
        locate: Paths from the repository's root: others are not shown beside the code.
        has_summary: Whether the whole list goes into the job summary.
    """

    def __init__(self, language: Language, locate: Locate, *, has_summary: bool = False) -> None:
        self._language = language
        self._locate = locate
        self._has_summary = has_summary
        self._places = Places()
        self._closing = Closing(language)
        self._counts: Counter[Severity] = Counter()
        self._later: dict[Severity, list[str]] = {Severity.WARNING: [], Severity.NOTE: []}

    def take(self, event: Event) -> Iterator[str]:
        """Errors at once, the rest at the end."""
        self._places.take(event)
        self._closing.take(event)
        match event:
            case Found(finding):
                self._counts[finding.severity] += 1
                if self._counts[finding.severity] > _SHOWN:
                    return
                if finding.severity is Severity.ERROR:
                    yield self._annotation(finding)
                else:
                    self._later[finding.severity].append(self._annotation(finding))
            case Summary():
                for kept in self._later.values():
                    yield from kept
                yield f"{self._closing.said(event)}\n"
                if (rest := self._rest()) is not None:
                    yield f"{rest}\n"
            case _:
                pass

    def _annotation(self, finding: Finding) -> str:
        properties = {"title": f"{finding.code} {finding.name}"}
        message = said(finding, self._language)
        place = finding.place
        if finding.file is None or finding.file == STDIN:
            message = f"{self._places.shown(finding)}: {message}"
        else:
            where = {"file": harmless(safe(self._locate(finding.file), 4096))}
            if place is not None:
                where |= {"line": str(place.line), "col": str(place.column)}
            properties = where | properties
        message += f"\n{fix_line(finding, self._language)}\n{finding.source}"
        shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        return f"::{_KINDS[finding.severity]} {shown}::{_data(message)}\n"

    def _rest(self) -> str | None:
        """What to say of findings that have no annotation."""
        rest = {each: more for each in Severity if (more := self._counts[each] - _SHOWN) > 0}
        if not rest:
            return None
        if self._has_summary:
            return _IN_SUMMARY.said_in(self._language)
        named = ", ".join(counted(more, _KINDS[each]) for each, more in rest.items())
        return _NOT_SHOWN.said_in(self._language).format(shown=_SHOWN, rest=named)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
