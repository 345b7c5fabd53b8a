"""Every wrong way to sign is recognised as itself and as no other; the right way as right."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.vocab.terms import Language
from wxkf_cli.wire.recipes import RECIPES, Signing, recognised, right_way
from wxkf_cli.wire.signature import sign

# Sorted by their bytes: Encrypt, timestamp, nonce, token; as numbers the nonce goes before the timestamp.
TOKEN, TIMESTAMP, NONCE, ENCRYPT = "tokenX", "1714112445", "415670741", "+qd/x1OKCy+5JPCBFWw70tm0f=="
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SEALED = Signing(
    TOKEN,
    TIMESTAMP,
    NONCE,
    ENCRYPT,
    sealed=True,
    aes_key=KEY,
    encrypt_type="aes",
    echostr="4375120948345356249",
    openid="oMe",
    body="<xml/>",
)
PLAIN = SEALED._replace(sealed=False)


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def joined(separator: str = "") -> str:
    return separator.join((ENCRYPT, TIMESTAMP, NONCE, TOKEN))


#: What a handler computed, each with nothing of the code under test but `sign`: recipe -> one or more values.
WRONG: dict[str, tuple[str, ...]] = {
    "unsorted": (sha1(TOKEN + TIMESTAMP + NONCE + ENCRYPT), sha1(TIMESTAMP + NONCE + TOKEN + ENCRYPT)),
    "sorted-as-numbers": (sha1(ENCRYPT + TOKEN + NONCE + TIMESTAMP), sha1(NONCE + TIMESTAMP + ENCRYPT + TOKEN)),
    "joined-with-ampersand": (sha1(joined("&")),),
    "joined-with-newline": (sha1(joined("\n")), sha1(joined("\r\n"))),
    "joined-with-another-separator": (sha1(joined(" ")), sha1(joined(",")), sha1(joined("|"))),
    "token-quoted": (sign(f'"{TOKEN}"', TIMESTAMP, NONCE, ENCRYPT), sign(f"'{TOKEN}'", TIMESTAMP, NONCE, ENCRYPT)),
    "token-in-another-case": (sign("TOKENX", TIMESTAMP, NONCE, ENCRYPT), sign("tokenx", TIMESTAMP, NONCE, ENCRYPT)),
    "token-with-a-blank": tuple(sign(f"{TOKEN}{end}", TIMESTAMP, NONCE, ENCRYPT) for end in (" ", "\n", "\r\n")),
    "token-left-out": (sign(TIMESTAMP, NONCE, ENCRYPT),),
    "key-as-token": (sign(KEY, TIMESTAMP, NONCE, ENCRYPT), sign(f"{KEY}=", TIMESTAMP, NONCE, ENCRYPT)),
    "timestamp-in-milliseconds": (sign(TOKEN, "1714112445000", NONCE, ENCRYPT),),
    "url-encoded": (
        sign(TOKEN, TIMESTAMP, NONCE, "%2Bqd%2Fx1OKCy%2B5JPCBFWw70tm0f%3D%3D"),
        sign(TOKEN, TIMESTAMP, NONCE, "%2bqd%2fx1OKCy%2b5JPCBFWw70tm0f%3d%3d"),
    ),
    "plus-as-blank": (sign(TOKEN, TIMESTAMP, NONCE, ENCRYPT.replace("+", " ")),),
    "sha256": (hashlib.sha256(joined().encode()).hexdigest(),),
    "md5": (hashlib.md5(joined().encode(), usedforsecurity=False).hexdigest(),),
    "hmac-sha1": (
        hmac.new(TOKEN.encode(), (ENCRYPT + TIMESTAMP + NONCE).encode(), "sha1").hexdigest(),
        hmac.new(TOKEN.encode(), (TIMESTAMP + NONCE + ENCRYPT).encode(), "sha1").hexdigest(),
        hmac.new(TOKEN.encode(), joined().encode(), "sha1").hexdigest(),
    ),
    "upper-case-hex": (sha1(joined()).upper(),),
    "digest-in-base64": (base64.b64encode(bytes.fromhex(sha1(joined()))).decode(),),
    "three-values": (sign(TOKEN, TIMESTAMP, NONCE),),
    "encrypt-type-too": (sign(TOKEN, TIMESTAMP, NONCE, ENCRYPT, "aes"),),
    "echostr-too": (sign(TOKEN, TIMESTAMP, NONCE, ENCRYPT, "4375120948345356249"),),
    "openid-too": (sign(TOKEN, TIMESTAMP, NONCE, ENCRYPT, "oMe"),),
    "body-too": (sign(TOKEN, TIMESTAMP, NONCE, ENCRYPT, "<xml/>"),),
}
#: Those that take other inputs to show.
OTHERWISE: dict[str, tuple[Signing, str]] = {
    "token-trimmed": (SEALED._replace(token=f" {TOKEN}\n"), sign(TOKEN, TIMESTAMP, NONCE, ENCRYPT)),
    # By their bytes B, a, t: without regard to case a, B, t.
    "sorted-ignoring-case": (Signing("B", "a", "t"), sha1("aBt")),
    "four-values": (PLAIN, sign(TOKEN, TIMESTAMP, NONCE, ENCRYPT)),
}
CASES = [(name, SEALED, got) for name, values in WRONG.items() for got in values]
CASES += [(name, signing, got) for name, (signing, got) in OTHERWISE.items()]


def names(got: str, signing: Signing) -> list[str]:
    return [recipe.name for recipe in recognised(got, signing)]


@pytest.mark.parametrize(("name", "signing", "got"), CASES)
def test_each_wrong_value_is_recognised_as_its_own_recipe_and_no_other(name: str, signing: Signing, got: str) -> None:
    assert names(got, signing) == [name]


def test_every_recipe_has_a_case_and_a_name_of_its_own() -> None:
    assert sorted(recipe.name for recipe in RECIPES) == sorted({*WRONG, *OTHERWISE})


@pytest.mark.parametrize("signing", [SEALED, PLAIN, SEALED._replace(token=f" {TOKEN}\n"), Signing("", "", "")])
def test_the_right_value_is_no_mistake(signing: Signing) -> None:
    assert signing.right == sign(*signing.values)
    assert names(signing.right, signing) == []


@given(st.text() | st.from_regex(r"[0-9a-f]{40}", fullmatch=True))
def test_what_no_recipe_gives_is_not_explained(got: str) -> None:
    assert names(got, SEALED) == []


# A list, since `text` would melt the alphabets into one and all but never draw a surrogate.
_ANY = st.lists(st.characters() | st.characters(categories=["Cs"])).map("".join)


@given(_ANY, _ANY, _ANY, _ANY, st.booleans())
def test_no_values_make_it_raise(token: str, timestamp: str, nonce: str, encrypt: str, sealed: bool) -> None:
    signing = Signing(token, timestamp, nonce, encrypt, sealed, token, nonce, timestamp, encrypt, token)
    assert recognised("f" * 40, signing) == ()


@pytest.mark.parametrize("language", Language)
def test_every_text_is_said_in_both_languages(language: Language) -> None:
    said = [recipe.text.said_in(language) for recipe in RECIPES]
    said += [right_way(SEALED).said_in(language), right_way(PLAIN).said_in(language)]
    assert len(set(said)) == len(said)
    assert all(any("\u4e00" <= each <= "\u9fff" for each in text) is (language is Language.ZH) for text in said)
