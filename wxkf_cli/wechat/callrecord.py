"""Calls of the outgoing API, as a run keeps them: bounded and without secrets, written as JSON values and read back."""

import math
import re
from collections.abc import Mapping
from typing import Any

from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.service_api import Call

#: Characters that are kept: of a name, of a text (twice what may be sent), and of all arguments together.
_LONGEST_NAME, _LONGEST_TEXT, _ALL = 100, 4096, 16_384
#: Characters that count for a value beside its own, and how deep values are kept.
_VALUE, _DEPTH = 8, 8
#: The first integer whose digits, its sign among them, are more than a record is read with.
_LARGEST = 10**19
_SURROGATES = re.compile("[\ud800-\udfff]")


def kept(call: Call, redact: Redact = str) -> Call:
    """The call as a run keeps it: what a function sends may be huge, nested, or no text at all.

    Args:
        call: As it came.
        redact: Masks secrets.
    """
    arguments = _Arguments(redact)
    # The names first: there is room for them.
    api = arguments.name(call.api)
    values = arguments.of(call.arguments)
    return call._replace(api=api, arguments=values, is_cut=arguments.is_cut)


def call_to_json(call: Call) -> dict[str, Any]:
    """One call, as `kept` gives it, in the machine shape."""
    return {
        "exchange": call.exchange,
        "delivery": call.delivery,
        "at": round(call.at, 3),
        "api": call.api,
        "arguments": dict(call.arguments),
        **({"arguments_cut": True} if call.is_cut else {}),
        "result": dict(call.result),
    }


def call_from_json(record: Mapping[str, Any]) -> Call:
    """A call from its record; what is not of its type counts as left out."""
    arguments, result, at = record.get("arguments"), record.get("result"), record.get("at")
    answered = result if isinstance(result, Mapping) else {}
    code = answered.get("errcode")
    return Call(
        str(record.get("api") or ""),
        arguments if isinstance(arguments, Mapping) else {},
        {**answered, "errcode": code if isinstance(code, int) else 0, "errmsg": str(answered.get("errmsg") or "")},
        float(at) if isinstance(at, int | float) else 0.0,
        *delivery_of(record),
        is_cut=record.get("arguments_cut") is True,
    )


def delivery_of(record: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """The exchange and the delivery that a call was made in, by its record; None where that is not known."""
    exchange, delivery = record.get("exchange"), record.get("delivery")
    # A function may have written this.
    if not isinstance(exchange, str) or not exchange.isascii() or len(exchange) > _LONGEST_NAME:
        return None, None
    if type(delivery) is not int or not 0 < delivery < _LARGEST:
        return None, None
    return exchange, delivery


class _Arguments:
    """Takes values over until there is no room left."""

    def __init__(self, redact: Redact) -> None:
        self.is_cut = False
        self._redact = redact
        self._room = _ALL

    def of(self, values: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
        """An object."""
        taken: dict[str, Any] = {}
        for name, value in values.items():
            if self._room <= 0:
                self.is_cut = True
                break
            shown = self.name(name)
            taken[shown] = self._value(value, depth + 1)
        return taken

    def name(self, name: str) -> str:
        """The name of a value."""
        return self._text(name, _LONGEST_NAME)

    def _value(self, value: Any, depth: int) -> Any:
        self._room -= _VALUE
        match value:
            case str():
                return self._text(value, _LONGEST_TEXT)
            case None | bool():
                return value
            case int() if abs(value) < _LARGEST:
                return value
            case float() if math.isfinite(value):
                return value
            case dict() if depth < _DEPTH:
                return self.of(value, depth)
            case list() if depth < _DEPTH:
                return self._list(value, depth)
            case int() if abs(value) < _LARGEST**10:
                return float(value)
        self.is_cut = True
        return None

    def _list(self, values: list[Any], depth: int) -> list[Any]:
        taken: list[Any] = []
        for value in values:
            if self._room <= 0:
                self.is_cut = True
                break
            taken.append(self._value(value, depth + 1))
        return taken

    def _text(self, text: str, longest: int) -> str:
        # Masked first: of a secret that is cut, a part would stay.
        whole = _SURROGATES.sub("\ufffd", self._redact(text))
        shown = whole[: min(longest, max(self._room, 0))]
        self._room -= len(shown)
        if len(shown) == len(whole):
            return whole
        self.is_cut = True
        return f"{shown}…"
