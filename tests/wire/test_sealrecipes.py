"""Every wrong way to seal is recognised as itself and as no other; the right way as right."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.vocab.terms import Language
from wxkf_cli.wire.crypto import decoded_key, seal
from wxkf_cli.wire.sealrecipes import SEAL_RECIPES, Sealing, recognised_seal

KEY_TEXT = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OLD_KEY_TEXT = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
KEY, OLD_KEY = decoded_key(KEY_TEXT), decoded_key(OLD_KEY_TEXT)
APPID, RANDOM16 = b"wxba5fad812f8e6fb9", b"0123456789abcdef"
#: Of a length that takes another padding to 16 than to 32.
MESSAGE = '{"Content":"你好吗朋友"}'.encode()
LENGTH = len(MESSAGE).to_bytes(4, "big")
RIGHT = RANDOM16 + LENGTH + MESSAGE + APPID


def sealed(
    text: bytes, key: bytes = KEY, iv: bytes | None = None, block: int = 32, mode: modes.Mode | None = None
) -> str:
    """Sealed with nothing of the code under test."""
    padding = block - len(text) % block
    cipher = Cipher(algorithms.AES(key), mode or modes.CBC(key[:16] if iv is None else iv))
    encryptor = cipher.encryptor()
    return base64.b64encode(encryptor.update(text + bytes([padding]) * padding) + encryptor.finalize()).decode()


WRONG: dict[str, tuple[str, ...]] = {
    "key-without-equals": (sealed(RIGHT, KEY[:30] + b"\0\0"), sealed(RIGHT, KEY[:31] + b"\0")),
    "key-as-text": (sealed(RIGHT, KEY_TEXT[:32].encode()),),
    "previous-key": (sealed(RIGHT, OLD_KEY),),
    "padding-16": (sealed(RIGHT, block=16),),
    "appid-missing": (sealed(RANDOM16 + LENGTH + MESSAGE),),
    "another-appid": (sealed(RANDOM16 + LENGTH + MESSAGE + b"wxother"),),
    "length-missing": (sealed(RANDOM16 + MESSAGE + APPID), sealed(RANDOM16 + b"<xml/>" + APPID)),
    "length-as-text": (
        sealed(RANDOM16 + str(len(MESSAGE)).encode() + MESSAGE + APPID),
        sealed(RANDOM16 + f"{len(MESSAGE.decode()):04}".encode() + MESSAGE + APPID),
    ),
    "length-little-endian": (sealed(RANDOM16 + LENGTH[::-1] + MESSAGE + APPID),),
    "length-in-characters": (sealed(RANDOM16 + len(MESSAGE.decode()).to_bytes(4, "big") + MESSAGE + APPID),),
    "iv-zero": (sealed(RIGHT, iv=bytes(16)),),
    "ecb": (sealed(RIGHT, mode=modes.ECB()),),  # noqa: S305 - the mistake
}
CASES = [(name, encrypt) for name, encrypts in WRONG.items() for encrypt in encrypts]


def names(encrypt: str) -> list[str]:
    sealing = Sealing(encrypt, KEY_TEXT, APPID.decode(), OLD_KEY_TEXT)
    return [recipe.name for recipe in recognised_seal(sealing)]


@pytest.mark.parametrize(("name", "encrypt"), CASES)
def test_each_wrong_seal_is_recognised_as_its_own_recipe_and_no_other(name: str, encrypt: str) -> None:
    assert names(encrypt) == [name]


def test_every_recipe_has_a_case() -> None:
    assert [recipe.name for recipe in SEAL_RECIPES] == list(WRONG)


@given(st.text())
def test_the_right_seal_is_no_mistake(message: str) -> None:
    assert names(seal(message.encode(), KEY, APPID.decode(), RANDOM16)) == []
    assert names(sealed(RIGHT)) == []


@given(st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode()) | st.text())
def test_what_no_recipe_gives_is_not_explained(encrypt: str) -> None:
    assert names(encrypt) == []


@pytest.mark.parametrize("language", Language)
def test_every_text_is_said_in_both_languages(language: Language) -> None:
    said = [recipe.text.said_in(language) for recipe in SEAL_RECIPES]
    assert len(set(said)) == len(said)
    assert all(any("\u4e00" <= each <= "\u9fff" for each in text) is (language is Language.ZH) for text in said)
