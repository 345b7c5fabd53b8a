"""A trial as people read it: a line for each case, and for each failure what it leads to and how to see it again."""

from collections.abc import Callable, Iterator, Sequence

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.selection import is_at_or_above
from wxkf_cli.report.call_text import told
from wxkf_cli.report.closing import graded, of_trial
from wxkf_cli.report.event import Called, CaseDone, Done, Event, Found, Linted, Sent, Skipped, Started, Summary
from wxkf_cli.report.finding_text import by_code, explained, headline, is_of_its_own, untold
from wxkf_cli.report.line import Line, Part, Style, cut, line, padded, wrapped
from wxkf_cli.vocab.policy import DEADLINE_SECONDS
from wxkf_cli.vocab.terms import Language, Severity, Text
from wxkf_cli.wire.commandline import command_line
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Failure

_NAME_WIDTH = 22
#: Columns of a check's id and the blank behind it.
_ID_WIDTH = 4
_INDENT = " " * 8

_WORDS = {
    "checks": Text("checks", "项检查"),
    "case": Text("case", "个用例"),
    "cases": Text("cases", "个用例"),
    "rule": Text("rule", "次规则检查"),
    "rules": Text("rules", "次规则检查"),
    "user": Text("user sees", "用户看到"),
    "agents": Text("agents see", "客服看到"),
    "reproduce": Text("reproduce", "重现"),
    "broken off": Text("broken off: the rest of it was not played", "已中断：其余部分未播放"),
    "rate": Text(
        "{count} pushes in {wall:.2f} s: {rate:.0f} a second", "{count} 次推送，{wall:.2f} 秒，每秒 {rate:.0f} 次"
    ),
}


