"""Which answers bring a push again, when, and when the user sees the notice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.wechat.delivery import STEPS, Following, Step, following
from wxkf_cli.wechat.verdict import Verdict

START = 1714112445.0


def test_every_verdict_leads_somewhere() -> None:
    assert set(STEPS) == set(Verdict)


# verdict, delivery, seconds it took, step, seconds from its start to the next or to the end, notice
TABLE = [
    (Verdict.TRANSFERRED, 1, 0.2, Step.DONE, 0.2, False),
    (Verdict.ACKNOWLEDGED, 3, 4.9, Step.DONE, 4.9, False),
    (Verdict.EVENT_TRANSFERRED, 1, 0.2, Step.DONE, 0.2, False),
    (Verdict.ABNORMAL, 1, 0.2, Step.GIVEN_UP, 0.2, True),
    (Verdict.LATE, 1, 5.0, Step.AGAIN, 5.0, False),
    (Verdict.LATE, 2, 5.0, Step.AGAIN, 5.0, False),
    (Verdict.LATE, 3, 5.0, Step.GIVEN_UP, 5.0, True),
    (Verdict.UNREACHABLE, 1, 0.001, Step.AGAIN, 5.0, False),
    (Verdict.UNREACHABLE, 3, 0.001, Step.GIVEN_UP, 0.001, True),
    (Verdict.VOID, 1, 0.1, Step.DONE, 0.1, False),
    (Verdict.REFUSED, 1, 0.1, Step.DONE, 0.1, False),
]


@pytest.mark.parametrize(("verdict", "number", "took", "step", "after", "notice"), TABLE)
def test_what_follows_a_delivery(
    verdict: Verdict, number: int, took: float, step: Step, after: float, notice: bool
) -> None:
    found = following(verdict, number, START, START + took, DEFAULT_POLICY)
    assert found == Following(step, START + after, notice)


def test_an_abnormal_answer_is_delivered_again_where_the_setting_says_so() -> None:
    policy = Policy(redeliver_abnormal=True)
    assert following(Verdict.ABNORMAL, 1, START, START, policy).step is Step.AGAIN
    assert following(Verdict.ABNORMAL, 3, START, START, policy) == Following(Step.GIVEN_UP, START, True)


@given(
    st.lists(st.tuples(st.sampled_from(list(Verdict)), st.floats(0, 10)), min_size=1, max_size=12),
    st.integers(1, 6),
    st.floats(0, 20),
    st.booleans(),
)
def test_a_push_ends_in_time_and_time_goes_forward(
    answers: list[tuple[Verdict, float]], deliveries: int, spacing: float, redeliver_abnormal: bool
) -> None:
    policy = Policy(deliveries=deliveries, delivery_spacing=spacing, redeliver_abnormal=redeliver_abnormal)
    at, notices = START, 0
    for number, (verdict, took) in enumerate(answers, start=1):
        found = following(verdict, number, at, at + took, policy)
        assert found.at >= at + took
        notices += found.user_sees_notice
        if found.step is not Step.AGAIN:
            break
        assert not found.user_sees_notice
        assert number < deliveries
        at = found.at
    assert number <= deliveries
    assert notices == (found.step is Step.GIVEN_UP)
