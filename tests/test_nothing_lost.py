"""A fraction of `tests/nothing_lost.py`, which says what is proved: some are killed twice, with and without sync."""

import pytest

from tests.nothing_lost import Load, figures, prove


@pytest.mark.parametrize("durability", ["write", "sync"])
def test_what_the_handler_saw_is_in_the_record_and_every_push_is_done_once(durability: str) -> None:
    rounds = prove(2, Load(pushes=200, in_flight=16, durability=durability), seed=4, every=2)
    assert [each[3:] for each in rounds] == [(0, 0, 0)] * 2, "\n".join(figures(rounds))
    assert sum(each.kills for each in rounds) == 3
