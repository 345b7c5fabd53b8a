"""A story as TOML: what `storyfile` reads back as the same story."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from wxkf_cli.simulate.story import (
    DEFAULT_USER,
    Advance,
    Agent,
    Check,
    Contents,
    Disturb,
    Expectation,
    Fault,
    Repeat,
    Say,
    Step,
    Story,
    Verify,
)
from wxkf_cli.trial.storykeys import AGENTS_BY_HAND, AGENTS_BY_RULE, THE_RUNS_TEXTS
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import Value
from wxkf_cli.vocab.terms import Text

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_UNITS = ((3_600, "h"), (60, "m"), (1, "s"))
_TIMES = ("within", "seconds", "delivery_spacing", "session_seconds")


def written(story: Story) -> str:
    """A story as the text of a file."""
    seats = story.seats
    head: dict[str, Value] = {
        "name": story.name,
        "about": _about(story.about),
        "modes": story.modes or None,
        "only_mode": story.only_mode or None,
        "mixes_modes": story.mixes_modes or None,
        "data": story.formats or None,
        "seed": story.seed,
        "agents": None if seats is None else f"{AGENTS_BY_RULE}{seats}" if seats else AGENTS_BY_HAND,
    }
    parts = [lines(head)]
    for name, table in (("settings", _times(story.settings)), ("users", dict(story.openids))):
        if table:
            parts.append(f"[{name}]\n{lines(table)}")
    parts += _Steps().written(story.steps, "step")
    return "\n".join(part for part in parts if part)


class _Steps:
    """Writes steps in their order: whose a step is, is said where it changes."""

    def __init__(self) -> None:
        self._user = DEFAULT_USER

    def written(self, steps: Sequence[Step], key: str) -> Iterator[str]:
        for step in steps:
            yield f"[[{key}]]\n{lines(self._keys(step))}"
            if isinstance(step, Repeat):
                yield from self.written(step.steps, f"{key}.step")

    def _keys(self, step: Step) -> dict[str, Value]:
        match step:
            case Say():
                return {**self._of(step.user), **_say(step), "name": step.name or None}
            case Verify():
                keys = {"verify": True, "flaw": step.flaw, "at_once": step.at_once or None}
                return {**keys, **_faults(step.faults), **_expect(step.expect), "name": step.name or None}
            case Agent():
                return {**self._of(step.user), "agent": step.does, **_expect(step.expect), "name": step.name or None}
            case Advance():
                return {"advance": _time(step.seconds), **_expect(step.expect), "name": step.name or None}
            case Disturb():
                return {**_faults(step.faults), "name": step.name or None}
            case Check():
                return {**self._of(step.user), **_expect(step.expect), "name": step.name or None}
            case Repeat():
                return {"repeat": step.times, "name": step.name or None}

    def _of(self, user: str) -> dict[str, Value]:
        if user == self._user:
            return {}
        self._user = user
        return {"user": user}


def _say(step: Say) -> dict[str, Value]:
    values = step.values
    is_event = PUSHES[step.kind].is_event
    said: Value = {"kind": step.kind, **values}
    if is_event and not values:
        said = step.kind
    elif step.kind == "text" and list(values) == ["Content"] and isinstance(values["Content"], str):
        said = values["Content"]
    return {
        "event" if is_event else "send": said,
        **_contents(step.texts),
        "flaw": step.flaw,
        "content_type": step.content_type,
        "without": step.without or None,
        "mode": step.mode,
        "data": step.data,
        "at_once": step.at_once or None,
        "needs": step.needs,
        **_faults(step.faults),
        **_expect(step.expect),
    }


def _contents(texts: Contents | None) -> dict[str, Value]:
    if texts is None:
        return {}
    if isinstance(texts, range):
        return {"lengths": f"{texts.start}..{texts.stop - 1}"}
    return {"texts": texts or THE_RUNS_TEXTS}


def _faults(faults: Sequence[Fault]) -> dict[str, Value]:
    tables: list[Value] = [
        {"kind": each.kind, **_times(each.parameters), **({"times": each.times} if each.times > 1 else {})}
        if each.parameters or each.times > 1
        else each.kind
        for each in faults
    ]
    return {"fault": tables[0] if len(tables) == 1 else tables} if tables else {}


def _expect(expect: Expectation) -> dict[str, Value]:
    demanded = {name: value for name, value in expect._asdict().items() if value is not None}
    return {"expect": _times(demanded)} if demanded else {}


def _about(about: Text) -> Value:
    return {"en": about.en, "zh": about.zh} if about.en != about.zh else about.en or None


def _times(table: Mapping[str, Value]) -> dict[str, Value]:
    return {
        name: _time(value) if name in _TIMES and isinstance(value, int | float) else value
        for name, value in table.items()
    }


def _time(seconds: float) -> Value:
    """A time with the largest unit of which it is a whole number."""
    for size, unit in _UNITS:
        if seconds and seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    return seconds


def lines(table: Mapping[str, Value]) -> str:
    """A line for each key of a table that has a value, tables inside it in braces."""
    return "".join(f"{_key(name)} = {_value(value)}\n" for name, value in table.items() if value is not None)


def _value(value: Value) -> str:
    if isinstance(value, StrEnum):
        return _text(value.value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(name)} = {_value(each)}' for name, each in value.items())} }}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    # JSON's escapes are TOML's, but for the one control character that JSON lets stand.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
