"""Pushes that come more than once, played against real handlers: answers compared, witnesses asked, chaos, clocks."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scripted import TOKEN, Reply, Request, correct, scripted
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.selection import Ignore, Selection
from wxkf_cli.report.event import CaseDone, Done, Event, Found, Skipped, Summary
from wxkf_cli.simulate.chaos import DEFAULT, Chaos, Share
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.story import Fault, FaultKind, Story
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.simulate.witness import UrlWitness
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.standard import standard
from wxkf_cli.trial.storyfile import parse
from wxkf_cli.trial.trial import Trial
from wxkf_cli.trial.witnessing import MessageWatch, TotalWatch, Watch
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wechat.verdict import Verdict
from wxkf_cli.wire.exchange import Answer, PushRequest, Response

XML = Plan(formats=(DataFormat.XML,), mandatory=True, expect=Expect.NONE)
LOST = '[[step]]\nsend = "人工"\nfault = "drop-answer"\n'
TWICE = '[[step]]\nsend = "人工"\nfault = "duplicate"\n'


def story(text: str) -> Story:
    return parse(text.encode(), "a.story.toml")


def play(
    plan: Plan,
    *stories: Story,
    answer: Callable[[Request], Reply] = correct,
    watching: Callable[[str], Watch] | None = None,
    seed: int = 1,
    clock: Callable[[], float] | None = None,
) -> list[Event]:
    """Everything that was told."""
    told: list[Event] = []

    async def run(url: str) -> None:
        target = parse_url(url)
        wire = Wire(target)
        watch = watching(url) if watching is not None else None
        timed: dict[str, Any] = {"clock": clock} if clock is not None else {}
        played = replace(plan, stories=stories, is_named=True) if stories else plan
        trial = Trial(played, Sender(TOKEN), target.host_header, wire, told.append, seed=seed, watch=watch, **timed)
        try:
            await trial.run()
        finally:
            wire.close()

    with scripted(answer) as handler:
        asyncio.run(run(handler.url))
    return told


def codes(told: list[Event]) -> list[str]:
    return [each.finding.code for each in told if isinstance(each, Found)]


def exit_code(told: list[Event]) -> int:
    assert isinstance(told[-1], Summary)
    return told[-1].exit_code


class Remembering:
    """A handler that takes notice of what came before.

    Args:
        again: What it answers when a message comes again; the same as before without it.
        acts_again: Whether it acts then, too.
    """

    def __init__(self, again: Callable[[Request], Reply] | None = None, *, acts_again: bool = False) -> None:
        self.acted: Counter[str] = Counter()
        self._again = again
        self._acts_again = acts_again
        self._seen: set[str] = set()

    def __call__(self, request: Request) -> Reply:
        if request.method == "GET" and "echostr" not in request.query:
            asked = request.query.get("id")
            return Reply(str(self.acted[asked] if asked is not None else self.acted.total()).encode())
        if request.method == "GET" or not request.signed:
            return correct(request)
        name = str(request.push.values.get("MsgId"))
        comes_again = name in self._seen
        self._seen.add(name)
        self.acted[name] += not comes_again or self._acts_again
        return self._again(request) if comes_again and self._again is not None else correct(request)


def success(_: Request) -> Reply:
    return Reply()


def to_an_agent(request: Request) -> Reply:
    agent = b"<TransInfo><KfAccount>a@b</KfAccount></TransInfo></xml>"
    return Reply(request.transferred().replace(b"</xml>", agent))


#: What is played, how a message is answered that comes again, what is found about that.
ANSWERED: list[tuple[str, Callable[[Request], Reply] | None, set[str]]] = [
    (LOST, None, set()),
    (TWICE, None, set()),
    (LOST, success, {"KF406"}),
    (TWICE, success, {"KF407"}),
    (LOST, to_an_agent, {"KF407", "KF311"}),
    (LOST, lambda _: Reply(b"busy", 503), {"KF407", "KF001"}),
    (LOST.replace('"drop-answer"', '{ kind = "delay", seconds = "6s" }'), success, {"KF406"}),
]


@pytest.mark.parametrize(("text", "again", "found"), ANSWERED)
def test_a_message_that_comes_again_is_to_be_answered_as_rightly(
    text: str, again: Callable[[Request], Reply] | None, found: set[str]
) -> None:
    told = play(XML, story(text), answer=Remembering(again))
    assert set(codes(told)) == found
    assert exit_code(told) == (1 if found - {"KF407", "KF311"} else 0)


def test_the_standard_suite_finds_the_message_that_no_agent_gets_in_each_format() -> None:
    told = play(Plan(), standard("lost-answer"), answer=Remembering(success))
    cases = [each for each in told if isinstance(each, CaseDone)]
    assert [(each.data, each.codes["KF406"]) for each in cases] == [(DataFormat.XML, 1), (DataFormat.JSON, 1)]


def test_what_arrived_wrong_and_is_mended_by_the_redelivery_is_said_once() -> None:
    seen: set[bytes] = set()

    def too_large_once(request: Request) -> Reply:
        if request.body in seen or request.method == "GET":
            return Reply()
        seen.add(request.body)
        return Reply(b"x" * 300_000)

    plan = replace(XML, policy=Policy(redeliver_abnormal=True))
    told = play(plan, story('[[step]]\nsend = "1"\n'), answer=too_large_once)
    assert codes(told) == ["KF005"]
    assert [verdict for *_, verdict in outcomes(told)] == [Verdict.ABNORMAL, Verdict.ACKNOWLEDGED]


@pytest.mark.parametrize("how", ["ignored", "not selected"])
def test_what_is_left_out_is_not_found(how: str) -> None:
    chosen = {
        "ignored": Selection(ignores=(Ignore("KF406", frozenset({"KF406"}), "", "", "ignore"),)),
        "not selected": Selection(selected=frozenset({"KF001", "KF407"})),
    }[how]
    told = play(replace(XML, selection=chosen), story(LOST), answer=Remembering(success))
    assert codes(told) == []
    assert exit_code(told) == 0


def test_a_story_can_demand_what_is_found_about_a_redelivery() -> None:
    text = LOST + 'expect = { findings = ["message-lost-on-redelivery"], no_findings = "KF407" }\n'
    assert codes(play(XML, story(text), answer=Remembering(success))) == ["KF406"]
    assert codes(play(XML, story(text), answer=Remembering())) == ["KF904"]


# --- witnesses ---


def total(url: str) -> Watch:
    return TotalWatch(UrlWitness(parse_url(url)).total)


def each_message(url: str) -> Watch:
    return MessageWatch(UrlWitness(parse_url(url + "?id={MsgId}")).of)


WITNESSES = pytest.mark.parametrize("watching", [total, each_message])


@WITNESSES
@pytest.mark.parametrize("text", [LOST, TWICE])
@pytest.mark.parametrize("acts_again", [False, True])
def test_acting_twice_is_found_where_there_is_a_witness(
    watching: Callable[[str], Watch], text: str, acts_again: bool
) -> None:
    told = play(XML, story(text), answer=Remembering(acts_again=acts_again), watching=watching)
    assert codes(told) == (["KF408"] if acts_again else [])
    assert exit_code(told) == int(acts_again)


@WITNESSES
def test_nobody_is_found_to_act_twice_in_the_whole_suite_who_does_not(watching: Callable[[str], Watch]) -> None:
    assert "KF408" not in codes(play(Plan(), answer=Remembering(), watching=watching))


def test_asked_about_each_message_acting_twice_is_found_in_the_whole_suite() -> None:
    told = play(Plan(), answer=Remembering(acts_again=True), watching=each_message)
    found = {each.case: each.codes["KF408"] for each in told if isinstance(each, CaseDone)}
    assert {name for name, count in found.items() if count} == {"lost-answer", "slow-answer"}


def test_a_witness_without_a_count_ends_the_trial_before_anything_is_pushed() -> None:
    pushed: list[Request] = []

    def answer(request: Request) -> Reply:
        if request.method == "POST":
            pushed.append(request)
        return Reply(b"none of your business", 403)

    with pytest.raises(UsageError, match='status 403, "none of your business"'):
        play(XML, story(LOST), answer=answer, watching=total)
    assert pushed == []


def test_a_witness_that_is_lost_on_the_way_is_told_as_skipped() -> None:
    asked = itertools.count()

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            return Reply(b"0") if next(asked) == 0 else Reply(b"gone", 410)
        return correct(request)

    told = play(XML, story(LOST), answer=answer, watching=total)
    (skipped,) = [each for each in told if isinstance(each, Skipped)]
    assert skipped.what == "KF408 acted-twice"
    assert 'status 410, "gone"' in skipped.why.en
    assert exit_code(told) == 0


# --- chaos ---

MANY = story('[[step]]\nrepeat = 300\n[[step.step]]\nsend = "在吗"\nexpect = { deliveries = 1 }\n')
QUICK = tuple(each for each in DEFAULT if each.fault.kind is not FaultKind.SLOW_BODY)


def outcomes(told: list[Event]) -> list[tuple[str, int, str, Verdict]]:
    done = [each for each in told if isinstance(each, Done)]
    return [
        (each.exchange.id, each.exchange.delivery, each.exchange.outcome((200,)), each.judgement.verdict)
        for each in done
    ]


def test_chaos_hits_what_seed_and_number_say_and_a_right_handler_passes() -> None:
    plan = replace(XML, chaos=QUICK)
    told = play(plan, MANY, answer=Remembering(), seed=5)
    assert codes(told) == []
    assert exit_code(told) == 0
    again = {name for name, delivery, _, _ in outcomes(told) if delivery > 1}
    chaos = Chaos(QUICK, 5)
    taking = {FaultKind.DROP_ANSWER, FaultKind.DELAY, FaultKind.RESET}
    assert again == {f"e{number}" for number in range(1, 301) if any(fault.kind in taking for fault in chaos(number))}
    assert len(again) > 10
    assert outcomes(play(plan, MANY, answer=Remembering(), seed=5)) == outcomes(told)


def test_chaos_finds_the_handler_that_cannot_bear_it() -> None:
    told = play(replace(XML, chaos=QUICK), MANY, answer=Remembering(success, acts_again=True), watching=each_message)
    assert {"KF406", "KF407", "KF408"} <= set(codes(told))


def test_chaos_leaves_probes_and_verifications_alone() -> None:
    plan = replace(XML, chaos=(Share(Fault(FaultKind.DROP_ANSWER), 1.0),))
    told = play(plan, standard("url-verification"), standard("bad-signature"))
    assert {verdict for *_, verdict in outcomes(told)} == {Verdict.VERIFIED, Verdict.REFUSED}


def test_the_order_and_overlap_of_pushes_do_not_change_what_chaos_hits() -> None:
    plan = replace(XML, chaos=QUICK, count=60)
    alone = play(plan, standard("text"), answer=Remembering(), seed=9)
    # No more at once than the listening queue of the test server holds.
    together = play(replace(plan, concurrency=4), standard("text"), answer=Remembering(), seed=9)
    assert sorted(outcomes(alone)) == sorted(outcomes(together))


# --- clocks ---


def jumping(steps: Iterator[float]) -> Callable[[], float]:
    """A wall clock that is set anew whenever somebody looks at it."""
    return lambda: 1_714_112_445.0 + next(steps)


class Steady:
    """A transport whose answers take what is written, and no time."""

    def __init__(self) -> None:
        self._elapsed = itertools.cycle([0.01, 4.5, 0.2, 0.0])

    async def __call__(self, _: PushRequest, deadline: float) -> Answer:
        assert deadline == 5.0
        return Response(200, (), b"success", next(self._elapsed))


def told_by(clock: Callable[[], float], transport: Transport) -> list[Event]:
    told: list[Event] = []
    plan = replace(
        XML, stories=tuple(map(standard, ("text", "image", "lost-answer", "slow-answer", "session"))), is_named=True
    )
    trial = Trial(plan, Sender(TOKEN), "h", transport, told.append, seed=3, clock=clock)
    asyncio.run(trial.run())
    return told


@settings(max_examples=25)
@given(st.lists(st.sampled_from([0.0, 3600.0, -3600.0, 86_400.0 * 365, -1.0]) | st.floats(-1e8, 1e8), min_size=1))
def test_a_wall_clock_that_is_set_while_a_trial_goes_on_changes_no_verdict_no_order_and_no_elapsed(
    steps: list[float],
) -> None:
    runs = [told_by(clock, Steady()) for clock in (lambda: 1_714_112_445.0, jumping(itertools.cycle(steps)))]
    seen = [
        [(name, *rest, each.exchange.answer.elapsed) for (name, *rest), each in zip(outcomes(told), dones, strict=True)]
        for told in runs
        for dones in [[each for each in told if isinstance(each, Done)]]
    ]
    assert seen[0] == seen[1]
    assert codes(runs[0]) == codes(runs[1])
    for told in runs:
        cases: dict[str, list[float]] = {}
        for each in told:
            if isinstance(each, Done):
                assert each.exchange.sent_at is not None
                cases.setdefault(each.exchange.case, []).append(each.exchange.sent_at)
        assert all(times == sorted(times) for times in cases.values()), "story time goes forward within a story"
        assert all(each.elapsed >= 0 for each in told if isinstance(each, CaseDone))
        assert isinstance(told[-1], Summary)
        assert told[-1].wall >= 0


def test_deadlines_over_a_real_wire_do_not_follow_the_wall_clock() -> None:
    steps = itertools.cycle([0.0, 3600.0, -3600.0])
    steady, stepped = (
        play(XML, standard("text"), standard("lost-answer"), clock=clock) for clock in (None, jumping(steps))
    )
    assert outcomes(steady) == outcomes(stepped)
    assert all(0 <= each.exchange.answer.elapsed < 5 for each in stepped if isinstance(each, Done))
    assert (exit_code(stepped), codes(stepped)) == (0, [])
