"""Showing what came from outside: one function that no byte gets past, and one that keeps secrets back."""

import base64
import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

#: Categories that move the cursor, hide, reorder or do not exist.
_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
_ESCAPE = re.compile("%[0-9A-F]{2}")
MASK = "***"


def safe(value: str | bytes, limit: int = 200) -> str:
    r"""Text from outside, fit for any terminal, log or report.

    Control, format, surrogate, private and unassigned characters become `\n`, `\x1b`, `\u202e`, `\U000e0041`; bytes
    that are not UTF-8 become `\xff`; the backslash is doubled, so different inputs stay different. Plain text is
    unchanged. Longer than `limit` characters, it is cut, and the whole is told by its length and SHA-256.
    """
    text = value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value
    head = text[: limit + 1]  # every character is shown as one or more: no more than that can be needed
    if not head.isprintable() or "\\" in head:
        head = "".join(map(_shown_byte if isinstance(value, bytes) else _shown, head))
    if len(head) <= limit:
        return head
    whole = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return f"{head[:limit]}… ({len(value)} in all, sha256 {hashlib.sha256(whole).hexdigest()[:16]})"


def _shown(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable() or unicodedata.category(character) not in _UNSHOWABLE:
        return character
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _shown_byte(character: str) -> str:
    """The same where a surrogate stands for a byte that is not UTF-8."""
    return f"\\x{ord(character) - 0xDC00:02x}" if "\udc80" <= character <= "\udcff" else _shown(character)


def quoted(value: object, limit: int = 60) -> str:
    """A value from outside between quotation marks, for a sentence."""
    if isinstance(value, str | bytes):
        return f'"{safe(value, limit)}"'
    return safe(str(value), limit)


class Redactor:
    """Replaces secrets, texts or bytes, by a mask, in every form in which a handler or a URL may give them back."""

    def __init__(self, secrets: Iterable[str | bytes]) -> None:
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def __call__(self, text: str) -> str:
        """The text without the secrets."""
        return self._pattern.sub(MASK, text) if self._pattern else text


def _forms(secret: str | bytes) -> set[str]:
    if isinstance(secret, bytes):
        return _forms_of_bytes(secret)
    raw = secret.encode("utf-8", "surrogatepass")
    in_url = quote(raw, safe="")
    return {
        secret,
        safe(secret, sys.maxsize),
        in_url,
        _ESCAPE.sub(lambda escape: escape[0].lower(), in_url),
        in_url.replace("%20", "+"),
        *_forms_of_bytes(raw),
    }


def _forms_of_bytes(raw: bytes) -> set[str]:
    in_base64 = base64.b64encode(raw).decode()
    return {
        raw.hex(),
        raw.hex().upper(),
        in_base64,
        in_base64.rstrip("="),
        base64.urlsafe_b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
    }
