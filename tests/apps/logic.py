"""What every handler of this folder does with a push, right or with a flaw, whatever framework it is in."""

import hashlib
from collections.abc import Mapping
from typing import Any

from wxkf_cli.vocab.message import transfer
from wxkf_cli.vocab.terms import DataFormat, Direction
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import PUSH_LIMITS, Document, to_message

TOKEN = "AAAAA"


def is_signed(query: Mapping[str, str]) -> bool:
    parts = sorted((TOKEN, query.get("timestamp", ""), query.get("nonce", "")))
    return hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest() == query.get("signature")


def reply(push: Mapping[str, Any], *, forwards_events: bool = False) -> dict[str, Any] | None:
    """The transfer for a push; None for an acknowledgement."""
    if push.get("MsgType") not in ("text", "image", "miniprogrampage") and not forwards_events:
        return None
    return {
        "ToUserName": push["FromUserName"],
        "FromUserName": push["ToUserName"],
        "CreateTime": push["CreateTime"],
        "MsgType": "transfer_customer_service",
    }


def answer(body: bytes, *, forwards_events: bool = False) -> bytes:
    """The body for the body of a push, in its format."""
    data_format = codec.sniff(body) or DataFormat.XML
    document = codec.parse(body, data_format, PUSH_LIMITS)
    assert isinstance(document, Document)
    made = reply(to_message(document, Direction.PUSH).values, forwards_events=forwards_events)
    if made is None:
        return b"success"
    return codec.render(transfer(made["ToUserName"], made["FromUserName"], made["CreateTime"]), data_format)
