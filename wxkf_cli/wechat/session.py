"""Who a user is talking to: the handler, the handler while he waits for an agent, or an agent.

A table from state and trigger to state; what is not in it cannot happen. No clock: times are handed in, in story time.
Source: https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/trans.html
"""

from dataclasses import dataclass
from enum import StrEnum

from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import Text


class State(StrEnum):
    """Where a user's messages go."""

    HANDLER = "handler"  # pushed
    WAITING = "waiting"  # pushed as well; what is transferred joins the queue
    HUMAN = "human"  # to the agent, and not pushed

    # Enum's own is written in Python; looking a transition up hashes these.
    __hash__ = str.__hash__


class Trigger(StrEnum):
    """What can change that."""

    TRANSFERRED = "transferred"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    EXPIRED = "expired"

    __hash__ = str.__hash__


TRANSITIONS: dict[tuple[State, Trigger], State] = {
    (State.HANDLER, Trigger.TRANSFERRED): State.WAITING,
    (State.WAITING, Trigger.TRANSFERRED): State.WAITING,
    (State.WAITING, Trigger.ACCEPTED): State.HUMAN,
    # Agents can turn a waiting user away (assumed).
    (State.WAITING, Trigger.CLOSED): State.HANDLER,
    # A push that was on its way when the agent accepted (assumed: it reaches the same agent).
    (State.HUMAN, Trigger.TRANSFERRED): State.HUMAN,
    (State.HUMAN, Trigger.CLOSED): State.HANDLER,
    (State.HUMAN, Trigger.EXPIRED): State.HANDLER,
}

#: What cannot happen, and why not; `{user}` stands for whose session it is.
IMPOSSIBLE: dict[tuple[State, Trigger], Text] = {
    (State.HANDLER, Trigger.ACCEPTED): Text(
        "no agent can accept {user}, who is with the handler and does not wait",
        "客服无法接入 {user}：该用户正由处理程序接待，没有在等待",
    ),
    (State.HUMAN, Trigger.ACCEPTED): Text(
        "no agent can accept {user}, who is with an agent already", "客服无法接入 {user}：该用户已由客服接待"
    ),
    (State.HANDLER, Trigger.CLOSED): Text(
        "no agent can close the session of {user}, who is with the handler",
        "客服无法关闭 {user} 的会话：该用户正由处理程序接待",
    ),
    (State.HANDLER, Trigger.EXPIRED): Text(
        "no session can run out for {user}, who is with the handler", "{user} 没有会话可以到期：该用户正由处理程序接待"
    ),
    (State.WAITING, Trigger.EXPIRED): Text(
        "no session can run out for {user}, who still waits", "{user} 没有会话可以到期：该用户仍在等待"
    ),
}

_AFTER = {
    trigger: {before: after for (before, each), after in TRANSITIONS.items() if each is trigger} for trigger in Trigger
}
#: Python 3.11 asks an Enum for a member in a long way round.
HUMAN = State.HUMAN


class Impossible(ValueError):
    """A trigger that has no place in a state, or a time that is past.

    Args:
        why: What stands against it; `{user}` stands for whose session it is.
    """

    def __init__(self, why: Text) -> None:
        super().__init__(why.en.format(user="the user"))
        self._why = why

    def of(self, user: str) -> Text:
        """What stands against it, for a user by this name."""
        return Text(self._why.en.format(user=user), self._why.zh.format(user=user))


@dataclass(slots=True)
class Session:
    """One user's session.

    Attributes:
        state: Where messages go.
        open_since: Story time from which the time limit counts, seconds since the epoch; None unless HUMAN.
    """

    state: State = State.HANDLER
    open_since: float | None = None

    def fire(self, trigger: Trigger, at: float) -> None:
        """Something happened.

        Raises:
            Impossible: It cannot happen in this state.
        """
        before = self.state
        after = _AFTER[trigger].get(before)
        if after is None:
            raise Impossible(IMPOSSIBLE[before, trigger])
        if after is not before:
            self.open_since = at if after is HUMAN else None
            self.state = after

    def message_passed(self, at: float, policy: Policy) -> None:
        """A message went between user and agent: with one reading of the page, the time limit counts from here."""
        if self.state is HUMAN and policy.session_counts_from_message:
            self.open_since = at

    def expires_at(self, policy: Policy) -> float | None:
        """Story time at which the session gives the handler back by itself; None while nothing is open."""
        return None if self.open_since is None else self.open_since + policy.session_seconds
