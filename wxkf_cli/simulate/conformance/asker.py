"""Makes the requests of one mode and data format, right ones and ones that are wrong in one thing, and sends them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from wxkf_cli.simulate.canary import Canary
from wxkf_cli.simulate.clock import Clock
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import SEALED_PUSH, Message, Value, make
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.vocab.terms import SEALED_MODES, DataFormat, Flaw, Mode
from wxkf_cli.wire import codec
from wxkf_cli.wire.channel import CONTENT_TYPES, Channel
from wxkf_cli.wire.crypto import seal
from wxkf_cli.wire.exchange import Exchange, Failure, Headers, PushRequest
from wxkf_cli.wire.signature import sign

Query: TypeAlias = tuple[tuple[str, str], ...]
Shape: TypeAlias = Callable[[bytes], bytes]

_NOT_YET = Failure(Outcome.LOCAL_INTERRUPTED, Phase.LOCAL, 0.0)
#: Beyond what a double can tell apart.
_FIRST_MSGID, _LAST_MSGID = 10**18, 2**63 - 1


def as_it_is(data: bytes) -> bytes:
    """The bytes unchanged."""
    return data


@dataclass(frozen=True, slots=True)
class Twist:
    """What is unusual about a request; the defaults are what WeChat does.

    Attributes:
        timestamp: For the query; None for now.
        nonce: For the query; None for a new one.
        token: Signed with this; None for the right one.
        spoil: Changes the signature that a handler goes by.
        query: Changes the query behind all that.
        plain: Changes the document, before it is sealed.
        body: Changes the body that goes out.
        encrypt: Changes the value of Encrypt, before it is signed.
        headers: Replace those of the same name; a value of None leaves one out.
        method: Of the request.
        appid: Behind a sealed message; None for the right one.
    """

    timestamp: str | None = None
    nonce: str | None = None
    token: str | None = None
    spoil: Callable[[str], str] | None = None
    query: Callable[[Query], Query] | None = None
    plain: Shape = as_it_is
    body: Shape = as_it_is
    encrypt: Callable[[str], str] | None = None
    headers: Mapping[str, str | None] | None = None
    method: str = "POST"
    appid: str | None = None


RIGHT = Twist()


class Void(Exception):
    """An answer says nothing of the handler."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks a handler in one mode and data format.

    Attributes:
        sender: Who pushes.
        mode: The encryption mode.
        data: The data format.
        host: What the Host header says.
        clock: Gives the time.
        random: For ids and nonces; not for secrets, as a run must be repeatable.
        canary: What nobody should touch.
        deliver: Sends an exchange and gives it back with its answer.
        moments: Times of events: no two the same, as a handler may take two of one second for one.
        case: The check that is asked.
        policy: The assumptions about WeChat that are settings.
    """

    sender: Sender
    mode: Mode
    data: DataFormat
    host: str
    clock: Clock
    random: Random
    canary: Canary
    deliver: Callable[[Exchange], Awaitable[Exchange]]
    moments: Iterator[int]
    case: str = ""
    policy: Policy = DEFAULT_POLICY

    @property
    def is_sealed(self) -> bool:
        """Whether pushes are sealed."""
        return self.mode in SEALED_MODES

    @property
    def governing(self) -> str:
        """The parameter that a handler goes by in this mode."""
        return "msg_signature" if self.is_sealed else "signature"

    @property
    def now(self) -> int:
        """Seconds since the epoch."""
        return int(self.clock())

    def digits(self) -> str:
        """A nonce."""
        return str(self.random.randrange(10**8, 10**10))

    def message_id(self) -> int:
        """The id of a message."""
        return self.random.randrange(_FIRST_MSGID, _LAST_MSGID)

    def push(
        self,
        kind: str = "text",
        values: Mapping[str, Value] | None = None,
        *,
        without: Iterable[str] = (),
        twist: Twist = RIGHT,
        is_genuine: bool = False,
        delivery: int = 1,
    ) -> Exchange:
        """A push that is yet to be sent.

        Args:
            kind: The catalogue's kind.
            values: What differs from the samples.
            without: Fields left out.
            twist: What is unusual about it.
            is_genuine: Whether WeChat would send it.
            delivery: 1 for the first delivery of a push.
        """
        row = PUSHES[kind]
        common: dict[str, Value] = {
            "ToUserName": self.sender.original_id,
            "FromUserName": self.sender.openid,
            "CreateTime": self.now,
        }
        if any(field.name == "MsgId" for field in row.fields):
            common["MsgId"] = self.message_id()
        else:
            common["CreateTime"] = next(self.moments)
        message = make(row, {**common, **(values or {})}, without=tuple(without))
        timestamp = str(self.now) if twist.timestamp is None else twist.timestamp
        nonce = self.digits() if twist.nonce is None else twist.nonce
        plain = twist.plain(codec.render(message, self.data))
        query: Query = self._signed(twist, timestamp, nonce)
        query = (*query, ("openid", str(message.from_user)))
        if self.is_sealed:
            encrypt = self.sealed(plain, twist.appid)
            encrypt = twist.encrypt(encrypt) if twist.encrypt else encrypt
            signature = _spoilt(twist, sign(self._token(twist), timestamp, nonce, encrypt))
            query = (*query, ("encrypt_type", "aes"), ("msg_signature", signature))
            plain = codec.render(self._enveloped(message, encrypt), self.data)
        body = twist.body(plain)
        query = twist.query(query) if twist.query else query
        headers = (
            ("User-Agent", "Mozilla/4.0"),
            ("Accept", "*/*"),
            ("Host", self.host),
            ("Pragma", "no-cache"),
            ("Accept-Encoding", "identity"),
            ("Content-Length", str(len(body))),
            ("Content-Type", self.sender.content_type or CONTENT_TYPES[self.data]),
            *self.sender.extra_headers,
        )
        request = PushRequest(twist.method, query, _replaced(headers, twist.headers or {}), body)
        flaw = None if is_genuine else Flaw.PROBE
        return self._exchange(request, flaw, message, delivery)

    def verification(self, echostr: str, twist: Twist = RIGHT, *, is_genuine: bool = False) -> Exchange:
        """The GET that asks for the echostr, yet to be sent."""
        timestamp = str(self.now) if twist.timestamp is None else twist.timestamp
        nonce = self.digits() if twist.nonce is None else twist.nonce
        signature, *rest = self._signed(twist, timestamp, nonce)
        query: Query = (signature, ("echostr", echostr), *rest)
        channel = Channel(self.sender.token, host=self.host, extra_headers=self.sender.extra_headers)
        request = channel.verification(echostr, timestamp=self.now, nonce=nonce)
        request = request._replace(
            method="GET",
            query=twist.query(query) if twist.query else query,
            headers=_replaced(request.headers, twist.headers or {}),
        )
        return self._exchange(request, None if is_genuine else Flaw.PROBE)

    async def ask(self, exchange: Exchange) -> Exchange:
        """Send it and wait for its answer.

        Raises:
            Void: The trouble is on this machine.
        """
        answered = await self.deliver(exchange)
        if isinstance(answered.answer, Failure) and answered.answer.outcome.family == "local":
            raise Void
        return answered

    async def ask_at_once(self, exchanges: Iterable[Exchange]) -> list[Exchange]:
        """Send them all together; the answers in the same order.

        Raises:
            Void: The trouble is on this machine.
        """
        return list(await asyncio.gather(*map(self.ask, exchanges)))

    def sealed(self, plain: bytes, appid: str | None = None, key: bytes | None = None) -> str:
        """The value of Encrypt."""
        by = self.sender.seal
        assert by is not None  # noqa: S101 - a sealed mode has one
        random16 = self.random.randbytes(8).hex().encode()
        return seal(plain, key or by.key, by.appid if appid is None else appid, random16)

    def _enveloped(self, message: Message, encrypt: str) -> Message:
        if self.mode is Mode.COMPATIBLE:
            return Message(message.kind, {**message.values, "Encrypt": encrypt})
        return make(SEALED_PUSH, {"ToUserName": message.to_user, "Encrypt": encrypt})

    def _token(self, twist: Twist) -> str:
        return self.sender.token if twist.token is None else twist.token

    def _signed(self, twist: Twist, timestamp: str, nonce: str) -> Query:
        """The first three parameters. What is wrong is wrong in both signatures, so that neither can help a handler."""
        signature = sign(self._token(twist), timestamp, nonce)
        return (("signature", _spoilt(twist, signature)), ("timestamp", timestamp), ("nonce", nonce))

    def _exchange(
        self, request: PushRequest, flaw: Flaw | None, message: Message | None = None, delivery: int = 1
    ) -> Exchange:
        data = self.data if message is not None else None
        return Exchange(_NOT_YET, "", self.case, message, request, self.mode, data, delivery, flaw, self.clock())


def _spoilt(twist: Twist, signature: str) -> str:
    return twist.spoil(signature) if twist.spoil else signature


def _replaced(headers: Headers, by: Mapping[str, str | None]) -> Headers:
    """Headers with some replaced, left out or added, whatever the case of their names."""
    kept = tuple((name, value) for name, value in headers if name not in by)
    return (*kept, *((name, value) for name, value in by.items() if value is not None))


def dropping(*names: str) -> Callable[[Query], Query]:
    """A change of the query that leaves parameters out."""
    return lambda query: tuple((name, value) for name, value in query if name not in names)


def putting(name: str, value: Callable[[str], str]) -> Callable[[Query], Query]:
    """A change of the query that changes the value of one parameter."""
    return lambda query: tuple((each, value(old) if each == name else old) for each, old in query)
