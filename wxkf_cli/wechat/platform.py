"""All users of one mini program: their sessions, what waits for agents, what agents have seen, and quotas.

What a simulation plays against, and what a fake API answers from. No I/O and no clock: every call is handed the story
time at which it happens, and times only go forward.
"""

import heapq
from collections import defaultdict
from dataclasses import dataclass

from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wechat.quota import NEVER, Refusal, granted, spent
from wxkf_cli.wechat.session import HUMAN, Impossible, Session, Trigger

_TRANSFERRED, _ACCEPTED, _CLOSED, _EXPIRED = Trigger  # as HUMAN: looked up once


@dataclass(slots=True)
class User(Session):
    """One user: who he is talking to, and what there is to see. Of a million at once, each takes some 230 bytes.

    Attributes:
        waiting: Transferred messages that no agent has seen yet, oldest first.
        desk: What the agent who serves him sees, oldest first; empty while nobody does.
        may_send: How many messages the handler may send him.
        until: Story time at which that ends.
    """

    waiting: tuple[Message, ...] = ()
    desk: tuple[Message, ...] = ()
    may_send: int = 0
    until: float = NEVER


class Platform:
    """WeChat's side of one mini program.

    Args:
        policy: The assumptions about WeChat that are settings.
        seats: How many sessions agents accept by themselves at a time; 0 for agents who wait to be told.
    """

    def __init__(self, policy: Policy = DEFAULT_POLICY, *, seats: int = 0) -> None:
        self._policy = policy
        self._on_message, self._on_entry = policy.quota_message, policy.quota_entry
        self._counts_messages = policy.session_counts_from_message
        self._limit = policy.session_seconds
        self._seats = seats
        self._users: defaultdict[str, User] = defaultdict(User)
        # Those who wait, longest first, and how many are served.
        self._queue: dict[str, None] = {}
        self._served = 0
        # When sessions end by themselves, soonest first; what has ended otherwise, or later, is dropped as it comes up.
        self._ends: list[tuple[float, str]] = []
        # Until the first of them nothing happens by itself, and looking at one number is faster than at a list.
        self._soonest = float("inf")
        self._at = float("-inf")

    def user(self, openid: str) -> User:
        """One user's state, to look at."""
        return self._users.get(openid, User())

    def is_served(self, openid: str, at: float) -> bool:
        """Whether an agent serves a user then."""
        return self._known(openid, at).state is HUMAN

    def sends(self, openid: str, message: Message, at: float) -> bool:
        """A user sends a message; returns whether it is pushed. If not, an agent has it now."""
        user = self._known(openid, at)
        user.may_send, user.until = granted(user.may_send, user.until, self._on_message, at)
        if user.state is not HUMAN:
            return True
        if self._counts_messages:
            user.message_passed(at, self._policy)
        user.desk += (message,)
        return False

    def enters(self, openid: str, at: float) -> None:
        """A user opens the session: an event, pushed whoever he is talking to (while an agent serves him: assumed)."""
        user = self._known(openid, at)
        user.may_send, user.until = granted(user.may_send, user.until, self._on_entry, at)

    def transferred(self, openid: str, message: Message, at: float) -> None:
        """The handler answered the push of this message with a transfer, in time."""
        user = self._known(openid, at)
        user.fire(_TRANSFERRED, at)
        if user.state is HUMAN:
            user.desk += (message,)
            return
        user.waiting += (message,)
        self._queue[openid] = None
        if self._seats:
            self._fill_seats(at)

    def accepts(self, openid: str, at: float) -> None:
        """An agent accepts a waiting user, and sees what waited.

        Raises:
            Impossible: He is not waiting.
        """
        self._accept(openid, self._known(openid, at), at)

    def closes(self, openid: str, at: float) -> None:
        """An agent closes a session, or turns a waiting user away.

        Raises:
            Impossible: There is nothing to close.
        """
        user = self._known(openid, at)
        was_served = user.state is HUMAN
        user.fire(_CLOSED, at)
        self._queue.pop(openid, None)
        self._freed(user, was_served, at)

    def handler_sends(self, openid: str, at: float) -> Refusal | None:
        """The handler sends a user a message through the API; returns why it may not."""
        user = self._known(openid, at)
        left = spent(user.may_send, user.until, at)
        if isinstance(left, Refusal):
            return left
        user.may_send = left
        return None

    def advance(self, at: float) -> list[str]:
        """Let time pass; returns whose sessions ended by themselves, in the order in which they did.

        Raises:
            Impossible: That is in the past.
        """
        if at < self._at:
            raise Impossible(
                Text(f"story time goes back from {self._at} to {at}", f"故事时间从 {self._at} 倒退到了 {at}")
            )
        self._at = at
        ended = []
        ends, policy = self._ends, self._policy
        while ends and ends[0][0] <= at:
            end, openid = heapq.heappop(ends)
            user = self._users[openid]
            due = user.expires_at(policy)
            if due is None:
                continue  # closed before
            if due <= end:
                user.fire(_EXPIRED, due)
                ended.append(openid)
                self._freed(user, True, due)
            elif self._counts_messages:
                heapq.heappush(ends, (due, openid))
        self._soonest = ends[0][0] if ends else float("inf")
        return ended

    def _known(self, openid: str, at: float) -> User:
        if not self._at <= at < self._soonest:
            self.advance(at)
        self._at = at
        return self._users[openid]

    def _accept(self, openid: str, user: User, at: float) -> None:
        user.fire(_ACCEPTED, at)
        user.desk, user.waiting = user.waiting, ()
        del self._queue[openid]
        self._served += 1
        end = at + self._limit
        heapq.heappush(self._ends, (end, openid))
        if end < self._soonest:
            self._soonest = end

    def _freed(self, user: User, was_served: bool, at: float) -> None:
        user.desk = user.waiting = ()
        self._served -= was_served
        if self._seats:
            self._fill_seats(at)

    def _fill_seats(self, at: float) -> None:
        """Agents who accept by themselves take those who have waited longest."""
        while self._queue and self._served < self._seats:
            openid = next(iter(self._queue))
            self._accept(openid, self._users[openid], at)
