"""What the trouble of this machine hides is asked again, and never taken for right or for wrong."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.trial.test_consequences import SETTINGS, TEXT, Short, played_over, said
from tests.trial.test_redelivery import TOKEN, XML, story
from wxkf_cli.report import machine
from wxkf_cli.report.event import CaseDone, Done, Event, Found, Skipped, Started, Summary
from wxkf_cli.report.junit import JUnit
from wxkf_cli.report.line import plain
from wxkf_cli.report.replay_text import ReplayText
from wxkf_cli.simulate.engine import Engine, Sender
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.replaying import Replay
from wxkf_cli.trial.resuming import Past
from wxkf_cli.trial.trial import Trial
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import NOTICE
from wxkf_cli.vocab.terms import Language
from wxkf_cli.wechat.verdict import Verdict

OK, OVERLOAD, FDS = Outcome.OK, Outcome.LOCAL_OVERLOAD, Outcome.LOCAL_FDS
LATE = Outcome.TIMEOUT_FIRST_BYTE
DEMANDING = f'{TEXT}expect = {{ verdict = "acknowledged", deliveries = 1 }}\n'
VERIFY = "[[step]]\nverify = true\n"


def deliveries(told: list[Event]) -> list[tuple[str, int, Verdict]]:
    return [
        (each.exchange.id, each.exchange.delivery, each.judgement.verdict) for each in told if isinstance(each, Done)
    ]


def skipped(told: list[Event]) -> list[str]:
    return [f"{each.what}: {each.why.en}" for each in told if isinstance(each, Skipped)]


def findings(told: list[Event]) -> list[str]:
    return [each.finding.code for each in told if isinstance(each, Found)]


def summary_of(told: list[Event]) -> Summary:
    assert isinstance(told[-1], Summary)
    return told[-1]


def test_a_delivery_that_our_own_standstill_hid_is_made_again_and_counts_once() -> None:
    told = played_over(Short(OVERLOAD, OK), story(DEMANDING))
    assert deliveries(told) == [("e1", 1, Verdict.VOID), ("e1", 2, Verdict.ACKNOWLEDGED)]
    assert [each.failed for each in told if isinstance(each, CaseDone)] == [0]
    assert (findings(told), summary_of(told).exit_code) == (["KF906"], 0)
    pushes = [each.exchange.push for each in told if isinstance(each, Done)]
    assert pushes[0] == pushes[1], "the same message"


def test_wechat_still_has_all_its_deliveries_after_it() -> None:
    told = played_over(Short(LATE, OVERLOAD, LATE, LATE), story(TEXT))
    assert [verdict for _, _, verdict in deliveries(told)] == [
        Verdict.LATE, Verdict.VOID, Verdict.LATE, Verdict.LATE,
    ]  # fmt: skip
    assert NOTICE.en in said(told)


#: What is played, and how it goes when nothing can be told: how often it is pushed.
VOID = {
    "overload, twice": (TEXT, (OVERLOAD, OVERLOAD), 2),
    "no descriptors": (TEXT, (FDS,), 1),
    "what is demanded": (DEMANDING, (OVERLOAD, OVERLOAD), 2),
    "a verification": (VERIFY, (OVERLOAD, OVERLOAD), 2),
}


@pytest.mark.parametrize(("text", "outcomes", "pushes"), VOID.values(), ids=VOID)
def test_a_case_of_which_nothing_can_be_told_is_skipped_and_the_run_has_checked_nothing(
    text: str, outcomes: tuple[Outcome, ...], pushes: int
) -> None:
    told = played_over(Short(*outcomes), story(text))
    assert len(deliveries(told)) == pushes
    assert skipped(told) == ["a xml: the trouble was on this machine"]
    assert not [each for each in told if isinstance(each, CaseDone)]
    assert findings(told) == ["KF906"]
    summary = summary_of(told)
    assert (summary.checks, summary.failed, summary.skipped, summary.exit_code) == (0, 0, 1, 2)
    assert "SKIP" in said(told)
    assert "问题出在本机" in said(told, Language.ZH)
    assert "PASS" not in said(told)
    report = JUnit(Language.EN)
    written = "".join(piece for event in told for piece in report.take(event))
    assert 'tests="1" failures="0" errors="0" skipped="1"' in written


#: What follows a push that is void -> what is said of the rest.
AFTER_VOID = {
    "nothing is demanded of it": (TEXT, (OVERLOAD, OVERLOAD, OK), [], 3),
    "something is demanded of what follows": (DEMANDING, (OVERLOAD, OVERLOAD, OK), ["a xml"], 3),
    "an agent acts on what may not be there": ('[[step]]\nagent = "accept"\n', (OVERLOAD, OVERLOAD), ["a xml"], 2),
}


@pytest.mark.parametrize(("rest", "outcomes", "left_out", "pushes"), AFTER_VOID.values(), ids=AFTER_VOID)
def test_after_a_push_that_is_void_nothing_that_is_demanded_fails(
    rest: str, outcomes: tuple[Outcome, ...], left_out: list[str], pushes: int
) -> None:
    told = played_over(Short(*outcomes), story(TEXT + rest))
    assert len(deliveries(told)) == pushes
    assert skipped(told) == [f"{each}: the trouble was on this machine" for each in left_out]
    assert summary_of(told).failed == 0
    assert findings(told) == ["KF906"]


def over(plan: Plan, way: Transport, past: Past | None = None) -> list[Event]:
    """What is told of a trial of one text."""
    told: list[Event] = [Started({"kind": "url", "url": "http://127.0.0.1/"}, SETTINGS)]
    one = replace(plan, stories=(story(TEXT),), is_named=True)
    asyncio.run(Trial(one, Sender(TOKEN), "127.0.0.1", way, told.append, seed=1, past=past).run())
    return told


def test_what_was_made_again_is_judged_like_any_other() -> None:
    told = over(replace(XML, expect=Expect.ANY), Short(OVERLOAD, OK))
    assert "KF403" in findings(told), "it was only acknowledged"


def recorded(told: list[Event], path: Path, until: int | None = None) -> Past:
    """The record of a run, or its first lines, read with nothing to push."""
    lines = [line for event in told for line in machine.ndjson(event, 1, XML.policy, str)]
    numbered = [json.dumps({**json.loads(line), "n": number}) for number, line in enumerate(lines, start=1)]
    path.write_text("".join(f"{line}\n" for line in numbered[:until]), encoding="ascii")
    return Past(path)


#: How many lines of the record are left -> what the handler is asked then, and what is told of in all.
CUT = {
    "whole": (5, (), [1, 2]),
    "before the second answer": (4, (OK,), [1, 3]),
    "before the second push": (3, (OK,), [1, 2]),
    "before the first answer": (2, (OVERLOAD, OK), [2, 3]),
}


@pytest.mark.parametrize(("until", "outcomes", "told_of"), CUT.values(), ids=CUT)
def test_a_run_goes_on_behind_a_delivery_that_is_made_again(
    until: int, outcomes: tuple[Outcome, ...], told_of: list[int], tmp_path: Path
) -> None:
    whole = over(XML, Short(OVERLOAD, OK))
    past = recorded(whole, tmp_path / "a.ndjson", until)
    way = Short(*outcomes)
    told = over(XML, way, past)
    assert way._left == []
    assert [delivery for _, delivery, _ in deliveries(told)] == told_of
    assert summary_of(told).verdicts == summary_of(whole).verdicts


def test_a_replay_that_nothing_can_be_told_by_has_neither_mended_nor_failed(tmp_path: Path) -> None:
    past = recorded(over(XML, Short(OK)), tmp_path / "a.ndjson")
    told: list[Event] = []
    engine = Engine(Sender(TOKEN), host="127.0.0.1", clock=lambda: 1_714_112_445.0, seed=1)
    asyncio.run(Replay(XML, engine, Short(OVERLOAD), past, [1], told.append).run())
    assert skipped(told) == ["e1 a: the trouble was on this machine"]
    assert not [each for each in told if isinstance(each, CaseDone)]
    assert (summary_of(told).checks, summary_of(told).exit_code) == (0, 2)
    report = ReplayText(Language.EN, None, "a", {"e1": True})
    shown = [plain(each) for event in told for each in report.lines(event)]
    assert "  SKIP    e1 a: the trouble was on this machine" in shown
