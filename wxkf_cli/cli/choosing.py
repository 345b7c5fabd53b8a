"""Which findings count, as commands say it."""

from collections.abc import Mapping
from typing import Any

from wxkf_cli.configured.choosing import ChoiceOptions, chosen_findings
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.selection import Selection
from wxkf_cli.trial.notes import NOTHING_CHECKED
from wxkf_cli.vocab.choices import FailOn
from wxkf_cli.wire.escape import safe

__all__ = ["ChoiceOptions", "as_recorded", "chosen_findings", "described", "nothing_left"]


def nothing_left() -> UsageError:
    """The error for a run that played or read something, and of which no rule that counts was run on it."""
    message = f"of the rules that count, none was run ({NOTHING_CHECKED})"
    return UsageError(message, "widen --select, or leave out an --ignore; the settings may have some of them")


def as_recorded(given: ChoiceOptions, recorded: Mapping[str, Any]) -> ChoiceOptions:
    """The options, and those of a run where nothing is given; what came from its settings is in the settings of now.

    Args:
        given: The options of now.
        recorded: What `described` gave then; records of earlier versions have none of it.

    Raises:
        UsageError: The record was changed.
    """
    try:
        return ChoiceOptions(
            given.select or recorded.get("select"),
            given.ignore or [each["rule"] for each in recorded.get("ignore", ()) if not each["reason"]],
            given.severity or [f"{code}={level}" for code, level in recorded.get("severity", {}).items()],
            given.fail_on or FailOn(recorded.get("fail_on", FailOn.ERROR)),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = f"which findings counted in the run cannot be read: {safe(repr(error))}"
        raise UsageError(message, "it was changed, or recorded by another version of wxkf; start a new run") from error


def described(selection: Selection) -> dict[str, Any]:
    """A selection for the record: every code that is left out, and what weighs differently."""
    return {
        "select": sorted(selection.selected) if selection.selected is not None else None,
        "ignore": [
            {"rule": each.rule, "files": each.files or None, "reason": each.reason or None}
            for each in selection.ignores
        ],
        "severity": {code: level.value for code, level in sorted(selection.severities.items())},
        "fail_on": selection.fail_on.value if selection.fail_on is not None else FailOn.NEVER.value,
    }
