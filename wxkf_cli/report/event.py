"""What a trial tells while it goes on: every view of it (terminal, run file, JSON) is made from this one stream."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.rule import Rule
from wxkf_cli.vocab.terms import DataFormat, Mode, Severity, Text
from wxkf_cli.wechat.verdict import Judgement, Verdict
from wxkf_cli.wire.exchange import Exchange, Failure

if TYPE_CHECKING:  # what lints tells of none, and starts without it
    from wxkf_cli.wechat.service_api import Call


class Started(NamedTuple):
    """The first word of a trial.

    Attributes:
        target: `kind` (`url`, `demo`) and `url`; or the list of inputs.
        settings: What the run was made with, without secrets.
        origin: `target` for a handler, `inputs` for captures.
    """

    target: Any
    settings: Mapping[str, Any]
    origin: str = "target"


class Sent(NamedTuple):
    """A push is about to leave; its answer is not known yet."""

    exchange: Exchange


class Done(NamedTuple):
    """A push was answered, or not, and the answer was checked.

    Attributes:
        exchange: The push and its answer.
        judgement: What becomes of it.
        ran: The rules that were run on it; what they found follows.
        is_old: Whether it stands in the record of the run already.
    """

    exchange: Exchange
    judgement: Judgement
    ran: tuple[Rule, ...] = ()
    is_old: bool = False


class Called(NamedTuple):
    """The handler called the outgoing API.

    Attributes:
        call: What it called, for which push, and what it was answered: bounded, and without secrets.
        is_old: Whether it stands in the record of the run already.
    """

    call: "Call"
    is_old: bool = False


class Found(NamedTuple):
    """Something is wrong.

    Attributes:
        finding: What.
        of_case: Whether the case that it belongs to is told of next, and has it among its findings.
    """

    finding: Finding
    of_case: bool = False


class CaseDone(NamedTuple):
    """A case was played in one mode and data format.

    Attributes:
        case: Its name.
        data: The format; None where there is none (URL verification).
        mode: The encryption mode; None where there is none.
        done: Of the push that failed first, or else of its last ones, exchanges with their verdicts: at most two.
        findings: What was found, each code at least once, however often it came.
        codes: How often each code came.
        checks: How many checks were made.
        failed: How many of them have an error.
        elapsed: Seconds of all its answers together.
        pushes: How many pushes it was.
        check: The id of the conformance check; empty outside that suite.
        worst: The letter of the worst that this check found; empty for nothing.
        is_broken_off: Whether the run was ended in the middle of it: without a failure it has not passed either.
    """

    case: str
    data: DataFormat | None
    mode: Mode | None
    done: tuple[Done, ...]
    findings: tuple[Finding, ...]
    codes: Mapping[str, int]
    checks: int
    failed: int
    elapsed: float
    pushes: int
    check: str = ""
    worst: str = ""
    is_broken_off: bool = False


class Linted(NamedTuple):
    """A captured response was linted.

    Attributes:
        done: It and its verdict.
        findings: What is wrong with it, with file and place in the file.
        in_record: Whether it stands in a line of a record.
        file: The file it stands in.
    """

    done: Done
    findings: tuple[Finding, ...]
    in_record: bool
    file: str = ""


class Skipped(NamedTuple):
    """Something was not checked, and why.

    Attributes:
        what: A case and its format, or rules.
        why: The reason.
        times: How many of them.
    """

    what: str
    why: Text
    times: int = 1


class Grade(NamedTuple):
    """How a handler did in the conformance suite.

    Attributes:
        open: How many checks found something, by the letter of the worst that each found: C, H, M, L.
        checks: How many checks were made.
        is_whole: Whether everything was asked that was to be asked.
    """

    open: Mapping[str, int]
    checks: int
    is_whole: bool = True

    @property
    def is_pass(self) -> bool:
        """Whether no critical or high one is open."""
        return self.is_whole and not self.has_failed

    @property
    def has_failed(self) -> bool:
        """Whether one is."""
        return bool(self.open["C"] or self.open["H"])


@dataclass(slots=True)
class Summary:
    """The figures of a trial, growing while it goes on.

    Attributes:
        checks: Rules run on responses, and expectations on exchanges.
        failed: Checks with a finding at or above the gate; with an error, where there is no gate.
        skipped: Checks that could not be made.
        severities: Findings by severity.
        verdicts: Exchanges by verdict.
        pushes: Requests sent.
        responses: Captures linted.
        clean: Captures without a finding.
        connected: Whether any connection ever succeeded.
        failure: Why the last push has no answer; None when it has one.
        wall: Seconds it took.
        exit_code: What the program ends with.
        gate: The least severity that fails; None where nothing does.
        grade: Of the conformance suite; None elsewhere.
    """

    checks: int = 0
    failed: int = 0
    skipped: int = 0
    severities: Counter[Severity] = field(default_factory=Counter)
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    pushes: int = 0
    responses: int = 0
    clean: int = 0
    connected: bool = False
    failure: Failure | None = None
    wall: float = 0.0
    exit_code: int = 0
    gate: Severity | None = Severity.ERROR
    grade: Grade | None = None

    @property
    def is_down(self) -> bool:
        """Whether something was pushed, and no connection was ever made."""
        return self.pushes > 0 and not self.connected

    @property
    def passed(self) -> int:
        """Checks that have not failed."""
        return self.checks - self.failed

    @property
    def reaches_gate(self) -> bool:
        """Whether any finding weighs so much that the run has failed."""
        order = list(Severity)
        gate = order.index(self.gate) + 1 if self.gate is not None else 0
        return any(self.severities[severity] for severity in order[:gate])


Event: TypeAlias = Started | Sent | Done | Called | Found | CaseDone | Linted | Skipped | Summary
#: Called with every event, in order, before anything that depends on it happens.
Listener: TypeAlias = Callable[[Event], None]
