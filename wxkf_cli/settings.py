"""Settings: the command line, then `WXKF_*`, then `wxkf.toml` or `[tool.wxkf]` in pyproject.toml, then defaults.

What can be set is in `vocab/settingkeys.py`.
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from wxkf_cli.errors import SettingsError
from wxkf_cli.vocab.settingkeys import KEYS, Key
from wxkf_cli.wire.escape import quoted, safe

__all__ = ["KEYS", "Key", "Setting", "Settings", "here", "load"]

_FILE_LIMIT = 1_048_576
#: A byte order mark, as editors on Windows write it.
_MARK = b"\xef\xbb\xbf"
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_LINE = re.compile(r"at line (\d+)")

_SWITCH = {"true": True, "1": True, "false": False, "0": False}

T = TypeVar("T")


class Setting(NamedTuple):
    """A value and where it came from."""

    value: Any
    origin: str


class Settings:
    """What the environment and the file say.

    Raises:
        SettingsError: An unknown key, a value of the wrong type, an unreadable file.
    """

    def __init__(self, values: Mapping[str, Setting]) -> None:
        self._values = values

    def pick(self, name: str, given: T | None, default: T) -> T:
        """The value from the command line if given, else the setting, else the default."""
        if given is not None:
            return given
        found = self._values.get(name)
        return found.value if found is not None else default

    def without(self, names: Iterable[str]) -> "Settings":
        """The same where some are not set."""
        left_out = frozenset(names)
        return Settings({name: value for name, value in self._values.items() if name not in left_out})

    def having(self, table: Mapping[str, Any], origin: str) -> "Settings":
        """The same with what a table says before it, checked as a file is.

        Args:
            table: By the names of `KEYS`.
            origin: What mistakes call it.

        Raises:
            SettingsError: An unknown key, or a value of the wrong type.
        """
        given = {
            name: Setting(_checked(_key(name, origin), value, origin, os.environ), origin)
            for name, value in table.items()
        }
        return Settings({**self._values, **given})

    def find(self, name: str) -> Setting | None:
        """A setting with its origin; None when it is not set."""
        return self._values.get(name)


def load(folder: Path, environment: Mapping[str, str]) -> Settings:
    """Read the settings that hold in a folder."""
    values: dict[str, Setting] = {}
    found = _file_for(folder)
    if found is not None:
        path, table = found
        origin = _shown(path)
        for name, value in table.items():
            values[name] = Setting(_checked(_key(name, origin), value, origin, environment), origin)
    for variable in environment:
        if variable.startswith("WXKF_") and variable not in _VARIABLES:
            raise SettingsError(_unknown(variable, "the environment"), _did_you_mean(variable, list(_VARIABLES)))
    for variable, key in _VARIABLES.items():
        if environment.get(variable):
            values[key.name] = Setting(_from_text(key, environment[variable]), variable)
    return Settings(values)


def here() -> Settings:
    """The settings of this process: its folder and its environment."""
    try:
        folder = Path.cwd()
    except OSError as error:
        message = f"the current folder cannot be used: {error.strerror}"
        raise SettingsError(message) from error
    return load(folder, os.environ)


_VARIABLES = {key.variable: key for key in KEYS.values() if key.variable}


def _file_for(folder: Path) -> tuple[Path, Mapping[str, Any]] | None:
    """The nearest file with settings, looking up as far as the repository's root."""
    for each in (folder, *folder.parents):
        own, project = each / "wxkf.toml", each / "pyproject.toml"
        if (data := _read(own)) is not None:
            return own, _parsed(own, data)
        if (data := _read(project)) is not None and b"wxkf" in data:
            tool = _parsed(project, data).get("tool")
            table = tool.get("wxkf") if isinstance(tool, Mapping) else None
            if isinstance(table, Mapping):
                return project, table
            if table is not None:
                message = f"tool.wxkf in {_shown(project)} is {quoted(table)}"
                raise SettingsError(message, "it takes a table: [tool.wxkf] and a line for each setting")
        if os.path.lexists(each / ".git"):
            break
    return None


def _shown(path: Path) -> str:
    return safe(str(path), 4096)


def _read(path: Path) -> bytes | None:
    """What a file holds; None where there is no file of that name."""
    try:
        if not path.is_file():  # nor a FIFO, which would be waited for
            return None
        with path.open("rb") as file:
            data = file.read(_FILE_LIMIT + 1)
    except OSError as error:
        message = f"{_shown(path)} cannot be read: {error.strerror}"
        raise SettingsError(message) from error
    if len(data) > _FILE_LIMIT:
        message = f"{_shown(path)} is larger than {_FILE_LIMIT} bytes"
        raise SettingsError(message)
    return data


