"""What only a run itself could find: it stands in its record, and is told from there when the run is shown or goes on.

Everything else is found anew in the recorded answers, by the rules of now.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from wxkf_cli.errors import UsageError
from wxkf_cli.lint.finding import Finding
from wxkf_cli.trial import runs
from wxkf_cli.trial.resuming import LEFT_BEHIND, WITNESSED, Past
from wxkf_cli.trial.scoring import Settling
from wxkf_cli.trial.witnessing import TotalWatch, Watch
from wxkf_cli.vocab.terms import Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted, safe
from wxkf_cli.wire.exchange import Exchange


def finding_of(record: Mapping[str, Any]) -> Finding:
    """The finding of a line.

    Raises:
        KeyError, TypeError, ValueError: It is no line of a finding.
    """
    message, fix = record["message"], record["fix"]
    return Finding(
        str(record["code"]),
        str(record["name"]),
        Severity(record["severity"]),
        Text(message["en"], message["zh"]),
        Text(fix["en"], fix["zh"]),
        Evidence(record["evidence"]),
        str(record["source"]),
        record["exchange"],
        record["case"] or "",
        check=record["check"],
    )


def found_then(past: Past, code: str) -> list[Finding]:
    """The findings of a code that stand in a record.

    Raises:
        UsageError: One of them is none.
    """
    found = []
    for record in past.findings(code):
        try:
            found.append(finding_of(record))
        except (KeyError, TypeError, ValueError) as error:
            message = f"line {quoted(record.get('n'))} of {safe(str(past.path))} is no finding"
            raise UsageError(
                message, "it was changed, or recorded by another version of wxkf; start a new run"
            ) from error
    return found


def left_then(past: Past) -> Settling:
    """In place of waiting for the end of a handler: what was wrong with it then."""
    found = [each.message for each in found_then(past, LEFT_BEHIND)]

    async def told() -> Sequence[Text]:
        return found

    return told


class WatchedThen(Watch):
    """Says of a push what the witness said of it then; of one that is pushed now, what it says now.

    Args:
        past: The record.
        now: Asks the witness now; None where nobody is asked, because nothing is pushed.
    """

    def __init__(self, past: Past, now: Watch | None = None) -> None:
        super().__init__()
        self._found = {each.exchange: each for each in found_then(past, WITNESSED)}
        self._now = now or _Nobody()
        # A count of everything together began anew, and does not know what was acted on before.
        self._unknown = past.left if isinstance(now, TotalWatch) else set()
        self._unknown_untold = 0

    async def begin(self) -> None:
        """Ask for the first time, where anybody is asked."""
        await self._now.begin()

    async def opened(self) -> None:
        """A push is about to leave, or has left then."""
        await self._now.opened()

    async def closed(self, last: Exchange, times: int) -> Finding | None:
        """What was found then stays found, whatever the witness says now."""
        found = await self._now.closed(last, times)
        known = self._found.pop(last.id, None)
        if known is None and found is None and times > 1 and runs.number_of(last.id) in self._unknown:
            self._unknown_untold += 1
        self._heard()
        return known or found

    async def ended(self) -> list[Finding]:
        """What was found then of no push that was closed, and what is found only now."""
        left, self._found = self._found, {}
        found = await self._now.ended()
        self._heard()
        return [*left.values(), *(each for each in found if each.exchange not in left)]

    def _heard(self) -> None:
        self.lost, self.untold = self._now.lost, self._now.untold + self._unknown_untold


class _Nobody(Watch):
    """Nobody is asked."""

    async def begin(self) -> None:
        """Nobody is there to be asked."""

    async def closed(self, _last: Exchange, _times: int) -> Finding | None:
        """Nothing is known."""
        return None

    async def ended(self) -> list[Finding]:
        """Nothing is known."""
        return []
