"""How many messages a handler may still send a user, and until when.

Actions of the user do not add up: the larger number and the later end hold.
Source: https://developers.weixin.qq.com/miniprogram/introduction/custom.html
"""

from enum import Enum

from wxkf_cli.vocab.policy import Grant


class Refusal(Enum):
    """Why a message may not be sent, by WeChat's errcode."""

    OUT_OF_TIME = 45015
    OUT_OF_COUNT = 45047


#: Nothing was ever granted: story time after which nothing may be sent.
NEVER = float("-inf")


def granted(messages: int, until: float, grant: Grant, at: float) -> tuple[int, float]:
    """What may be sent after an action of the user.

    Args:
        messages: How many might be sent so far.
        until: Story time at which that ends, seconds since the epoch; NEVER before the first action.
        grant: What the action allows.
        at: Story time of the action.

    Returns:
        The new `messages` and `until`.
    """
    more, seconds = grant
    if at >= until or messages < more:
        messages = more
    end = at + seconds
    return messages, end if end > until else until


def spent(messages: int, until: float, at: float) -> int | Refusal:
    """How many may be sent after one was, or why it may not be."""
    if at >= until:
        return Refusal.OUT_OF_TIME
    return messages - 1 if messages else Refusal.OUT_OF_COUNT
