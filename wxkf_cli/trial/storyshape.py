"""What a value in a story file may be, as data: the reader and the JSON Schema follow from it."""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

LONGEST_TEXT = 65_536
#: A year: story time is counted in floating-point seconds.
LONGEST_SECONDS = 366 * 86_400.0


@dataclass(frozen=True, slots=True)
class Words:
    """A text.

    Attributes:
        pattern: What all of it must match, in what Python and ECMAScript have in common.
        example: A text that does.
        may_be_empty: Whether it may be.
    """

    pattern: str = ""
    example: str = ""
    may_be_empty: bool = True


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false; `only_true` where false would say nothing."""

    only_true: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `least` to `most`."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Number:
    """A number greater than 0, up to `most`."""

    most: float


@dataclass(frozen=True, slots=True)
class Seconds:
    """A time: a number of seconds or a text such as `250ms`; greater than 0 unless `may_be_0`."""

    may_be_0: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """A list; a single item that is no list will do. Unless `may_be_empty`, it has an item."""

    item: "Shape"
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """A table, or a value of another shape in its place."""

    plain: "Shape"
    table: "Shape"


@dataclass(frozen=True, slots=True)
class Keys:
    """A table with known keys; it must have those of `needs`, and `least` of any."""

    keys: tuple["Key", ...]
    needs: tuple[str, ...] = ()
    least: int = 0

    def named(self, name: str) -> "Key | None":
        """The key of a name; None where there is none."""
        return next((key for key in self.keys if key.name == name), None)


@dataclass(frozen=True, slots=True)
class ByKind:
    """A table with a key `kind`, whose value says which other keys it may have."""

    tables: tuple[tuple[str, Keys], ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """A table with a key `kind`, one of these, and any fields of a message."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """A table with any keys, each with a value of one shape."""

    name: Words
    item: "Shape"


@dataclass(frozen=True, slots=True)
class Steps:
    """An array of steps."""


Shape: TypeAlias = (
    Words | Flag | Whole | Number | Seconds | Choice | Many | Either | Keys | ByKind | Fields | Names | Steps
)


class Key(NamedTuple):
    """One key.

    Attributes:
        name: As it is written.
        shape: What it takes.
        about: What it is, for the README and for editors.
    """

    name: str
    shape: Shape
    about: str
