"""Wrong ways to seal a message that people have really taken: each is one row, recognised in the Encrypt it gives.

The random bytes are not known, so nothing is sealed again: what the cipher gives back is looked at.
"""

import base64
import re
from collections.abc import Callable
from typing import NamedTuple

from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire.crypto import BLOCK, Opened, Unopened, decoded_key, open_sealed

_CIPHER_BLOCK = 16
_HEAD = 20
_DIGITS = re.compile(rb"[0-9]{1,7}")


class Sealing(NamedTuple):
    """What a handler sealed, and with what it should have.

    Attributes:
        encrypt: What came of it.
        aes_key: The EncodingAESKey.
        appid: What must stand behind the message.
        previous_aes_key: The EncodingAESKey before the last change; empty without one.
    """

    encrypt: str
    aes_key: str
    appid: str
    previous_aes_key: str = ""

    @property
    def plain(self) -> bytes:
        """What the cipher gives with the right key, padding and all; empty when it gets not so far."""
        return _plain(self.encrypt, decoded_key(self.aes_key))

    @property
    def text(self) -> bytes:
        """The same without its padding; empty when that is none."""
        return _unpadded(self.plain)

    @property
    def tail(self) -> bytes:
        """The appid's bytes."""
        return self.appid.encode("utf-8", "surrogatepass")


class SealRecipe(NamedTuple):
    """One wrong way.

    Attributes:
        name: A short name for machines.
        text: What was done, and what would be right.
        shows: Whether an Encrypt was made so.
    """

    name: str
    text: Text
    shows: Callable[[Sealing], bool]


RIGHT_WAY = Text(
    "Encrypt = base64 of AES-256-CBC over 16 random bytes, the message's length in bytes as 4 bytes big-endian, the "
    "message and the appid, padded by PKCS#7 to 32; key = base64-decoded EncodingAESKey + '=', IV = its first 16 bytes",
    "Encrypt = base64(AES-256-CBC(16 字节随机串 + 4 字节大端序消息字节数 + 消息 + appid，PKCS#7 按 32 字节填充))；"
    "密钥 = base64 解码(EncodingAESKey + '=')，IV 为密钥前 16 字节",
)


def recognised_seal(sealing: Sealing) -> tuple[SealRecipe, ...]:
    """The recipes by which an Encrypt was made; none for one that is right or quite unknown."""
    return tuple(recipe for recipe in SEAL_RECIPES if recipe.shows(sealing))


def _plain(encrypt: str, key: bytes) -> bytes:
    opened = open_sealed(encrypt, key, None)
    if isinstance(opened, Unopened):
        return opened.plain
    length = len(opened.message).to_bytes(4, "big")
    padding = bytes((opened.padding,)) * opened.padding
    return b"".join((opened.random16, length, opened.message, opened.appid, padding))


def _unpadded(plain: bytes) -> bytes:
    padding = plain[-1] if plain else 0
    good = 1 <= padding <= BLOCK and plain.endswith(bytes((padding,)) * padding)
    return plain[:-padding] if good else b""


def _xored(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))


def _opens(sealing: Sealing, key: bytes) -> bool:
    return isinstance(open_sealed(sealing.encrypt, key, sealing.appid), Opened)


def _found_appid(sealing: Sealing) -> bytes | None:
    """What stands behind the message when all before it is right."""
    opened = open_sealed(sealing.encrypt, decoded_key(sealing.aes_key), None)
    return opened.appid if isinstance(opened, Opened) else None


def _key_cut(sealing: Sealing) -> bool:
    """Without its = a decoder may drop what is no whole group; zeros take the place of what lacks."""
    whole = base64.b64decode(sealing.aes_key[:40])
    more = decoded_key(sealing.aes_key)[:31]
    return any(_opens(sealing, key.ljust(32, b"\0")) for key in (whole, more) if key != decoded_key(sealing.aes_key))


def _key_as_text(sealing: Sealing) -> bool:
    return _opens(sealing, sealing.aes_key.encode()[:32])


def _previous_key(sealing: Sealing) -> bool:
    previous = sealing.previous_aes_key
    return bool(previous) and previous != sealing.aes_key and _opens(sealing, decoded_key(previous))


def _padded_to_16(sealing: Sealing) -> bool:
    """Half of all messages get the same padding either way: then there is no mistake to see."""
    return _found_appid(sealing) == sealing.tail and len(sealing.plain) % BLOCK != 0


def _without_appid(sealing: Sealing) -> bool:
    return _found_appid(sealing) == b"" != sealing.tail


def _another_appid(sealing: Sealing) -> bool:
    found = _found_appid(sealing)
    # The right one at the very end means that the length is wrong, not the appid.
    return bool(found) and not sealing.text.endswith(sealing.tail)


