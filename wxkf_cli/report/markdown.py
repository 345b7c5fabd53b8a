"""Markdown for a job summary or a comment on a pull request: figures first, then each rule with where it was found.

What came from outside stands in code spans alone, each fenced by more backticks than it holds.
"""

import re
from collections import Counter
from collections.abc import Iterator

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.closing import Closing
from wxkf_cli.report.event import Event, Found, Summary
from wxkf_cli.report.finding_text import SEVERITY_NAMES, SOURCE
from wxkf_cli.report.formats import RANK, Places, fix_line, harmless, said
from wxkf_cli.vocab.terms import Language, Severity, Text

#: A comment on GitHub has at most 65,536 characters.
COMMENT_LIMIT = 60_000
#: What share of the whole findings of a severity may take, so that notes never keep errors out.
_SHARES = {Severity.ERROR: 0.6, Severity.WARNING: 0.25, Severity.NOTE: 0.15}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&@!$])")
_BACKTICKS = re.compile("`+")
_HEAD = Text("| rule | severity | found |", "| 规则 | 级别 | 次数 |")
_MORE = Text("and {} more", "另有 {} 处")
_NOTHING = Text("Nothing is wrong.", "没有发现问题。")


def code(text: str) -> str:
    """A code span that its text cannot leave."""
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(text)), default=0) + 1)
    pad = " " if text[:1] in ("`", " ", "") or text[-1:] in ("`", " ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def prose(text: str) -> str:
    """Text that stays text."""
    return _SPECIAL.sub(r"\\\1", harmless(text))


class Markdown:
    """Collects findings, as many as may be shown, and gives all at the end.

    Args:
        language: Of texts.
        limit: UTF-8 bytes of the findings at most; what is over is counted.
    """

    def __init__(self, language: Language, limit: int = COMMENT_LIMIT) -> None:
        self._language = language
        self._places = Places()
        self._closing = Closing(language)
        self._left = {severity: int(limit * share) for severity, share in _SHARES.items()}
        self._rules: dict[tuple[str, Severity], Finding] = {}
        self._items: dict[tuple[str, Severity], list[str]] = {}
        self._counts: Counter[tuple[str, Severity]] = Counter()

    def take(self, event: Event) -> Iterator[str]:
        """Nothing until the end."""
        self._places.take(event)
        self._closing.take(event)
        match event:
            case Found(finding):
                self._add(finding)
            case Summary():
                yield from self._whole(event)
            case _:
                pass

    def _add(self, finding: Finding) -> None:
        key = (finding.code, finding.severity)
        self._rules.setdefault(key, finding)
        self._counts[key] += 1
        if self._left[finding.severity] <= 0:
            return
        item = f"- {code(self._places.shown(finding))} {code(said(finding, self._language))}\n"
        self._left[finding.severity] -= len(item.encode("utf-8", "replace"))
        if self._left[finding.severity] > 0:
            self._items.setdefault(key, []).append(item)

    def _whole(self, summary: Summary) -> Iterator[str]:
        yield f"## wxkf\n\n{prose(self._closing.said(summary))}\n"
        if not self._rules:
            if summary.exit_code == 0:
                yield f"\n{_NOTHING.said_in(self._language)}\n"
            return
        keys = sorted(self._rules, key=lambda key: (RANK[key[1]], key[0]))
        yield f"\n{_HEAD.said_in(self._language)}\n| --- | --- | ---: |\n"
        for key in keys:
            finding, severity = self._rules[key], SEVERITY_NAMES[key[1]].said_in(self._language)
            yield f"| {finding.code} {finding.name} | {severity} | {self._counts[key]} |\n"
        for key in keys:
            yield from self._section(key)

    def _section(self, key: tuple[str, Severity]) -> Iterator[str]:
        finding, items = self._rules[key], self._items.get(key, [])
        yield f"\n### {finding.code} {finding.name}\n\n"
        yield from items
        more = self._counts[key] - len(items)
        if more:
            yield f"- {_MORE.said_in(self._language).format(more)}\n"
        yield f"\n{prose(fix_line(finding, self._language))}  \n"
        yield f"{SOURCE.said_in(self._language)}: {finding.evidence} <{finding.source}>\n"
