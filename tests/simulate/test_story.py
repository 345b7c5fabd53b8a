"""Stories as a model: unfolding, numbering, users, and where they are played."""

from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.simulate.shot import TEXTS
from wxkf_cli.simulate.story import (
    DEFAULT_USER,
    Advance,
    FaultKind,
    Place,
    Repeat,
    Say,
    Step,
    Story,
    line_on_desk,
    openid_of,
)
from wxkf_cli.simulate.storywalk import size, walk
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.policy import DEFAULT_POLICY
from wxkf_cli.vocab.terms import Mode

SAY = Say("user", "text")


def numbers(*steps: Step) -> list[str]:
    return [turn.number for turn in walk(Story("x", steps))]


def test_a_step_is_numbered_among_its_siblings_and_a_repeat_counts_its_rounds() -> None:
    inner = Repeat(2, (SAY,))
    assert numbers(SAY, Repeat(2, (SAY, inner)), Advance(1)) == [
        *("1", "2[1].1", "2[1].2[1].1", "2[1].2[2].1", "2[2].1", "2[2].2[1].1", "2[2].2[2].1", "3")
    ]


def test_each_file_has_numbers_of_its_own() -> None:
    places = [("a", 3), ("a", 3), ("b", 1), ("main", 2), ("main", 9), ("main", 1)]
    them = [Repeat(1, (SAY,), place=Place(*places[0])), *(replace(SAY, place=Place(*each)) for each in places[1:])]
    assert numbers(*them) == ["1[1].1", "2", "1", "1", "2", "1"]


@pytest.mark.parametrize(
    ("texts", "written"),
    [(("a", "b"), ["a", "b"]), ((), list(TEXTS)), (range(1, 4), ["x", "xx", "xxx"])],
)
def test_a_step_with_texts_is_sent_once_for_each(texts: tuple[str, ...] | range, written: list[str]) -> None:
    turns = list(walk(Story("x", (Say("user", "text", texts=texts),))))
    said = [turn.step for turn in turns]
    assert [step.values["Content"] for step in said if isinstance(step, Say)] == written
    assert [turn.number for turn in turns] == [f"1[{place}]" for place in range(1, len(written) + 1)]
    assert all(isinstance(step, Say) and step.texts is None for step in said)


def test_the_runs_own_texts_are_handed_in() -> None:
    story = Story("x", (Say("user", "text", texts=()),))
    assert [turn.step.values["Content"] for turn in walk(story, ["1", "2", "3"]) if isinstance(turn.step, Say)] == [
        *("1", "2", "3")
    ]


def test_repeats_are_unfolded_one_step_at_a_time() -> None:
    endless = Repeat(10**9, (Repeat(10**9, (SAY,)),))
    assert [turn.number for turn in islice(walk(Story("x", (endless,))), 2)] == ["1[1].1[1].1", "1[1].1[2].1"]
    assert size((endless,)) == 10**18


steps = st.recursive(
    st.sampled_from([SAY, Advance(1), Say("user", "text", texts=()), Say("user", "text", texts=range(1, 4))]).map(
        lambda step: (step,)
    ),
    lambda inner: st.lists(st.one_of(inner.map(lambda it: Repeat(3, it)), st.just(SAY)), min_size=1, max_size=3).map(
        tuple
    ),
    max_leaves=6,
)


@given(steps, st.integers(1, 3))
def test_the_size_is_how_many_steps_are_played_and_no_number_comes_twice(them: tuple[Step, ...], texts: int) -> None:
    played = [turn.number for turn in walk(Story("x", them), "x" * texts)]
    assert len(played) == size(them, "x" * texts)
    assert len(set(played)) == len(played)


@given(st.lists(st.text(min_size=1), unique=True))
def test_every_name_has_an_openid_of_its_own(names: list[str]) -> None:
    openids = [openid_of(name) for name in names]
    assert len(set(openids)) == len(names)
    assert all(len(openid) == 28 and openid.isascii() and not set(openid) & set(" /+=") for openid in openids)


def test_the_default_user_has_the_runs_openid_and_a_given_one_wins() -> None:
    story = Story("x", (SAY,), openids={"xiaohong": "oRed"})
    assert [story.openid(user, "oRun") for user in (DEFAULT_USER, "xiaohong")] == ["oRun", "oRed"]
    assert story.openid("xiaoming", "oRun").startswith("oxiaoming_")


def test_the_settings_of_a_story_go_before_those_of_the_run() -> None:
    story = Story("x", (SAY,), settings={"deliveries": 2})
    assert story.policy() == DEFAULT_POLICY._replace(deliveries=2)
    assert story.policy(DEFAULT_POLICY._replace(deadline=1.0)) == DEFAULT_POLICY._replace(deliveries=2, deadline=1.0)


PLAIN, COMPATIBLE, SECURE = Mode.PLAINTEXT, Mode.COMPATIBLE, Mode.SECURE
#: Flags of a story, the modes of a run, those of them that it is played in.
FITTING = [
    ({}, (PLAIN,), (PLAIN,)),
    ({}, (PLAIN, COMPATIBLE, SECURE), (PLAIN, COMPATIBLE, SECURE)),
    ({"modes": (SECURE,)}, (PLAIN,), ()),
    ({"modes": (SECURE,)}, (PLAIN, SECURE), (SECURE,)),
    ({"modes": (SECURE,), "only_mode": True}, (SECURE,), (SECURE,)),
    ({"modes": (SECURE,), "only_mode": True}, (SECURE, PLAIN), ()),
    ({"modes": (COMPATIBLE, SECURE), "mixes_modes": True}, (SECURE,), ()),
    ({"modes": (COMPATIBLE, SECURE), "mixes_modes": True}, (COMPATIBLE,), (COMPATIBLE,)),
    ({"modes": (COMPATIBLE, SECURE), "mixes_modes": True}, (SECURE, COMPATIBLE), (SECURE,)),
    ({"modes": (COMPATIBLE, SECURE), "mixes_modes": True}, (PLAIN, SECURE), (SECURE,)),
]


@pytest.mark.parametrize(("flags", "among", "played_in"), FITTING)
def test_a_story_is_for_modes(flags: dict[str, Any], among: tuple[Mode, ...], played_in: tuple[Mode, ...]) -> None:
    story = Story("x", (SAY,), **flags)
    assert tuple(mode for mode in among if story.is_for(mode, among)) == played_in


def test_only_what_a_user_sends_rightly_may_be_transferred() -> None:
    assert SAY.is_user_message
    assert not Say("user", "user_enter_tempsession").is_user_message
    assert not Say("user", "unknown_message").is_user_message


def test_the_desk_shows_texts_and_the_kind_of_anything_else() -> None:
    assert line_on_desk(make(PUSHES["text"], {"Content": "在吗"})) == "在吗"
    assert line_on_desk(make(PUSHES["text"], without=["Content"])) == "text"
    assert line_on_desk(make(PUSHES["image"], {"Content": "x"})) == "image"


def test_each_fault_has_its_word() -> None:
    assert {*FaultKind} == {"delay", "drop-answer", "duplicate", "reset", "slow-body", "split"}
