"""A finding as people read it."""

from collections.abc import Iterator, Sequence

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.line import Line, Part, Style, line, wrapped
from wxkf_cli.vocab.terms import Language, Severity, Text

SEVERITY_STYLE = {Severity.ERROR: Style.BAD, Severity.WARNING: Style.DOUBTFUL, Severity.NOTE: Style.QUIET}

#: Expectations of stories: what each lacks is another thing, where other findings of one code are alike.
_EXPECTATION = "KF904"
#: How many of those of one case are told.
_MOST = 10

_ALIKE = Text("and {} more like it", "另有 {} 个同类问题")
_UNMET = Text("and {} more expectations not met", "另有 {} 项期望未满足")

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


def is_of_its_own(finding: Finding) -> bool:
    """Whether another finding of its code does not say the same."""
    return finding.code == _EXPECTATION


def by_code(findings: Sequence[Finding]) -> Iterator[tuple[Finding, ...]]:
    """What to tell of findings: of each code the first, of expectations each that differs, up to a limit."""
    told: dict[str, dict[Text, Finding]] = {}
    for finding in findings:
        mine = told.setdefault(finding.code, {})
        if not mine or (is_of_its_own(finding) and len(mine) < _MOST):
            mine.setdefault(finding.message, finding)
    yield from (tuple(each.values()) for each in told.values())


def explained(
    finding: Finding, language: Language, width: int | None, indent: str, others: Sequence[Finding] = ()
) -> Iterator[Line]:
    """What is wrong and what to do, under the headline; with it what else is wrong and is mended the same way."""
    for each in (finding, *others):
        for text in wrapped(each.message.said_in(language), width, indent):
            yield line(text)
    label = f"{FIX.said_in(language)}: "
    for text in wrapped(label + finding.fix.said_in(language), width, indent, indent + " " * len(label)):
        yield line(text)


def untold(count: int, language: Language, indent: str, *, are_unmet: bool) -> Iterator[Line]:
    """How many more of a code were found than are told; nothing where all are."""
    if count > 0:
        yield line(indent, (_UNMET if are_unmet else _ALIKE).said_in(language).format(count))


def basis(finding: Finding, language: Language, indent: str) -> Line:
    """Where the rule comes from and how well it is known."""
    return line(indent, Part(f"{SOURCE.said_in(language)}: {finding.evidence}  {finding.source}", Style.QUIET))
