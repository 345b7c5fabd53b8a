"""What a case is said to lead to: the notice where it appears, the push that failed, and what was broken off."""

import asyncio
import contextlib
from dataclasses import replace

import pytest

from tests.scripted import Reply, Request, correct
from tests.trial.test_redelivery import LOST, TOKEN, TWICE, XML, Remembering, play, story, success
from wxkf_cli.report.event import CaseDone, Done, Event, Started, Summary
from wxkf_cli.report.junit import JUnit
from wxkf_cli.report.simulation import SimulationText
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.simulate.story import Story
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.standard import standard
from wxkf_cli.trial.trial import Trial
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import NOTICE, Policy
from wxkf_cli.vocab.terms import DataFormat, Language
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest, Response

#: Of the first event.
SETTINGS = {"mode": ["plaintext"], "data": ["xml"], "seed": 1, "deadline": 5.0}
TEXT = '[[step]]\nsend = "人工"\n'


def delayed(times: int) -> str:
    """A message whose first answers come after the deadline."""
    return f'{TEXT}fault = {{ kind = "delay", seconds = "6s", times = {times} }}\n'


def lost(times: int) -> str:
    """A message whose first answers are taken away."""
    return f'{TEXT}fault = {{ kind = "drop-answer", times = {times} }}\n'


class Late:
    """A way over which the first answers are late, and every later one is an acknowledgement."""

    def __init__(self, times: int) -> None:
        self._left = times

    async def __call__(self, _: PushRequest, deadline: float) -> Answer:
        self._left -= 1
        if self._left >= 0:
            return Failure(Outcome.TIMEOUT_FIRST_BYTE, Phase.FIRST_BYTE, deadline)
        return Response(200, (), b"success", 0.01)


class Short:
    """A way that now and then lacks something of this machine."""

    def __init__(self, *outcomes: Outcome) -> None:
        self._left = list(outcomes)

    async def __call__(self, _request: PushRequest, _deadline: float) -> Answer:
        outcome = self._left.pop(0)
        return Response(200, (), b"success", 0.01) if outcome is Outcome.OK else Failure(outcome, Phase.LOCAL, 0.0)


class Breaking:
    """A way that ends the trial in place of the answer to one push, as a signal does.

    Args:
        body: What the pushes before are answered with.
        after: How many these are.
    """

    def __init__(self, body: bytes, after: int) -> None:
        self._body = body
        self._left = after

    async def __call__(self, _request: PushRequest, _deadline: float) -> Answer:
        self._left -= 1
        if self._left < 0:
            raise asyncio.CancelledError
        return Response(200, (), self._body, 0.01)


def played_over(transport: Transport, *stories: Story) -> list[Event]:
    """Everything that was told, the first event of a run before it."""
    told: list[Event] = [Started({"kind": "url", "url": "http://127.0.0.1/"}, SETTINGS)]
    trial = Trial(
        replace(XML, stories=stories, is_named=True), Sender(TOKEN), "127.0.0.1", transport, told.append, seed=1
    )
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(trial.run())
    return told


def said(told: list[Event], language: Language = Language.EN, *, verbose: bool = False) -> str:
    """The report of it."""
    report = SimulationText(language, None, verbose=verbose, reproducer=lambda _: ("wxkf",))
    lines = [line for event in told for line in report.lines(event)]
    return "\n".join("".join(part.text for part in each) for each in lines)


def notices(told: list[Event]) -> list[tuple[int, str | None]]:
    """Delivery by delivery, what the user sees."""
    done = [each for each in told if isinstance(each, Done) and each.exchange.push is not None]
    return [(each.exchange.delivery, sees.zh if (sees := each.judgement.user_sees) else None) for each in done]


NONE, SHOWN = None, NOTICE.zh
#: What is played, in how many deliveries at most, and what the user sees of each.
SEEN: list[tuple[str, int, list[str | None]]] = [
    (TEXT, 3, [NONE]),
    (lost(1), 3, [NONE, NONE]),
    (lost(3), 3, [NONE, NONE, SHOWN]),
    (lost(1), 1, [SHOWN]),
    (lost(1), 2, [NONE, NONE]),
    (lost(2), 2, [NONE, SHOWN]),
    (delayed(1), 3, [NONE, NONE]),
    (delayed(3), 3, [NONE, NONE, SHOWN]),
]


@pytest.mark.parametrize(("text", "deliveries", "seen"), SEEN)
def test_the_notice_appears_after_the_last_delivery_alone(text: str, deliveries: int, seen: list[str | None]) -> None:
    told = play(replace(XML, policy=Policy(deliveries=deliveries)), story(text))
    assert notices(told) == list(enumerate(seen, start=1))


@pytest.mark.parametrize(("times", "seen"), [(1, [NONE, NONE]), (2, [NONE, NONE, NONE]), (3, [NONE, NONE, SHOWN])])
def test_a_late_answer_shows_the_notice_only_where_it_was_the_last(times: int, seen: list[str | None]) -> None:
    told = played_over(Late(times), story(TEXT))
    assert notices(told) == list(enumerate(seen, start=1))
    shown = said(told)
    assert "FAIL" in shown
    assert ("user sees" in shown) == (seen[-1] is not NONE)