def _body(sealing: Sealing, start: int) -> bytes | None:
    """What stands between `start` and the appid at the end."""
    text, tail = sealing.text, sealing.tail
    return text[start : len(text) - len(tail)] if text.endswith(tail) and len(text) >= start + len(tail) else None


def _without_length(sealing: Sealing) -> bool:
    body = _body(sealing, _CIPHER_BLOCK)
    return body is not None and body[:1] in (b"<", b"{")


def _length_as_text(sealing: Sealing) -> bool:
    body = _body(sealing, _CIPHER_BLOCK) or b""
    digits = _DIGITS.match(body)
    return digits is not None and int(digits[0]) in _counts(body[digits.end() :])


def _counts(message: bytes) -> set[int]:
    """Its bytes, characters and UTF-16 units."""
    text = message.decode("utf-8", "replace")
    return {len(message), len(text), len(text.encode("utf-16-le")) // 2}


def _stated(sealing: Sealing) -> bytes:
    return sealing.text[_CIPHER_BLOCK:_HEAD]


def _little_endian(sealing: Sealing) -> bool:
    message = _body(sealing, _HEAD)
    stated = _stated(sealing)
    return message is not None and int.from_bytes(stated, "little") == len(message) and stated != stated[::-1]


def _in_characters(sealing: Sealing) -> bool:
    message = _body(sealing, _HEAD)
    return message is not None and int.from_bytes(_stated(sealing), "big") in _counts(message) - {len(message)}


def _zero_iv(sealing: Sealing) -> bool:
    """Only the random bytes suffer from another IV: those that handlers make are printable."""
    first = sealing.plain[:_CIPHER_BLOCK]
    if _found_appid(sealing) != sealing.tail or _is_printable(first):
        return False
    return _is_printable(_xored(first, decoded_key(sealing.aes_key)[:_CIPHER_BLOCK]))


def _is_printable(data: bytes) -> bool:
    return all(0x20 <= each < 0x7F for each in data)


def _ecb(sealing: Sealing) -> bool:
    plain, key = sealing.plain, decoded_key(sealing.aes_key)
    if not plain:
        return False
    # CBC mixes each block with the sealed one before it: taken out again, this is what ECB would have given.
    before = (key[:_CIPHER_BLOCK] + base64.b64decode(sealing.encrypt))[: len(plain)]
    text = _unpadded(_xored(plain, before))
    length = int.from_bytes(text[_CIPHER_BLOCK:_HEAD], "big")
    return len(text) >= _HEAD and text[_HEAD + length :] == sealing.tail and _HEAD + length <= len(text)


SEAL_RECIPES: tuple[SealRecipe, ...] = (
    SealRecipe(
        "key-without-equals",
        Text(
            "the EncodingAESKey was decoded without a = behind it, which lost its end",
            "EncodingAESKey 解码前没有补 =，末尾丢失",
        ),
        _key_cut,
    ),
    SealRecipe(
        "key-as-text",
        Text(
            "the EncodingAESKey was used as it is; it must be decoded from base64",
            "直接使用了 EncodingAESKey 文本；应先 base64 解码",
        ),
        _key_as_text,
    ),
    SealRecipe("previous-key", Text("sealed with the previous key", "用了更换前的密钥"), _previous_key),
    SealRecipe("padding-16", Text("padded to 16; it must be 32", "按 16 字节填充；应为 32"), _padded_to_16),
    SealRecipe("appid-missing", Text("no appid behind the message", "消息后没有 appid"), _without_appid),
    SealRecipe("another-appid", Text("another appid behind the message", "消息后的 appid 不对"), _another_appid),
    SealRecipe(
        "length-missing",
        Text("the four bytes of length are missing before the message", "消息前没有 4 字节长度"),
        _without_length,
    ),
    SealRecipe(
        "length-as-text",
        Text("the length is decimal text; it must be 4 bytes", "长度写成了十进制文本；应为 4 字节整数"),
        _length_as_text,
    ),
    SealRecipe(
        "length-little-endian",
        Text("the length is little-endian; it must be big-endian", "长度用了小端序；应为大端序"),
        _little_endian,
    ),
    SealRecipe(
        "length-in-characters",
        Text("the length counts characters; it must count bytes", "长度按字符计算；应按字节"),
        _in_characters,
    ),
    SealRecipe(
        "iv-zero",
        Text("the IV is zero; it must be the key's first 16 bytes", "IV 用了全零；应为密钥前 16 字节"),
        _zero_iv,
    ),
    SealRecipe("ecb", Text("the cipher's mode is ECB; it must be CBC", "用了 ECB 模式；应为 CBC"), _ecb),
)