def _parsed(path: Path, data: bytes) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - most runs have no file to parse

    data = data.removeprefix(_MARK)
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        message = f"{_shown(path)} is not UTF-8 in line {number}"
        raise SettingsError(message) from error
    except (ValueError, RecursionError) as error:
        place = _LINE.search(str(error))
        line = data.splitlines()[int(place[1]) - 1 :][:1] if place else []
        message = f"{_shown(path)} is not TOML" + (f" in line {place[1]}: {quoted(line[0])}" if place and line else "")
        raise SettingsError(message, 'each line is like: url = "http://127.0.0.1:8080/wx"') from error


def _key(name: str, origin: str) -> Key:
    if name not in KEYS:
        raise SettingsError(_unknown(name, origin), _did_you_mean(name, list(KEYS)))
    return KEYS[name]


def _unknown(name: str, origin: str) -> str:
    return f"unknown setting {quoted(name)} in {origin}"


def _did_you_mean(name: str, known: list[str]) -> str:
    import difflib  # noqa: PLC0415 - only a mistake needs it

    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"known are: {', '.join(sorted(known))}"


def _checked(key: Key, value: Any, origin: str, environment: Mapping[str, str]) -> Any:
    """A value from a file, its variables replaced."""
    if key.inside and isinstance(value, list):
        return [_table(key, each, origin, environment) for each in value]
    if key.holds is list and isinstance(value, list):
        return [_one(key, each, key.item, origin, environment) for each in value]
    if key.holds is dict and isinstance(value, Mapping):
        return {name: _one(key, each, str, origin, environment) for name, each in value.items()}
    return _one(key, value, key.holds, origin, environment)


def _table(key: Key, table: Any, origin: str, environment: Mapping[str, str]) -> dict[str, str]:
    """One table of a list: every key of it there, with something in it, and no other."""
    known = {each.name: each for each in key.inside}
    if not isinstance(table, Mapping):
        raise _wrong(key, f"{key.name} in {origin}", table)
    for name in table:
        if name not in known:
            message = f"unknown key {quoted(name)} in {key.name} in {origin}"
            raise SettingsError(message, _did_you_mean(name, list(known)))
    values = {name: _one(_within(key, known[name]), each, str, origin, environment) for name, each in table.items()}
    for name in known:
        if not values.get(name, "").strip():
            of = f" of {quoted(values['rule'])}" if name != "rule" and values.get("rule") else ""
            message = f"{key.name}{of} in {origin} has no {name}"
            raise SettingsError(message, f"it is written {key.example}")
    return values


def _within(key: Key, inner: Key) -> Key:
    return inner._replace(name=f"{key.name}.{inner.name}", example=key.example)


def _one(key: Key, value: Any, holds: type, origin: str, environment: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        value = _expanded(value, origin, environment)
    # TOML's integers are numbers, and Python's True is an integer.
    right = isinstance(value, (int, float) if holds is float else holds) and isinstance(value, bool) == (holds is bool)
    if not right or (key.choices and value not in key.choices):
        raise _wrong(key, f"{key.name} in {origin}", value)
    return value


def _wrong(key: Key, where: str, value: object) -> SettingsError:
    is_value = "is not what it should be" if key.secret else f"is {quoted(value)}"
    how = f", as in {key.example}" if key.example else ""
    return SettingsError(f"{where} {is_value}", f"it takes {_what_it_takes(key)}{how}")


def _expanded(value: str, origin: str, environment: Mapping[str, str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        if match[1] not in environment:
            message = f"{origin} names ${{{match[1]}}}, which is not in the environment"
            raise SettingsError(message, f"set {match[1]}, or write the value itself")
        return environment[match[1]]

    return _VARIABLE.sub(replaced, value)


def _what_it_takes(key: Key) -> str:
    if key.inside:
        return f"tables of {', '.join(each.name for each in key.inside)}"
    kind: dict[type, str] = {list: "a list of ", dict: "a table of rules, each "}
    if key.choices:
        return kind.get(key.holds, "") + " or ".join(key.choices)
    items = "whole numbers" if key.item is int else "texts"
    names = {
        str: "text",
        float: "a number",
        int: "a whole number",
        bool: "true or false",
        list: f"a list of {items}",
    }
    return names[key.holds]


def _from_text(key: Key, text: str) -> Any:
    """A value from the environment; a list is separated by commas."""
    try:
        text.encode()  # bytes that are no UTF-8 come as lone surrogates
        if key.holds is bool:
            return _SWITCH[text.strip().lower()]
        value: Any = [key.item(part.strip()) for part in text.split(",")] if key.holds is list else key.holds(text)
    except (ValueError, KeyError):
        raise _wrong(key, key.variable, text) from None
    if key.choices and not set(value if key.holds is list else [value]).issubset(key.choices):
        raise _wrong(key, key.variable, text)
    return value
