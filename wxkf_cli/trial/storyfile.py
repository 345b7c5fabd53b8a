"""Story files: finding them, and reading them from TOML into the model. Nothing is played here."""

import glob
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.story import Place, Step, Story
from wxkf_cli.simulate.storywalk import checks_anything, size
from wxkf_cli.trial import files
from wxkf_cli.trial.notes import NOTHING_CHECKED
from wxkf_cli.trial.storykeys import AGENTS_BY_RULE, STORY
from wxkf_cli.trial.storymistakes import Where
from wxkf_cli.trial.storysteps import StepReader
from wxkf_cli.trial.storyvalues import read
from wxkf_cli.trial.tomllines import Lines, TooDeep
from wxkf_cli.vocab.terms import DataFormat, Mode, Text
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.paths import safe_path

SUFFIX = ".story.toml"
FILE_LIMIT = 1_048_576
STEPS_LIMIT = 10_000
_STORIES_LIMIT = 10_000
#: Files inside files, and how many of them one story may read in all.
_INCLUDE_DEPTH, _INCLUDE_LIMIT = 8, 100
_LINE = re.compile(r"at line (\d+)")
# A key of so many parts takes tomllib the square of it.
_LONG_KEY = re.compile(rb"(?<![\w\"'-])(?:[\w\"'-]++[ \t]*+\.[ \t]*+){64}")
# What tomllib calls a key, or a table, that is there already.
_TWICE = re.compile("overwrite|twice|Duplicate")
_FOR_EXAMPLE = 'send = { kind = "text", Content = "人工" }'
_FIRST_STEP = 'a story has at least: [[step]] and, under it, send = "人工"'

_A_CHECK = "one of its steps sends something, or expects something: time and faults alone are no check"


def find(names: Sequence[str]) -> list[str]:
    """The files that arguments stand for: themselves, what a pattern matches, the `*.story.toml` of a folder.

    Raises:
        UsageError: One of them stands for nothing, or there are too many.
    """
    found: dict[str, None] = {}
    for name in names:
        matches = list(_matching(name))
        if not matches:
            message = f"{quoted(name)} is no story ({NOTHING_CHECKED})"
            raise UsageError(message, _why_none(name))
        found.update(dict.fromkeys(matches))
        if len(found) > _STORIES_LIMIT:
            message = f"more than {_STORIES_LIMIT} stories"
            raise UsageError(message, "name fewer at a time")
    return list(found)


def _matching(name: str) -> Iterable[str]:
    if files.is_folder(name):
        return sorted(_in_folder(name))
    if name == files.STDIN or files.exists(name):
        return (name,)
    # Not Path.glob: it takes no absolute pattern.
    return sorted(each for each in glob.glob(name, recursive=True) if not files.is_folder(each))  # noqa: PTH207


def _in_folder(path: str) -> Iterator[str]:
    def refuse(error: OSError) -> NoReturn:
        message = f"{safe_path(str(error.filename))} cannot be read: {error.strerror}"
        raise UsageError(message) from error

    for folder, folders, names in os.walk(path, onerror=refuse, followlinks=False):
        # Hidden folders are searched only when they are named.
        folders[:] = [each for each in folders if not each.startswith(".")]
        yield from (str(Path(folder) / name) for name in names if name.endswith(SUFFIX))


def _why_none(name: str) -> str:
    if files.is_folder(name):
        return f"in a folder, *{SUFFIX} are looked for, and there is none"
    if glob.has_magic(name):
        return "no file matches it"
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

    from wxkf_cli.trial.standard import SUITE  # noqa: PLC0415 - which reads its stories with this module

    near = get_close_matches(name.lower(), SUITE, n=1)
    return f"did you mean {near[0]}?" if near else "there is no file or folder of that name"


def load(path: str) -> Story:
    """The story in a file, or on stdin for `-`.

    Raises:
        UsageError: It cannot be read or has mistakes: each is told with its line and what would be right; or it has
            none, and checks nothing.
    """
    story = parse(files.read(path, FILE_LIMIT), path)
    if not checks_anything(story.steps):
        message = f"{safe_path(path)}:1: the story checks nothing ({NOTHING_CHECKED})"
        raise UsageError(message, _A_CHECK)
    return story


def parse(data: bytes, path: str) -> Story:
    """The story in the bytes of a file; what it includes is read from the path's folder.

    Raises:
        UsageError: As for `load`.
    """
    table, where = _read(data, path)
    modes = tuple(map(Mode, table.get("modes", ())))
    formats = tuple(map(DataFormat, table.get("data", ())))
    including = _Including(StepReader(modes, formats))
    steps = including.steps(table, where, [path])
    openids = {**including.openids, **table.get("users", {})}
    _check_users(openids, where.inside("users"))
    if size(steps) > STEPS_LIMIT:
        where.inside("step").wrong(
            f" is {size(steps)} steps, repeats unfolded", f"a story has {STEPS_LIMIT} at most; `--count` plays it again"
        )
    where.give_up_if_wrong()
    agents = table.get("agents")
    return Story(
        table.get("name") or _name_of(path),
        steps,
        _about(table.get("about", "")),
        modes,
        formats,
        table.get("only_mode", False),
        table.get("mixes_modes", False),
        table.get("seed"),
        None if agents is None else int(agents.removeprefix(AGENTS_BY_RULE)) if AGENTS_BY_RULE in agents else 0,
        table.get("settings", {}),
        openids,
        Place(path, 1),
    )


