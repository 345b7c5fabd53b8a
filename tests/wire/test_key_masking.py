"""No character of an EncodingAESKey is shown, whichever way its spare bits are set."""

import string

from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.configured.sealing import secrets_of
from wxkf_cli.vocab.catalog import SAMPLE_AES_KEY
from wxkf_cli.wire.crypto import KEY_CHARACTERS, decoded_key
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.escape import MASK, Redactor

_LETTERS = string.ascii_letters + string.digits
_KEYS = st.text(_LETTERS, min_size=KEY_CHARACTERS, max_size=KEY_CHARACTERS).filter(
    lambda key: decoded_key(key) != decoded_key(SAMPLE_AES_KEY)
)


@given(_KEYS, _KEYS)
def test_a_key_is_masked_whole(key: str, previous: str) -> None:
    redact = Redactor(secrets_of("AAAAA", Seal("AAAAA", decoded_key(key), "wx0", decoded_key(previous))))
    assert redact(f"<{key}>") == redact(f"<{previous}>") == f"<{MASK}>"


@given(_KEYS)
def test_every_spelling_of_the_same_key_is_masked_whole_and_one_cut_short_too(key: str) -> None:
    redact = Redactor(secrets_of("AAAAA", Seal("AAAAA", decoded_key(key), "wx0")))
    same = [key[:-1] + last for last in _LETTERS + "+/" if decoded_key(key[:-1] + last) == decoded_key(key)]
    assert len(same) == 4
    assert [redact(f"<{each}>") for each in same] == [f"<{MASK}>"] * 4
    assert redact(f"<{key[:-1]}>") == f"<{MASK}>"
