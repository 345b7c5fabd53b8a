"""What is advised fits the way in which the push came: a cloud function has no console setting, bytes or afterwards."""

import pytest

from tests.lint.texts import check_message, check_text
from wxkf_cli.lint.examples import RIGHT_XML
from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.linter import lint, rule
from wxkf_cli.lint.rule import Example
from wxkf_cli.lint.subject import Setting
from wxkf_cli.trial.notes import left_behind
from wxkf_cli.vocab.outcomes import SEEMED_WHOLE, Outcome
from wxkf_cli.vocab.terms import DataFormat, Route, Text
from wxkf_cli.wire.exchange import Failure

_JSON = DataFormat.JSON


def found(example: Example) -> Finding:
    (finding,) = lint(example.exchange(), Setting()).findings
    return finding


#: Per code: an answer that has it, what is said and advised of it to a function, and what never is.
ADVICE = {
    "KF203": (
        Example(RIGHT_XML, data=_JSON, status=None),
        "returns the reply as an object",
        "return an object",
        "console",
    ),
    "KF003": (
        Example(failure=Outcome.TIMEOUT_FIRST_BYTE, elapsed=5.0, data=_JSON),
        "the function did not return within the deadline of 5 s",
        "return",
        "byte",
    ),
    "KF009": (
        Example("success", data=_JSON, status=None, elapsed=4.2),
        "the answer took 4.20 s",
        "return",
        "afterwards",
    ),
}


@pytest.mark.parametrize("code", ADVICE)
def test_a_cloud_function_is_told_what_a_function_can_do(code: str) -> None:
    example, said, advised, never = ADVICE[code]
    finding = found(example._replace(route=Route.CLOUD_FUNCTION))
    assert finding.code == code
    assert said in finding.message.en
    assert advised in finding.fix.en
    for word in (never, "custom/send", "afterwards"):
        assert word not in f"{finding.message.en} {finding.fix.en}"
    check_text(finding.fix)


@pytest.mark.parametrize("code", ADVICE)
def test_a_url_is_told_what_the_rule_says(code: str) -> None:
    example = ADVICE[code][0]
    finding = found(example._replace(status=200 if example.failure is None else None))
    assert (finding.code, finding.fix) == (code, rule(code).fix)


#: Per outcome: what helps where that is late.
LATE = {
    Outcome.TIMEOUT_CONNECT: "port and firewall",
    Outcome.TIMEOUT_TLS: "http://",
    Outcome.TIMEOUT_SEND: "read the request to its end",
    Outcome.TIMEOUT_FIRST_BYTE: 'answer "success" at once',
    Outcome.TIMEOUT_HEADERS: "an empty line behind them",
    Outcome.TIMEOUT_BODY: "say where it ends",
}


@pytest.mark.parametrize("outcome", [each for each in Outcome if each.family == "timeout"])
def test_what_is_late_has_the_advice_of_its_phase(outcome: Outcome) -> None:
    finding = found(Example(failure=outcome, elapsed=5.0))
    assert finding.code == "KF003"
    assert f"phase: {outcome.partition('.')[2]}" in finding.message.en
    assert LATE[outcome] in finding.fix.en
    assert ("afterwards" in finding.fix.en) is (outcome is Outcome.TIMEOUT_FIRST_BYTE)
    check_text(finding.fix)


def test_an_answer_without_an_end_is_told_as_that() -> None:
    exchange = Example(failure=Outcome.TIMEOUT_BODY, elapsed=5.0).exchange()
    assert isinstance(exchange.answer, Failure)
    exchange = exchange.answered(exchange.answer._replace(detail=SEEMED_WHOLE))
    (finding,) = lint(exchange, Setting()).findings
    assert "the answer seemed whole" in finding.message.en
    assert "no Content-Length" in finding.message.en
    assert "of 5 s (phase: body)" in finding.message.en
    assert "close the connection" in finding.fix.en
    check_message(finding.message)
    check_text(finding.fix)


def test_what_is_advised_of_a_handler_left_behind_fits_one_that_hangs_and_one_that_ended() -> None:
    fix = left_behind(Text("the command crashed during the run", "命令在运行期间崩溃")).fix
    assert "time limit" in fix.en
    assert "where it ended" in fix.en
    check_text(fix)
