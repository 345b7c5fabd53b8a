"""`--chaos` as it is written: the faults of stories, under the same names, and what a mistake is told."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.chaos import DEFAULT, Share
from wxkf_cli.simulate.story import Fault, FaultKind
from wxkf_cli.trial.chaoswords import needs_wire, parse, written

GOOD: list[tuple[str, Share]] = [
    ("drop-answer 10%", Share(Fault(FaultKind.DROP_ANSWER), 0.1)),
    ("  drop-answer   0.5%  ", Share(Fault(FaultKind.DROP_ANSWER), 0.005)),
    ("drop-answer 100% times=3", Share(Fault(FaultKind.DROP_ANSWER, {}, 3), 1.0)),
    ("delay 5% seconds=6s", Share(Fault(FaultKind.DELAY, {"seconds": 6.0}), 0.05)),
    ("delay 5% seconds=250ms", Share(Fault(FaultKind.DELAY, {"seconds": 0.25}), 0.05)),
    ("delay 5% seconds=1.5", Share(Fault(FaultKind.DELAY, {"seconds": 1.5}), 0.05)),
    ("duplicate 2%", Share(Fault(FaultKind.DUPLICATE, {"copies": 1}), 0.02)),
    ("duplicate 2% copies=4 times=2", Share(Fault(FaultKind.DUPLICATE, {"copies": 4}, 2), 0.02)),
    ("reset 1%", Share(Fault(FaultKind.RESET, {"after_bytes": 0}), 0.01)),
    ("slow-body 1% bytes_per_second=200.5", Share(Fault(FaultKind.SLOW_BODY, {"bytes_per_second": 200.5}), 0.01)),
    ("split 1%", Share(Fault(FaultKind.SPLIT, {"bytes": 1}), 0.01)),
]


@pytest.mark.parametrize(("given_words", "share"), GOOD)
def test_a_fault_is_read_as_a_story_would_read_it(given_words: str, share: Share) -> None:
    assert parse([given_words]) == (share,)


def test_several_are_put_together_and_a_word_stands_for_a_mix_of_all() -> None:
    assert parse(["drop-answer 1%", "delay 2% seconds=6"]) == (
        Share(Fault(FaultKind.DROP_ANSWER), 0.01),
        Share(Fault(FaultKind.DELAY, {"seconds": 6.0}), 0.02),
    )
    assert parse(["default"]) == DEFAULT
    assert {each.fault.kind for each in DEFAULT} == set(FaultKind)
    assert parse([]) == ()


#: What is given, what the message has beside it, what the hint has.
BAD: list[tuple[str, str, str]] = [
    ("", "is no fault", "drop-answer, duplicate"),
    ("drop 10%", '"drop" is no fault', "did you mean drop-answer?"),
    ("Delay 10% seconds=1", '"Delay" is no fault', "did you mean delay?"),
    ("defualt", '"defualt" is no fault', "did you mean default?"),
    ("xyzzy 10%", '"xyzzy" is no fault', "there are: delay, drop-answer"),
    ("drop-answer=0.1", '"drop-answer=0.1" is no fault', "did you mean drop-answer?"),
    ("drop-answer", "not said how many pushes", "drop-answer 10%"),
    ("drop-answer 0.1", '"0.1" is no share', "a percentage"),
    ("drop-answer 0%", '"0%" is no share', "more than 0%"),
    ("drop-answer 101%", '"101%" is no share', "at most 100%"),
    ("drop-answer -1%", '"-1%" is no share', "a percentage"),
    ("drop-answer nan%", '"nan%" is no share', "a percentage"),
    ("drop-answer ١٠%", "is no share", "a percentage"),
    ("delay 5%", "delay has no seconds", "250ms"),
    ("delay 5% 6s", '"6s" is no measure of delay', "seconds=…, times=…"),
    ("delay 5% seconds=", '"seconds=" is no measure', "seconds=…"),
    ("delay 5% seconds=1 seconds=2", '"seconds=2" is no measure', "seconds=…"),
    ("delay 5% kind=reset seconds=1", '"kind=reset" is no measure', "seconds=…"),
    ("delay 5% second=6s", "delay.second is no key", "did you mean seconds?"),
    ("delay 5% seconds=-1", 'delay.seconds is "-1"', "greater than 0"),
    ("delay 5% seconds=1e9", 'delay.seconds is "1e9"', "it takes"),
    ("split 5% copies=2", "split.copies is no key", "kind, bytes, times"),
    ("split 5% bytes=1.5", "split.bytes is 1.5", "a whole number from 1"),
    ("duplicate 5% copies=101", "duplicate.copies is 101", "from 1 to 100"),
    ("drop-answer 5% times=0", "drop-answer.times is 0", "from 1"),
    ("\x1b[31m 5%", '"\\x1b[31m" is no fault', "there are"),
]


@pytest.mark.parametrize(("given_words", "message", "hint"), BAD)
def test_nonsense_is_quoted_and_told_what_would_be_right(given_words: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(["drop-answer 1%", given_words])
    said = str(caught.value)
    assert said.startswith("--chaos ")
    assert message in said
    assert hint in caught.value.hint
    assert (said + caught.value.hint).isprintable()


def test_no_push_is_written_in_two_ways_at_once() -> None:
    parse(["split 50%", "reset 30%", "slow-body 20% bytes_per_second=9", "drop-answer 100%", "duplicate 100%"])
    with pytest.raises(UsageError, match=r"^--chaos: reset, split hit more than 100% of all pushes together$"):
        parse(["split 50%", "reset 50.1%"])


def test_what_needs_our_own_wire_is_known_before_anything_is_pushed() -> None:
    assert needs_wire(parse(["drop-answer 1%", "delay 1% seconds=6", "duplicate 1%"])) == ""
    assert needs_wire(parse(["drop-answer 1%", "split 1%"])) == "split"


percents = st.integers(1, 33_000_000).map(lambda millionths: f"{millionths / 1_000_000:.6f}%")
words = st.one_of(
    st.builds("drop-answer {} times={}".format, percents, st.integers(1, 1000)),
    st.builds("delay {} seconds={}ms".format, percents, st.integers(1, 10**6)),
    st.builds("duplicate {} copies={}".format, percents, st.integers(1, 100)),
    st.builds("split {} bytes={}".format, percents, st.integers(1, 10**9)),
)


@given(st.lists(words, max_size=3))
def test_chaos_is_written_as_it_is_read(given_words: list[str]) -> None:
    shares = parse(given_words)
    assert parse(written(shares)) == shares


@given(st.text(max_size=30))
def test_nothing_that_is_given_makes_it_fail(given_words: str) -> None:
    try:
        parse([given_words])
    except UsageError as error:
        # Most of it is refused, and some is not.
        shown = {unicodedata.category(each) for each in str(error)}
        assert shown.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
