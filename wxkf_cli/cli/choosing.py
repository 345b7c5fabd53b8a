"""Which findings count, as commands say it."""

from typing import Any

from wxkf_cli.configured.choosing import ChoiceOptions, chosen_findings
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.selection import Selection
from wxkf_cli.trial.notes import NOTHING_CHECKED
from wxkf_cli.vocab.choices import FailOn

__all__ = ["ChoiceOptions", "chosen_findings", "described", "nothing_left"]


def nothing_left() -> UsageError:
    """The error for a run that played or read something, and of which no rule that counts was run on it."""
    message = f"of the rules that count, none was run ({NOTHING_CHECKED})"
    return UsageError(message, "widen --select, or leave out an --ignore; the settings may have some of them")


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
