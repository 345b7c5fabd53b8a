"""Rules as people name them: a code, the beginning of one, or a name; and what a rule is to weigh."""

from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.lint.linter import all_rules
from wxkf_cli.lint.redelivery_findings import REDELIVERY_FINDINGS
from wxkf_cli.lint.run_findings import RUN_FINDINGS
from wxkf_cli.vocab.conformance import CODES
from wxkf_cli.vocab.terms import Severity
from wxkf_cli.wire.escape import quoted

_SHORTEST_PREFIX = "KF"
_OTHERS = {each.code: each.name for each in (*RUN_FINDINGS, *REDELIVERY_FINDINGS)} | {
    code: each.name for code, each in CODES.items()
}


class Named(NamedTuple):
    """Rules as somebody named them, and where: an option, or a setting and its file."""

    rule: str
    where: str


@cache
def names() -> dict[str, str]:
    """Code -> name, of everything that can be found."""
    return {each.code: each.name for each in all_rules()} | _OTHERS


def codes_of(named: Named) -> frozenset[str]:
    """The codes that a code, the beginning of one, or a name stands for.

    Raises:
        UsageError: It stands for none.
    """
    written = named.rule.strip()
    upper = written.upper()
    if upper.startswith(_SHORTEST_PREFIX):
        found = frozenset(code for code in names() if code.startswith(upper))
    else:
        found = frozenset(code for code, name in names().items() if name == written.lower())
    if not found:
        message = f"{named.where}: no rule is called {quoted(named.rule)}"
        raise UsageError(message, _did_you_mean(written))
    return found


def _did_you_mean(written: str) -> str:
    # A letter for a digit, a digit too many, or the digits alone.
    code = f"KF{written.upper().removeprefix(_SHORTEST_PREFIX).translate(_DIGITS)}"[:5]
    if code not in names() and written.upper().startswith(_SHORTEST_PREFIX):
        code = next(iter(get_close_matches(code, names(), n=1, cutoff=0.75)), "")
    if code in names():
        return f"did you mean {code} {names()[code]}?"
    near = get_close_matches(written.lower(), names().values(), n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else _NAMING


_DIGITS = str.maketrans("OIL", "011")
_NAMING = "name a rule by its code (KF301), the beginning of codes (KF3) or its name (parties-not-exchanged)"


def level_of(level: str, named: Named) -> Severity:
    """A severity by its word.

    Raises:
        UsageError: There is none of that name.
    """
    try:
        return Severity(level.strip().lower())
    except ValueError:
        message = f"{named.where}: {quoted(level)} is no severity"
        near = get_close_matches(level.lower(), list(Severity), n=1)
        raise UsageError(message, f"did you mean {near[0]}?" if near else "it is error, warning or note") from None
