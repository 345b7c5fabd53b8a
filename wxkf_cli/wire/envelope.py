"""The sealed form of a reply, and what opens a sealed push: an envelope of four fields around an Encrypt.

Source: https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
"""

from typing import NamedTuple

from wxkf_cli.vocab.message import ENVELOPE, Value, make
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wire import codec
from wxkf_cli.wire.crypto import Opened, SealDefect, Unopened, open_sealed, seal
from wxkf_cli.wire.document import Document, NodeValue
from wxkf_cli.wire.escape import MASK
from wxkf_cli.wire.signature import sign


class Seal(NamedTuple):
    """What seals and opens. All but the appid are secrets, which its repr keeps back.

    Attributes:
        token: The Token of the console.
        key: The 32 bytes of the EncodingAESKey.
        appid: What sealed messages end with.
        previous_key: The key before the last change; pushes sealed with it open too.
    """

    token: str
    key: bytes
    appid: str
    previous_key: bytes | None = None

    def __repr__(self) -> str:
        return f"Seal({MASK}, {MASK}, {self.appid!r})"


def sealed_reply(
    reply: bytes, data_format: DataFormat, by: Seal, *, timestamp: int, nonce: str, random16: bytes
) -> bytes:
    """The envelope around a reply.

    Args:
        reply: The plain reply, in the push's data format.
        data_format: That format; the envelope is written in it too.
        by: What seals.
        timestamp: Seconds since the epoch, for TimeStamp.
        nonce: For Nonce.
        random16: Sixteen bytes that make no two seals the same.
    """
    encrypt = seal(reply, by.key, by.appid, random16)
    signature = sign(by.token, str(timestamp), nonce, encrypt)
    values: dict[str, Value] = {"Encrypt": encrypt, "MsgSignature": signature, "TimeStamp": timestamp, "Nonce": nonce}
    return codec.render(make(ENVELOPE, values), data_format)


def opened(encrypt: NodeValue, by: Seal) -> Opened | Unopened:
    """What an Encrypt holds: by the key, else by the one before it."""
    if not isinstance(encrypt, str):
        return Unopened(SealDefect.BASE64)
    result = open_sealed(encrypt, by.key, by.appid)
    if isinstance(result, Unopened) and by.previous_key is not None:
        earlier = open_sealed(encrypt, by.previous_key, by.appid)
        return earlier if isinstance(earlier, Opened) else result
    return result


def mode_of(push: Document) -> Mode:
    """The mode that a push was made in, as its fields show it."""
    if "Encrypt" not in push.names:
        return Mode.PLAINTEXT
    return Mode.COMPATIBLE if "MsgType" in push.names else Mode.SECURE