def test_what_is_abnormal_shows_its_notice_at_once_or_at_last() -> None:
    def wrong(_: Request) -> Reply:
        return Reply(b"oops")

    assert notices(play(XML, story(TEXT), answer=wrong)) == [(1, SHOWN)]
    again = replace(XML, policy=Policy(redeliver_abnormal=True))
    assert notices(play(again, story(TEXT), answer=wrong)) == [(1, NONE), (2, NONE), (3, SHOWN)]


def test_who_is_not_there_at_all_is_said_to_leave_the_user_with_the_notice() -> None:
    async def nobody(_request: PushRequest, _deadline: float) -> Answer:
        return Failure(Outcome.NET_REFUSED, Phase.CONNECT, 0.001)

    told = played_over(nobody, story(TEXT))
    assert notices(told) == [(1, SHOWN)]
    assert f"user sees: {SHOWN}" in said(told)


def test_a_failure_shows_what_became_of_the_push_that_failed() -> None:
    pushed: list[Request] = []

    def first_wrong(request: Request) -> Reply:
        pushed.append(request)
        return Reply(b"oops") if len(pushed) == 1 else correct(request)

    told = play(XML, story("\n".join([TEXT, TEXT, TEXT, TEXT])), answer=first_wrong)
    shown = said(told)
    assert "FAIL" in shown
    assert "shows the notice at once" in shown
    assert f"user sees: {SHOWN}" in shown
    assert "puts this message into the queue" not in shown
    (case,) = [each for each in told if isinstance(each, CaseDone)]
    assert [each.exchange.id for each in case.done] == [case.findings[0].exchange]


def test_a_failure_of_a_later_delivery_shows_all_that_became_of_its_push() -> None:
    told = play(XML, story(f"{LOST}{TEXT}{TEXT}{TEXT}"), answer=Remembering(success))
    (case,) = [each for each in told if isinstance(each, CaseDone)]
    assert case.codes["KF406"] == 1
    assert [(each.exchange.id, each.exchange.delivery) for each in case.done] == [("e1", 1), ("e1", 2)]


@pytest.mark.parametrize(("language", "words"), [(Language.EN, "on purpose"), (Language.ZH, "故意")])
def test_an_answer_that_is_lost_on_purpose_is_no_trouble_of_this_machine(language: Language, words: str) -> None:
    shown = said(play(XML, story(LOST), answer=Remembering(success)), language)
    assert "KF406" in shown
    assert words in shown
    assert "this machine" not in shown
    assert "本机" not in shown


@pytest.mark.parametrize("after", [1, 2])
def test_a_case_that_was_broken_off_has_not_passed(after: int) -> None:
    told = played_over(Breaking(b"success", after), story(TEXT * 3))
    (case,) = [each for each in told if isinstance(each, CaseDone)]
    assert (case.is_broken_off, case.pushes, case.failed) == (True, after, 0)
    for language, words in ((Language.EN, "broken off"), (Language.ZH, "中断")):
        shown = said(told, language)
        assert "PASS" not in shown
        assert "STOP" in shown
        assert words in shown
    report = JUnit(Language.EN)
    written = "".join(piece for event in told for piece in report.take(event))
    tests = written.count("<testcase")
    assert tests > 0
    assert written.count("<skipped") == tests
    assert f'tests="{tests}" failures="0" errors="0" skipped="{tests}"' in written


def test_a_case_that_was_broken_off_has_failed_where_it_had_failed() -> None:
    told = played_over(Breaking(b"oops", 1), story(TEXT * 3))
    assert "FAIL" in said(told)
    assert "STOP" not in said(told)
    assert "broken off" in said(told)


def test_pushes_that_this_machine_had_no_means_for_are_counted_and_named() -> None:
    overload = Outcome.LOCAL_OVERLOAD
    way = Short(Outcome.LOCAL_FDS, Outcome.OK, overload, overload, Outcome.LOCAL_FDS)
    told = played_over(way, story(TEXT * 4))
    shown = said(told)
    assert "KF906 pushes-void (warning)" in shown
    assert "2 of 5 pushes are void: this machine ran out of file descriptors" in shown
    assert "2 of 5 pushes are void: this machine was too busy to tell" in shown
    assert "5 次推送中有 2 次作废：本机文件描述符耗尽" in said(told, Language.ZH)
    (summary,) = [each for each in told if isinstance(each, Summary)]
    assert (summary.failed, summary.exit_code) == (0, 0)


def test_what_was_played_before_a_signal_in_the_openers_is_told_of() -> None:
    opener = standard("text")
    texts = len(XML.texts)
    for body, cases in ((b"success", [("xml", False), ("json", True)]), (b"oops", [("json", True)])):
        told: list[Event] = []
        plan = replace(XML, stories=(opener,), formats=tuple(DataFormat), mandatory=False, is_named=True)
        trial = Trial(plan, Sender(TOKEN), "127.0.0.1", Breaking(body, texts + 1), told.append, seed=1)
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(trial.run())
        done = [(each.data, each.is_broken_off) for each in told if isinstance(each, CaseDone)]
        assert sorted(done, reverse=True) == cases, "what was not spoken yet may only be another format"


def test_a_case_that_was_played_to_its_end_was_not_broken_off() -> None:
    told = play(XML, story(TWICE))
    assert [each.is_broken_off for each in told if isinstance(each, CaseDone)] == [False]
    assert isinstance(told[-1], Summary)
