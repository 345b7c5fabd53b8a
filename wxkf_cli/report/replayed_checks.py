"""Checks of the conformance suite, or stories, made again: each FIXED or FAILED, and what is still wrong."""

from collections.abc import Collection, Iterator, Sequence

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.closing import counted
from wxkf_cli.report.event import CaseDone, Event, Found, Skipped, Started, Summary
from wxkf_cli.report.finding_text import by_code, explained, headline, untold
from wxkf_cli.report.line import Line, Part, Style, line, padded
from wxkf_cli.vocab.terms import DataFormat, Language, Mode, Severity, Text
from wxkf_cli.wire.escape import safe

_INDENT = " " * 10
_NAME_WIDTH = 26
_OPENING = Text("making {checks} of {run} again", "重新进行 {run} 中的 {checks}")
_RETELLING = Text("playing {checks} of {run} again", "重新播放 {run} 中的 {checks}")
_CLOSING = Text(
    "{checks}: {fixed} fixed, {failed} failed, {passed} right as before  {pushes} in {wall:.1f} s",
    "{checks}：{fixed} 已修复，{failed} 失败，{passed} 与之前一样正确；{pushes}，{wall:.1f} 秒",
)


class ReplayedChecks:
    """Turns the events of such a replay into lines.

    Args:
        language: Of everything but codes and names.
        width: Columns to break at; None for lines as long as they are.
        run: The run that the checks are of.
        count: How many are made again.
        failed: Those that failed then: id, mode, data format.
        quiet: Only failures and the last line.
        of_stories: Whether stories are made again, and `failed` has their names for ids.
    """

    def __init__(
        self,
        language: Language,
        width: int | None,
        run: str,
        count: int,
        failed: Collection[tuple[str, Mode | None, DataFormat | None]],
        *,
        quiet: bool = False,
        of_stories: bool = False,
    ) -> None:
        self._language = language
        self._width = width
        self._run = run
        self._count = count
        self._failed = failed
        self._quiet = quiet
        self._of_stories = of_stories
        self._has_modes = False
        self._words = {"FIXED": 0, "FAILED": 0, "PASS": 0}

    def lines(self, event: Event) -> Iterator[Line]:
        """What to show for one event; nothing for most."""
        match event:
            case Started():
                self._has_modes = len(event.settings["mode"]) > 1
                if not self._quiet:
                    opening = (
                        (_RETELLING if self._of_stories else _OPENING)
                        .said_in(self._language)
                        .format(checks=self._checks(self._count), run=safe(self._run))
                    )
                    handler = f"  handler={safe(str(event.target['url']))}"
                    yield line(Part("wxkf: ", Style.STRONG), opening + handler)
            case CaseDone():
                yield from self._made(event)
            case Found() if not event.of_case:
                yield from self._finding(event.finding)
            case Skipped():
                if not self._quiet:
                    why = event.why.said_in(self._language)
                    yield line("  ", Part(padded("SKIP", 6), Style.QUIET), f"  {safe(event.what)}: {why}")
            case Summary():
                yield self._closing(event)
            case _:
                pass

    def _made(self, event: CaseDone) -> Iterator[Line]:
        made = event.case if self._of_stories else event.check
        has_failed = (made, event.mode, event.data) in self._failed
        word = "FAILED" if event.failed else "FIXED" if has_failed else "PASS"
        if event.is_broken_off and not event.failed:
            word = "STOP"  # neither mended nor right as before: the rest of it is not known
        elif made:
            self._words[word] += 1
        if self._quiet and word != "FAILED":
            return
        name = padded(safe(f"{event.check} {event.case}".lstrip()), _NAME_WIDTH)
        mode = f"{event.mode or '':<11}" if self._has_modes else ""
        style = {"FAILED": Style.BAD, "STOP": Style.DOUBTFUL}.get(word, Style.GOOD)
        yield line("  ", Part(padded(word, 6), style), f"  {name}  {mode}{event.data or ''}".rstrip())
        shown = [each for each in event.findings if event.failed or each.severity is not Severity.NOTE]
        for finding, *others in by_code(shown):
            yield from self._finding(finding, others)
            left = event.codes[finding.code] - 1 - len(others)
            yield from untold(left, self._language, _INDENT + "  ", are_unmet=bool(others))

    def _finding(self, finding: Finding, others: Sequence[Finding] = ()) -> Iterator[Line]:
        yield line(_INDENT, *headline(finding, self._language))
        yield from explained(finding, self._language, self._width, _INDENT + "  ", others)

    def _checks(self, count: int) -> str:
        if self._language is Language.ZH:
            return f"{count} 个故事" if self._of_stories else f"{count} 项检查"
        return counted(count, "case" if self._of_stories else "check")

    def _closing(self, summary: Summary) -> Line:
        words = {"fixed": "FIXED", "failed": "FAILED", "passed": "PASS"}
        figures = {name: self._words[word] for name, word in words.items()}
        is_chinese = self._language is Language.ZH
        pushes = f"{summary.pushes} 次推送" if is_chinese else f"{summary.pushes} push{'es' * (summary.pushes != 1)}"
        closing = _CLOSING.said_in(self._language).format(
            checks=self._checks(sum(figures.values())), pushes=pushes, wall=summary.wall, **figures
        )
        return line(Part(closing, Style.BAD if summary.exit_code else Style.GOOD))
