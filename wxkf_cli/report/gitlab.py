"""GitLab's Code Quality report: a JSON array that its merge requests show.

It is about files: a finding in a live answer gets the path it is told to, that of the run's record or
`wxkf-simulate`, and says in its description which exchange it is about.
"""

from collections.abc import Iterator
from typing import Any

from wxkf_cli.lint.finding import Finding
from wxkf_cli.report.event import Event, Found, Summary
from wxkf_cli.report.formats import NO_FILE, Fingerprints, Locate, Places, harmless, located, said
from wxkf_cli.report.machine import dumps
from wxkf_cli.vocab.terms import Language, Severity
from wxkf_cli.wire.escape import safe

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


class GitLab:
    """Collects findings and gives the array at the end.

    Args:
        language: Of descriptions.
        locate: Paths from the repository's root.
        stand_in: The path of findings that are in no file.
    """

    def __init__(self, language: Language, locate: Locate, stand_in: str = NO_FILE) -> None:
        self._language = language
        self._locate = locate
        self._stand_in = stand_in
        self._places = Places()
        self._fingerprints = Fingerprints()
        self._entries: list[dict[str, Any]] = []

    def take(self, event: Event) -> Iterator[str]:
        """Nothing until the end."""
        self._places.take(event)
        match event:
            case Found(finding):
                self._entries.append(self._entry(finding))
            case Summary():
                yield f"{dumps(self._entries, indent=2)}\n"
            case _:
                pass

    def _entry(self, finding: Finding) -> dict[str, Any]:
        message = said(finding, self._language)
        if finding.file is None:
            path, stable, line = self._stand_in, self._places.leg(finding), 1
            message = f"{self._places.shown(finding)}: {message}"
        else:
            path = stable = harmless(safe(located(finding.file, self._locate), 4096))
            line = finding.place.line if finding.place is not None else 1
        return {
            "description": f"{finding.code} {finding.name}: {message}",
            "check_name": finding.code,
            "fingerprint": self._fingerprints.of(finding, stable),
            "severity": _SEVERITIES[finding.severity],
            "location": {"path": path, "lines": {"begin": line}},
        }
