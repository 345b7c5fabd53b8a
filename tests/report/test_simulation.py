"""What is found in a case: alike things once with their number, and each expectation that is not met."""

import pytest

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.event import CaseDone
from wxkf_cli.report.line import plain
from wxkf_cli.report.simulation import SimulationText
from wxkf_cli.trial.notes import run_finding
from wxkf_cli.vocab.terms import DataFormat, Language, Severity, Text


def lacks(*steps: int) -> list[Finding]:
    return [run_finding("KF904", Text(f"step {step}: nothing came", f"步骤 {step}：没有")) for step in steps]


def alike(count: int) -> list[Finding]:
    return [run_finding("KF905", Text(f"end {each}", f"结束 {each}")) for each in range(count)]


def shown(view: SimulationText, findings: list[Finding], times: int | None = None) -> str:
    """A case with these findings; of a code that came `times` times, the first ones."""
    codes = {each.code: times or sum(other.code == each.code for other in findings) for each in findings}
    case = CaseDone("a", DataFormat.XML, None, (), tuple(findings), codes, 20, len(findings), 0.0, 1)
    return "\n".join(plain(line) for line in view.lines(case))


def view(language: Language = Language.EN) -> SimulationText:
    return SimulationText(language, None, reproducer=lambda _: ["wxkf"])


CASES = [
    (lacks(1, 2, 3), None, [1, 2, 3], ""),
    (lacks(1, 1, 2, 1), None, [1, 2], "and 2 more expectations not met"),
    (lacks(1), 50, [1], "and 49 more like it"),
    (lacks(*range(1, 10)), None, range(1, 10), ""),
    (lacks(*range(1, 15)), None, range(1, 11), "and 4 more expectations not met"),
    (lacks(*range(1, 15)), 70, range(1, 11), "and 60 more expectations not met"),
]


@pytest.mark.parametrize(("findings", "times", "steps", "more"), CASES)
def test_each_expectation_that_is_not_met_is_told(
    findings: list[Finding], times: int | None, steps: range | list[int], more: str
) -> None:
    text = shown(view(), findings, times)
    assert [line.split()[1] for line in text.splitlines() if ": nothing came" in line] == [f"{step}:" for step in steps]
    assert [text.count(each) for each in ("KF904", "fix: ", " more ")] == [1, 1, bool(more)]
    assert more in text


def test_other_things_of_one_code_are_told_once_with_their_number() -> None:
    text = shown(view(), [*alike(3), *lacks(1, 2)])
    assert "end 0" in text
    assert "end 1" not in text
    assert "and 2 more like it" in text
    assert "step 2: nothing came" in text


def test_an_expectation_that_is_a_warning_is_told_in_every_case() -> None:
    told, warnings = view(), [each._replace(severity=Severity.WARNING) for each in lacks(1, 2)]
    assert shown(told, warnings) == shown(told, warnings)
    assert "step 2: nothing came" in shown(told, warnings)


def test_the_number_of_more_is_told_in_chinese_too() -> None:
    assert "另有 4 项期望未满足" in shown(view(Language.ZH), lacks(*range(1, 15)))


def test_figures_of_many_pushes_stand_apart() -> None:
    case = CaseDone("a", DataFormat.JSON, None, (), (), {}, 1_052_800, 0, 123_456.789, 24_000)
    (line,) = view().lines(case)
    assert plain(line).split()[:6] == ["PASS", "a", "json", "1052800", "checks", "123456789"]
