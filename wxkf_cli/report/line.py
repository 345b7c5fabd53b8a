"""A line of output with the roles of its parts, and breaking it at the width of a terminal."""

import unicodedata
from enum import Enum
from typing import NamedTuple


class Style(Enum):
    """What a part of a line is, as opposed to how it looks."""

    PLAIN = ""
    GOOD = "good"
    BAD = "bad"
    DOUBTFUL = "doubtful"
    QUIET = "quiet"
    STRONG = "strong"


class Part(NamedTuple):
    """Some text in one role."""

    text: str
    style: Style = Style.PLAIN


Line = tuple[Part, ...]


def line(*parts: str | Part) -> Line:
    """A line from texts and parts."""
    return tuple(Part(part) if isinstance(part, str) else part for part in parts)


def plain(parts: Line) -> str:
    """The line without roles."""
    return "".join(part.text for part in parts)


def width_of(text: str) -> int:
    """Columns that a text takes: two for a wide character."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else not unicodedata.combining(each) for each in text)


def padded(text: str, width: int) -> str:
    """The text, filled with blanks to so many columns."""
    return text + " " * (width - width_of(text))


def cut(text: str, width: int) -> str:
    """The text, at most so many columns wide."""
    if width_of(text) <= width:
        return text
    kept = ""
    for each in text:
        if width_of(kept + each) > width - 3:
            break
        kept += each
    return kept + "..."


def wrapped(text: str, width: int | None, indent: str, hanging: str = "") -> list[str]:
    """The text broken at blanks and between wide characters; a word longer than a line stays whole.

    Args:
        text: What to break.
        width: Columns; None for one line.
        indent: Before the first line.
        hanging: Before the others; the same as `indent` unless given.
    """
    if width is None:
        return [indent + text]
    lines, current, start = [], indent, indent
    for word in _words(text):
        if width_of(current + word.rstrip()) > width and current != start:
            lines.append(current.rstrip())
            current = start = hanging or indent
            word = word.lstrip()
        current += word
    return [*lines, current.rstrip()]


#: What closes a clause or a bracket never begins a line; their full-width kin (，！？) are no wide characters here.
_CLOSING = "。、」』》〉】"


def _words(text: str) -> list[str]:
    words, current = [], ""
    for each in text:
        is_wide = unicodedata.east_asian_width(each) == "W" and each not in _CLOSING
        if current and (is_wide or (current[-1] == " " and each != " ")):
            words.append(current)
            current = ""
        current += each
    return [*words, current]
