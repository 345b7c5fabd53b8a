"""One push over its deliveries: which answers end it, which bring it again, and when WeChat gives up.

What is delivered again is the same push: the same MsgId, the same CreateTime.
Source: https://www.cnblogs.com/qiu1234/p/8745144.html (an earlier text of the official page).
"""

from enum import StrEnum
from typing import NamedTuple

from wxkf_cli.vocab.policy import Policy
from wxkf_cli.wechat.verdict import Verdict


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
