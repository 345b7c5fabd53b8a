"""The assumptions about WeChat that are settings, from options, environment and settings file."""

from typing import Any, NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.vocab.policy import DEADLINE_SECONDS, DEFAULT_POLICY, Policy


class _Range(NamedTuple):
    """Which numbers a setting takes, and what that is in words."""

    least: float
    most: float
    words: str


_YEAR = 366 * 86_400.0
_RANGES = {
    "deliveries": _Range(1, 100, "1 to 100; WeChat is said to make 3"),
    "delivery_spacing": _Range(0, _YEAR, "seconds, 0 or more; about 5 are reported"),
    "session_seconds": _Range(0.001, _YEAR, "seconds above 0; WeChat documents 1800"),
}
_SWITCHES = ("redeliver_abnormal", "is_signed_anew", "session_counts_from_message")


def policy_of(deadline: float | None, settings: Settings) -> Policy:
    """The assumptions of a run; a story's own settings go before them.

    Args:
        deadline: By option, in seconds; None for none.
        settings: What the environment and the file say.

    Raises:
        UsageError: A number that no handler or session could have.
    """
    seconds = settings.pick("deadline", deadline, DEADLINE_SECONDS)
    if not 0 < seconds <= 3600:
        message = f"a deadline of {seconds} seconds cannot be kept"
        raise UsageError(message, "give one above 0 and at most 3600; WeChat's is 5")
    others: dict[str, Any] = {name: _within(name, settings) for name in _RANGES}
    others |= {name: settings.pick(name, None, getattr(DEFAULT_POLICY, name)) for name in _SWITCHES}
    accepted = tuple(settings.pick("accept_status", None, list(DEFAULT_POLICY.accepted_statuses)))
    return DEFAULT_POLICY._replace(accepted_statuses=accepted, deadline=float(seconds), **others)


def _within(name: str, settings: Settings) -> float:
    value: float = settings.pick(name, None, getattr(DEFAULT_POLICY, name))
    allowed = _RANGES[name]
    if not allowed.least <= value <= allowed.most:
        found = settings.find(name)
        message = f"{name} in {found.origin if found else 'the settings'} is {value}"
        raise UsageError(message, f"it takes {allowed.words}")
    return value
