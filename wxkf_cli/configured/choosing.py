"""Which findings count, from options, environment and settings file."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.lint.naming import Named
from wxkf_cli.lint.selection import Ignore, Selection, selection_of
from wxkf_cli.settings import Settings
from wxkf_cli.vocab.choices import FailOn
from wxkf_cli.vocab.terms import Severity
from wxkf_cli.wire.escape import quoted


class ChoiceOptions(NamedTuple):
    """The options that choose among findings, as given; None where they were not."""

    select: list[str] | None = None
    ignore: list[str] | None = None
    severity: list[str] | None = None
    fail_on: FailOn | None = None


def chosen_findings(options: ChoiceOptions, settings: Settings, ignores: Iterable[Ignore] = ()) -> Selection:
    """What counts: a selection by option replaces that of the settings, the rest adds to it.

    Args:
        options: As given.
        settings: What the environment and the file say.
        ignores: What is left out besides.

    Raises:
        UsageError: A rule or severity that does not exist, or nothing is left.
    """
    gate = FailOn(settings.pick("fail_on", options.fail_on and options.fail_on.value, FailOn.ERROR.value))
    return selection_of(
        select=list(_selected(options, settings)),
        ignores=[*_ignored_in(settings), *(Ignore(rule) for rule in _split(options.ignore)), *ignores],
        severities=[*_weighed_in(settings), *(_weighed(each) for each in _split(options.severity))],
        fail_on=None if gate is FailOn.NEVER else Severity(gate.value),
    )


def _selected(options: ChoiceOptions, settings: Settings) -> Iterator[Named]:
    if options.select:
        yield from (Named(rule, "--select") for rule in _split(options.select))
    elif (found := settings.find("select")) is not None:
        yield from (Named(rule, f"select in {found.origin}") for rule in found.value)


def _split(given: list[str] | None) -> list[str]:
    """Values of an option that may be repeated, and may hold several at once, between commas."""
    return [part.strip() for each in given or () for part in each.split(",") if part.strip() or part == each]


def _ignored_in(settings: Settings) -> Iterator[Ignore]:
    for setting in ("ignore", "per_file_ignores"):
        if (found := settings.find(setting)) is not None:
            for table in found.value:
                yield Ignore(setting=setting, origin=found.origin, **table)


def _weighed_in(settings: Settings) -> Iterator[tuple[Named, str]]:
    found = settings.find("severity")
    if found is not None:
        yield from ((Named(rule, f"severity in {found.origin}"), level) for rule, level in found.value.items())


def _weighed(text: str) -> tuple[Named, str]:
    rule, equals, level = text.partition("=")
    if not equals or not rule.strip():
        message = f"--severity {quoted(text)} names no severity"
        raise UsageError(message, "for example --severity KF303=error")
    return Named(rule, "--severity"), level
