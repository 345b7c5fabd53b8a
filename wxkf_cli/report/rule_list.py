"""All rules in their groups, for people and for programs."""

import re
from collections.abc import Iterator
from typing import Any

from wxkf_cli.lint.conformance_findings import CONFORMANCE_FINDINGS
from wxkf_cli.lint.linter import all_rules
from wxkf_cli.lint.redelivery_findings import REDELIVERY_FINDINGS
from wxkf_cli.lint.rule import Rule
from wxkf_cli.lint.run_findings import RUN_FINDINGS, RunFinding
from wxkf_cli.report.finding_text import SEVERITY_NAMES, SEVERITY_STYLE
from wxkf_cli.report.line import Line, Part, Style, line, padded, width_of, wrapped
from wxkf_cli.vocab.terms import Language, Text

Explained = Rule | RunFinding

#: How codes begin -> what the group is about, as one word of the JSON shape and as a headline.
GROUPS: dict[str, tuple[str, Text]] = {
    "KF0": ("transport", Text("Transport", "传输")),
    "KF1": ("url-verification", Text("URL verification", "URL 验证")),
    "KF2": ("body", Text("The body as text", "正文")),
    "KF3": ("reply", Text("The transfer reply", "转发回复")),
    "KF4": ("conduct", Text("Conduct", "应答行为")),
    "KF5": ("encryption", Text("Encryption", "加密")),
    "KF7": ("security", Text("Security and robustness", "安全与健壮性")),
    "KF9": ("run", Text("About the run", "关于本次运行")),
}

#: Columns that a summary needs beside code and name; with fewer it goes below them.
_ROOM = 50
_HEADS = {
    Language.EN: ("code", "name", "weighs", "what holds", "known"),
    Language.ZH: ("代码", "名称", "级别", "规则", "依据"),
}


def everything() -> tuple[Explained, ...]:
    """All that can be found, by code."""
    every: tuple[Explained, ...] = (*all_rules(), *REDELIVERY_FINDINGS, *CONFORMANCE_FINDINGS, *RUN_FINDINGS)
    return tuple(sorted(every, key=lambda each: each.code))


def in_groups() -> Iterator[tuple[Text, list[Explained]]]:
    """The groups that have rules, with their rules."""
    for start, (_, title) in GROUPS.items():
        yield title, [each for each in everything() if each.code.startswith(start)]


def list_text(language: Language, width: int | None) -> Iterator[Line]:
    """All rules, a line or more each."""
    severities = {each: text.said_in(language) for each, text in SEVERITY_NAMES.items()}
    widest = max(map(width_of, severities.values()))
    longest = max(len(each.name) for each in everything())
    for title, rules in in_groups():
        yield line(Part(title.said_in(language), Style.STRONG))
        for each in rules:
            severity = padded(severities[each.severity], widest)
            head = f"  {each.code}  {severity}  {each.name:<{longest}}  "
            summary = each.summary.said_in(language)
            if width is not None and width < width_of(head) + _ROOM:
                yield line(f"  {each.code}  ", Part(severity, SEVERITY_STYLE[each.severity]), f"  {each.name}")
                yield from (line(text) for text in wrapped(summary, width, "         "))
            else:
                first, *more = wrapped(summary, width, " " * width_of(head))
                yield line(
                    f"  {each.code}  ", Part(severity, SEVERITY_STYLE[each.severity]), f"  {each.name:<{longest}}  ",
                    first.strip(),
                )  # fmt: skip
                yield from (line(text) for text in more)
        yield line()


def list_markdown(language: Language) -> str:
    """All rules as tables under headlines."""
    blocks = []
    for title, rules in in_groups():
        head = _HEADS[language]
        rows = [head, ("---",) * len(head)]
        for each in rules:
            severity = SEVERITY_NAMES[each.severity].said_in(language)
            rows.append((each.code, f"`{each.name}`", severity, inline(each.summary.said_in(language)), each.evidence))
        table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
        blocks.append(f"### {title.said_in(language)}\n\n{table}")
    return "\n\n".join(blocks)


def list_json() -> dict[str, Any]:
    """All rules, shortly."""
    return {"rules": [short(each) for each in everything()]}


def short(about: Explained) -> dict[str, Any]:
    """What the list has of a rule, for programs."""
    return {
        "code": about.code,
        "name": about.name,
        "group": GROUPS[about.code[:3]][0],
        "severity": about.severity,
        "since": about.since,
        "evidence": about.evidence,
        "summary": bilingual(about.summary),
        "needs": [need.name.lower() for need in about.needs] if isinstance(about, Rule) else [],
    }


def bilingual(text: Text) -> dict[str, str]:
    """A text, for programs."""
    return {"en": text.en, "zh": text.zh}


def inline(text: str) -> str:
    """A text inside a paragraph or a cell of Markdown, where none of its marks means anything."""
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", text).replace("<", "&lt;").replace(">", "&gt;")
