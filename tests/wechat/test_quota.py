"""What a handler may still send a user."""

from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.vocab.policy import QUOTA_ENTRY, QUOTA_MESSAGE, Grant
from wxkf_cli.wechat.quota import NEVER, Refusal, granted, spent

NOW = 1714112445.0
TWO_DAYS = 48 * 3600


def test_nothing_may_be_sent_before_the_user_did_something() -> None:
    assert spent(0, NEVER, NOW) is Refusal.OUT_OF_TIME


def test_a_message_allows_five_within_two_days() -> None:
    messages, until = granted(0, NEVER, QUOTA_MESSAGE, NOW)
    assert (messages, until) == (5, NOW + TWO_DAYS)
    for left in (4, 3, 2, 1, 0):
        assert spent(messages, until, until - 1) == left
        messages = left
    assert spent(messages, until, NOW) is Refusal.OUT_OF_COUNT
    assert spent(5, until, until) is Refusal.OUT_OF_TIME


def test_entering_allows_two_within_a_minute_and_takes_nothing_away() -> None:
    assert granted(0, NEVER, QUOTA_ENTRY, NOW) == (2, NOW + 60)
    after_message = granted(0, NEVER, QUOTA_MESSAGE, NOW)
    assert granted(*after_message, QUOTA_ENTRY, NOW + 5) == after_message


def test_what_ran_out_of_time_does_not_come_back() -> None:
    messages, until = granted(0, NEVER, QUOTA_MESSAGE, NOW)
    assert granted(messages, until, QUOTA_ENTRY, until) == (2, until + 60)


def test_a_refusal_is_wechat_s_errcode() -> None:
    assert (Refusal.OUT_OF_TIME.value, Refusal.OUT_OF_COUNT.value) == (45015, 45047)


STEPS = st.tuples(
    st.floats(0, 1000), st.none() | st.builds(Grant, st.integers(0, 9), st.floats(0, 500, exclude_min=True))
)


@given(st.lists(STEPS))
def test_actions_never_add_up(steps: list[tuple[float, Grant | None]]) -> None:
    at, messages, until, largest, latest = 0.0, 0, NEVER, 0, NEVER
    for passed, grant in steps:
        at += passed
        if grant is not None:
            largest, latest = max(largest, grant.messages), max(latest, at + grant.seconds)
            messages, until = granted(messages, until, grant, at)
        else:
            left = spent(messages, until, at)
            if not isinstance(left, Refusal):
                assert left == messages - 1
                messages = left
        assert 0 <= messages <= largest
        assert until <= latest
