"""Make one push of the suite happen: give it its own ids, time and signature, deliver it, keep what came back."""

import hashlib
import struct
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

from wxkf_cli.simulate.clock import Clock
from wxkf_cli.simulate.pattern import Pattern
from wxkf_cli.simulate.shot import CONTAINER_PATH, Shot
from wxkf_cli.simulate.transport import DELIVERING, Transport
from wxkf_cli.vocab.catalog import PUSHES, SAMPLE_OPENID, SAMPLE_ORIGINAL_ID
from wxkf_cli.vocab.message import Message, Value, make
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import EVENT_USER_INFO
from wxkf_cli.vocab.terms import DataFormat, Mode, Route
from wxkf_cli.wire import codec
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.document import PUSH_LIMITS, Document
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.event import event_message_id
from wxkf_cli.wire.exchange import Exchange, Failure, Headers, PushRequest
from wxkf_cli.wire.signature import sign

#: Called before the first byte of a push leaves, with everything but its answer; what it returns is waited for.
OnSent: TypeAlias = Callable[[Exchange], Awaitable[None] | None]

_NOT_YET = Failure(Outcome.LOCAL_INTERRUPTED, Phase.LOCAL, 0.0)
#: Message ids are beyond what a double can tell apart, and of one length, so that sealed messages of one content are.
_WITH_MSGID = frozenset(name for name, kind in PUSHES.items() if any(field.name == "MsgId" for field in kind.fields))
_FIRST_MSGID, _LAST_MSGID = 10**18, 2**63 - 1
_THREE = struct.Struct(">QQQ")
_NONCES, _ECHOSTRS = 10**10 - 10**8, 9 * 10**18
#: What pushes are of one pattern by, and how many patterns are remembered.
_Key: TypeAlias = tuple[Any, ...]
_REMEMBERED = 64
#: Headers that a push has of its own, whatever was sent before.
_OWN_HEADERS = frozenset({"host", "content-length"})


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
        route: How pushes go to the handler.
        appid: In a cloud function the ToUserName of pushes, in a container a header; empty where it is not known.
        knows_original_id: Whether that is this mini program's: in a cloud function no other may then stand in a reply.
        has_user_info: Whether an event of a cloud function has `userInfo`.
    """

    token: str
    seal: Seal | None = None
    original_id: str = SAMPLE_ORIGINAL_ID
    openid: str = SAMPLE_OPENID
    extra_headers: Headers = ()
    content_type: str | None = None
    route: Route = Route.URL
    appid: str = ""
    knows_original_id: bool = False
    has_user_info: bool = EVENT_USER_INFO

    @property
    def program(self) -> str:
        """The mini program as pushes name it."""
        return self.appid if self.route is Route.CLOUD_FUNCTION else self.original_id


class Chance:
    """What is random about one delivery; it follows from the seed, the push's number and the delivery's alone.

    Not for secrets: a run must be repeatable, in whatever order its answers come.
    """

    __slots__ = ("_digest", "_first", "_second", "_third")

    def __init__(self, seed: int, number: int, delivery: int) -> None:
        self._digest = hashlib.blake2b(b"%d %d %d" % (seed, number, delivery), digest_size=32).digest()
        self._first, self._second, self._third = _THREE.unpack_from(self._digest)

    @property
    def nonce(self) -> str:
        """For the query."""
        return str(10**8 + self._first % _NONCES)

    @property
    def echostr(self) -> str:
        """What URL verification asks for."""
        return str(10**18 + self._second % _ECHOSTRS)

    @property
    def message_id(self) -> int:
        """The MsgId of a new message."""
        return _FIRST_MSGID + int(self._third) % (_LAST_MSGID - _FIRST_MSGID)

    def event_message_id(self, created: int) -> str:
        """The MsgId of a new message as a cloud function is handed it."""
        return event_message_id(self._digest, created)

    @property
    def random16(self) -> bytes:
        """What makes no two seals the same."""
        return self._digest[24:].hex().encode()


class Engine:
    """Makes pushes out of shots, and delivers them.

    The same `seed` gives each push, by its number, the same ids and nonces.

    Args:
        sender: Who pushes.
        host: What the Host header says.
        clock: The time of messages: story time.
        seed: For what is random.
        wall: The time of signatures, which handlers may compare with their own; the clock without it.
    """

    def __init__(self, sender: Sender, *, host: str, clock: Clock, seed: int, wall: Clock | None = None) -> None:
        self._sender = sender
        self._host = host
        self._channels = {
            (mode, data): self._channel(mode, data, sender.extra_headers, sender.route)
            for mode in Mode
            for data in DataFormat
        }
        # In a cloud function either id may stand in a reply; elsewhere there is but one.
        is_either = sender.route is Route.CLOUD_FUNCTION and sender.knows_original_id
        self._way = (sender.route, sender.original_id if is_either else "")
        self._clock = clock
        self._wall = wall or clock
        self._seed = seed
        self._count = 0
        self._patterns: dict[_Key | None, Pattern] = {}

    def _channel(self, mode: Mode, data: DataFormat, extra_headers: Headers, route: Route) -> Channel:
        sender = self._sender
        return Channel(
            sender.token, mode, data, self._host, extra_headers, sender.seal, route, sender.appid, sender.has_user_info
        )

    @property
    def seal(self) -> Seal | None:
        """What pushes are sealed with, and sealed answers opened."""
        return self._sender.seal

    def deliver(
        self, shot: Shot, transport: Transport, deadline: float, on_sent: OnSent
    ) -> Coroutine[Any, Any, Exchange]:
        """Push once and wait for the answer, at most `deadline` seconds."""
        return send(self.prepare(shot), transport, deadline, on_sent)

    def prepare(self, shot: Shot, number: int | None = None) -> Exchange:
        """Everything of an exchange but its answer.

        Args:
            shot: What to push.
            number: Which push of the run it is, from 1; the one after the last that was prepared without one.
        """
        if number is None:
            self._count += 1
            number = self._count
        now = self._clock()
        message, request = self._dressed(shot, int(now), int(self._wall()), Chance(self._seed, number, 1))
        data = shot.data if shot.kind else None
        return Exchange(
            _NOT_YET, f"e{number}", shot.case, message, request, shot.mode, data, 1, shot.flaw, now, *self._way
        )

    def again(self, before: Exchange, number: int, delivery: int) -> Exchange:
        """The same push as before, with a timestamp, nonce, signature and seal of its own, to this engine's host.

        Args:
            before: An earlier delivery; what was pushed in it is known, unless it is a probe that does not open.
            number: Which push of its run it is, from 1.
            delivery: Which delivery of it, from 1.
        """
        assert before.request is not None  # noqa: S101 - a delivery has one
        now = self._clock()
        mode, data = before.mode or Mode.PLAINTEXT, before.data or DataFormat.XML
        ids = Chance(self._seed, number, delivery)
        channel = self._channel(mode, data, (), before.route)
        message: Message | None = None
        if before.push is None and before.request.method == "POST":
            # A probe whose seal never opened: that goes out as it is, under a signature of now.
            request = self._signed_again(before.request, str(int(self._wall())), ids.nonce)
        elif before.push is None:
            echostr = before.request.parameter("echostr") or ids.echostr
            request = channel.verification(echostr, timestamp=int(self._wall()), nonce=ids.nonce, flaw=before.flaw)
        else:
            # A compatible push carries its own seal beside its fields: that one is made anew.
            values = {name: value for name, value in before.push.values.items() if name != "Encrypt"}
            message = before.push._replace(values=values)
            request = channel.push(
                message, timestamp=int(self._wall()), nonce=ids.nonce, random16=ids.random16, flaw=before.flaw
            )
            if mode is Mode.PLAINTEXT:
                request = _with_body(request, before.request.body)
        sent = {name.lower(): value for name, value in request.headers}
        headers = tuple(
            (name, sent.get(name.lower(), value) if name.lower() in _OWN_HEADERS else value)
            for name, value in before.request.headers or request.headers
        )
        return before._replace(
            answer=_NOT_YET, push=message, request=request._replace(headers=headers), delivery=delivery, sent_at=now
        )

    def _signed_again(self, request: PushRequest, timestamp: str, nonce: str) -> PushRequest:
        token = self._sender.token
        signatures = {"signature": sign(token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        data = codec.sniff(request.body)
        document = codec.parse(request.body, data, PUSH_LIMITS) if data is not None else None
        encrypt = document.get("Encrypt") if isinstance(document, Document) else None
        if isinstance(encrypt, str):
            signatures["msg_signature"] = sign(token, timestamp, nonce, encrypt)
        return request._replace(query=tuple((name, signatures.get(name, value)) for name, value in request.query))

    def _dressed(self, shot: Shot, now: int, signed_at: int, ids: Chance) -> tuple[Message | None, PushRequest]:
        channel = self._channels[shot.mode, shot.data]
        if shot.kind == CONTAINER_PATH:
            return None, channel.container_check()
        if not shot.kind:
            return None, channel.verification(ids.echostr, timestamp=signed_at, nonce=ids.nonce, flaw=shot.flaw)
        key = _pattern_key(shot)
        known = self._patterns.get(key)
        if known is not None and known.created == now:
            filled = known.filled(ids.message_id, self._sender.token, signed_at, ids.nonce)
            if filled is not None:
                return filled
        values = self._values(now, shot.kind, ids)
        message = make(PUSHES[shot.kind], {**values, **shot.values}, without=shot.without)
        label = shot.content_type if shot.content_type is not None else self._sender.content_type
        random16 = b"" if shot.mode is Mode.PLAINTEXT else ids.random16
        request = channel.push(
            message, timestamp=signed_at, nonce=ids.nonce, random16=random16, flaw=shot.flaw, content_type=label
        )
        if key is not None:
            self._remember(key, Pattern.of(now, message, request))
        return message, request

    def _remember(self, key: _Key, pattern: Pattern | None) -> None:
        if len(self._patterns) >= _REMEMBERED:
            self._patterns.clear()
        if pattern is not None:
            self._patterns[key] = pattern

    def _values(self, now: int, kind: str, ids: Chance) -> dict[str, Value]:
        values: dict[str, Value] = {
            "ToUserName": self._sender.program,
            "FromUserName": self._sender.openid,
            "CreateTime": now,
        }
        if kind in _WITH_MSGID:
            is_event = self._sender.route is Route.CLOUD_FUNCTION
            values["MsgId"] = ids.event_message_id(now) if is_event else ids.message_id
        return values


def _pattern_key(shot: Shot) -> _Key | None:
    """What pushes of one second that differ in ids and signature have in common; None where they differ in more."""
    _, kind, data, values, mode, flaw, content_type, without = shot
    if mode is not Mode.PLAINTEXT or flaw is not None or kind not in _WITH_MSGID or "MsgId" in values:
        return None
    # Only text: one is as good as True where keys are compared, and not where they are written.
    if any(type(value) is not str for value in values.values()):
        return None
    return (kind, data, content_type, without, *values.items())


def _with_body(request: PushRequest, body: bytes) -> PushRequest:
    """The request with a body as it was, to the byte: it may have been written by another hand than ours."""
    length = str(len(body))
    headers = tuple((name, length if name.lower() == "content-length" else value) for name, value in request.headers)
    return request._replace(headers=headers, body=body)


async def send(sending: Exchange, transport: Transport, deadline: float, on_sent: OnSent) -> Exchange:
    """Deliver what was prepared and wait for the answer, at most `deadline` seconds."""
    assert sending.request is not None  # noqa: S101 - what was prepared has one
    safe = on_sent(sending)
    if safe is not None:
        await safe
    DELIVERING.set(sending)
    return sending.answered(await transport(sending.request, deadline))
