"""One push over its deliveries: which answers end it, which bring it again, and when WeChat gives up.

What is delivered again is the same push: the same MsgId, the same CreateTime.
Source: https://www.cnblogs.com/qiu1234/p/8745144.html (an earlier text of the official page).
"""

from enum import StrEnum
from typing import NamedTuple

from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import NOTICE, Policy
from wxkf_cli.wechat.verdict import Judgement, Verdict
from wxkf_cli.wire.exchange import Exchange, Failure


class Step(StrEnum):
    """What follows a delivery."""

    DONE = "done"
    AGAIN = "again"
    GIVEN_UP = "given-up"


#: What a verdict on one delivery leads to while deliveries are left. What is not here is judged once: probes, GETs.
STEPS: dict[Verdict, Step] = {
    Verdict.TRANSFERRED: Step.DONE,
    Verdict.ACKNOWLEDGED: Step.DONE,
    Verdict.EVENT_TRANSFERRED: Step.DONE,
    Verdict.ABNORMAL: Step.GIVEN_UP,
    Verdict.LATE: Step.AGAIN,
    Verdict.UNREACHABLE: Step.AGAIN,
    # Our own trouble says nothing of the handler, and is not repeated at its expense.
    Verdict.VOID: Step.DONE,
    Verdict.REFUSED: Step.DONE,
    Verdict.ACCEPTED_FORGERY: Step.DONE,
    Verdict.VERIFIED: Step.DONE,
    Verdict.NOT_VERIFIED: Step.DONE,
}


class Following(NamedTuple):
    """What follows a delivery, and when.

    Attributes:
        step: What.
        at: For AGAIN, the story time of the next delivery, seconds since the epoch; otherwise that of the end.
        user_sees_notice: Whether the grey notice appears now.
    """

    step: Step
    at: float
    user_sees_notice: bool


class Delivery(NamedTuple):
    """Which delivery of its push an exchange is.

    Attributes:
        number: 1 for the first.
        policy: How many there are.
    """

    number: int
    policy: Policy

    def seen(self, exchange: Exchange, judgement: Judgement) -> Judgement:
        """A judgement as users have it: with the notice after the last delivery, and with none before."""
        after = following(verdict_for_wechat(exchange, judgement), self.number, 0.0, 0.0, self.policy)
        return judgement._replace(user_sees=(judgement.user_sees or NOTICE) if after.user_sees_notice else None)


def is_lost_on_purpose(exchange: Exchange) -> bool:
    """Whether the answer was taken away by a fault that was asked for."""
    return isinstance(exchange.answer, Failure) and exchange.answer.outcome is Outcome.LOCAL_FAULT


def verdict_for_wechat(exchange: Exchange, judgement: Judgement) -> Verdict:
    """What WeChat makes of a delivery: an answer that was taken away it never got."""
    return Verdict.UNREACHABLE if is_lost_on_purpose(exchange) else judgement.verdict


def following(verdict: Verdict, number: int, started: float, ended: float, policy: Policy) -> Following:
    """What follows delivery `number` of a push.

    Args:
        verdict: On this delivery.
        number: 1 for the first.
        started: Story time of its start, seconds since the epoch.
        ended: Story time of its end.
        policy: How many deliveries there are, and how far apart.
    """
    step = STEPS[verdict]
    if verdict is Verdict.ABNORMAL and policy.redeliver_abnormal:
        step = Step.AGAIN
    if step is not Step.AGAIN:
        return Following(step, ended, step is Step.GIVEN_UP)
    if number >= policy.deliveries:
        return Following(Step.GIVEN_UP, ended, True)
    return Following(Step.AGAIN, max(ended, started + policy.delivery_spacing), False)
