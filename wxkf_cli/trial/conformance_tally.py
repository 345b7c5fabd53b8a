"""From what checks of the conformance suite found to findings that count, and to a grade."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.selection import Selection
from wxkf_cli.report.event import Grade
from wxkf_cli.simulate.conformance.check import Check, Fault, Letter
from wxkf_cli.trial.masking import masked
from wxkf_cli.vocab.conformance import ACKNOWLEDGED, CODES
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wire.exchange import Exchange

_ANSWER_403 = Text("answer 403 to what is not WeChat's", "对并非来自微信的请求返回 403")
_ORDER = list(Letter)
#: Bytes of a push's body that are told of; its Content-Length has its size.
_TOLD = 262_144


class Counted(NamedTuple):
    """What one check found that counts.

    Attributes:
        findings: Each with the weight that it has here.
        worst: The letter of the worst; None for nothing.
    """

    findings: list[Finding]
    worst: Letter | None


class Tally:
    """What was found so far.

    Args:
        selection: Which findings count.
        used: How often each ignore was used, to go on counting.
        redact: Masks secrets in what the handler gave back.

    Attributes:
        worst: By the id of each check that was made, the letter of the worst that it found; None for nothing.
    """

    def __init__(self, selection: Selection, used: Counter[int], redact: Redact) -> None:
        self._selection = selection
        self._used = used
        self._redact = redact
        self.worst: dict[str, Letter | None] = {}

    def is_asked_for(self, check: Check) -> bool:
        """Whether what a check may find counts."""
        return self._selection.is_shown(check.code)

    def counted(self, check: Check, faults: Sequence[Fault]) -> Counted:
        """What counts of what a check found; it is kept for the grade."""
        found: list[Finding] = []
        worst: Letter | None = None
        for fault in faults:
            finding = finding_of(check, fault)
            if fault.exchange is not None:
                finding = masked(finding, fault.exchange.answer, self._redact)
            ignoring = [
                place
                for place, each in enumerate(self._selection.ignores)
                if finding.code in each.codes and not each.files
            ]
            self._used.update(ignoring)
            if ignoring or not self._selection.is_selected(finding.code):
                continue
            worst = _worse(fault.letter or check.letter, worst)
            found.append(self._selection.weighed(finding))
        if found or self.is_asked_for(check):
            self.keep(check.id, worst)
        return Counted(found, worst)

    def keep(self, check: str, worst: Letter | None) -> None:
        """Keep what a check has found, for the grade.

        Args:
            check: Its id.
            worst: The letter of the worst; None for nothing.
        """
        self.worst[check] = _worse(worst, self.worst.get(check))

    def grade(self, *, is_whole: bool) -> Grade:
        """The grade; `is_whole` says whether everything was asked that was to be asked."""
        counts = Counter(self.worst.values())
        return Grade(
            {letter.value: counts[letter] for letter in Letter}, len(self.worst), is_whole and bool(self.worst)
        )


def _worse(one: Letter | None, other: Letter | None) -> Letter | None:
    return min((letter for letter in (one, other) if letter is not None), key=_ORDER.index, default=None)


def finding_of(check: Check, fault: Fault) -> Finding:
    """A finding of a check."""
    code = fault.code or check.code
    return Finding(
        code,
        CODES[code].name,
        (fault.letter or check.letter).severity,
        fault.text,
        _ANSWER_403 if code == ACKNOWLEDGED else check.fix,
        check.evidence,
        check.source,
        fault.exchange.id if fault.exchange is not None else None,
        check.name,
        check=check.id,
    )


def shortened(exchange: Exchange) -> Exchange:
    """The exchange as it is told of: records and reports do not keep 10 MiB."""
    request = exchange.request
    if request is None or len(request.body) <= _TOLD:
        return exchange
    return exchange._replace(request=request._replace(body=request.body[:_TOLD]))
