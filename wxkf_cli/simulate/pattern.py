"""Plaintext pushes of one kind within one second: they differ in MsgId, nonce and signature, and in nothing else.

The first is made in the ordinary way, and those after it from what it has in common with them. A property test holds
these to what the ordinary way makes of them.
"""

from typing import NamedTuple

from wxkf_cli.vocab.message import Message
from wxkf_cli.wire.exchange import Headers, PushRequest
from wxkf_cli.wire.signature import sign

_SIGNED = ("signature", "timestamp", "nonce")


class Pattern(NamedTuple):
    """What such pushes have in common.

    Attributes:
        created: The time of the message, seconds since the epoch.
        message: The first of them.
        headers: All headers.
        sender: What the query has behind what is signed.
        before: The body up to the MsgId.
        after: And behind it.
        digits: How long the MsgId is.
    """

    created: int
    message: Message
    headers: Headers
    sender: tuple[tuple[str, str], ...]
    before: bytes
    after: bytes
    digits: int

    @classmethod
    def of(cls, created: int, message: Message, request: PushRequest) -> "Pattern | None":
        """The pattern of a push; None where its MsgId is not plain to see."""
        message_id = message.values.get("MsgId")
        digits = str(message_id)
        pieces = request.body.split(digits.encode())
        is_plain = type(message_id) is int and len(pieces) == 2
        if not is_plain or tuple(name for name, _ in request.query[:3]) != _SIGNED:
            return None
        return cls(created, message, request.headers, request.query[3:], pieces[0], pieces[1], len(digits))

    def filled(self, message_id: int, token: str, timestamp: int, nonce: str) -> tuple[Message, PushRequest] | None:
        """The push with another MsgId; None where that has not as many digits."""
        digits, signed_at = b"%d" % message_id, str(timestamp)
        if len(digits) != self.digits:
            return None
        kind, values = self.message
        signature = ("signature", sign(token, signed_at, nonce))
        query = (signature, ("timestamp", signed_at), ("nonce", nonce), *self.sender)
        body = b"%b%b%b" % (self.before, digits, self.after)
        return Message(kind, {**values, "MsgId": message_id}), PushRequest("POST", query, self.headers, body)
