"""Reading the values of a story file by their shape."""

import math
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from wxkf_cli.trial.storykeys import STEP
from wxkf_cli.trial.storymistakes import Where
from wxkf_cli.trial.storyshape import (
    LONGEST_SECONDS,
    LONGEST_TEXT,
    ByKind,
    Choice,
    Either,
    Fields,
    Flag,
    Keys,
    Many,
    Names,
    Number,
    Seconds,
    Shape,
    Steps,
    Whole,
    Words,
)
from wxkf_cli.vocab.catalog import PUSHES, shapes
from wxkf_cli.vocab.fieldnames import meant_field
from wxkf_cli.vocab.message import Value
from wxkf_cli.wire.escape import quoted

#: Repeats inside repeats.
_DEPTH = 8
#: Whole numbers in fields; all that WeChat sends are smaller.
_LARGEST = 2**64
_TIME = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h|d|)")
_UNITS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
#: Words of a choice that a sentence names.
_FEW = 12


def read(shape: Shape, value: Any, where: Where) -> Any:
    """A value as its shape has it: times in seconds, lists as tuples; what is wrong is kept in `where`."""
    match shape:
        case Either(plain, table):
            return _either(shape, plain, table, value, where)
        case Many(item, may_be_empty):
            return _many(item, may_be_empty, value, where)
        case Keys():
            return _table(shape, value, where) if isinstance(value, dict) else _wrong(shape, value, where)
        case ByKind(tables):
            return _by_kind(shape, dict(tables), value, where)
        case Fields(kinds):
            return _fields(kinds, value, where) if isinstance(value, dict) else _wrong(shape, value, where)
        case Names(name, item):
            if not isinstance(value, dict):
                return _wrong(shape, value, where)
            for each in value:
                read(name, each, where.inside(each))
            return {each: read(item, one, where.inside(each)) for each, one in value.items()}
        case Steps():
            return _steps(value, where)
        case _:
            return _leaf(shape, value, where)


def _leaf(shape: Words | Flag | Whole | Number | Seconds | Choice, value: Any, where: Where) -> Any:
    match shape:
        case Words(pattern, _, may_be_empty):
            right = isinstance(value, str) and (bool(value) or may_be_empty) and len(value) <= LONGEST_TEXT
            right = right and (not pattern or re.fullmatch(pattern, value) is not None)
        case Flag(only_true):
            right = value is True or (value is False and not only_true)
        case Whole(least, most):
            right = type(value) is int and least <= value <= most
        case Number(most):
            right = type(value) in (int, float) and 0 < value <= most
        case Seconds(may_be_0):
            seconds = _seconds(value)
            if seconds is not None and (seconds > 0 or (seconds == 0 and may_be_0)) and seconds <= LONGEST_SECONDS:
                return seconds
            right = False
        case Choice(words):
            right = isinstance(value, str) and value in words
    return value if right else _wrong(shape, value, where)


def _seconds(value: Any) -> float | None:
    """A time in seconds; None where it is none."""
    if type(value) in (int, float):
        return float(value) if abs(value) <= LONGEST_SECONDS else None
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    return float(found[1]) * _UNITS[found[2]] if found else None


def _either(shape: Shape, plain: Shape, table: Shape, value: Any, where: Where) -> Any:
    if isinstance(value, dict):
        return read(table, value, where)
    # A word that is near another has a better hint than what it might be instead.
    if isinstance(value, str) and isinstance(plain, Choice):
        return read(plain, value, where)
    before = len(where.mistakes)
    result = read(plain, value, where)
    if len(where.mistakes) > before:
        del where.mistakes[before:]
        return _wrong(shape, value, where)
    return result


def _many(item: Shape, may_be_empty: bool, value: Any, where: Where) -> Any:
    if not isinstance(value, list):
        return (read(item, value, where),)
    if not value and not may_be_empty:
        where.wrong(" is an empty list", f"it takes {takes(item)}, or a list of such")
    return tuple(read(item, each, where.inside(place)) for place, each in enumerate(value))


def _table(shape: Keys, value: dict[str, Any], where: Where) -> dict[str, Any]:
    found = {}
    for name, each in value.items():
        key = shape.named(name)
        if key is None:
            where.inside(name).wrong(" is no key that is known here", _known(name, [key.name for key in shape.keys]))
        else:
            found[name] = read(key.shape, each, where.inside(name))
    for name in shape.needs:
        if name not in value:
            key = shape.named(name)
            where.wrong(f" has no {name}", f"it takes {takes(key.shape)}" if key else "")
    if len(value) < shape.least:
        where.wrong(" is an empty table", f"it takes {takes(shape)}")
    return found


def _known(name: str, known: list[str]) -> str:
    if name[:1].isupper() and "send" in known and name.lower() not in known:
        return 'fields stand beside their kind: send = { kind = "text", Content = "…" }'
    if near := get_close_matches(name.lower(), known, n=1, cutoff=0.6):
        return f"did you mean {near[0]}?"
    return f"known are: {', '.join(known)}"


