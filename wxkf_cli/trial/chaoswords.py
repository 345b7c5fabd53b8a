"""Chaos as it is asked for: `drop-answer 10%`, `delay 5% seconds=6s`, or `default`; the faults are those of stories."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from difflib import get_close_matches

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.chaos import DEFAULT, WRITTEN, Share
from wxkf_cli.trial.storykeys import FAULTS
from wxkf_cli.trial.storymistakes import Where
from wxkf_cli.trial.storysteps import fault_of
from wxkf_cli.trial.storyvalues import read
from wxkf_cli.trial.tomllines import Lines
from wxkf_cli.wire.escape import quoted

#: In place of faults: a mix of all of them.
DEFAULT_NAME = "default"
_KINDS = dict(FAULTS.tables)
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)%")
_WHOLE, _NUMBER = re.compile(r"[0-9]{1,18}"), re.compile(r"[0-9]{1,12}\.[0-9]{1,20}")
_FOR_EXAMPLE = '--chaos "drop-answer 10%", --chaos "delay 5% seconds=6s" or --chaos default'


def parse(given: Iterable[str]) -> tuple[Share, ...]:
    """The faults that were asked for.

    Args:
        given: Each a kind of fault, the percentage of pushes that it hits, and its measures as name=value; or
            `default`.

    Raises:
        UsageError: One of them is none; the message quotes it and the hint says what would be right.
    """
    shares: list[Share] = []
    for each in given:
        shares += DEFAULT if each.strip() == DEFAULT_NAME else (_share(each),)
    _check_together(shares)
    return tuple(shares)


def needs_wire(shares: Iterable[Share]) -> str:
    """A fault among them that only wxkf's own wire can make; empty where none is."""
    return next((each.fault.kind.value for each in shares if each.fault.kind in WRITTEN), "")


def written(shares: Iterable[Share]) -> list[str]:
    """Chaos as `parse` takes it, for reproducer lines and records."""
    return [
        " ".join(
            [
                each.fault.kind,
                f"{_percent(each.share)}%",
                *(f"{name}={_exactly(value)}" for name, value in each.fault.parameters.items()),
                *([f"times={each.fault.times}"] if each.fault.times > 1 else []),
            ]
        )
        for each in shares
    ]


def _exactly(value: float) -> str:
    return f"{Decimal(repr(value)):f}".removesuffix(".0")


def _percent(share: float) -> str:
    return f"{share * 100:.10f}".rstrip("0").rstrip(".")


def _share(given: str) -> Share:
    words = given.split()
    kind = words[0] if words else ""
    if kind not in _KINDS:
        near = get_close_matches(kind.lower(), [*_KINDS, DEFAULT_NAME], n=1, cutoff=0.5)
        message = f"--chaos {quoted(given)}: {quoted(kind)} is no fault"
        raise UsageError(
            message, f"did you mean {near[0]}?" if near else f"there are: {', '.join(_KINDS)}, {DEFAULT_NAME}"
        )
    rest = words[1:]
    share = _percentage(rest[0] if rest else "", given)
    table: dict[str, object] = {"kind": kind}
    for word in rest[1:]:
        name, equals, value = word.partition("=")
        if not equals or not name or not value or name in table:
            message = (
                f"--chaos {quoted(given)}: {quoted(word)} is no measure of {kind}, or not the only one of its name"
            )
            raise UsageError(message, _measures(kind))
        table[name] = _value(value)
    where = Where("", Lines(""), (kind,))
    fault = read(FAULTS, table, where)
    if where.mistakes:
        _, message, hint = where.mistakes[0]
        message = f"--chaos {quoted(given)}: {message}"
        raise UsageError(message, hint)
    return Share(fault_of(fault), share)


def _percentage(word: str, given: str) -> float:
    found = _PERCENT.fullmatch(word)
    share = float(found[1]) / 100 if found else 0.0
    if not 0 < share <= 1:
        came = f"{quoted(word)} is no share of pushes" if word else "it is not said how many pushes are hit"
        message = f"--chaos {quoted(given)}: {came}"
        raise UsageError(message, f"a percentage, more than 0% and at most 100%: {_FOR_EXAMPLE}")
    return share


def _value(word: str) -> object:
    """A value as TOML would have it."""
    if _WHOLE.fullmatch(word):
        return int(word)
    return float(word) if _NUMBER.fullmatch(word) else word


def _measures(kind: str) -> str:
    names = [key.name for key in _KINDS[kind].keys if key.name != "kind"]
    return f"behind the percentage: {', '.join(f'{name}=…' for name in names)}"


def _check_together(shares: Sequence[Share]) -> None:
    """Whether no push would have to be written in two ways at once."""
    written_wrongly = [each for each in shares if each.fault.kind in WRITTEN]
    if sum(each.share for each in written_wrongly) > 1 + 1e-9:
        kinds = ", ".join(sorted({each.fault.kind.value for each in written_wrongly}))
        message = f"--chaos: {kinds} hit more than 100% of all pushes together"
        raise UsageError(message, "a push is written in one way only: make their percentages smaller")
