"""A replay of single pushes and of whole stories, as people read it: each told in its own way, one after the other."""

from collections.abc import Iterator
from dataclasses import replace

from wxkf_cli.report.event import CaseDone, Event, Started, Summary
from wxkf_cli.report.line import Line
from wxkf_cli.report.replay_text import ReplayText
from wxkf_cli.report.replayed_checks import ReplayedChecks


class Replayed:
    """Turns the events of such a replay into lines.

    Args:
        pushes: Tells of the pushes.
        stories: Tells of the stories.
    """

    def __init__(self, pushes: ReplayText, stories: ReplayedChecks) -> None:
        self._pushes, self._stories = pushes, stories
        self._alone = 0

    def lines(self, event: Event) -> Iterator[Line]:
        """What to show for one event; nothing for most."""
        match event:
            case CaseDone() if self._pushes.is_about(event):
                self._alone += 1
                yield from self._pushes.lines(event)
            case Started():
                yield from self._pushes.lines(event)
                yield from self._stories.lines(event)
            case Summary():
                yield from self._pushes.lines(replace(event, pushes=self._alone))
                yield from self._stories.lines(replace(event, pushes=event.pushes - self._alone))
            case _:
                yield from self._stories.lines(event)
