"""A sealer with every step in view, so that each can be taken wrongly; it uses nothing of the code under test."""

import base64
import hashlib
import json
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wxkf_cli.wire.envelope import Seal

TOKEN, APPID, TIME, NONCE = "AAAAA", "wxba5fad812f8e6fb9", 1714112446, "1514711492"
KEY_TEXT = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
KEY, OLD_KEY = base64.b64decode(f"{KEY_TEXT}="), bytes(32)
RANDOM16 = b"a8eedb185eb2fecf"
SEAL = Seal(TOKEN, KEY, APPID, OLD_KEY)
NAMES = ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")

Pairs = list[tuple[str, object]]


def pkcs7(data: bytes, block: int = 32) -> bytes:
    count = block - len(data) % block
    return data + bytes([count]) * count


def big_endian(message: bytes) -> bytes:
    return len(message).to_bytes(4, "big")


def encrypted(
    message: bytes,
    *,
    key: bytes = KEY,
    iv: bytes | None = None,
    ecb: bool = False,
    count: Callable[[bytes], bytes] = big_endian,
    appid: str = APPID,
    pad: Callable[[bytes], bytes] = pkcs7,
    encode: Callable[[bytes], bytes] = base64.b64encode,
) -> str:
    mode = modes.ECB() if ecb else modes.CBC(key[:16] if iv is None else iv)  # noqa: S305 - a mistake
    encryptor = Cipher(algorithms.AES(key), mode).encryptor()
    padded = pad(RANDOM16 + count(message) + message + appid.encode())
    return encode(encryptor.update(padded) + encryptor.finalize()).decode()


def signed(*parts: object) -> str:
    return hashlib.sha1("".join(sorted(map(str, parts))).encode(), usedforsecurity=False).hexdigest()


def fields(encrypt: str, *, token: str = TOKEN, timestamp: int = TIME, signature: str | None = None) -> Pairs:
    """The fields of an envelope, in order."""
    right = signed(token, timestamp, NONCE, encrypt)
    return [*zip(NAMES, (encrypt, right if signature is None else signature, timestamp, NONCE), strict=True)]


def as_xml(pairs: Pairs, *, cdata: bool = False) -> bytes:
    """XML by hand: what comes out may be as wrong as what goes in."""

    def text(value: object) -> str:
        if isinstance(value, dict):
            return "".join(f"<{name}>{text(inner)}</{name}>" for name, inner in value.items())
        if isinstance(value, list):
            return "".join(f"<item>{text(inner)}</item>" for inner in value)
        return f"<![CDATA[{value}]]>" if cdata and isinstance(value, str) else "" if value is None else str(value)

    return f"<xml>{''.join(f'<{name}>{text(value)}</{name}>' for name, value in pairs)}</xml>".encode()


def as_json(pairs: Pairs) -> bytes:
    """JSON by hand, so that a name may stand twice."""
    return ("{" + ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in pairs) + "}").encode()
