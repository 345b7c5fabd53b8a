"""How many messages a handler may still send a user, and until when.

Actions of the user do not add up: the larger number and the later end hold.
Source: https://developers.weixin.qq.com/miniprogram/introduction/custom.html
"""

from enum import IntEnum
from typing import NamedTuple

from wxkf_cli.vocab.policy import Grant


class Refusal(IntEnum):
    """Why a message may not be sent, by WeChat's errcode."""

    OUT_OF_TIME = 45015
    OUT_OF_COUNT = 45047


class Quota(NamedTuple):
    """What is left.

    Attributes:
        messages: How many may still be sent.
        until: Story time at which that ends, seconds since the epoch.
    """

    messages: int = 0
    until: float = float("-inf")

    def granted(self, grant: Grant, at: float) -> "Quota":
        """What is left after an action of the user."""
        messages = self.messages if at < self.until else 0
        return Quota(max(messages, grant.messages), max(self.until, at + grant.seconds))

    def spent(self, at: float) -> "Quota | Refusal":
        """What is left after one message was sent, or why it may not be."""
        if at >= self.until:
            return Refusal.OUT_OF_TIME
        if self.messages == 0:
            return Refusal.OUT_OF_COUNT
        return self._replace(messages=self.messages - 1)
