"""On which lines of a TOML file its keys stand, which `tomllib` does not tell.

For text that `tomllib` has accepted: what is wrong with TOML itself is not looked for here.
"""

import re
import tomllib
from bisect import bisect_left
from typing import TypeAlias

#: Keys and, from 0, places in arrays, outermost first.
KeyPath: TypeAlias = tuple[str | int, ...]

_DEPTH = 32
#: Items of one array whose lines are kept; the rest is where the array begins.
_ITEMS = 1_000
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
# A multi-line string may end in up to two quotation marks of its own.
_STRING = re.compile(
    r'''"""(?:\\.|[^\\])*?""""{0,2}|\'\'\'.*?\'\'\'\'{0,2}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*\'''', re.DOTALL
)
_BARE = re.compile(r"[^,\]}\n#]+")


class TooDeep(ValueError):
    """Values inside values without end.

    Attributes:
        line: Where that begins, from 1.
    """

    def __init__(self, line: int) -> None:
        super().__init__(f"values nest deeper than {_DEPTH} levels in line {line}")
        self.line = line


class Lines:
    """Where the keys of one file stand.

    Raises:
        TooDeep: Arrays and inline tables nest too deep.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._found: dict[KeyPath, int] = {}
        # How many tables the arrays of tables have so far.
        self._counts: dict[KeyPath, int] = {}
        self._scan()

    def of(self, path: KeyPath) -> int:
        """The line of a key, from 1; that of the nearest key around it, where it is not found itself."""
        while path and path not in self._found:
            path = path[:-1]
        return self._found.get(path, 1)

    def has(self, path: KeyPath) -> bool:
        """Whether this very key was found."""
        return path in self._found

    def _scan(self) -> None:
        here: KeyPath = ()
        while self._next() != "":
            if self._next() == "[":
                here = self._header()
            else:
                self._assignment(here, 0)

    def _next(self) -> str:
        """The next character that means something; empty at the end."""
        blank = _BLANK.match(self._text, self._at)
        assert blank is not None  # noqa: S101 - it matches nothing, too
        self._at = blank.end()
        return self._text[self._at : self._at + 1]

    def _line(self) -> int:
        return bisect_left(self._ends, self._at) + 1

    def _header(self) -> KeyPath:
        is_item = self._text.startswith("[[", self._at)
        line = self._line()
        self._at += 1 + is_item
        keys = self._keys()
        self._next()
        self._at += 1 + is_item
        path: KeyPath = ()
        for place, key in enumerate(keys, 1):
            path = (*path, key)
            self._found.setdefault(path, line)
            if is_item and place == len(keys):
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
                self._found.setdefault(path, line)
        return path

    def _keys(self) -> list[str]:
        keys = []
        self._next()
        while match := _KEY.match(self._text, self._at):
            self._at = match.end()
            keys.append(_name(match[0]))
            dot = _DOT.match(self._text, self._at)
            if dot is None:
                break
            self._at = dot.end()
        return keys

    def _assignment(self, path: KeyPath, depth: int) -> None:
        line = self._line()
        for key in self._keys():
            path = (*path, key)
            self._found.setdefault(path, line)
        self._next()
        self._at += 1  # the equals sign
        self._value(path, depth)

    def _value(self, path: KeyPath, depth: int) -> None:
        if depth > _DEPTH:
            raise TooDeep(self._line())
        first = self._next()
        if first == "[":
            self._items(path, depth)
        elif first == "{":
            self._inline(path, depth)
        elif match := (_STRING if first in "\"'" else _BARE).match(self._text, self._at):
            self._at = match.end()

    def _items(self, path: KeyPath, depth: int) -> None:
        self._at += 1
        place = 0
        while self._next() not in ("]", ""):
            if place < _ITEMS:
                self._found[*path, place] = self._line()
            self._value((*path, place), depth + 1)
            place += 1
            self._pass_comma()
        self._at += 1

    def _inline(self, path: KeyPath, depth: int) -> None:
        self._at += 1
        while self._next() not in ("}", ""):
            self._assignment(path, depth + 1)
            self._pass_comma()
        self._at += 1

    def _pass_comma(self) -> None:
        if self._next() == ",":
            self._at += 1


def _name(key: str) -> str:
    """A key as it is meant."""
    if key[0] == "'":
        return key[1:-1]
    if key[0] != '"':
        return key
    return str(tomllib.loads(f"key = {key}")["key"]) if "\\" in key else key[1:-1]
