"""Calls are told of among the events of a run: each once, after the answer of its delivery, and none is left out."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.report.event import Called, Done, Event, Sent, Summary
from wxkf_cli.trial.calling import with_calls
from wxkf_cli.wechat.service_api import Call
from wxkf_cli.wechat.verdict import TABLE, Verdict
from wxkf_cli.wire.exchange import Exchange, Response

ANSWER = Response(None, (), b"success", 0.0)


def call(name: str, exchange: str | None, delivery: int | None = 1) -> Call:
    return Call(name, {}, {"errcode": 0, "errmsg": "ok"}, 0.0, exchange, delivery)


def delivery_of(exchange: str, number: int = 1) -> Exchange:
    return Exchange(ANSWER, id=exchange, delivery=number)


def done(exchange: str, number: int = 1) -> Done:
    return Done(delivery_of(exchange, number), TABLE[Verdict.ACKNOWLEDGED])


class Run:
    """A run of which every event is noted in a word."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self._came: list[Call] = []
        self.tell = with_calls(self._note, self._taken)

    def calls(self, *calls: Call) -> None:
        self._came += calls

    def _taken(self) -> list[Call]:
        came, self._came = self._came, []
        return came

    def _note(self, event: Event) -> None:
        match event:
            case Sent():
                self.told.append(f"sent {event.exchange.id}.{event.exchange.delivery}")
            case Done():
                self.told.append(f"done {event.exchange.id}.{event.exchange.delivery}")
            case Called():
                self.told.append(event.call.api)
            case _:
                self.told.append("summary")


def test_a_call_comes_after_the_answer_of_its_push_though_another_was_answered_before() -> None:
    run = Run()
    for name in ("e1", "e2"):
        run.tell(Sent(delivery_of(name)))
    run.calls(call("for e2", "e2"), call("for e1", "e1"), call("for nobody", None, None))
    run.tell(done("e1"))
    run.tell(done("e2"))
    assert run.told == ["sent e1.1", "sent e2.1", "done e1.1", "for e1", "for nobody", "done e2.1", "for e2"]


def test_what_comes_late_comes_with_the_next_answer_and_at_the_end() -> None:
    run = Run()
    run.tell(Sent(delivery_of("e1")))
    run.tell(done("e1"))
    run.calls(call("late", "e1"))
    run.tell(Sent(delivery_of("e1", 2)))
    run.calls(call("again", "e1", 2))
    run.tell(done("e1", 2))
    run.tell(Sent(delivery_of("e2")))
    run.calls(call("later", "e1", 2), call("never answered", "e2"))
    run.tell(Summary())
    assert run.told == [
        "sent e1.1", "done e1.1", "sent e1.2", "done e1.2", "late", "again",
        "sent e2.1", "later", "never answered", "summary",
    ]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(["sent", "done", "call"]), st.sampled_from(["e1", "e2", "e3"])), max_size=40))
def test_each_call_is_told_of_once_and_behind_its_answer(steps: list[tuple[str, str]]) -> None:
    run = Run()
    # The copies of a delivery are under way at once, under one name.
    under_way: Counter[str] = Counter()
    made: Counter[str] = Counter()
    for step, name in steps:
        if step == "call":
            run.calls(call(name, name))
            made[name] += 1
        elif step == "sent":
            under_way[name] += 1
            run.tell(Sent(delivery_of(name)))
        elif under_way[name]:
            under_way[name] -= 1
            before = len(run.told)
            run.tell(done(name))
            told = run.told[before + 1 :]
            assert not [each for each in told if under_way[each]], "its answer is still to come"
            assert all(run.told.count(each) == made[each] for each in made if not under_way[each]), "one is left out"
    run.tell(Summary())
    assert Counter(each for each in run.told if each in made) == made
    assert run.told[-1] == "summary"


def test_where_nobody_hears_of_calls_nothing_is_between() -> None:
    told: list[Event] = []
    assert with_calls(told.append) == told.append
