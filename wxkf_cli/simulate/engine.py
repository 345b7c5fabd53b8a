"""Make one push of the suite happen: give it its own ids, time and signature, deliver it, keep what came back."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from wxkf_cli.simulate.clock import Clock
from wxkf_cli.simulate.suite import Shot
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.vocab.catalog import PUSHES, SAMPLE_OPENID, SAMPLE_ORIGINAL_ID
from wxkf_cli.vocab.message import Message, Value, make
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.exchange import Exchange, Failure, Headers, PushRequest

#: Called before the first byte of a push leaves, with everything but its answer.
OnSent: TypeAlias = Callable[[Exchange], None]

_NOT_YET = Failure(Outcome.LOCAL_INTERRUPTED, Phase.LOCAL, 0.0)
#: Message ids are beyond what a double can tell apart, and of one length, so that sealed messages of one content are.
_WITH_MSGID = frozenset(name for name, kind in PUSHES.items() if any(field.name == "MsgId" for field in kind.fields))
_FIRST_MSGID, _LAST_MSGID = 10**18, 2**63 - 1


@dataclass(frozen=True, slots=True)
class Sender:
    """The mini program and user that pushes speak of.

    Attributes:
        token: The Token of the console.
        seal: What seals pushes; None without a key.
        original_id: `gh_…`, the ToUserName of pushes.
        openid: The FromUserName of pushes.
        extra_headers: Sent after WeChat's own.
        content_type: For every push, unless its shot says otherwise; None for the format's own.
    """

    token: str
    seal: Seal | None = None
    original_id: str = SAMPLE_ORIGINAL_ID
    openid: str = SAMPLE_OPENID
    extra_headers: Headers = ()
    content_type: str | None = None


class Engine:
    """Makes pushes out of shots, and delivers them.

    The same `seed` gives the same ids and nonces in the same order; times come from the clock.
    """

    def __init__(self, sender: Sender, *, host: str, clock: Clock, seed: int) -> None:
        self._sender = sender
        self._channels = {
            (mode, data): Channel(sender.token, mode, data, host, sender.extra_headers, sender.seal)
            for mode in Mode
            for data in DataFormat
        }
        self._clock = clock
        # Not for secrets: a run must be repeatable.
        self._random = random.Random(seed)  # noqa: S311
        self._count = 0

    @property
    def seal(self) -> Seal | None:
        """What pushes are sealed with, and sealed answers opened."""
        return self._sender.seal

    async def deliver(self, shot: Shot, transport: Transport, deadline: float, on_sent: OnSent) -> Exchange:
        """Push once and wait for the answer, at most `deadline` seconds."""
        sending = self.prepare(shot)
        assert sending.request is not None  # noqa: S101 - prepare made it
        on_sent(sending)
        return sending.answered(await transport(sending.request, deadline))

    def prepare(self, shot: Shot) -> Exchange:
        """Everything of an exchange but its answer."""
        self._count += 1
        now = self._clock()
        message, request = self._dressed(shot, int(now))
        data = shot.data if message is not None else None
        return Exchange(_NOT_YET, f"e{self._count}", shot.case, message, request, shot.mode, data, 1, shot.flaw, now)

    def _dressed(self, shot: Shot, now: int) -> tuple[Message | None, PushRequest]:
        channel = self._channels[shot.mode, shot.data]
        nonce = str(self._random.randrange(10**8, 10**10))
        if not shot.kind:
            echostr = str(self._random.randrange(10**18, 10**19))
            return None, channel.verification(echostr, timestamp=now, nonce=nonce, flaw=shot.flaw)
        message = make(PUSHES[shot.kind], {**self._values(now, shot.kind), **shot.values}, without=shot.without)
        label = shot.content_type if shot.content_type is not None else self._sender.content_type
        if shot.mode is Mode.PLAINTEXT:
            return message, channel.push(message, timestamp=now, nonce=nonce, flaw=shot.flaw, content_type=label)
        random16 = self._random.randbytes(8).hex().encode()
        return message, channel.push(
            message, timestamp=now, nonce=nonce, random16=random16, flaw=shot.flaw, content_type=label
        )

    def _values(self, now: int, kind: str) -> dict[str, Value]:
        values: dict[str, Value] = {
            "ToUserName": self._sender.original_id,
            "FromUserName": self._sender.openid,
            "CreateTime": now,
        }
        if kind in _WITH_MSGID:
            values["MsgId"] = self._random.randrange(_FIRST_MSGID, _LAST_MSGID)
        return values
