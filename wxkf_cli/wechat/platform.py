"""All users of one mini program: their sessions, what waits for agents, what agents have seen, and quotas.

What a simulation plays against, and what a fake API answers from. No I/O and no clock: every call is handed the story
time at which it happens, and times only go forward.
"""

import heapq
from dataclasses import dataclass, field

from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.wechat.quota import Quota, Refusal
from wxkf_cli.wechat.session import Impossible, Session, State, Trigger

_NO_QUOTA = Quota()


@dataclass(slots=True)
class User:
    """One user.

    Attributes:
        session: Who he is talking to.
        waiting: Transferred messages that no agent has seen yet, oldest first.
        desk: What the agent who serves him sees, oldest first; empty while nobody does.
        quota: What the handler may send him.
    """

    session: Session = field(default_factory=Session)
    waiting: list[Message] = field(default_factory=list)
    desk: list[Message] = field(default_factory=list)
    quota: Quota = _NO_QUOTA


class Platform:
    """WeChat's side of one mini program.

    Args:
        policy: The assumptions about WeChat that are settings.
        seats: How many sessions agents accept by themselves at a time; 0 for agents who wait to be told.
    """

    def __init__(self, policy: Policy = DEFAULT_POLICY, *, seats: int = 0) -> None:
        self._policy = policy
        self._seats = seats
        self._users: dict[str, User] = {}
        # Those who wait, longest first, and how many are served.
        self._queue: dict[str, None] = {}
        self._served = 0
        # When sessions end by themselves, soonest first; what has ended otherwise, or later, is dropped as it comes up.
        self._ends: list[tuple[float, str]] = []
        self._at = float("-inf")

    def user(self, openid: str) -> User:
        """One user's state, to look at."""
        return self._users.get(openid, User())

    def sends(self, openid: str, message: Message, at: float) -> bool:
        """A user sends a message; returns whether it is pushed. If not, an agent has it now."""
        user = self._known(openid, at)
        user.quota = user.quota.granted(self._policy.quota_message, at)
        if user.session.state is not State.HUMAN:
            return True
        user.session.message_passed(at, self._policy)
        user.desk.append(message)
        return False

    def enters(self, openid: str, at: float) -> None:
        """A user opens the session: an event, pushed whoever he is talking to (while an agent serves him: assumed)."""
        user = self._known(openid, at)
        user.quota = user.quota.granted(self._policy.quota_entry, at)

    def transferred(self, openid: str, message: Message, at: float) -> None:
        """The handler answered the push of this message with a transfer, in time."""
        user = self._known(openid, at)
        user.session.fire(Trigger.TRANSFERRED, at)
        if user.session.state is State.HUMAN:
            user.desk.append(message)
            return
        user.waiting.append(message)
        self._queue.setdefault(openid)
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
        was_served = user.session.state is State.HUMAN
        user.session.fire(Trigger.CLOSED, at)
        self._queue.pop(openid, None)
        self._freed(user, was_served, at)

    def handler_sends(self, openid: str, at: float) -> Refusal | None:
        """The handler sends a user a message through the API; returns why it may not."""
        user = self._known(openid, at)
        left = user.quota.spent(at)
        if isinstance(left, Refusal):
            return left
        user.quota = left
        return None

    def advance(self, at: float) -> list[str]:
        """Let time pass; returns whose sessions ended by themselves, in the order in which they did.

        Raises:
            Impossible: That is in the past.
        """
        if at < self._at:
            message = f"story time goes back from {self._at} to {at}"
            raise Impossible(message)
        self._at = at
        ended = []
        while self._ends and self._ends[0][0] <= at:
            end, openid = heapq.heappop(self._ends)
            user = self._users[openid]
            later = user.session.expires_at(self._policy)
            if user.session.advance(end, self._policy):
                ended.append(openid)
                self._freed(user, True, end)
            elif later is not None and self._policy.session_counts_from_message:
                heapq.heappush(self._ends, (later, openid))
        return ended

    def _known(self, openid: str, at: float) -> User:
        self.advance(at)
        user = self._users.get(openid)
        if user is None:
            user = self._users[openid] = User()
        return user

    def _accept(self, openid: str, user: User, at: float) -> None:
        user.session.fire(Trigger.ACCEPTED, at)
        user.desk, user.waiting = user.waiting, []
        del self._queue[openid]
        self._served += 1
        end = user.session.expires_at(self._policy)
        if end is not None:
            heapq.heappush(self._ends, (end, openid))

    def _freed(self, user: User, was_served: bool, at: float) -> None:
        user.desk, user.waiting = [], []
        self._served -= was_served
        self._fill_seats(at)

    def _fill_seats(self, at: float) -> None:
        """Agents who accept by themselves take those who have waited longest."""
        while self._queue and self._served < self._seats:
            openid = next(iter(self._queue))
            self._accept(openid, self._users[openid], at)
