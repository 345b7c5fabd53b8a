"""The last line of a run: how much was checked, and what of it failed."""

from collections.abc import Iterator, Sequence

from wxkf_cli.report.event import Event, Grade, Skipped, Started, Summary
from wxkf_cli.vocab.terms import Language, Severity


class Closing:
    """The last line, of a trial or of captures.

    Args:
        language: Of the line.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._is_live = False
        self._skipped: list[Skipped] = []

    def take(self, event: Event) -> None:
        """Remember what the last line tells."""
        if isinstance(event, Started):
            self._is_live = event.origin == "target"
        elif isinstance(event, Skipped) and not self._is_live:
            self._skipped.append(event)

    def said(self, summary: Summary) -> str:
        """The line."""
        if self._is_live:
            return of_trial(summary, self._language)
        return of_captures(summary, self._skipped, self._language)


def of_trial(summary: Summary, language: Language) -> str:
    """For a handler."""
    warnings, notes = summary.severities[Severity.WARNING], summary.severities[Severity.NOTE]
    if language is Language.ZH:
        return (
            f"{summary.checks} 项检查：{summary.passed} 通过，{summary.failed} 失败，{summary.skipped} 跳过"
            f"（{warnings} 条警告，{notes} 条提示）；{summary.pushes} 次推送，{summary.wall:.1f} 秒"
        )
    return (
        f"{counted(summary.checks, 'check')}: {summary.passed} passed, {summary.failed} failed, "
        f"{summary.skipped} skipped ({counted(warnings, 'warning')}, {counted(notes, 'note')})  "
        f"{counted(summary.pushes, 'push', 'pushes')} in {summary.wall:.1f} s"
    )


def graded(grade: Grade, language: Language) -> str:
    """The grade of the conformance suite."""
    counts = ", ".join(f"{letter} {count}" for letter, count in grade.open.items())
    if language is Language.ZH:
        word = "通过" if grade.is_pass else "未通过" if grade.has_failed else "未完成"
        return f"评级：{word}（{grade.checks} 项检查中未解决：{counts}）"
    word = "pass" if grade.is_pass else "fail" if grade.has_failed else "unfinished"
    return f"grade: {word} ({counts} open of {grade.checks} checks)"


def of_captures(summary: Summary, skipped: Sequence[Skipped], language: Language) -> str:
    """For captured responses."""
    errors, warnings = summary.severities[Severity.ERROR], summary.severities[Severity.WARNING]
    notes = summary.severities[Severity.NOTE]
    if language is Language.ZH:
        text = (
            f"已检查 {summary.responses} 个应答：{errors} 个错误，{warnings} 个警告，{notes} 个提示，"
            f"{summary.clean} 个没有问题"
        )
        return text + "".join(f"；跳过 {each}" for each in _not_checked(skipped, language))
    text = (
        f"Checked {counted(summary.responses, 'response')}: {counted(errors, 'error')}, "
        f"{counted(warnings, 'warning')}, {counted(notes, 'note')}, {summary.clean} clean"
    )
    return text + "".join(f", {each}" for each in _not_checked(skipped, language))


#: What is skipped: one and several in English, and in Chinese with its measure word.
_SKIPPED = {
    "rules": ("rule", "rules", "条规则"),
    "entries": ("entry", "entries", "个条目"),
    "lines": ("line", "lines", "行"),
}


def _not_checked(skipped: Sequence[Skipped], language: Language) -> Iterator[str]:
    """What was skipped and why, each kind of thing for itself, with how many where there is more than one reason."""
    for what in dict.fromkeys(each.what for each in skipped):
        mine = [each for each in skipped if each.what == what]
        times, (one, several, chinese) = sum(each.times for each in mine), _SKIPPED.get(what, (what, what, what))
        reasons = [each.why.said_in(language) for each in mine]
        if len(mine) > 1:
            reasons = [f"{each.times}: {why}" for each, why in zip(mine, reasons, strict=True)]
        if language is Language.ZH:
            yield f"{times} {chinese}（{'；'.join(reasons)}）"
        else:
            yield f"{times} {one if times == 1 else several} skipped ({', '.join(reasons)})"


def counted(count: int, one: str, several: str = "") -> str:
    """A number of English things; their plural has an s, unless it is given."""
    return f"{count} {one if count == 1 else several or f'{one}s'}"
