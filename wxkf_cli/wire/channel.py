"""The console's settings of one handler, and how they dress a message as a push.

Source: https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
"""

from dataclasses import dataclass
from functools import lru_cache

from wxkf_cli.vocab.message import SEALED_PUSH, Message, make
from wxkf_cli.vocab.policy import CONTAINER_CHECK, CONTAINER_SOURCE_HEADERS, EVENT_USER_INFO
from wxkf_cli.vocab.terms import SEALED_MODES, DataFormat, Flaw, Mode, Route
from wxkf_cli.wire import codec
from wxkf_cli.wire.crypto import seal
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.event import as_event
from wxkf_cli.wire.exchange import Headers, PushRequest
from wxkf_cli.wire.signature import sign, spoiled

#: Another mini program's, for the probe that is sealed for it.
OTHER_APPID = "wx0000000000000000"
#: Characters that a truncated Encrypt lacks: not whole blocks are left.
_CUT = 8
#: What marks a push to a container says (assumed), and what else its headers hold (assumed).
CONTAINER_SOURCE = "wx_push"
_CONTAINER_ENV, _CONTAINER_PEER = "wxkf", "127.0.0.1"
CONTENT_TYPES = {DataFormat.XML: "text/xml", DataFormat.JSON: "application/json"}


@lru_cache(maxsize=64)
def _opening_headers(host: str) -> Headers:
    """As a real push has them (reported: a server log of 2024-10), and that no answer is to be compressed."""
    return (
        ("User-Agent", "Mozilla/4.0"),
        ("Accept", "*/*"),
        ("Host", host),
        ("Pragma", "no-cache"),
        ("Accept-Encoding", "identity"),
    )


