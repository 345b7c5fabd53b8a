"""What a run of the conformance suite has behind it: checks whose results stand in its record, and what they found."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.lint.finding import Finding
from wxkf_cli.simulate.conformance.check import Letter
from wxkf_cli.trial import runs
from wxkf_cli.trial.conformance_plan import CheckLeg
from wxkf_cli.trial.recorded_findings import finding_of
from wxkf_cli.trial.resuming import Past
from wxkf_cli.vocab.outcomes import NEVER_CONNECTED
from wxkf_cli.vocab.terms import DataFormat, Mode, Severity
from wxkf_cli.wire.escape import quoted, safe
from wxkf_cli.wire.exchange import Exchange, Failure

#: The push that finds out which formats are spoken; no check.
OPENING = "ordinary-push"


class Made(NamedTuple):
    """What came of making one check once.

    Attributes:
        worst: The letter of the worst that it found; None for nothing.
        findings: What it found that counts.
        elapsed: Seconds of all its answers together.
        pushes: How many pushes it was.
        has_failed: Whether it failed by the gate of its run.
        numbers: Its pushes that have an answer in the record, by their numbers.
    """

    worst: Letter | None
    findings: tuple[Finding, ...]
    elapsed: float
    pushes: int
    has_failed: bool = False
    numbers: tuple[int, ...] = ()


class ConformancePast:
    """The record of a conformance run, read for going on with it or for showing it.

    Attributes:
        only: Whether nothing is ever pushed.
        made: What the checks with a result gave.
        late: What was found when all checks were over.
        last: The number of the last push that left.
        started: When the run began, in seconds since the epoch.
        is_ended: Whether it has come to its end, however that was.
    """

    def __init__(self, past: Past, *, only: bool = False) -> None:
        """Read it.

        Raises:
            UsageError: It cannot be read, or has a line that is none.
        """
        self._past = past
        self.only = only
        self.made: dict[CheckLeg, Made] = {}
        self.last = 0
        self._openings: dict[tuple[object, object], int] = {}
        self._case_of: dict[int, str] = {}
        pushes: dict[str, list[int]] = {}
        found: dict[str, list[Finding]] = {}
        for record, _ in runs.lines(past.path):
            match record.get("type"):
                case "run":
                    found.clear()  # of a check that is made again as a whole
                case "sent":
                    self.last = max(self.last, runs.number_of(record.get("id")) or 0)
                case "done" if (number := runs.number_of(record.get("id"))) is not None:
                    self._case_of[number] = str(record.get("case"))
                    if record.get("case") == OPENING:
                        self._openings[record.get("mode"), record.get("data")] = number
                    else:
                        pushes.setdefault(str(record.get("case")), []).append(number)
                case "finding" if record.get("check") is not None:
                    found.setdefault(str(record["check"]), []).append(self._read(finding_of, record))
                case "check":
                    numbers, findings = pushes.pop(str(record.get("case")), []), found.pop(str(record.get("check")), [])
                    key, made = self._read(_made, record)
                    self.made[key] = made._replace(findings=tuple(findings), numbers=tuple(numbers))
                case _:
                    pass
        summary = past.summary
        self.is_ended = summary is not None
        # Those of a check that was cut off behind its findings are no late ones: it is made again.
        is_over = summary is not None and summary.get("exit_code") in (0, 1)
        self.late = tuple(each for found_late in found.values() for each in found_late) if is_over else ()
        started = past.settings.get("started")
        self.started = int(started) if isinstance(started, int | float) else 0

    def opening(self, mode: Mode, data: DataFormat) -> Exchange | None:
        """The ordinary push that found out whether a format is spoken; None where nobody was there to answer it."""
        number = self._openings.get((mode.value, data.value))
        exchange = self._past.exchange(number) if number is not None else None
        if exchange is None or self.only:
            return exchange
        answer = exchange.answer
        return None if isinstance(answer, Failure) and answer.outcome in NEVER_CONNECTED else exchange

    def exchanges(self, made: Made) -> Iterator[Exchange]:
        """The pushes of a check with their answers."""
        for number in made.numbers:
            exchange = self._past.exchange(number)
            if exchange is not None:
                yield exchange

    def case_of(self, number: int) -> str | None:
        """The name of the check that a push belongs to; None where the record has none of that number."""
        return self._case_of.get(number)

    def failed(self, fails: Callable[[Severity], bool]) -> list[CheckLeg]:
        """Which checks failed, in the order in which they were made.

        Args:
            fails: Whether what was found late fails; of the rest, the record says it.
        """
        late = {each.check for each in self.late if fails(each.severity)}
        return [key for key, made in self.made.items() if made.has_failed or key[0] in late]

    def _read(self, read: Any, record: Mapping[str, Any]) -> Any:
        try:
            return read(record)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            kind = safe(str(record.get("type")))
            message = (
                f"line {quoted(record.get('n'))} of {safe(str(self._past.path))} is no {kind} of a conformance run"
            )
            raise UsageError(
                message, "it was changed, or recorded by another version of wxkf; start a new run"
            ) from error


def _made(record: Mapping[str, Any]) -> tuple[CheckLeg, Made]:
    mode, data, worst = record["mode"], record["data"], record["worst"]
    key = str(record["check"]), Mode(mode) if mode else None, DataFormat(data) if data else None
    letter = Letter(worst) if worst else None
    return key, Made(letter, (), float(record["elapsed_ms"]) / 1000, int(record["pushes"]), bool(record["failed"]))
