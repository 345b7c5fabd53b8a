"""What is kept of a case stays bounded, and what only a witness said is kept for the record."""

import pytest

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.subject import Setting
from wxkf_cli.trial.played import Played
from wxkf_cli.trial.repeating import acted_twice
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.wire.exchange import Exchange, Response


def of_a_witness(number: int) -> Finding:
    finding = acted_twice(
        2, 1, [Exchange(Response(200, (), b"success"), id=f"e{number}", case="x", push=make(PUSHES["text"]))]
    )
    assert finding is not None
    return finding


def played(findings: list[Finding]) -> Played:
    each = Played(Setting())
    for finding in findings:
        each.demanded(finding)
    return each


def absorbed(findings: list[Finding], size: int) -> Played:
    """As of playings that found so many each."""
    whole = Played(Setting())
    for first in range(0, len(findings), size):
        whole.absorb(played(findings[first : first + size]))
    return whole


@pytest.mark.parametrize("size", [1, 7, 30, 50])
def test_all_of_a_witness_is_kept_however_it_came_together(size: int) -> None:
    findings = [of_a_witness(number) for number in range(1, 51)]
    whole = absorbed(findings, size)
    assert len(whole.findings) == 20
    assert sorted([*whole.findings, *whole.witnessed], key=findings.index) == findings
    assert (whole.failed, whole.codes["KF408"]) == (50, 50)


@pytest.mark.parametrize("size", [1, 11_000])
def test_no_more_than_ten_thousand_are(size: int) -> None:
    whole = absorbed([of_a_witness(1)] * 11_000, size)
    assert (len(whole.findings), len(whole.witnessed), whole.failed) == (20, 10_000, 11_000)


def test_of_what_the_answers_show_the_first_are_enough() -> None:
    whole = absorbed([of_a_witness(number)._replace(code="KF407") for number in range(50)], 5)
    assert (len(whole.findings), whole.witnessed, whole.failed) == (20, [], 50)
