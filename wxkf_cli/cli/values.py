"""Values given as text on the command line: headers, times, fields."""

import re

from wxkf_cli.errors import UsageError
from wxkf_cli.wire.commandline import command_line
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.exchange import Headers

_TIME = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|)\Z")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "": 1.0}
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")


def seconds(text: str, option: str) -> float:
    """A time such as `30s`, `500ms`, `2m` or `5` in seconds."""
    found = _TIME.match(text.strip())
    if not found:
        message = f"{option} {quoted(text)} is not a time"
        raise UsageError(message, "for example 30s, 500ms or 2m")
    return float(found[1]) * _UNITS[found[2]]


def headers(texts: list[str]) -> Headers:
    """`Name: value` texts as headers."""
    return tuple(_header(text) for text in texts)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    if not colon or not _HEADER_NAME.match(name):
        message = f"--header {quoted(text)} is not a header"
        raise UsageError(message, f"for example {command_line(('--header', 'X-Env: test'))}")
    if any(ord(each) < 0x20 or ord(each) == 0x7F or ord(each) > 0xFF for each in value):
        message = f"--header {quoted(text)} has a character that cannot stand in a header"
        raise UsageError(message)
    return name, value


def assignment(text: str) -> tuple[str, str]:
    """`Field=value` as a pair."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        message = f"--set {quoted(text)} names no value"
        raise UsageError(message, "for example --set Content=你好")
    return name, value
