"""The console's settings of one handler, and how they dress a message as a push.

Plaintext so far; sealing is a matter of this file and of `crypto`.
"""

from dataclasses import dataclass
from functools import lru_cache

from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wire import codec
from wxkf_cli.wire.exchange import Headers, PushRequest
from wxkf_cli.wire.signature import sign, spoiled

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
    """

    token: str
    mode: Mode = Mode.PLAINTEXT
    data: DataFormat = DataFormat.XML
    host: str = ""
    extra_headers: Headers = ()

    def push(
        self,
        message: Message,
        *,
        timestamp: int,
        nonce: str,
        genuine: bool = True,
        content_type: str | None = None,
    ) -> PushRequest:
        """The POST that carries a message.

        Args:
            message: What to push.
            timestamp: Seconds since the epoch, for the query.
            nonce: Digits, for the query.
            genuine: False spoils the signature.
            content_type: Another Content-Type than the format's own; empty for none.
        """
        body = codec.render(message, self.data)
        label = CONTENT_TYPES[self.data] if content_type is None else content_type
        headers = (*_opening_headers(self.host), ("Content-Length", str(len(body))))
        query = self._signed(str(timestamp), nonce, genuine)
        sender = message.from_user
        return PushRequest(
            "POST",
            (*query, ("openid", sender)) if isinstance(sender, str) else query,
            (*headers, ("Content-Type", label), *self.extra_headers) if label else headers + self.extra_headers,
            body,
        )

    def verification(self, echostr: str, *, timestamp: int, nonce: str, genuine: bool = True) -> PushRequest:
        """The GET that asks a handler for its echostr."""
        signature, *rest = self._signed(str(timestamp), nonce, genuine)
        return PushRequest(
            "GET", (signature, ("echostr", echostr), *rest), _opening_headers(self.host) + self.extra_headers
        )

    def _signed(self, timestamp: str, nonce: str, genuine: bool) -> tuple[tuple[str, str], ...]:
        signature = sign(self.token, timestamp, nonce)
        return (
            ("signature", signature if genuine else spoiled(signature)),
            ("timestamp", timestamp),
            ("nonce", nonce),
        )