class _Including:
    """Reads the steps of a file, and before them those of the files that it includes.

    Attributes:
        openids: What the included files have under [users].
    """

    def __init__(self, reader: StepReader) -> None:
        self._reader = reader
        self._count = 0
        self.openids: dict[str, str] = {}

    def steps(self, table: Mapping[str, Any], where: Where, chain: Sequence[str]) -> tuple[Step, ...]:
        """All steps of one file.

        Args:
            table: What it holds.
            where: The file.
            chain: The files that include it, outermost first, and itself.

        Raises:
            UsageError: A file that is included cannot be, or has mistakes.
        """
        found: tuple[Step, ...] = ()
        for place, name in enumerate(table.get("include", ())):
            found += self._included(name, where.inside("include", place), chain)
            where.give_up_if_wrong()
        if not table.get("step") and not found:
            where.wrong(" has no steps", _FIRST_STEP)
        own = self._reader.steps(table.get("step", ()), where.inside("step"), found[-1] if found else None)
        return found + own

    def _included(self, name: str, where: Where, chain: Sequence[str]) -> tuple[Step, ...]:
        path = _inside(name, where)
        if path is None:
            return ()
        self._count += 1
        if any(_is_same(path, each) for each in chain):
            where.wrong(f": {quoted(name)} includes itself", " → ".join(quoted(each) for each in (*chain, path)))
        elif len(chain) > _INCLUDE_DEPTH or self._count > _INCLUDE_LIMIT:
            where.wrong(
                f": {quoted(name)} is one file too many",
                f"{_INCLUDE_DEPTH} deep and {_INCLUDE_LIMIT} in all is the most",
            )
        elif not files.exists(path):
            where.wrong(f": there is no {quoted(name)}", "paths go from the folder of the file that includes")
        else:
            table, there = _read(files.read(path, FILE_LIMIT), path)
            steps = self.steps(table, there, (*chain, path))
            there.give_up_if_wrong()
            self.openids.update(table.get("users", {}))
            return steps
        return ()


def _inside(name: str, where: Where) -> str | None:
    """The path of a file that is included; None, and a mistake, for one outside of the folder of the other."""
    folder = Path(where.file).parent
    try:
        outside = Path(name).is_absolute() or not (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a name that can be none, or links in a circle
        outside = True
    if outside:
        where.wrong(f" is {quoted(name)}", "it takes a path inside the folder of the file that includes")
        return None
    return str(folder / name)


def _is_same(path: str, other: str) -> bool:
    return Path(path).resolve() == Path(other).resolve()


def _read(data: bytes, path: str) -> tuple[dict[str, Any], Where]:
    """The keys of one file, each value in its shape.

    Raises:
        UsageError: It is no TOML, or a value is not what it should be.
    """
    shown = safe_path(path)
    if len(data) > FILE_LIMIT:
        message = f"{shown} is larger than {FILE_LIMIT} bytes"
        raise UsageError(message)
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
        if (key := _LONG_KEY.search(data)) is not None:
            message = f"{shown}:{_line(data, key.start())}: a key of more than 64 parts"
            raise UsageError(message)
        raw = tomllib.loads(text)
        where = Where(path, Lines(text))
    except UnicodeDecodeError as error:
        message = f"{shown}:{_line(data, error.start)}: the file is not UTF-8 from here on"
        raise UsageError(message, "save it as UTF-8 without a byte order mark") from error
    except TooDeep as error:
        message = f"{shown}:{error.line}: values nest too deep"
        raise UsageError(message) from error
    except (ValueError, RecursionError) as error:
        raise _no_toml(shown, text, str(error)) from error
    table = read(STORY, raw, where)
    where.give_up_if_wrong()
    return table, where


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _no_toml(shown: str, text: str, reason: str) -> UsageError:
    lines = text.rstrip().split("\n")
    place = _LINE.search(reason)
    number = int(place[1]) if place else len(lines) if "end of document" in reason else 1
    if text.startswith("\ufeff"):
        return UsageError(f"{shown}:1: the file begins with a byte order mark", "save it as UTF-8 without one")
    line = lines[number - 1] if number <= len(lines) else ""
    met = f": {quoted(line)}" if line else ""
    if _TWICE.search(reason):
        return UsageError(f"{shown}:{number}: this was said before{met}", "each step begins with [[step]]")
    return UsageError(f"{shown}:{number}: this is not TOML{met}", f"for example, on one line: {_FOR_EXAMPLE}")


def _check_users(openids: Mapping[str, str], where: Where) -> None:
    """Two users are two: an answer to the wrong one could not be told."""
    names: dict[str, str] = {}
    for user, openid in openids.items():
        if openid in names:
            where.inside(user).wrong(f" has the openid of {quoted(names[openid])}", "give each one his own")
        names[openid] = user


def _about(given: str | Mapping[str, str]) -> Text:
    return Text(given, given) if isinstance(given, str) else Text(given["en"], given["zh"])


def _name_of(path: str) -> str:
    name = Path(path).name
    return "stdin" if path == files.STDIN else name.removesuffix(SUFFIX).removesuffix(".toml") or name
