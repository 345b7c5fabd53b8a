"""A replay as people read it: each push FIXED or FAILED, and what is still wrong with it."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from wxkf_cli.report.closing import counted
from wxkf_cli.report.event import CaseDone, Event, Skipped, Started, Summary
from wxkf_cli.report.finding_text import explained, headline
from wxkf_cli.report.line import Line, Part, Style, line, padded
from wxkf_cli.vocab.terms import Language, Severity, Text
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Exchange

_INDENT = " " * 10
_WIDTHS = (6, 22, 4)
_OPENING = Text("replaying {count} of {run}", "重新推送 {run} 中的 {count} 次")
_CLOSING = Text(
    "{counted}: {fixed} fixed, {failed} failed, {passed} right as before  in {wall:.1f} s",
    "{pushes} 次推送：{fixed} 已修复，{failed} 失败，{passed} 与之前一样正确；{wall:.1f} 秒",
)
_SAME = Text("the same answer as recorded", "与记录的应答相同")


class ReplayText:
    """Turns the events of a replay into lines.

    Args:
        language: Of everything but codes and names.
        width: Columns to break at; None for lines as long as they are.
        run: The run that is replayed.
        failed: By exchange, whether it failed then.
        differ: From a push with its answer of now to how that differs from the recorded one; None not to say it.
        quiet: Only failures and the last line.
    """

    def __init__(
        self,
        language: Language,
        width: int | None,
        run: str,
        failed: Mapping[str, bool],
        differ: Callable[[Exchange], Sequence[str]] | None = None,
        *,
        quiet: bool = False,
    ) -> None:
        self._language = language
        self._width = width
        self._run = run
        self._failed = failed
        self._differ = differ
        self._quiet = quiet
        self._words = {"FIXED": 0, "FAILED": 0, "PASS": 0}

    def lines(self, event: Event) -> Iterator[Line]:
        """What to show for one event; nothing for most."""
        match event:
            case Started() if not self._quiet:
                opening = _OPENING.said_in(self._language).format(count=len(self._failed), run=safe(self._run))
                yield line(Part("wxkf: ", Style.STRONG), f"{opening}  handler={safe(str(event.target['url']))}")
            case CaseDone():
                yield from self._answered(event)
            case Skipped() if not self._quiet:
                why = event.why.said_in(self._language)
                yield line("  ", Part(padded("SKIP", 6), Style.QUIET), f"  {safe(event.what)}: {why}")
            case Summary():
                words = {"fixed": "FIXED", "failed": "FAILED", "passed": "PASS"}
                figures = {name: self._words[word] for name, word in words.items()}
                closing = _CLOSING.said_in(self._language).format(
                    counted=counted(event.pushes, "push", "pushes"), pushes=event.pushes, wall=event.wall, **figures
                )
                yield line(Part(closing, Style.BAD if event.exit_code else Style.GOOD))
            case _:
                pass

    def is_about(self, event: CaseDone) -> bool:
        """Whether a case is one of the pushes that are replayed."""
        return any(done.exchange.id in self._failed for done in event.done)

    def _answered(self, event: CaseDone) -> Iterator[Line]:
        exchange, judgement = event.done[0].exchange, event.done[0].judgement
        word = "FAILED" if event.failed else "FIXED" if self._failed.get(exchange.id) else "PASS"
        self._words[word] += 1
        if self._quiet and word != "FAILED":
            return
        name, case, data = (
            padded(safe(text), width)
            for text, width in zip((exchange.id, exchange.case, exchange.data or ""), _WIDTHS, strict=True)
        )
        style = Style.BAD if word == "FAILED" else Style.GOOD
        yield line("  ", Part(padded(word, 6), style), f"  {name}{case}  {data}  {judgement.verdict}")
        for finding in event.findings:
            if event.failed or finding.severity is not Severity.NOTE:
                yield line(_INDENT, *headline(finding, self._language))
                yield from explained(finding, self._language, self._width, _INDENT + "  ")
        if self._differ is not None:
            changed = self._differ(exchange)
            for each in changed or (f"= {_SAME.said_in(self._language)}",):
                yield line(Part(f"{_INDENT}{each}", Style.QUIET))
