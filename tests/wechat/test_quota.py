"""What a handler may still send a user."""

from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.vocab.policy import QUOTA_ENTRY, QUOTA_MESSAGE, Grant
from wxkf_cli.wechat.quota import Quota, Refusal

NOW = 1714112445.0


def test_nothing_may_be_sent_before_the_user_did_something() -> None:
    assert Quota().spent(NOW) is Refusal.OUT_OF_TIME


def test_a_message_allows_five_within_two_days() -> None:
    quota = Quota().granted(QUOTA_MESSAGE, NOW)
    for _ in range(5):
        left = quota.spent(NOW + 48 * 3600 - 1)
        assert isinstance(left, Quota)
        quota = left
    assert quota.spent(NOW) is Refusal.OUT_OF_COUNT
    assert Quota().granted(QUOTA_MESSAGE, NOW).spent(NOW + 48 * 3600) is Refusal.OUT_OF_TIME


def test_entering_allows_two_within_a_minute_and_takes_nothing_away() -> None:
    assert Quota().granted(QUOTA_ENTRY, NOW) == Quota(2, NOW + 60)
    after_message = Quota().granted(QUOTA_MESSAGE, NOW)
    assert after_message.granted(QUOTA_ENTRY, NOW + 5) == after_message


def test_what_ran_out_of_time_does_not_come_back() -> None:
    old = Quota().granted(QUOTA_MESSAGE, NOW)
    assert old.granted(QUOTA_ENTRY, old.until) == Quota(2, old.until + 60)


@given(
    st.lists(
        st.tuples(
            st.floats(0, 1000), st.none() | st.builds(Grant, st.integers(0, 9), st.floats(0, 500, exclude_min=True))
        )
    )
)
def test_actions_never_add_up(steps: list[tuple[float, Grant | None]]) -> None:
    at, quota, largest, latest = 0.0, Quota(), 0, float("-inf")
    for passed, grant in steps:
        at += passed
        if grant is not None:
            largest, latest = max(largest, grant.messages), max(latest, at + grant.seconds)
            quota = quota.granted(grant, at)
        else:
            left = quota.spent(at)
            if isinstance(left, Quota):
                assert left.messages == quota.messages - 1
                quota = left
        assert 0 <= quota.messages <= largest
        assert quota.until <= latest
