"""Lines: their width in columns, and where they break."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.report.line import Part, Style, cut, line, padded, plain, width_of, wrapped

TEXT = st.text(st.sampled_from("ab 你好，。\u0301"), max_size=60)


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("你好", 4), ("，", 2), ("a你", 3), ("e\u0301", 1), ("…", 1), ("ｱ", 1), ("Ａ", 2)],
)
def test_wide_characters_take_two_columns_and_marks_none(text: str, width: int) -> None:
    assert width_of(text) == width


def test_padding_fills_columns_and_never_cuts() -> None:
    assert padded("你", 4) == "你  "
    assert padded("你好吗", 4) == "你好吗"


@given(TEXT, st.integers(3, 80))
def test_what_is_cut_fits_and_what_fits_is_not_cut(text: str, width: int) -> None:
    shown = cut(text, width)
    assert width_of(shown) <= width
    assert shown == text or (width_of(text) > width and shown.endswith("...") and text.startswith(shown[:-3]))


def test_a_line_breaks_at_blanks_and_between_wide_characters() -> None:
    assert wrapped("the quick brown fox", 12, "") == ["the quick", "brown fox"]
    assert wrapped("你好吗我好", 6, "") == ["你好吗", "我好"]
    assert wrapped("text 你好 more", 9, "") == ["text 你好", "more"]


def test_a_closing_mark_stays_with_what_it_closes() -> None:
    assert wrapped("你好吗。我好", 6, "") == ["你好", "吗。我", "好"]
    assert wrapped("你好吗，我好", 6, "") == ["你好", "吗，我", "好"]


def test_a_word_longer_than_the_line_stays_whole() -> None:
    assert wrapped("see https://example.org/a/long/address now", 20, "") == [
        "see",
        "https://example.org/a/long/address",
        "now",
    ]


def test_the_first_line_and_the_others_have_their_indents() -> None:
    assert wrapped("aa bb cc", 6, "- ", "   ") == ["- aa", "   bb", "   cc"]
    assert wrapped("aa bb", 4, "  ") == ["  aa", "  bb"]


def test_without_a_width_it_is_one_line() -> None:
    assert wrapped("a " * 200, None, "  ") == ["  " + "a " * 200]


@given(TEXT, st.integers(8, 60))
def test_breaking_loses_nothing_but_blanks(text: str, width: int) -> None:
    lines = wrapped(text, width, "  ", "    ")
    assert "".join("".join(lines).split()) == "".join(text.split())
    words = max((width_of(word) for word in text.replace("，", " ").split()), default=0)
    assert all(width_of(each) <= max(width, words + 6) for each in lines)


def test_a_plain_line_is_its_parts_without_roles() -> None:
    assert plain(line("a ", Part("b", Style.BAD))) == "a b"
