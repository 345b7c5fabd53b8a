"""Chaos: the shares that were asked for, the same for the same seed, in whatever order pushes are made."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.simulate.chaos import DEFAULT, WRITTEN, Chaos, Share
from wxkf_cli.simulate.story import Fault, FaultKind

PUSHES = 100_000
DROP, DELAY = Fault(FaultKind.DROP_ANSWER), Fault(FaultKind.DELAY, {"seconds": 6.0})
SPLIT, RESET = Fault(FaultKind.SPLIT, {"bytes": 1}), Fault(FaultKind.RESET, {"after_bytes": 0})

shares = st.lists(
    st.builds(
        Share, st.builds(Fault, st.sampled_from(FaultKind), st.just({}), st.integers(1, 3)), st.floats(0.0001, 0.3)
    ),
    max_size=6,
)
seeds, numbers = st.integers(0, 2**63 - 1), st.integers(1, 10**9)


@pytest.mark.parametrize("seed", [0, 1, 20261123, 2**63 - 1])
@pytest.mark.parametrize(
    "asked", [DEFAULT, (Share(DROP, 0.5), Share(SPLIT, 0.5), Share(RESET, 0.25)), (Share(DROP, 0.001),)]
)
def test_each_fault_hits_its_share_of_pushes(asked: tuple[Share, ...], seed: int) -> None:
    chaos = Chaos(asked, seed)
    hit = Counter(fault.kind for number in range(1, PUSHES + 1) for fault in chaos(number))
    for fault, share in asked:
        # Five standard deviations: a fair draw misses that once in nearly two million.
        allowed = 5 * (PUSHES * share * (1 - share)) ** 0.5
        assert abs(hit[fault.kind] - PUSHES * share) <= allowed, fault.kind


def test_faults_hit_independently_of_one_another() -> None:
    chaos = Chaos((Share(DROP, 0.5), Share(DELAY, 0.5)), 7)
    both = sum(len(chaos(number)) == 2 for number in range(1, PUSHES + 1))
    assert abs(both - PUSHES / 4) <= 5 * (PUSHES * 0.25 * 0.75) ** 0.5


@given(shares, seeds, st.lists(numbers, min_size=1, max_size=30, unique=True), st.randoms())
def test_what_hits_a_push_follows_from_seed_and_number_alone(
    asked: list[Share], seed: int, them: list[int], shuffled: random.Random
) -> None:
    first = {number: Chaos(asked, seed)(number) for number in them}
    shuffled.shuffle(them)
    one_for_all = Chaos(asked, seed)
    assert {number: one_for_all(number) for number in them} == first


def test_another_seed_hits_others() -> None:
    hit = [[number for number in range(1, 1001) if Chaos((Share(DROP, 0.1),), seed)(number)] for seed in (1, 2)]
    assert hit[0] != hit[1]


@given(shares, seeds, numbers, st.sampled_from([(), (DROP,), (SPLIT,), (DELAY, RESET)]))
def test_a_push_is_written_in_one_way_at_most_and_that_is_innermost(
    asked: list[Share], seed: int, number: int, own: tuple[Fault, ...]
) -> None:
    found = Chaos(asked, seed)(number, own)
    ways = [place for place, fault in enumerate(found) if fault.kind in WRITTEN]
    assert ways in ([], [len(found) - 1])
    assert [fault for fault in found if fault in own][-len(own) :] == list(own) if own else True


def test_everything_is_hit_where_all_of_it_is_asked_for_and_nothing_without_chaos() -> None:
    assert all(Chaos((Share(DROP, 1.0), Share(SPLIT, 1.0)), 3)(number) == (DROP, SPLIT) for number in range(1, 1000))
    assert all(Chaos((), 3)(number, (DROP,)) == (DROP,) for number in range(1, 100))
