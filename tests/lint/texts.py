"""What every text in two languages has to keep to."""

import re

from wxkf_cli.vocab.terms import Text

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
#: Names of the wire and of programs (an inner capital or underscore), options, and numbers: the same in any language.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[A-Z_][A-Za-z0-9_]*)+|\d{2,}|--[a-z][a-z-]*")
#: What has a word of its own in Chinese, or a plural in English.
_TRANSLATED = {"WeChat", "BOM", "SDK", "SDKs", "ID", "Node"}
_FULL_WIDTH = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]")


def check_text(text: Text) -> None:
    """A text of our own, without values."""
    assert text.en.strip() == text.en != ""
    assert text.zh.strip() == text.zh != ""
    assert text.en.isascii(), "full-width punctuation, or Chinese, in the English text"
    assert sorted(_PLACEHOLDER.findall(text.en)) == sorted(_PLACEHOLDER.findall(text.zh))
    assert names_in(text.en) == names_in(text.zh)
    assert not re.search(r"[\u4e00-\u9fff][,;:!?]", text.zh), "half-width punctuation after a Chinese character"


def names_in(sentence: str) -> set[str]:
    return set(_NAME.findall(sentence)) - _TRANSLATED


def check_message(message: Text) -> None:
    """What a finding says this time, with values from outside in quotation marks."""
    assert re.search(r"[\u4e00-\u9fff]", message.zh)
    assert shown_in(message.en) == shown_in(message.zh)
    assert not _FULL_WIDTH.search(re.sub(r'".*"', "", message.en))


def shown_in(sentence: str) -> list[str]:
    """What stands in a sentence in either language: quotation marks, and numbers of more than two digits."""
    return sorted(re.findall(r'"|\d{3,}', sentence))
