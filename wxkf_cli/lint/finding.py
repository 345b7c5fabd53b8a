"""What a rule found, and where."""

from typing import NamedTuple

from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.document import Place


class Problem(NamedTuple):
    """What a rule's check yields: what is wrong this time.

    Attributes:
        text: One sentence in both languages, foreign values shown by `escape.quoted`.
        where: The top-level field whose value shows it, or a byte offset into the body; None for no place.
        fix: What to do about it; None for what the rule says.
    """

    text: Text
    where: str | int | None = None
    fix: Text | None = None


class Finding(NamedTuple):
    """One thing that is wrong with one response, or with a run.

    Attributes:
        code: `KF` and three digits.
        name: The rule's name in kebab-case.
        severity: How much it weighs.
        message: What is wrong this time.
        fix: What to do about it.
        evidence: How well the rule behind it is known.
        source: The public page it comes from.
        exchange: The exchange's id; None when it concerns a whole run.
        case: The case of the suite; empty outside one.
        place: Where in the body; None when there is no one place.
        file: The captured file; None for a live answer.
        is_fixable: Whether a safe fix of that file mends it.
        check: The id of the conformance check; None outside that suite.
    """

    code: str
    name: str
    severity: Severity
    message: Text
    fix: Text
    evidence: Evidence
    source: str
    exchange: str | None = None
    case: str = ""
    place: Place | None = None
    file: str | None = None
    is_fixable: bool = False
    check: str | None = None
