"""How fast replies are sealed and opened, interleaved with `wechatpy.crypto` on one core, in one process.

The message is one transfer reply, and both sides get it as bytes. What can be kept from one message to the next, both
keep: the key, and wechatpy its PrpCrypto and WeChatCrypto, are made once and not timed. Each side makes its sixteen
random bytes within the timing, ours as `wxkf reply` does. For an envelope ours makes the nonce as well, where wechatpy
is handed one, as it is handed a timestamp that is text already.

Run: python -m tests.bench.sealing
"""

import os
import secrets
import statistics
import timeit
from collections.abc import Callable
from typing import NamedTuple

from wechatpy.crypto import PrpCrypto, WeChatCrypto  # type: ignore[import-untyped]
from wechatpy.crypto.base import WeChatCipher  # type: ignore[import-untyped]

from tests.bench.startup import REPLY
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire import codec
from wxkf_cli.wire.crypto import Opened, decoded_key, open_sealed, seal
from wxkf_cli.wire.document import Document
from wxkf_cli.wire.envelope import Seal, opened, sealed_reply
from wxkf_cli.wire.signature import verify

ROUNDS, CALLS = 31, 3000
TOKEN, ENCODING_AES_KEY, APPID = "AAAAA", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxba5fad812f8e6fb9"
TIMESTAMP, NONCE = 1714112446, "415670741"
TIMESTAMP_TEXT = str(TIMESTAMP)
MESSAGE = REPLY.encode()

KEY = decoded_key(ENCODING_AES_KEY)
SEAL = Seal(TOKEN, KEY, APPID)
PRP = PrpCrypto(KEY)
CRYPTO = WeChatCrypto(TOKEN, ENCODING_AES_KEY, APPID)
#: One and the same Encrypt for both to open.
ENCRYPT = PRP.encrypt(MESSAGE, APPID).decode()


class Pair(NamedTuple):
    """The same work done by both sides, and how many times wechatpy's rate ours must be."""

    name: str
    ours: Callable[[], object]
    theirs: Callable[[], object]
    goal: float


def random16() -> bytes:
    return secrets.token_hex(8).encode()


def envelope() -> bytes:
    nonce = secrets.token_hex(8)
    return sealed_reply(MESSAGE, DataFormat.XML, SEAL, timestamp=TIMESTAMP, nonce=nonce, random16=random16())


def made_and_opened() -> object:
    return PrpCrypto(KEY).decrypt(ENCRYPT, APPID)


PAIRS = (
    Pair("sealing", lambda: seal(MESSAGE, KEY, APPID, random16()), lambda: PRP.encrypt(MESSAGE, APPID), 2.0),
    Pair("opening", lambda: open_sealed(ENCRYPT, KEY, APPID), lambda: PRP.decrypt(ENCRYPT, APPID), 4.0),
    # As wechatpy's own WeChatCrypto opens a message: it makes its PrpCrypto anew for each.
    Pair("opening, PrpCrypto made", lambda: open_sealed(ENCRYPT, KEY, APPID), made_and_opened, 4.0),
    Pair("an envelope", envelope, lambda: CRYPTO.encrypt_message(MESSAGE, NONCE, TIMESTAMP_TEXT), 1.2),
)


def check() -> None:
    """Each side opens what the other sealed, and both seal to the same length."""
    assert WeChatCipher.__module__ == "wechatpy.crypto.cryptography", "wechatpy is not on the same AES"
    ours = seal(MESSAGE, KEY, APPID, random16())
    assert len(ours) == len(ENCRYPT)
    assert PRP.decrypt(ours, APPID) == REPLY
    theirs = open_sealed(ENCRYPT, KEY, APPID)
    assert isinstance(theirs, Opened)
    assert theirs.message == MESSAGE

    whole = envelope()
    assert CRYPTO.decrypt_message(whole, field(whole, "MsgSignature"), TIMESTAMP_TEXT, field(whole, "Nonce")) == REPLY
    whole = CRYPTO.encrypt_message(MESSAGE, NONCE, TIMESTAMP_TEXT).encode()
    assert verify(field(whole, "MsgSignature"), TOKEN, TIMESTAMP_TEXT, NONCE, field(whole, "Encrypt"))
    theirs = opened(field(whole, "Encrypt"), SEAL)
    assert isinstance(theirs, Opened)
    assert theirs.message == MESSAGE


def field(data: bytes, name: str) -> str:
    document = codec.parse(data, DataFormat.XML)
    assert isinstance(document, Document)
    (value,) = (node.value for node in document.nodes if node.name == name)
    assert isinstance(value, str)
    return value


def main() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    check()
    took: dict[str, list[tuple[float, float]]] = {pair.name: [] for pair in PAIRS}
    for number in range(ROUNDS + 1):
        for pair in PAIRS:
            ours = timeit.timeit(pair.ours, number=CALLS)
            theirs = timeit.timeit(pair.theirs, number=CALLS)
            if number:  # the first round warms the caches
                took[pair.name].append((ours, theirs))
    for pair in PAIRS:
        ours, theirs = (CALLS / statistics.median(times) for times in zip(*took[pair.name], strict=True))
        ratios = [theirs / ours for ours, theirs in took[pair.name]]
        print(f"{pair.name:<24} wxkf {ours:9,.0f}/s   wechatpy {theirs:9,.0f}/s")
        between = f"{min(ratios):.2f} to {max(ratios):.2f}"
        print(f"  wxkf / wechatpy: {statistics.median(ratios):.2f}, {between} (goal: at least {pair.goal})")


if __name__ == "__main__":
    main()
