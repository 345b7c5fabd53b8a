"""AES as WeChat uses it: the official vectors byte for byte, the round trip, and every reason not to open."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.errors import UsageError
from wxkf_cli.wire.crypto import BLOCK, Opened, SealDefect, Unopened, decoded_key, open_sealed, seal
from wxkf_cli.wire.signature import sign, verify

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "crypto" / "vectors.json").read_text("utf-8")
)
SEALED = [vector for vector in VECTORS if vector["kind"] != "signature"]
KEY, APPID, RANDOM = decoded_key("A" * 43), "wxba5fad812f8e6fb9", b"0123456789abcdef"


def test_there_are_sixteen_vectors_with_their_sources() -> None:
    assert len(VECTORS) == 16
    assert all(vector["source"] for vector in VECTORS)


@pytest.mark.parametrize("vector", [v for v in VECTORS if "nonce" in v], ids=lambda vector: vector["id"])
def test_a_vectors_signature_is_ours(vector: dict[str, Any]) -> None:
    parts = [vector["token"], vector["timestamp"], vector["nonce"]]
    if vector["kind"] == "signature":
        assert sign(*parts) == vector["signature"]
    else:
        assert sign(*parts, vector["encrypt"]) == vector["msg_signature"]
        assert verify(vector["msg_signature"], *parts, vector["encrypt"])


@pytest.mark.parametrize("vector", [v for v in SEALED if v["kind"] == "decrypt"], ids=lambda vector: vector["id"])
def test_what_wechat_sealed_opens(vector: dict[str, Any]) -> None:
    result = open_sealed(vector["encrypt"], decoded_key(vector["encoding_aes_key"]), vector["appid"])
    assert result == Opened(
        vector["msg"].encode(), vector["random16"].encode(), vector["appid"].encode(), vector["pad"]
    )
    assert len(vector["msg"].encode()) == vector["msg_bytes"]


@pytest.mark.parametrize("vector", SEALED, ids=lambda vector: vector["id"])
def test_what_we_seal_is_what_the_vector_has(vector: dict[str, Any]) -> None:
    key = decoded_key(vector["encoding_aes_key"])
    assert seal(vector["msg"].encode(), key, vector["appid"], vector["random16"].encode()) == vector["encrypt"]


@given(st.binary(max_size=65_536), st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_opening_inverts_sealing(message: bytes, random16: bytes, key: bytes) -> None:
    result = open_sealed(seal(message, key, APPID, random16), key, APPID)
    assert isinstance(result, Opened)
    assert (result.message, result.random16, result.appid) == (message, random16, APPID.encode())


@pytest.mark.parametrize("length", range(BLOCK))
def test_every_length_modulo_32_has_its_own_padding(length: int) -> None:
    result = open_sealed(seal(b"x" * length, KEY, APPID, RANDOM), KEY, APPID)
    assert isinstance(result, Opened)
    assert result.padding == BLOCK - (16 + 4 + length + len(APPID)) % BLOCK


@given(st.binary(max_size=200), st.integers(min_value=0))
def test_one_flipped_bit_anywhere_is_refused_by_the_signature(message: bytes, bit: int) -> None:
    encrypt = seal(message, KEY, APPID, RANDOM)
    sealed = bytearray(base64.b64decode(encrypt))
    sealed[bit // 8 % len(sealed)] ^= 1 << bit % 8
    flipped = base64.b64encode(sealed).decode()
    assert not verify(sign("AAAAA", "1714112445", "1", encrypt), "AAAAA", "1714112445", "1", flipped)


def reworked(plain: bytes) -> str:
    """Sealed text whose plain bytes are these, padding and all."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    encryptor = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def padded(text: bytes, to: int = BLOCK) -> bytes:
    count = to - len(text) % to
    return text + bytes((count,)) * count


RIGHT = RANDOM + (2).to_bytes(4, "big") + b"hi" + APPID.encode()

# what is wrong, the Encrypt, why it does not open
BROKEN = [
    ("not base64", "%%%", SealDefect.BASE64),
    ("base64 of the url alphabet", "-_-_" * 16, SealDefect.BASE64),
    ("empty", "", SealDefect.CIPHERTEXT),
    ("15 bytes", base64.b64encode(b"x" * 15).decode(), SealDefect.CIPHERTEXT),
    ("padding of 0", reworked(RIGHT + bytes(64 - len(RIGHT))), SealDefect.PADDING),
    ("padding of 33", reworked(b"x" * 31 + bytes((33,)) * 33), SealDefect.PADDING),
    ("padding bytes that differ", reworked(b"x" * 60 + bytes((1, 4, 4, 4))), SealDefect.PADDING),
    ("too short for a length", reworked(padded(b"x" * 10)), SealDefect.LENGTH),
    ("length past the end", reworked(padded(RANDOM + b"\0\0\1\0" + b"hi")), SealDefect.LENGTH),
    ("length as decimal text", reworked(padded(RANDOM + b"2" + b"hi" + APPID.encode())), SealDefect.LENGTH),
    ("little-endian length", reworked(padded(RANDOM + b"\2\0\0\0" + b"hi" + APPID.encode())), SealDefect.LENGTH),
    ("another appid", seal(b"hi", KEY, "wx0000000000000000", RANDOM), SealDefect.APPID),
    ("no appid", seal(b"hi", KEY, "", RANDOM), SealDefect.APPID),
]


@pytest.mark.parametrize(("encrypt", "defect"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_seal_that_does_not_open_says_why(encrypt: str, defect: SealDefect) -> None:
    result = open_sealed(encrypt, KEY, APPID)
    assert isinstance(result, Unopened)
    assert result.defect is defect
    assert result.defect.label < 0


def test_padding_to_sixteen_opens_as_it_is_within_pkcs7() -> None:
    result = open_sealed(reworked(padded(RIGHT, 16)), KEY, APPID)
    assert isinstance(result, Opened)
    assert result.message == b"hi"


@given(st.text(max_size=300), st.binary(min_size=32, max_size=32))
def test_no_text_makes_opening_raise(text: str, key: bytes) -> None:
    assert isinstance(open_sealed(text, key, APPID), Opened | Unopened)


KEYS = [
    ("A" * 42, "it has 42 characters"),
    ("A" * 44, "it has 44 characters"),
    ("A" * 43 + "=", "a stray ="),
    (" " + "A" * 43, "a blank before or behind it"),
    ("A" * 42 + "!", "a character that is not a letter or digit"),
    ("", "it has 0 characters"),
]


@pytest.mark.parametrize(("key", "said"), KEYS, ids=[row[1] for row in KEYS])
def test_a_key_that_is_none_is_named_and_never_shown(key: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        decoded_key(key)
    assert said in caught.value.hint
    assert not key.strip() or key not in str(caught.value) + caught.value.hint


def test_spare_bits_at_the_end_of_a_key_do_not_matter() -> None:
    assert decoded_key("A" * 42 + "G") == decoded_key("A" * 42 + "E") == decoded_key("A" * 43)[:31] + b"\x01"


def test_messages_are_opened_in_several_threads_at_once() -> None:
    key = decoded_key("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
    messages = [bytes([65 + number]) * 20_000 for number in range(8)]
    sealed = [seal(message, key, "wx", b"0123456789abcdef") for message in messages]

    def open_often(number: int) -> bool:
        opened = [open_sealed(sealed[number], key, "wx") for _ in range(50)]
        return all(isinstance(each, Opened) and each.message == messages[number] for each in opened)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(open_often, range(8)))
