"""A handler that acts twice is found by a witness, and no other one is, in whatever order things happen."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.errors import UsageError
from wxkf_cli.lint.finding import Finding
from wxkf_cli.trial.witnessing import MessageWatch, TotalWatch, Watch
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import Message, make
from wxkf_cli.wire.exchange import Exchange, Response


class Handled(NamedTuple):
    """One push as a handler took it.

    Attributes:
        times: How often it came.
        acts: How often it was acted on before its last answer.
        later: How often after that: before the push that is so many places behind it opens; past the end, at the end.
    """

    times: int = 1
    acts: int = 1
    later: tuple[int, ...] = ()


class Counting:
    """What a handler counts."""

    def __init__(self, start: int = 0) -> None:
        self.acted: Counter[int] = Counter()
        self.start = start
        self.is_there = True

    async def total(self) -> int:
        if not self.is_there:
            message = "the witness has no count"
            raise UsageError(message)
        return self.start + self.acted.total()

    async def of(self, push: Message) -> int | None:
        msgid = push.values.get("MsgId")
        await self.total()
        return self.acted[int(str(msgid))] if msgid is not None else None


def exchange(number: int, kind: str = "text") -> Exchange:
    values = {"MsgId": number} if kind == "text" else {}
    return Exchange(Response(200, (), b"success"), id=f"e{number}", case="x", push=make(PUSHES[kind], values))


async def one_after_the_other(pushes: Sequence[Handled], watch: Watch, counting: Counting) -> list[Finding]:
    await watch.begin()
    found: list[Finding | None] = []
    due: Counter[tuple[int, int]] = Counter()
    for place, push in enumerate(pushes):
        number = place + 100
        for (when, whose), acts in due.items():
            counting.acted[whose] += acts * (when == place)
        await watch.opened()
        counting.acted[number] += push.acts
        due.update((place + behind, number) for behind in push.later)
        found.append(await watch.closed(exchange(number), push.times))
    for (when, whose), acts in due.items():
        counting.acted[whose] += acts * (when >= len(pushes))
    return [each for each in (*found, *await watch.ended()) if each is not None]


def found_by(kind: str, *pushes: Handled) -> list[str | None]:
    counting = Counting(start=41)
    watch = TotalWatch(counting.total) if kind == "total" else MessageWatch(counting.of)
    found = asyncio.run(one_after_the_other(pushes, watch, counting))
    assert {each.code for each in found} <= {"KF408"}
    return [each.exchange for each in found]


BOTH = pytest.mark.parametrize("kind", ["total", "message"])


@BOTH
def test_who_acts_on_each_delivery_is_found_and_where(kind: str) -> None:
    assert found_by(kind, Handled(), Handled(times=2, acts=2), Handled(), Handled(times=3, acts=3)) == ["e101", "e103"]


@BOTH
def test_who_acts_once_or_not_at_all_is_not_found(kind: str) -> None:
    assert found_by(kind, Handled(), Handled(times=3), Handled(times=2, acts=0), Handled()) == []


@BOTH
def test_who_acts_after_the_answer_is_not_blamed_for_it(kind: str) -> None:
    slow = Handled(acts=0, later=(2,))
    assert found_by(kind, slow, slow, Handled(times=2, acts=1), Handled(times=2, acts=0, later=(9,))) == []


def test_who_acts_twice_after_the_answer_is_found_at_the_end() -> None:
    assert found_by("message", Handled(times=2, acts=1, later=(9,)), Handled()) == ["e100"]
    assert found_by("total", Handled(times=2, acts=2, later=()), Handled(acts=0)) == ["e100"]


handled = st.builds(
    Handled, st.integers(1, 3), st.integers(0, 1), st.lists(st.integers(1, 5), max_size=1).map(tuple)
).map(lambda each: each if each.acts + len(each.later) <= 1 else each._replace(acts=0))


@BOTH
@given(pushes=st.lists(handled, max_size=12))
def test_nobody_innocent_is_blamed_whenever_the_actions_happen(kind: str, pushes: list[Handled]) -> None:
    assert found_by(kind, *pushes) == []


@given(st.lists(st.builds(Handled, st.integers(1, 3), st.integers(0, 3), st.just(()) | st.just((2,))), max_size=12))
def test_asked_about_each_message_nobody_guilty_gets_away(pushes: list[Handled]) -> None:
    acted = {f"e{place + 100}": (each.times, each.acts + len(each.later)) for place, each in enumerate(pushes)}
    guilty = {name for name, (times, acts) in acted.items() if times > 1 and acts > 1}
    found = found_by("message", *pushes)
    assert set(found) == guilty
    assert len(found) == len(guilty), "each is told once"


def test_pushes_that_overlap_are_compared_when_all_are_over() -> None:
    async def play() -> list[str | None]:
        counting = Counting()
        watch = TotalWatch(counting.total)
        await watch.begin()
        await watch.opened()
        await watch.opened()
        counting.acted[1] += 2
        first = await watch.closed(exchange(1), 2)
        counting.acted[2] += 1
        second = await watch.closed(exchange(2), 1)
        return [each and each.exchange for each in (first, second)]

    assert asyncio.run(play()) == [None, "e1"]


def test_what_could_hide_acting_twice_is_counted() -> None:
    async def untold(*pushes: Handled) -> int:
        counting = Counting()
        watch = TotalWatch(counting.total)
        await one_after_the_other(pushes, watch, counting)
        return watch.untold

    assert asyncio.run(untold(Handled(acts=0), Handled(acts=0), Handled(times=2, acts=2))) == 1
    assert asyncio.run(untold(Handled(), Handled(times=2, acts=1))) == 0
    assert asyncio.run(untold(Handled(acts=0), Handled(times=2, acts=1))) == 0, "one action cannot be two"


@BOTH
def test_a_witness_that_goes_away_is_noted_and_one_that_was_never_there_is_told(kind: str) -> None:
    async def play(is_there_first: bool) -> Watch:
        counting = Counting()
        watch: Watch = TotalWatch(counting.total) if kind == "total" else MessageWatch(counting.of)
        counting.is_there = is_there_first
        await watch.begin()
        counting.is_there = False
        await watch.opened()
        assert await watch.closed(exchange(1), 2) is None
        assert await watch.ended() == []
        return watch

    watch = asyncio.run(play(True))
    assert (watch.lost, watch.untold) == ("the witness has no count", 1)
    with pytest.raises(UsageError):
        asyncio.run(play(False))


def test_a_count_that_begins_anew_blames_nobody() -> None:
    async def play() -> Finding | None:
        counting = Counting(start=50)
        watch = TotalWatch(counting.total)
        await watch.begin()
        counting.start = 0
        await watch.opened()
        counting.acted[1] += 1
        return await watch.closed(exchange(1), 2)

    assert asyncio.run(play()) is None


def test_an_event_that_a_witness_cannot_be_asked_about_is_counted() -> None:
    async def play() -> int:
        watch = MessageWatch(Counting().of)
        await watch.opened()
        assert await watch.closed(exchange(1, "user_enter_tempsession"), 2) is None
        return watch.untold

    assert asyncio.run(play()) == 1
