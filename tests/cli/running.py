"""Run a command in this process and look at all that it gives."""

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

import jsonschema
import pytest

from tests.scripted import TOKEN
from wxkf_cli.cli.start import run

_SCHEMA = json.loads(resources.files("wxkf_cli.report").joinpath("schema.json").read_text("utf-8"))
_LINE_SCHEMA = {"$schema": _SCHEMA["$schema"], "$ref": "#/$defs/line", "$defs": _SCHEMA["$defs"]}
# Made once: `jsonschema.validate` checks the schema itself again with each call.
_WHOLE, _LINE = jsonschema.Draft202012Validator(_SCHEMA), jsonschema.Draft202012Validator(_LINE_SCHEMA)


@dataclass
class Ran:
    code: int
    out: str
    err: str


class Wxkf:
    """`wxkf` with the token of the scripted handlers in its environment, in a folder of its own."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd

    def __call__(self, *arguments: str) -> Ran:
        code = run(list(arguments))
        out, err = self._capfd.readouterr()
        assert "Traceback" not in err
        return Ran(code, out, err)

    def json(self, *arguments: str) -> dict[str, Any]:
        """One run in the machine shape, valid against the schema."""
        ran = self(*arguments, "--format", "json")
        assert ran.out, ran.err
        shape: dict[str, Any] = json.loads(ran.out)
        _WHOLE.validate(shape)
        assert shape["exit_code"] == ran.code
        return shape

    def ndjson(self, *arguments: str) -> list[dict[str, Any]]:
        """The lines of one run, each valid against the schema."""
        return valid_lines(self(*arguments, "--format", "ndjson").out)


def valid_lines(text: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        _LINE.validate(line)
    return lines


def codes(shape: dict[str, Any]) -> list[str]:
    """The codes of all findings."""
    return [finding["code"] for finding in shape["findings"]]


def by_severity(shape: dict[str, Any]) -> dict[str, set[str]]:
    """The codes of errors, warnings and notes, each once."""
    return {
        level: {finding["code"] for finding in shape["findings"] if finding["severity"] == level}
        for level in ("error", "warning", "note")
    }


__all__ = ["TOKEN", "Ran", "Wxkf", "by_severity", "codes", "valid_lines"]
