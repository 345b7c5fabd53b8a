"""AES as WeChat uses it: seal a message, open a sealed one, and say exactly why one does not open.

The only file that knows cryptography. Signatures are `signature`'s, and are verified before anything is opened.
Source: https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.md
"""

import base64
import binascii
import struct
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from wxkf_cli.errors import UsageError

KEY_CHARACTERS = 43
#: PKCS#7 pads to 32, although the cipher's own block is 16.
BLOCK = 32
_CIPHER_BLOCK = 16
_RANDOM_SIZE, _LENGTH_SIZE = 16, 4
_HEAD = struct.Struct(f">{_RANDOM_SIZE}sI")
_PADDINGS = tuple(bytes((count,)) * count for count in range(BLOCK + 1))
_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


class SealDefect(Enum):
    """Why sealed text does not open; the value is the number that the official sample code has for it."""

    BASE64 = (-40010, "Encrypt is not base64")
    CIPHERTEXT = (-40007, "the ciphertext is empty or not a multiple of 16 bytes")
    PADDING = (-40008, "the padding is not PKCS#7 of 1 to 32 bytes")
    LENGTH = (-40008, "the four bytes of length do not fit what follows")
    APPID = (-40005, "the appid at the end is another")

    @property
    def label(self) -> int:
        """WeChat's number."""
        return self.value[0]

    @property
    def meaning(self) -> str:
        """What is wrong, in words."""
        return self.value[1]


class Opened(NamedTuple):
    """What was sealed.

    Attributes:
        message: The message's bytes.
        random16: The sixteen bytes before it.
        appid: The bytes behind it.
        padding: How many bytes of padding there were, 1 to 32.
    """

    message: bytes
    random16: bytes
    appid: bytes
    padding: int


class Unopened(NamedTuple):
    """Why it did not open.

    Attributes:
        defect: What is wrong.
        plain: What the cipher gave, padding and all; empty where it did not get so far.
    """

    defect: SealDefect
    plain: bytes = b""


def decoded_key(encoding_aes_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey.

    43 characters carry two bits more than 32 bytes need; whatever those are, the key is taken, as official samples end
    in `G` and `C`.

    Raises:
        UsageError: It is not 43 characters of base64; the message says which mistake it is, never the key.
    """
    complaint = "the EncodingAESKey cannot be used"
    if encoding_aes_key != encoding_aes_key.strip():
        raise UsageError(complaint, "there is a blank before or behind it")
    if "=" in encoding_aes_key:
        raise UsageError(complaint, f"there is a stray = in it: the key has {KEY_CHARACTERS} characters and no =")
    if len(encoding_aes_key) != KEY_CHARACTERS:
        raise UsageError(complaint, f"it has {len(encoding_aes_key)} characters; the console's has {KEY_CHARACTERS}")
    if not _ALPHABET.issuperset(encoding_aes_key):
        raise UsageError(complaint, "it holds a character that is not a letter or digit")
    return base64.b64decode(encoding_aes_key + "=")


def seal(message: bytes, key: bytes, appid: str, random16: bytes) -> str:
    """The value of Encrypt.

    Args:
        message: The plain body, UTF-8.
        key: 32 bytes.
        appid: Put behind the message, for the other side to check.
        random16: Sixteen bytes put before it, for no two seals to be the same.
    """
    text = b"".join((random16, len(message).to_bytes(_LENGTH_SIZE, "big"), message, appid.encode()))
    # These are whole blocks: nothing is left for `finalize`.
    sealed = _cipher(key).encryptor().update(text + _PADDINGS[BLOCK - len(text) % BLOCK])
    return binascii.b2a_base64(sealed, newline=False).decode("ascii")


def open_sealed(encrypt: str, key: bytes, appid: str | None) -> Opened | Unopened:
    """What an Encrypt holds, or the exact reason why it does not open; never raises on any text.

    Args:
        encrypt: Base64.
        key: 32 bytes.
        appid: What must stand behind the message; None takes any.
    """
    try:
        sealed = binascii.a2b_base64(encrypt, strict_mode=True)
    except ValueError:
        return Unopened(SealDefect.BASE64)
    if not sealed or len(sealed) % _CIPHER_BLOCK:
        return Unopened(SealDefect.CIPHERTEXT)
    plain = _decrypted(sealed, key)
    padding = plain[-1]
    if not 1 <= padding <= BLOCK or not plain.endswith(_PADDINGS[padding]):
        return Unopened(SealDefect.PADDING, plain)
    end = len(plain) - padding
    if end < _HEAD.size:
        return Unopened(SealDefect.LENGTH, plain)
    random16, length = _HEAD.unpack_from(plain)
    behind = _HEAD.size + length
    if behind > end:
        return Unopened(SealDefect.LENGTH, plain)
    found = plain[behind:end]
    if appid is not None and found != appid.encode():
        return Unopened(SealDefect.APPID, plain)
    return Opened(plain[_HEAD.size : behind], random16, found, padding)


def _decrypted(sealed: bytes, key: bytes) -> bytes:
    # Making a decryptor takes longer than its work, so it is kept, never finished; out of the list while at work, as no
    # two threads may share one.
    idle = _idle_decryptors(key)
    try:
        decryptor = idle.pop()
    except IndexError:
        decryptor = _cipher(key).decryptor()
    # A CBC block needs only the block before it: the IV goes in as one, and what comes out for it means nothing.
    plain: bytes = decryptor.update(key[:_CIPHER_BLOCK] + sealed)
    idle.append(decryptor)
    return plain[_CIPHER_BLOCK:]


@lru_cache(maxsize=16)
def _idle_decryptors(_key: bytes) -> list[Any]:
    return []


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> Any:
    # Late: only the sealed modes pay for it.
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415

    return Cipher(algorithms.AES(key), modes.CBC(key[:_CIPHER_BLOCK]))
