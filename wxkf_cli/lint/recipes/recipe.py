"""A recipe: how to mend one fault with one SDK or framework."""

from collections.abc import Mapping
from typing import NamedTuple

from wxkf_cli.vocab.terms import Text


class Recipe(NamedTuple):
    """What to do, and where it is known from.

    Attributes:
        text: What to write, or what to leave.
        source: The issue, page or repository that shows the fault or the cure.
    """

    text: Text
    source: str


class Sdk(NamedTuple):
    """An SDK or a framework that causes faults of its own.

    Attributes:
        name: What `--for` takes.
        title: What it calls itself.
        also: Other names that people know it by.
        recipes: Code -> recipe.
    """

    name: str
    title: str
    also: tuple[str, ...]
    recipes: Mapping[str, Recipe]
