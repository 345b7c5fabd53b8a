"""A finding as people read it."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.line import Line, Part, Style, line, wrapped
from wxkf_cli.vocab.terms import Language, Severity, Text

SEVERITY_STYLE = {Severity.ERROR: Style.BAD, Severity.WARNING: Style.DOUBTFUL, Severity.NOTE: Style.QUIET}

FIX = Text("fix", "修复")
SAFE_FIX = Text("fix (safe)", "修复（安全）")
SOURCE = Text("source", "依据")
SEVERITY_NAMES = {
    Severity.ERROR: Text("error", "错误"),
    Severity.WARNING: Text("warning", "警告"),
    Severity.NOTE: Text("note", "提示"),
}


def headline(finding: Finding, language: Language) -> tuple[Part, ...]:
    """`KF301 parties-not-exchanged` in the colour of its severity."""
    shown = SEVERITY_STYLE[finding.severity]
    word = "" if finding.severity is Severity.ERROR else f" ({SEVERITY_NAMES[finding.severity].said_in(language)})"
    return (Part(f"{finding.code} {finding.name}", shown), Part(word, Style.QUIET))


def explained(finding: Finding, language: Language, width: int | None, indent: str) -> Iterator[Line]:
    """What is wrong and what to do, under the headline."""
    for text in wrapped(finding.message.said_in(language), width, indent):
        yield line(text)
    label = f"{FIX.said_in(language)}: "
    for text in wrapped(label + finding.fix.said_in(language), width, indent, indent + " " * len(label)):
        yield line(text)


def basis(finding: Finding, language: Language, indent: str) -> Line:
    """Where the rule comes from and how well it is known."""
    return line(indent, Part(f"{SOURCE.said_in(language)}: {finding.evidence}  {finding.source}", Style.QUIET))
