"""What every format has in common: one shape, names for places, and text that nothing can act on.

A format turns the events of a run into pieces of text. Where these go (stdout, a file) is not its business, nor is
the colour of a terminal: that belongs to `text` alone, whose lines keep the roles of their parts.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Protocol, TypeAlias

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.event import Done, Event, Started
from wxkf_cli.report.finding_text import FIX, SAFE_FIX
from wxkf_cli.report.line import Line, plain
from wxkf_cli.vocab.terms import Language, Severity
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.paths import safe_path

#: From a captured file, as it was named, to its path from the repository's root.
Locate: TypeAlias = Callable[[str], str]

#: The path of findings in live answers, for consumers that know nothing but files.
NO_FILE = "wxkf-simulate"
STDIN = "-"
#: Errors first.
RANK = {severity: rank for rank, severity in enumerate(Severity)}
#: How GitHub's runner and Azure's agent begin a command, anywhere in a line.
_COMMAND = re.compile(r"##(?=\[|vso\[)")
#: Exchanges whose mode and data format are remembered until their findings come.
_REMEMBERED = 10_000


class Report(Protocol):
    """A format."""

    def take(self, event: Event) -> Iterator[str]:
        """The text that one event gives: whole lines, most often none. It must be exhausted."""


class Lines(Protocol):
    """A run as people read it."""

    def lines(self, event: Event) -> Iterator[Line]:
        """What to show for one event."""


class PlainText:
    """The format `text` without colour.

    Args:
        text: What gives the lines.
    """

    def __init__(self, text: Lines) -> None:
        self._text = text

    def take(self, event: Event) -> Iterator[str]:
        """The lines of one event."""
        for each in self._text.lines(event):
            yield f"{plain(harmless_line(each))}\n"


def harmless(text: str) -> str:
    r"""One line that no terminal, no viewer and no CI system acts on, from a sentence that may quote what came.

    Quoted values are escaped already, so this changes nothing but what slipped through, and `##[`, which GitHub's
    runner takes for a command wherever it stands: it becomes `#\x23[`.
    """
    if not text.isprintable():
        # The backslash stays: it is that of an escape.
        text = "".join(each if each.isprintable() or each == "\\" else safe(each) for each in text)
    return _COMMAND.sub(r"#\\x23", text) if "##" in text else text


def harmless_line(parts: Line) -> Line:
    """A line whose parts keep their roles; broken at the width of a terminal, it may begin with what came."""
    safe_parts = tuple(part._replace(text=harmless(part.text)) for part in parts)
    if plain(safe_parts).lstrip().startswith("::"):
        first = next(number for number, part in enumerate(safe_parts) if part.text.strip())
        begun = safe_parts[first]._replace(text=safe_parts[first].text.replace(":", r"\x3a", 1))
        return (*safe_parts[:first], begun, *safe_parts[first + 1 :])
    return safe_parts


def shown_path(path: str) -> str:
    """A path at the beginning of a line, where `::name::` would be a command to a CI system."""
    if path == STDIN:
        return "stdin"
    return harmless(safe_path(f"./{path}" if path.lstrip().startswith((":", "#")) else path))


def located(path: str, locate: Locate) -> str:
    """The path of a captured file for a CI system: from the repository's root, not yet safe to show."""
    return "stdin" if path == STDIN else locate(path)


def said(finding: Finding, language: Language) -> str:
    """What is wrong, on one line; after the conformance check that asked, where one did."""
    check = f"{finding.check}: " if finding.check else ""
    return harmless(check + finding.message.said_in(language))


def mended(finding: Finding, language: Language) -> str:
    """What to do about it, on one line."""
    return harmless(finding.fix.said_in(language))


def fix_line(finding: Finding, language: Language) -> str:
    """What to do about it, after the word for it, which says whether wxkf can do it itself."""
    label = SAFE_FIX if finding.is_fixable else FIX
    return f"{label.said_in(language)}: {mended(finding, language)}"


class Places:
    """Says where findings are: in a file, or in an exchange of a case in one mode and data format.

    Attributes:
        has_modes: Whether the run has several modes, so that a place names its own.
    """

    def __init__(self) -> None:
        self._is_live = False
        self.has_modes = False
        self._legs: dict[str, str] = {}

    def take(self, event: Event) -> None:
        """Remember what findings will refer to."""
        match event:
            case Started():
                self._is_live = event.origin == "target"
                self.has_modes = self._is_live and len(event.settings.get("mode") or ()) > 1
            case Done() if self._is_live:
                exchange = event.exchange
                mode = str(exchange.mode or "") if self.has_modes else ""
                self._legs[exchange.id] = " ".join(filter(None, (mode, str(exchange.data or ""))))
                if len(self._legs) > _REMEMBERED:
                    del self._legs[next(iter(self._legs))]
            case _:
                pass

    def leg(self, finding: Finding) -> str:
        """The case with mode and data format, as `text secure xml`; empty for a whole run or a captured file."""
        if finding.file is not None:
            return ""
        return " ".join(filter(None, (safe(finding.case), self._legs.get(finding.exchange or "", ""))))

    def shown(self, finding: Finding) -> str:
        """`a.xml:2:16` for a place in a file, `text xml e7` for an exchange, `run` for neither."""
        if finding.file is None:
            return harmless(" ".join(filter(None, (self.leg(finding), safe(finding.exchange or "")))) or "run")
        place = finding.place
        return shown_path(finding.file) + (f":{place.line}:{place.column}" if place is not None else "")


class Fingerprints:
    """Names for findings that stay the same when lines move, and in the next run; each is given once."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def of(self, finding: Finding, place: str) -> str:
        """The name of a finding in `place`: its path, or its case.

        A live answer's message has ids and times in it that the next run will not have; a file's message stays.
        """
        parts = (finding.code, place, finding.message.en if finding.file is not None else "")
        key = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        self._given[key] += 1
        if self._given[key] == 1:
            return key
        return hashlib.sha256(f"{key} {self._given[key]}".encode()).hexdigest()[:32]