def _by_kind(shape: ByKind, tables: Mapping[str, Keys], value: Any, where: Where) -> Any:
    if not isinstance(value, dict):
        return _wrong(shape, value, where)
    kind = _kind(tuple(tables), value, where)
    return _table(tables[kind], value, where) if kind else {}


def _kind(kinds: Sequence[str], value: dict[str, Any], where: Where) -> str:
    """The kind that a table names; empty where it is none of these."""
    if "kind" not in value:
        where.wrong(" has no kind", f"for example kind = {quoted(kinds[0])}")
        return ""
    kind = value["kind"]
    if isinstance(kind, str) and kind in kinds:
        return kind
    if isinstance(kind, str) and kind in _IS_EVENT:
        what, key = ("an event", "event") if _IS_EVENT[kind] else ("a message", "send")
        where.inside("kind").wrong(f" {quoted(kind)} is {what}", f"write {key} = {{ kind = {quoted(kind)} }}")
    else:
        _wrong(Choice(tuple(kinds)), kind, where.inside("kind"))
    return ""


_IS_EVENT = {name: kind.is_event for name, kind, _ in shapes()}


def _fields(kinds: Sequence[str], value: dict[str, Any], where: Where) -> dict[str, Any]:
    kind = PUSHES.get(_kind(kinds, value, where).partition(".")[0])
    for name in value:
        if kind is not None and name != "kind" and (meant := meant_field(kind, name)):
            where.inside(name).wrong(f" is no field of {kind.name}", f"did you mean {meant}?")
    return {name: each if name == "kind" else _field(each, where.inside(name)) for name, each in value.items()}


def _field(value: Any, where: Where) -> Value:
    """The value of a field of a message."""
    if isinstance(value, dict):
        return {name: _field(each, where.inside(name)) for name, each in value.items()}
    if isinstance(value, list):
        return tuple(_field(each, where.inside(place)) for place, each in enumerate(value))
    if isinstance(value, str) and len(value) <= LONGEST_TEXT:
        return value
    if isinstance(value, int) and abs(value) < _LARGEST:  # true and false, too
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    where.wrong(f" is {shown(value)}", "a field holds a text, a number, true or false, a list or a table")
    return None


def _steps(value: Any, where: Where) -> tuple[dict[str, Any], ...]:
    if isinstance(value, dict):
        where.wrong(" is one table", "each step begins with [[step]], in double brackets")
        return ()
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        _wrong(Steps(), value, where)
        return ()
    if where.path.count("step") > _DEPTH:
        where.wrong(f" is more than {_DEPTH} repeats inside one another", "include a file, or write it plainer")
        return ()
    return tuple(_table(STEP, each, where.inside(place)) for place, each in enumerate(value))


def _wrong(shape: Shape, value: Any, where: Where) -> None:
    if isinstance(shape, Choice) and isinstance(value, str):
        near = get_close_matches(value.lower(), shape.words, n=1, cutoff=0.5)
        where.wrong(f" is {shown(value)}", f"did you mean {near[0]}?" if near else f"it takes {takes(shape)}")
    else:
        where.wrong(f" is {shown(value)}", f"it takes {takes(shape)}")


def shown(value: object) -> str:
    """A value of a file, for a sentence."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) >= 10**30:  # that many digits Python may refuse to write
        return "a very large number"
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return quoted(value)


def takes(shape: Shape) -> str:
    """What a shape takes, for a sentence."""
    match shape:
        case Words(_, example, may_be_empty):
            return f"a text{f' such as {quoted(example)}' if example else '' if may_be_empty else ' that is not empty'}"
        case Flag(only_true):
            return "true" if only_true else "true or false"
        case Whole(least, most):
            return f"a whole number from {least} to {most}"
        case Number(most):
            return f"a number greater than 0, at most {most:g}"
        case Seconds(may_be_0):
            return f'seconds, or a time such as "250ms", "10s", "31m" or "2h"{"" if may_be_0 else ", greater than 0"}'
        case Choice(words):
            few = words if len(words) <= _FEW else (*words[: _FEW - 1], "…")
            return " or ".join((", ".join(few[:-1]), few[-1]) if len(few) > 1 else few)
        case Many(item):
            return f"{takes(item)}, or a list of such"
        case Either(plain, table):
            return f"{takes(plain)}, or {takes(table)}"
        case Keys(keys):
            return f"a table of {', '.join(key.name for key in keys)}"
        case ByKind() | Fields():
            kinds = shape.kinds if isinstance(shape, Fields) else tuple(name for name, _ in shape.tables)
            return f"a table such as {{ kind = {quoted(kinds[0])}, … }}"
        case Names(name, item):
            return f"a table such as {{ {name.example} = {quoted(getattr(item, 'example', ''))} }}"
        case Steps():
            return "steps, each of which begins with [[step]]"
