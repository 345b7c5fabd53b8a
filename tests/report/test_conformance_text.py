"""What no answer shows is told once: with its check, or at the end where the check was over before."""

from collections.abc import Callable

import pytest

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.event import CaseDone, Event, Found, Grade, Summary
from wxkf_cli.report.formats import Lines
from wxkf_cli.report.line import plain
from wxkf_cli.report.replayed_checks import ReplayedChecks
from wxkf_cli.report.simulation import SimulationText
from wxkf_cli.simulate.conformance.check import Fault
from wxkf_cli.simulate.conformance.table import CHECKS
from wxkf_cli.trial.conformance_tally import finding_of
from wxkf_cli.vocab.terms import DataFormat, Language, Mode, Text

FINDING = finding_of(CHECKS["C27"], Fault(Text("it was fetched", "已访问")))


def made(*findings: Finding) -> CaseDone:
    codes = {each.code: 1 for each in findings}
    failed = len(findings)
    return CaseDone(
        "fetched-pictures", DataFormat.XML, Mode.PLAINTEXT, (), findings, codes, 1, failed, 0.0, 1, "C27", "H"
    )


def simulation() -> Lines:
    return SimulationText(Language.EN, None, reproducer=lambda _: ["wxkf"])


def replay() -> Lines:
    return ReplayedChecks(Language.EN, None, "run", 1, [])


@pytest.mark.parametrize("made_view", [simulation, replay])
@pytest.mark.parametrize(
    ("events", "order"),
    [
        ([Found(FINDING, of_case=True), made(FINDING)], ["fetched-pictures", "it was fetched"]),
        ([made(), Found(FINDING)], ["fetched-pictures", "it was fetched"]),
    ],
    ids=["with its check", "when its check was over"],
)
def test_it_is_told_once(made_view: Callable[[], Lines], events: list[Event], order: list[str]) -> None:
    view = made_view()
    told = [*events, Summary(grade=Grade({"C": 0, "H": 1, "M": 0, "L": 0}, 1))]
    text = "\n".join(plain(line) for event in told for line in view.lines(event))
    assert [text.count(each) for each in order] == [1, 1]
    assert text.index(order[0]) < text.index(order[1])
