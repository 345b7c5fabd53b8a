"""One line for each finding, as compilers write them, and a last line that counts: for grep, editors and logs."""

from collections.abc import Iterator

from wxkf_cli.report.closing import Closing
from wxkf_cli.report.event import Event, Found, Summary
from wxkf_cli.report.formats import Places, said
from wxkf_cli.vocab.terms import Language


class Concise:
    """`a.xml:2:16: error KF301 parties-not-exchanged what is wrong`; a live answer has `text xml e7` for the place.

    Args:
        language: Of messages; severities are English words, so that one pattern finds them.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._places = Places()
        self._closing = Closing(language)

    def take(self, event: Event) -> Iterator[str]:
        """A line for a finding and for the end."""
        self._places.take(event)
        self._closing.take(event)
        match event:
            case Found(finding):
                name = f"{finding.severity} {finding.code} {finding.name}"
                yield f"{self._places.shown(finding)}: {name} {said(finding, self._language)}\n"
            case Summary():
                yield f"{self._closing.said(event)}\n"
            case _:
                pass