@dataclass(frozen=True, slots=True)
class Channel:
    """One way in which WeChat talks to one handler.

    Attributes:
        token: The Token of the console.
        mode: The encryption mode.
        data: The data format.
        host: What the Host header says; empty leaves it to whoever sends.
        extra_headers: Sent behind WeChat's own.
        seal: What seals, with the same token; None only in plaintext mode.
        route: How pushes go to the handler: only those to a URL are signed, and only those may be sealed.
        appid: What a container is told it is pushed for; empty where it is not known.
        has_user_info: Whether an event of a cloud function has `userInfo`.
    """

    token: str
    mode: Mode = Mode.PLAINTEXT
    data: DataFormat = DataFormat.XML
    host: str = ""
    extra_headers: Headers = ()
    seal: Seal | None = None
    route: Route = Route.URL
    appid: str = ""
    has_user_info: bool = EVENT_USER_INFO

    def push(
        self,
        message: Message,
        *,
        timestamp: int,
        nonce: str,
        random16: bytes = b"0" * 16,
        flaw: Flaw | None = None,
        content_type: str | None = None,
    ) -> PushRequest:
        """The POST that carries a message.

        Args:
            message: What to push.
            timestamp: Seconds since the epoch, for the query.
            nonce: Digits, for the query.
            random16: Sixteen bytes before what is sealed, to make no two seals the same.
            flaw: What is wrong with it, for a probe.
            content_type: Another Content-Type than the format's own; empty for none.
        """
        if self.route is Route.CLOUD_FUNCTION:
            return PushRequest(
                "POST", (), (), codec.render(as_event(message, has_user_info=self.has_user_info), DataFormat.JSON)
            )
        if self.route is Route.CONTAINER:
            return self._to_container(message, content_type)
        query: tuple[tuple[str, str], ...]
        is_sealed = self.mode in SEALED_MODES and flaw is not Flaw.UNSEALED
        forged = flaw is Flaw.SIGNATURE
        # In secure mode `signature` is not what a handler goes by: there a forged push has a right one.
        query = self._signed(str(timestamp), nonce, forged and self.mode is not Mode.SECURE)
        sender = message.from_user
        if isinstance(sender, str):
            query = (*query, ("openid", sender))
        if is_sealed:
            encrypt = self._sealed(message, random16, flaw)
            signature = sign(self.token, str(timestamp), nonce, encrypt)
            query = (*query, ("encrypt_type", "aes"), ("msg_signature", spoiled(signature) if forged else signature))
            message = self._enveloped(message, encrypt)
        body = codec.render(message, self.data)
        label = CONTENT_TYPES[self.data] if content_type is None else content_type
        headers = (*_opening_headers(self.host), ("Content-Length", str(len(body))))
        return PushRequest(
            "POST",
            query,
            (*headers, ("Content-Type", label), *self.extra_headers) if label else headers + self.extra_headers,
            body,
        )

    def container_check(self) -> PushRequest:
        """The POST by which the platform makes sure of a container's path before it is saved."""
        names = {DataFormat.XML: b"<xml><action>%b</action></xml>", DataFormat.JSON: b'{"action":"%b"}'}
        return self._unsigned(names[self.data] % CONTAINER_CHECK.encode(), (), None)

    def _to_container(self, message: Message, content_type: str | None) -> PushRequest:
        sender = message.from_user
        own = (("X-WX-OPENID", sender),) if isinstance(sender, str) else ()
        return self._unsigned(codec.render(message, self.data), own, content_type)

    def _unsigned(self, body: bytes, own: Headers, content_type: str | None) -> PushRequest:
        """A push inside the platform's network, with its headers; both spellings of the one that marks it."""
        marks = [(name, CONTAINER_SOURCE) for name in CONTAINER_SOURCE_HEADERS]
        named = (("X-WX-APPID", self.appid),) if self.appid else ()
        label = CONTENT_TYPES[self.data] if content_type is None else content_type
        headers = (
            ("Host", self.host),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
            *marks,
            *own,
            *named,
            ("X-WX-ENV", _CONTAINER_ENV),
            ("X-Forwarded-For", _CONTAINER_PEER),
            ("Content-Length", str(len(body))),
        )
        return PushRequest(
            "POST",
            (),
            (*headers, ("Content-Type", label), *self.extra_headers) if label else headers + self.extra_headers,
            body,
        )

    def _sealed(self, message: Message, random16: bytes, flaw: Flaw | None) -> str:
        assert self.seal is not None  # noqa: S101 - a sealed mode has one
        appid = OTHER_APPID if flaw is Flaw.APPID else self.seal.appid
        encrypt = seal(codec.render(message, self.data), self.seal.key, appid, random16)
        if flaw is Flaw.TRUNCATED:
            return encrypt[:-_CUT]
        # A character that no base64 has, where its place in the text tells nothing.
        return f"*{encrypt[1:]}" if flaw is Flaw.BASE64 else encrypt

    def _enveloped(self, message: Message, encrypt: str) -> Message:
        if self.mode is Mode.COMPATIBLE:
            return Message(message.kind, {**message.values, "Encrypt": encrypt})
        receiver = {"ToUserName": message.to_user} if "ToUserName" in message.values else {}
        return make(SEALED_PUSH, {**receiver, "Encrypt": encrypt}, without=() if receiver else ("ToUserName",))

    def verification(self, echostr: str, *, timestamp: int, nonce: str, flaw: Flaw | None = None) -> PushRequest:
        """The GET that asks a handler for its echostr; the same in every mode."""
        signature, *rest = self._signed(str(timestamp), nonce, flaw is Flaw.SIGNATURE)
        return PushRequest(
            "GET", (signature, ("echostr", echostr), *rest), _opening_headers(self.host) + self.extra_headers
        )

    def _signed(self, timestamp: str, nonce: str, forged: bool) -> tuple[tuple[str, str], ...]:
        signature = sign(self.token, timestamp, nonce)
        return (
            ("signature", spoiled(signature) if forged else signature),
            ("timestamp", timestamp),
            ("nonce", nonce),
        )
