"""Mistakes in a story file: each with its place, what came and what would be right; several are told at once."""

from typing import NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.story import Place
from wxkf_cli.trial.tomllines import KeyPath, Lines
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.paths import safe_path

#: Mistakes of one file that are told at once.
_TOLD = 10


class Mistake(NamedTuple):
    """One mistake: where, what came, and what would be right (empty where the first says it)."""

    place: Place
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{safe_path(self.place.file)}:{self.place.line}: {self.message}"


class Where:
    """A key of one file: what mistakes are told with.

    Args:
        file: The path, as it was given.
        lines: Where keys stand in it.
        path: The key.
        mistakes: Those of the whole file, which new ones are added to.
    """

    def __init__(self, file: str, lines: Lines, path: KeyPath = (), mistakes: list[Mistake] | None = None) -> None:
        self.file = file
        self.path = path
        self.mistakes: list[Mistake] = [] if mistakes is None else mistakes
        self._lines = lines

    def inside(self, *keys: str | int) -> "Where":
        """A key of the table that is here, or a place of the list."""
        return Where(self.file, self._lines, (*self.path, *keys), self.mistakes)

    @property
    def place(self) -> Place:
        """Where it is written."""
        return Place(self.file, self._lines.of(self.path))

    def wrong(self, what: str, hint: str = "") -> None:
        """Something is wrong here: `what` follows the name of the key."""
        self.mistakes.append(Mistake(self.place, f"{self}{what}", hint))

    def give_up_if_wrong(self) -> None:
        """Tell the mistakes so far.

        Raises:
            UsageError: There are some.
        """
        found = sorted(self.mistakes, key=lambda each: each.place.line)
        if not found:
            return
        if len(found) == 1:
            raise UsageError(str(found[0]), found[0].hint)
        lines = [f"{each}{f'; {each.hint}' if each.hint else ''}" for each in found[:_TOLD]]
        more = [f"and {len(found) - _TOLD} more"] if len(found) > _TOLD else []
        message = f"{len(found)} mistakes in {safe_path(self.file)}"
        # The command line sets a hint in by six blanks, its first line only.
        raise UsageError(message, "\n      ".join((*lines, *more)))

    def __str__(self) -> str:
        """`step 4.2: send.kind`, as steps are numbered."""
        numbers, rest = [], list(self.path)
        while rest[:1] == ["step"] and len(rest) > 1 and isinstance(rest[1], int):
            numbers.append(str(rest[1] + 1))
            del rest[:2]
        key = ".".join(safe(each, 60) if isinstance(each, str) else str(each + 1) for each in rest)
        if not numbers:
            return key or "the story"
        step = f"step {'.'.join(numbers)}"
        return f"{step}: {key}" if key else step