class SimulationText:
    """Turns the events of a trial into lines.

    Args:
        language: Of everything but codes and names.
        width: Columns to break at; None for lines as long as they are.
        verbose: Also every push and its verdict, what the handler called of the API, and rates.
        quiet: Only failures and the last line.
        reproducer: From a case that was played, the words of a command that plays it again.
        gate: The least severity that fails; errors are shown as failures also where None does.
    """

    def __init__(
        self,
        language: Language,
        width: int | None,
        *,
        verbose: bool = False,
        quiet: bool = False,
        reproducer: Callable[[CaseDone], Sequence[str]],
        gate: Severity | None = Severity.ERROR,
    ) -> None:
        self._gate = gate or Severity.ERROR
        self._language = language
        self._width = width
        self._verbose = verbose
        self._quiet = quiet
        self._reproducer = reproducer
        self._has_modes = False
        self._skipped: dict[tuple[str, Text], int] = {}
        self._explained: set[str] = set()

    def lines(self, event: Event) -> Iterator[Line]:
        """What to show for one event; nothing for most."""
        match event:
            case Started():
                self._has_modes = event.origin == "target" and len(event.settings["mode"]) > 1
                if not self._quiet:
                    yield self._opening(event)
            case Sent() | Linted():
                pass
            case Done():
                if self._verbose:
                    yield self._delivery(event)
            case Called():
                if self._verbose:
                    yield self._call(event)
            case Found():
                if not event.of_case:
                    yield from self._run_finding(event.finding)
            case CaseDone():
                yield from self._case(event)
            case Skipped():
                unit = "rule" if event.what == "rules" else "case"
                self._skipped[unit, event.why] = self._skipped.get((unit, event.why), 0) + event.times
            case Summary():
                yield from self._closing(event)

    def _say(self, name: str) -> str:
        return _WORDS[name].said_in(self._language)

    def _opening(self, event: Started) -> Line:
        settings = event.settings
        shown = {
            "handler": event.target["url"],
            "mode": ",".join(settings["mode"]),
            "data": ",".join(settings["data"]),
            "seed": settings["seed"],
        }
        if settings["deadline"] != DEADLINE_SECONDS:
            shown["deadline"] = f"{settings['deadline']}s(non-standard)"
        return line(Part("wxkf: ready ", Style.STRONG), " ".join(f"{name}={safe(str(shown[name]))}" for name in shown))

    def _delivery(self, event: Done) -> Line:
        exchange, verdict = event.exchange, event.judgement.verdict
        answer = exchange.answer
        what = answer.outcome.value if isinstance(answer, Failure) else str(answer.status or "returned")
        kind = "GET" if exchange.push is None else exchange.push.kind.name
        return line(
            Part(f"{_INDENT}{exchange.id:<5} {kind} -> {what} {answer.elapsed * 1000:.0f} ms {verdict}", Style.QUIET)
        )

    def _call(self, event: Called) -> Line:
        call = event.call
        return line(
            Part(f"{_INDENT}{safe(call.exchange or '', 40):<5}   {safe(told(call, self._language))}", Style.QUIET)
        )

    def _case(self, event: CaseDone) -> Iterator[Line]:
        errors = [finding for finding in event.findings if self._fails(finding)]
        warned = [finding for finding in event.findings if not self._fails(finding)]
        if self._quiet and not errors:
            return
        word, style = ("FAIL", Style.BAD) if errors else ("PASS", Style.GOOD)
        if event.is_broken_off and not errors:
            word, style = "STOP", Style.DOUBTFUL
        yield line(
            "  ",
            Part(word, style),
            f"  {self._name(event)}  {self._leg(event)}"
            f" {event.checks:>4} {self._say('checks')} {event.elapsed * 1000:>6.0f} ms  ",
            self._consequence(event),
        )
        if event.is_broken_off:
            yield line(_INDENT, self._say("broken off"))
        for finding, *others in by_code([*errors, *([] if self._quiet else warned)]):
            yield from self._found(finding, others, event.codes[finding.code])
        yield from self._seen(event, bool(errors))
        if errors:
            yield self._reproduce(event)

    def _found(self, finding: Finding, others: Sequence[Finding], times: int) -> Iterator[Line]:
        """What was found of one code, which came so many times in all."""
        yield line(_INDENT, *headline(finding, self._language))
        # A warning comes with every case; it is explained once.
        is_new = is_of_its_own(finding) or finding.code not in self._explained
        if self._fails(finding) or finding.check or is_new:
            yield from explained(finding, self._language, self._width, _INDENT + "  ", others)
            self._explained.add(finding.code)
        yield from untold(times - 1 - len(others), self._language, _INDENT + "  ", are_unmet=bool(others))

    def _fails(self, finding: Finding) -> bool:
        return is_at_or_above(finding.severity, self._gate)

    def _name(self, event: CaseDone) -> str:
        return padded(f"{event.check} {event.case}".lstrip(), _NAME_WIDTH + (_ID_WIDTH if event.check else 0))

    def _leg(self, event: CaseDone) -> str:
        """Mode and format; a mode only where there are several."""
        mode = padded(event.mode or "", 11) if self._has_modes else ""
        return mode + padded(event.data or "", 4)

    def _consequence(self, event: CaseDone) -> str:
        shown = ", ".join(dict.fromkeys(done.judgement.verdict for done in event.done))
        desk = self._desk(event)
        if desk and not event.failed:
            shown += f": {desk}"
        if self._width is None:
            return shown
        return cut(shown, max(self._width - 54 - len(self._leg(event)), 12))

    def _desk(self, event: CaseDone) -> str:
        seen = [text for done in event.done if (text := done.judgement.agents_see) is not None]
        return ", ".join(dict.fromkeys(safe(text.said_in(self._language), 60) for text in seen))

    def _seen(self, event: CaseDone, failed: bool) -> Iterator[Line]:
        """What WeChat does, and what agents and users see of a failure; a success has that in the case's own line."""
        users = [text for done in event.done if (text := done.judgement.user_sees) is not None]
        if failed or self._verbose:
            for judgement in {done.judgement.verdict: done.judgement for done in event.done}.values():
                does = f"WeChat: {judgement.wechat.said_in(self._language)} ({judgement.evidence})"
                for each in wrapped(does, self._width, _INDENT, _INDENT + "  "):
                    yield line(each)
        if failed and (desk := self._desk(event)):
            yield line(f"{_INDENT}{self._say('agents')}: {desk}")
        if users and failed:
            notice = users[0]
            gloss = "" if self._language is Language.ZH else f" ({notice.en})"
            for each in wrapped(f"{self._say('user')}: {notice.zh}{gloss}", self._width, _INDENT, _INDENT + "  "):
                yield line(each)

    def _reproduce(self, event: CaseDone) -> Line:
        words = self._reproducer(event)
        return line(Part(f"{_INDENT}{self._say('reproduce')}: {command_line(words)}", Style.QUIET))

    def _run_finding(self, finding: Finding) -> Iterator[Line]:
        if self._quiet and not self._fails(finding):
            return
        word = "FAIL" if self._fails(finding) else "NOTE"
        yield line(
            "  ", Part(word, Style.BAD if word == "FAIL" else Style.QUIET), "  ", *headline(finding, self._language)
        )
        yield from explained(finding, self._language, self._width, _INDENT)

    def _closing(self, summary: Summary) -> Iterator[Line]:
        if not self._quiet:
            for (unit, why), count in self._skipped.items():
                what = self._say(unit if count == 1 else f"{unit}s")
                yield line("  ", Part("SKIP", Style.QUIET), f"  {count} {what}: {why.said_in(self._language)}")
        if self._verbose and summary.wall:
            yield line(
                self._say("rate").format(count=summary.pushes, wall=summary.wall, rate=summary.pushes / summary.wall)
            )
        if summary.grade is not None:
            grade = summary.grade
            yield line(Part(graded(grade, self._language), Style.GOOD if grade.is_pass else Style.BAD))
        yield line(Part(of_trial(summary, self._language), Style.BAD if summary.exit_code else Style.GOOD))
