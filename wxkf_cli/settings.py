"""Settings: the command line, then `WXKF_*`, then `wxkf.toml` or `[tool.wxkf]` in pyproject.toml, then defaults.

The one list of what can be set is `KEYS`; a new setting is a new row.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from wxkf_cli.errors import SettingsError
from wxkf_cli.wire.escape import quoted

_FILE_LIMIT = 1_048_576
_VARIABLE = re.compile(r"\$\{(\w+)\}")

T = TypeVar("T")


class Key(NamedTuple):
    """One setting.

    Attributes:
        name: In a file; in the environment it is `WXKF_` and the name in capitals.
        holds: `str`, `float`, `int`, or `list` of str or int.
        about: What it is, for the README.
        choices: The only values, where there are only some.
        item: For a list, what its items are.
    """

    name: str
    holds: type
    about: str
    choices: tuple[str, ...] = ()
    item: type = str

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return f"WXKF_{self.name.upper()}"


KEYS: dict[str, Key] = {
    key.name: key
    for key in (
        Key("url", str, "where the handler is"),
        Key("token", str, "the Token of the console; a secret, so `${NAME}` in a file"),
        Key("original_id", str, "the mini program's original id `gh_…`, ToUserName of pushes"),
        Key("openid", str, "the user's openid, FromUserName of pushes"),
        Key("data", str, "the data formats of pushes", ("xml", "json", "both")),
        Key("expect", str, "which user messages must be transferred", ("any", "all", "none")),
        Key("text", list, "what users write"),
        Key("header", list, "extra request headers, `Name: value`"),
        Key("content_type", str, "the Content-Type of every push"),
        Key("deadline", float, "seconds a handler has (documented-old: 5)"),
        Key("accept_status", list, "statuses that count as an answer (assumed: 200)", item=int),
        Key("wait", str, "how long to wait for a handler that is starting, e.g. `30s`"),
        Key("lang", str, "the language of texts", ("en", "zh")),
    )
}


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

    def find(self, name: str) -> Setting | None:
        """A setting with its origin; None when it is not set."""
        return self._values.get(name)


def load(folder: Path, environment: Mapping[str, str]) -> Settings:
    """Read the settings that hold in a folder."""
    values: dict[str, Setting] = {}
    found = _file_for(folder)
    if found is not None:
        path, table = found
        for name, value in table.items():
            values[name] = Setting(_checked(_key(name, str(path)), value, str(path), environment), str(path))
    for key in KEYS.values():
        if environment.get(key.variable):
            values[key.name] = Setting(_from_text(key, environment[key.variable]), key.variable)
    for variable in environment:
        if variable.startswith("WXKF_") and variable not in _VARIABLES:
            raise SettingsError(_unknown(variable, "the environment"), _did_you_mean(variable, list(_VARIABLES)))
    return Settings(values)


def here() -> Settings:
    """The settings of this process: its folder and its environment."""
    return load(Path.cwd(), os.environ)


_VARIABLES = {key.variable for key in KEYS.values()}


def _file_for(folder: Path) -> tuple[Path, Mapping[str, Any]] | None:
    """The nearest file with settings, looking up as far as the repository's root."""
    for each in (folder, *folder.parents):
        own = each / "wxkf.toml"
        if own.is_file():
            return own, _parsed(own)
        project = each / "pyproject.toml"
        if project.is_file() and b"tool.wxkf" in _read(project):
            table = _parsed(project).get("tool", {}).get("wxkf")
            if isinstance(table, Mapping):
                return project, table
        if (each / ".git").exists():
            break
    return None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_FILE_LIMIT + 1)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise SettingsError(message) from error
    if len(data) > _FILE_LIMIT:
        message = f"{path} is larger than {_FILE_LIMIT} bytes"
        raise SettingsError(message)
    return data


def _parsed(path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - most runs have no file to parse

    try:
        return tomllib.loads(_read(path).decode("utf-8"))
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8"
        raise SettingsError(message) from error
    except tomllib.TOMLDecodeError as error:
        message = f"{path} is not TOML: {error}"
        raise SettingsError(message) from error


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
    if isinstance(value, str):
        value = _expanded(value, origin, environment)
    right = isinstance(value, int | float) if key.holds is float else isinstance(value, key.holds)
    if key.holds is list and right:
        right = all(isinstance(item, key.item) for item in value)
    if not right or isinstance(value, bool) or (key.choices and value not in key.choices):
        message = f"{key.name} in {origin} is {quoted(value)}"
        raise SettingsError(message, f"it takes {_what_it_takes(key)}")
    return value


def _expanded(value: str, origin: str, environment: Mapping[str, str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        if match[1] not in environment:
            message = f"{origin} names ${{{match[1]}}}, which is not in the environment"
            raise SettingsError(message)
        return environment[match[1]]

    return _VARIABLE.sub(replaced, value)


def _what_it_takes(key: Key) -> str:
    if key.choices:
        return " or ".join(key.choices)
    names = {str: "text", float: "a number", int: "a whole number", list: f"a list of {_plural(key.item)}"}
    return names[key.holds]


def _plural(item: type) -> str:
    return "whole numbers" if item is int else "texts"


def _from_text(key: Key, text: str) -> Any:
    """A value from the environment; a list is separated by commas."""
    values: Any = text
    try:
        if key.holds is list:
            values = [key.item(part.strip()) for part in text.split(",")]
        elif key.holds is not str:
            values = key.holds(text)
    except ValueError:
        values = None
    if values is None or (key.choices and values not in key.choices):
        message = f"{key.variable} is {quoted(text)}"
        raise SettingsError(message, f"it takes {_what_it_takes(key)}")
    return values
