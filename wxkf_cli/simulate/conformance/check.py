"""What one check of the conformance suite is, and what it may find."""

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from wxkf_cli.vocab.conformance import CODES
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Severity, Text
from wxkf_cli.wire.exchange import Exchange

if TYPE_CHECKING:
    from wxkf_cli.simulate.conformance.asker import Asker


class Letter(StrEnum):
    """How much a failed check weighs: C and H fail the suite."""

    CRITICAL = "C"
    HIGH = "H"
    MEDIUM = "M"
    LOW = "L"

    @property
    def severity(self) -> Severity:
        """The severity of what it finds."""
        if self in (Letter.CRITICAL, Letter.HIGH):
            return Severity.ERROR
        return Severity.WARNING if self is Letter.MEDIUM else Severity.NOTE


class Fault(NamedTuple):
    """What a check found.

    Attributes:
        text: One sentence in both languages, foreign values shown by `escape.quoted`.
        exchange: Which answer shows it; None where none does.
        code: What it is called, where that is not the check's own code.
        letter: How much it weighs, where that is not what the check says.
    """

    text: Text
    exchange: Exchange | None = None
    code: str = ""
    letter: Letter | None = None


#: Ask and judge; what is found, nothing where all is well.
Ask: TypeAlias = Callable[["Asker"], Awaitable[Sequence[Fault]]]


class Check(NamedTuple):
    """One row of the suite.

    Attributes:
        id: `C` and two digits, never reused.
        name: In kebab-case, accepted wherever the id is.
        about: What it asks.
        letter: How much it weighs.
        code: What its findings are called.
        fix: What to do about them.
        source: The public page it is known from.
        evidence: How well that is known.
        ask: Asks and judges; None for a check that cannot be made yet, `why_not` says why.
        formats: The data formats it is played in.
        modes: The encryption modes it is played in.
        is_once: Whether it is about the URL and not about messages: played once, in no format.
        is_alone: Whether it is played only where its mode is the only one.
        needs_canary: Whether nothing can be told of a handler that cannot reach this machine's loopback.
        why_not: Why it is not made.
    """

    id: str
    name: str
    about: Text
    letter: Letter
    code: str
    fix: Text
    source: str
    evidence: Evidence
    ask: Ask | None = None
    formats: tuple[DataFormat, ...] = tuple(DataFormat)
    modes: tuple[Mode, ...] = tuple(Mode)
    is_once: bool = False
    is_alone: bool = False
    needs_canary: bool = False
    why_not: Text | None = None

    @property
    def finding_name(self) -> str:
        """The name of its code."""
        return CODES[self.code].name
