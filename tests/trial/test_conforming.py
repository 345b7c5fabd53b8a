"""The conformance suite played against scripted handlers: where checks are made, what is told, and the grade."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby

import pytest

from tests.scripted import TOKEN, Reply, Request, correct, scripted
from wxkf_cli.lint.selection import Ignore, Selection
from wxkf_cli.report.event import CaseDone, Done, Event, Found, Sent, Skipped, Summary
from wxkf_cli.simulate.canary import watching
from wxkf_cli.simulate.clock import system_clock
from wxkf_cli.simulate.conformance.asker import Asker
from wxkf_cli.simulate.conformance.check import Check, Fault, Letter
from wxkf_cli.simulate.conformance.table import CHECKS
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.conformance_plan import ConformancePlan, Spoken
from wxkf_cli.trial.conformance_tally import finding_of
from wxkf_cli.trial.conforming import Conforming
from wxkf_cli.vocab.conformance import ACKNOWLEDGED, CODES
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import DataFormat, Mode, Severity, Text
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest

SIGNED = ("C01", "C02", "C03")


def plan_of(*ids: str) -> ConformancePlan:
    return ConformancePlan(checks=tuple(CHECKS[each] for each in ids))


def played(plan: ConformancePlan, answer: Callable[[Request], Reply] = correct) -> list[Event]:
    with scripted(answer) as handler:
        return played_at(plan, handler.url)


def played_at(
    plan: ConformancePlan, url: str, over: Callable[[Transport], Transport] = lambda wire: wire
) -> list[Event]:
    events: list[Event] = []

    async def body() -> None:
        target = parse_url(url)
        async with watching() as canary:
            await Conforming(
                plan,
                Sender(TOKEN),
                over(Wire(target)),
                events.append,
                canary,
                host=target.host_header,
                clock=system_clock,
                seed=1,
            ).run()

    asyncio.run(body())
    return events


def summary_of(events: list[Event]) -> Summary:
    assert isinstance(events[-1], Summary)
    return events[-1]


def skipped_in(events: list[Event]) -> dict[str, str]:
    return {event.what: event.why.en for event in events if isinstance(event, Skipped)}


def codes_in(events: list[Event]) -> set[tuple[str, str | None]]:
    return {(event.finding.code, event.finding.check) for event in events if isinstance(event, Found)}


def only_xml(request: Request) -> Reply:
    if request.signed and request.method == "POST" and request.format is DataFormat.JSON:
        return Reply(b"not XML", 400)
    return correct(request)


def robust(answer: Callable[[Request], Reply] = correct) -> Callable[[Request], Reply]:
    """A handler that refuses what it cannot read instead of dying of it."""

    def answering(request: Request) -> Reply:
        if not {"signature", "timestamp", "nonce"} <= request.query.keys():
            return Reply(b"", 403)
        return answer(request)

    return answering


def test_a_check_is_made_in_each_format_and_one_about_the_url_once() -> None:
    events = played(plan_of(*SIGNED), robust())
    done = [(event.check, event.data, event.mode) for event in events if isinstance(event, CaseDone)]
    assert done == [
        ("C03", None, None),
        *((check, data, Mode.PLAINTEXT) for data in DataFormat for check in ("C01", "C02")),
    ]
    assert summary_of(events).checks == 5
    assert summary_of(events).exit_code == 0


def test_what_was_sent_is_answered_and_told_in_order() -> None:
    events = played(plan_of("C01", "C13"), robust())
    sent = [event.exchange.id for event in events if isinstance(event, Sent)]
    done = [event.exchange.id for event in events if isinstance(event, Done)]
    assert sorted(sent) == sorted(done)
    assert len(set(sent)) == len(sent) == summary_of(events).pushes
    for identity, of_one in groupby(
        sorted((e for e in events if isinstance(e, Sent | Done)), key=lambda e: e.exchange.id),
        key=lambda e: e.exchange.id,
    ):
        assert [type(each) for each in of_one] == [Sent, Done], identity


def test_a_format_that_is_not_spoken_is_a_note_and_its_checks_are_skipped() -> None:
    events = played(plan_of("C01", "C14"), robust(only_xml))
    assert codes_in(events) == {("KF902", None)}
    assert skipped_in(events) == {"C14 near-msgids": "the handler does not speak json"}
    assert summary_of(events).exit_code == 0


def test_a_format_that_is_demanded_and_not_spoken_fails() -> None:
    plan = replace(plan_of("C01"), formats=(DataFormat.JSON,), mandatory=True)
    events = played(plan, robust(only_xml))
    assert codes_in(events) == {("KF001", None)}
    grade = summary_of(events).grade
    assert grade is not None
    assert not grade.is_pass
    assert summary_of(events).exit_code == 1


def test_a_handler_that_answers_no_ordinary_push_is_not_asked_more() -> None:
    events = played(plan_of(*SIGNED), lambda _: Reply(b"no", 500))
    assert {code for code, _ in codes_in(events)} == {"KF001"}
    assert len(skipped_in(events)) == len(SIGNED)
    assert summary_of(events).pushes == 2


def test_a_handler_that_is_not_there_is_exit_3() -> None:
    events = played_at(plan_of(*SIGNED), "http://127.0.0.1:1/wx")
    assert summary_of(events).exit_code == 3
    assert not summary_of(events).connected
    assert summary_of(events).pushes == 1


PLAIN, SECURE = Mode.PLAINTEXT, Mode.SECURE
XML, JSON = DataFormat.XML, DataFormat.JSON
#: A check, the modes and formats that somebody asked for, those that are spoken, and why it is not made in any.
LEFT_OUT = [
    ("C14", (PLAIN,), (XML, JSON), [(PLAIN, XML)], "the handler does not speak json"),
    ("C14", (PLAIN,), (XML,), [(PLAIN, XML)], "json was not asked for"),
    ("C15", (PLAIN,), (JSON,), [(PLAIN, JSON)], "xml was not asked for"),
    ("C30", (PLAIN,), (XML,), [(PLAIN, XML)], "only in secure mode"),
    ("C30", (PLAIN, SECURE), (XML,), [(PLAIN, XML)], "an ordinary push is not answered rightly"),
    ("C14", (PLAIN,), (XML,), [], "an ordinary push is not answered rightly"),
    ("C14", (PLAIN,), (XML, JSON), [(PLAIN, JSON)], None),
]


@pytest.mark.parametrize(("check", "modes", "formats", "spoken", "why"), LEFT_OUT)
def test_what_is_left_out_has_its_reason_and_nobody_else_s(
    check: str, modes: tuple[Mode, ...], formats: tuple[DataFormat, ...], spoken: list[Spoken], why: str | None
) -> None:
    reason = replace(plan_of(check), modes=modes, formats=formats).why_not(CHECKS[check], spoken)
    assert reason is None if why is None else reason is not None and reason.en.startswith(why)


def test_checks_of_other_modes_and_those_that_are_not_made_are_skipped_with_the_reason() -> None:
    events = played(plan_of("C01", "C28", "C31", "C38", "C40"), robust())
    assert skipped_in(events) == {
        "C28 wrong-msg-signature": "only in secure mode",
        "C31 every-padding": "only in compatible or secure mode",
        "C38 outgoing-api-fails": "it needs the outgoing API, which is not there yet",
        "C40 timing": "timing over a network proves little",
    }


def test_far_away_nothing_is_said_of_what_only_the_canary_tells() -> None:
    plan = replace(plan_of("C15", "C17", "C18", "C27"), is_near=False)
    assert set(skipped_in(played(plan, robust()))) == {"C17 xxe-dtd", "C18 xinclude", "C27 fetched-pictures"}


def test_the_first_failure_can_be_the_end() -> None:
    plan = replace(plan_of(*SIGNED), stop_at_first=True)
    events = played(
        plan,
        robust(
            lambda request: (
                Reply(request.query.get("echostr", "").encode()) if request.method == "GET" else correct(request)
            )
        ),
    )
    assert codes_in(events) == {("KF710", "C03")}
    assert len(skipped_in(events)) == 4
    grade = summary_of(events).grade
    assert grade is not None
    assert not grade.is_whole


def forged_are_acknowledged(request: Request) -> Reply:
    return correct(request) if request.signed else Reply()


def test_silence_after_a_forged_push_is_a_warning_whatever_the_check_weighs() -> None:
    events = played(plan_of("C01"), forged_are_acknowledged)
    (finding, _) = (event.finding for event in events if isinstance(event, Found))
    assert (finding.code, finding.check, finding.severity) == (ACKNOWLEDGED, "C01", Severity.WARNING)
    assert "403" in finding.fix.en
    grade = summary_of(events).grade
    assert grade is not None
    assert grade.is_pass
    assert dict(grade.open) == {"C": 0, "H": 0, "M": 1, "L": 0}
    assert summary_of(events).exit_code == 0


def test_a_warning_fails_where_the_gate_says_so() -> None:
    plan = replace(plan_of("C01"), selection=Selection(fail_on=Severity.WARNING))
    assert summary_of(played(plan, forged_are_acknowledged)).exit_code == 1


@pytest.mark.parametrize(
    "selection",
    [
        Selection(selected=frozenset({"KF715"})),
        Selection(ignores=(Ignore("KF711", frozenset({"KF711"})), Ignore("KF710", frozenset({"KF710"})))),
    ],
    ids=["not selected", "ignored"],
)
def test_what_does_not_count_is_not_counted(selection: Selection) -> None:
    summary = summary_of(played(replace(plan_of("C01"), selection=selection), forged_are_acknowledged))
    assert summary.checks == 0
    assert not summary.severities
    assert summary.exit_code == 2


def test_severities_can_be_changed() -> None:
    plan = replace(plan_of("C01"), selection=Selection(severities={"KF711": Severity.ERROR}))
    assert summary_of(played(plan, forged_are_acknowledged)).exit_code == 1


def test_a_body_of_10_mib_is_sent_whole_and_told_of_in_part() -> None:
    seen: list[int] = []

    def measuring(request: Request) -> Reply:
        seen.append(len(request.body))
        return correct(request)

    events = played(replace(plan_of("C37"), formats=(DataFormat.JSON,)), robust(measuring))
    told = [len(event.exchange.request.body) for event in events if isinstance(event, Sent) and event.exchange.request]
    assert max(seen) == 10 * 1024 * 1024
    assert max(told) < 300_000


def dying_of_an_empty_body(wire: Transport) -> Transport:
    has_died = False

    async def deliver(request: PushRequest, deadline: float) -> Answer:
        nonlocal has_died
        if has_died:
            return Failure(Outcome.NET_REFUSED, Phase.CONNECT, 0.0)
        if request.method == "POST" and not request.body:
            has_died = True
            return Failure(Outcome.NET_CLOSED_EARLY, Phase.FIRST_BYTE, 0.0)
        return await wire(request, deadline)

    return deliver


def test_a_request_that_ends_the_handler_weighs_more_than_its_check_and_ends_the_run() -> None:
    with scripted(robust()) as handler:
        events = played_at(plan_of("C35", "C36", "C42"), handler.url, dying_of_an_empty_body)
    assert codes_in(events) == {("KF724", "C35"), ("KF717", "C35")}
    assert [event.finding.severity for event in events if isinstance(event, Found)] == [
        Severity.WARNING,
        Severity.ERROR,
    ]
    assert set(skipped_in(events).values()) == {"the handler could not be reached"}
    assert summary_of(events).exit_code == 1
    grade = summary_of(events).grade
    assert grade is not None
    assert grade.has_failed


async def _two(_asker: object) -> list[Fault]:
    return [Fault(Text("one", "一")), Fault(Text("two", "二"), letter=Letter.LOW)]


def test_a_grade_counts_each_check_once_by_its_worst() -> None:
    bad = CHECKS["C07"]._replace(ask=_two)
    events = played(ConformancePlan(checks=(bad, CHECKS["C01"])), robust())
    grade = summary_of(events).grade
    assert grade is not None
    assert (dict(grade.open), grade.checks) == ({"C": 0, "H": 0, "M": 1, "L": 0}, 2)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_finding_says_which_check_and_class_it_is_of(check: Check) -> None:
    finding = finding_of(check, Fault(Text("so", "如此")))
    assert (finding.check, finding.code, finding.name) == (check.id, check.code, CODES[check.code].name)
    assert finding.severity is check.letter.severity
    assert (finding.fix, finding.source, finding.evidence) == (check.fix, check.source, check.evidence)


async def _late(asker: object) -> list[Fault]:
    asker.canary.url()  # type: ignore[attr-defined]
    return []


def test_an_address_that_is_fetched_later_is_found_at_the_end() -> None:
    """The second check fetches the address of the first, as a handler does that works in the background."""

    async def fetching(asker: object) -> list[Fault]:
        url = asker.canary.urls[0]  # type: ignore[attr-defined]
        port, key = url.removeprefix("http://127.0.0.1:").split("/")
        _, writer = await asyncio.open_connection("127.0.0.1", int(port))
        writer.write(f"GET /{key} HTTP/1.1\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        return []

    checks = (CHECKS["C27"]._replace(ask=_late), CHECKS["C42"]._replace(ask=fetching))
    events = played(ConformancePlan(checks=checks, formats=(DataFormat.XML,)), robust())
    assert codes_in(events) == {("KF716", "C27")}
    assert summary_of(events).exit_code == 1


def test_the_pace_of_public_hosts_is_kept_by_one_push_after_another() -> None:
    plan = replace(plan_of("C39"), pace=1000.0, concurrency=4, formats=(DataFormat.XML,), policy=Policy())
    in_flight: set[str] = set()
    most = 0
    for event in played(plan, robust()):
        if isinstance(event, Sent):
            in_flight.add(event.exchange.id)
        elif isinstance(event, Done):
            in_flight.discard(event.exchange.id)
        most = max(most, len(in_flight))
    assert most <= 4


def two_at_once() -> Check:
    async def ask(asker: Asker) -> list[Fault]:
        await asker.ask_at_once([asker.push(), asker.push(), asker.push()])
        return []

    return CHECKS["C13"]._replace(ask=ask)


@pytest.mark.parametrize(("concurrency", "landed"), [(1, 1), (2, 2), (64, 3)])
def test_wound_down_nothing_more_is_pushed_and_what_is_in_flight_lands(concurrency: int, landed: int) -> None:
    """The signal comes while the last of those that may be in flight leaves."""
    checks = (two_at_once(), CHECKS["C42"])
    plan = ConformancePlan(checks=checks, formats=(DataFormat.XML,), concurrency=concurrency)
    events: list[Event] = []
    before = 1  # the ordinary push

    async def body(url: str) -> None:
        target = parse_url(url)
        wire, left, all_left = Wire(target), 0, asyncio.Event()

        async def deliver(request: PushRequest, deadline: float) -> Answer:
            nonlocal left
            left += 1
            if left == before + landed:
                course.wind_down(15)
                all_left.set()
            if left > before:
                await all_left.wait()
            return await wire(request, deadline)

        async with watching() as canary:
            course = Conforming(
                plan, Sender(TOKEN), deliver, events.append, canary, host=target.host_header, clock=system_clock, seed=1
            )
            with pytest.raises(asyncio.CancelledError):
                await course.run()

    with scripted(robust()) as handler:
        asyncio.run(body(handler.url))
    sent, done = ([each for each in events if isinstance(each, kind)] for kind in (Sent, Done))
    assert len(sent) == len(done) == before + landed
    assert [event.check for event in events if isinstance(event, CaseDone)] == (["C13"] if landed == 3 else [])
    summary = summary_of(events)
    assert (summary.exit_code, summary.grade is not None and summary.grade.is_whole) == (143, False)


def test_a_push_leaves_only_when_its_record_is_safe() -> None:
    happened: list[str] = []

    async def body(url: str) -> None:
        target = parse_url(url)
        wire = Wire(target)

        async def safe() -> None:
            await asyncio.sleep(0)
            happened.append("safe")

        def tell(event: Event) -> None:
            if isinstance(event, Sent):
                happened.append("sent")

        async def deliver(request: PushRequest, deadline: float) -> Answer:
            happened.append("left")
            return await wire(request, deadline)

        async with watching() as canary:
            await Conforming(
                plan_of("C01", "C03"),
                Sender(TOKEN),
                deliver,
                tell,
                canary,
                host=target.host_header,
                clock=system_clock,
                seed=1,
                safe=safe,
            ).run()

    with scripted(robust()) as handler:
        asyncio.run(body(handler.url))
    assert happened == ["sent", "safe", "left"] * (len(happened) // 3)
    assert len(happened) > 9
