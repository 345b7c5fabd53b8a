"""What came from outside is shown without being able to do anything, and secrets are not shown."""

import base64
import hashlib
import re
import string
import unicodedata
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from wxkf_cli.wire.escape import MASK, Redactor, quoted, safe

FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
WHOLE = 10**9

_TROUBLE = st.sampled_from("\\nrtxuU0123456789abcdef\n\r\t\x1b\x7f\x85\u202e\ufffe")
any_text = st.lists(st.characters() | _TROUBLE | st.characters(categories=["Cc", "Cf", "Cs", "Co"])).map("".join)
any_bytes = st.binary() | any_text.map(lambda text: text.encode("utf-8", "surrogatepass"))


def is_showable(text: str) -> bool:
    return not any(unicodedata.category(each) in FORBIDDEN for each in text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("", ""),
        ("hello, 你好 🙂", "hello, 你好 🙂"),
        ("a b\u3000c", "a b\u3000c"),
        ("\n\r\t", "\\n\\r\\t"),
        ("\\n", "\\\\n"),
        ("\x1b[2J\x00\x7f", "\\x1b[2J\\x00\\x7f"),
        ("\x85\x9b31m", "\\u0085\\u009b31m"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2028\u2029\ufeff\u200b", "\\u2028\\u2029\\ufeff\\u200b"),
        ("\ud83d", "\\ud83d"),
        ("\ue000\U000f0000", "\\ue000\\U000f0000"),
        ("\U000e0041", "\\U000e0041"),
        (b"hello, \xe4\xbd\xa0", "hello, 你"),
        (b"\xff\xfe\x80", "\\xff\\xfe\\x80"),
        (b"\\xff", "\\\\xff"),
        (b"\xc2\x85\x85", "\\u0085\\x85"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
        (b"::error::\r\n::stop-commands::", "::error::\\r\\n::stop-commands::"),
    ],
)
def test_what_cannot_be_shown_is_spelt(value: str | bytes, shown: str) -> None:
    assert safe(value) == shown


@given(any_text | any_bytes, st.integers(0, 300))
def test_no_control_character_comes_out(value: str | bytes, limit: int) -> None:
    assert is_showable(safe(value, limit))
    assert is_showable(quoted(value, limit))


@given(st.text().filter(is_showable))
def test_plain_text_is_unchanged_but_for_the_backslash(text: str) -> None:
    assert safe(text, WHOLE) == text.replace("\\", "\\\\")


@given(any_text, any_text)
@example("\n", "\\n")
@example("\x85", "\\u0085")
@example("\u202e1", "\U000202e1")
@example("\x1b", "\\x1b")
def test_different_text_is_shown_differently(one: str, other: str) -> None:
    assume(one != other)
    assert safe(one, WHOLE) != safe(other, WHOLE)


@given(any_bytes, any_bytes)
@example(b"\x85", b"\xc2\x85")
@example(b"\xff", b"\\xff")
@example("\udcff".encode("utf-8", "surrogatepass"), b"\xff")
def test_different_bytes_are_shown_differently(one: bytes, other: bytes) -> None:
    assume(one != other)
    assert safe(one, WHOLE) != safe(other, WHOLE)


@given(any_text)
def test_what_was_shown_can_be_spelt_back(text: str) -> None:
    plain = "".join(each if each.isascii() else f"\\U{ord(each):08x}" for each in safe(text, WHOLE))
    assert plain.encode().decode("unicode_escape") == text


@given(any_text | any_bytes, st.integers(0, 50))
def test_what_is_cut_tells_its_length_and_digest(value: str | bytes, limit: int) -> None:
    whole, shown = safe(value, WHOLE), safe(value, limit)
    if len(whole) <= limit:
        assert shown == whole
    else:
        data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(data).hexdigest()[:16]
        assert shown == f"{whole[:limit]}… ({len(value)} in all, sha256 {digest})"


def test_a_value_in_a_sentence_stands_between_quotation_marks() -> None:
    assert quoted("a\nb") == '"a\\nb"'
    assert quoted(b"\xff") == '"\\xff"'
    assert quoted("a" * 61).startswith('"' + "a" * 60 + "… (61 in all, sha256 ")
    assert (quoted(42), quoted(None), quoted(True), quoted(("a\x1b", 1))) == ("42", "None", "True", "('a\\\\x1b', 1)")


SECRETS = ["AAAAA", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "a+b/c=?&<'\"\\ d", "密钥"]


def forms(secret: str) -> list[str]:
    raw = secret.encode()
    encoded = base64.b64encode(raw).decode()
    return [
        secret,
        quote(secret, safe=""),
        re.sub("%..", lambda escape: escape[0].lower(), quote(secret, safe="")),
        quote_plus(secret),
        raw.hex(),
        raw.hex().upper(),
        encoded,
        encoded.rstrip("="),
        base64.urlsafe_b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        safe(secret),
    ]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_hidden_in_every_form(secret: str) -> None:
    redact = Redactor([secret, "another"])
    for form in forms(secret):
        assert redact(f"token={form}&x") == f"token={MASK}&x"


def test_of_two_secrets_the_longer_is_hidden_whole() -> None:
    assert Redactor(["abc", "abcdef", ""])("abcdef abc") == f"{MASK} {MASK}"


def test_without_secrets_text_is_unchanged() -> None:
    assert Redactor([])("anything") == Redactor([""])("anything") == "anything"


@given(st.text(string.ascii_letters + string.digits, min_size=3, max_size=43), st.text(), st.text())
def test_no_text_lets_a_secret_through(secret: str, before: str, after: str) -> None:
    redact = Redactor([secret])
    for form in forms(secret):
        assert secret not in redact(before + form + after).replace(MASK, "\0")


def test_a_secret_that_is_no_text_is_hidden_too() -> None:
    assert Redactor(["\udcff!"])("a\udcff!b\\udcff!") == f"a{MASK}b{MASK}"
