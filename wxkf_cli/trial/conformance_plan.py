"""What of the conformance suite to play against a handler, and what not, with the reason."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from wxkf_cli.lint.selection import EVERYTHING, Selection
from wxkf_cli.simulate.conformance.check import Check
from wxkf_cli.simulate.conformance.table import CHECKS
from wxkf_cli.trial.notes import NOT_SPOKEN
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.vocab.terms import DataFormat, Mode, Text

_IN_FLIGHT = 64
#: An encryption mode and a data format in which an ordinary push is answered rightly.
Spoken: TypeAlias = tuple[Mode, DataFormat]
#: A check in one leg: its id, mode and format; without these where it is about the URL, and made once.
CheckLeg: TypeAlias = tuple[str, Mode | None, DataFormat | None]


@dataclass(frozen=True, slots=True)
class ConformancePlan:
    """What to play.

    Attributes:
        checks: In order, each in every mode and format that it is for.
        formats: The data formats, in order.
        mandatory: Whether each must be spoken; otherwise one is enough.
        modes: The encryption modes, in order.
        is_near: Whether the handler can reach this machine's loopback, where the canary is.
        pace: Pushes a second at most; None for no limit.
        concurrency: How many are in flight at most.
        stop_at_first: End with the first check that fails.
        check_legs: What is made, where that is not every check in every mode and format that it is for.
        policy: The assumptions about WeChat that are settings.
        selection: Which findings count.
    """

    checks: tuple[Check, ...] = tuple(CHECKS.values())
    formats: tuple[DataFormat, ...] = tuple(DataFormat)
    mandatory: bool = False
    modes: tuple[Mode, ...] = (Mode.PLAINTEXT,)
    is_near: bool = True
    pace: float | None = None
    concurrency: int = _IN_FLIGHT
    stop_at_first: bool = False
    check_legs: Collection[CheckLeg] | None = None
    policy: Policy = DEFAULT_POLICY
    selection: Selection = EVERYTHING

    def fits(self, check: Check, spoken: Spoken) -> bool:
        """Whether a check is for a mode and a format."""
        mode, data = spoken
        return mode in check.modes and data in check.formats and not (check.is_alone and len(self.modes) > 1)

    def makings(self, spoken: Collection[Spoken]) -> Iterator[tuple[Check, Spoken | None]]:
        """What is made, in order: each check with the mode and format; with None where it is made once.

        Args:
            spoken: The modes and formats in which an ordinary push is answered rightly, in order.
        """
        made = [check for check in self.checks if self.why_not(check, spoken) is None]
        everything: list[tuple[Check, Spoken | None]] = [(check, None) for check in made if check.is_once]
        for leg in spoken:
            everything += [(check, leg) for check in made if not check.is_once and self.fits(check, leg)]
        for check, made_in in everything:
            if self.check_legs is None or (check.id, *(made_in or (None, None))) in self.check_legs:
                yield check, made_in

    def why_not(self, check: Check, spoken: Collection[Spoken]) -> Text | None:
        """Why a check is made in none of them; None where it is."""
        if check.ask is None:
            return check.why_not
        if not spoken:
            return _NO_ORDINARY
        if check.needs_canary and not self.is_near:
            return _TOO_FAR
        if check.is_once or any(self.fits(check, each) for each in spoken):
            return None
        if not any(mode in check.modes for mode in self.modes):
            return _ONLY_IN_MODE[check.modes]
        if check.is_alone and len(self.modes) > 1:
            return _ONLY_ALONE
        if not any(data in check.formats for data in self.formats):
            return _NOT_ASKED_FOR[check.formats[0]]
        if not any(mode in check.modes for mode, _ in spoken):
            return _NO_ORDINARY
        return NOT_SPOKEN[check.formats[0]]


_NO_ORDINARY = Text(
    "an ordinary push is not answered rightly; wxkf simulate says why", "普通推送没有得到正确应答；原因见 wxkf simulate"
)
_TOO_FAR = Text(
    "the handler is not on this machine, and the canary listens on loopback only",
    "处理程序不在本机，而探测服务只监听回环地址",
)
_NOT_ASKED_FOR = {data: Text(f"{data} was not asked for", f"未要求检查 {data} 格式") for data in DataFormat}
_ONLY_ALONE = Text("only where secure is the only mode", "仅当安全模式是唯一的模式时检查")
_MODES = {check.modes for check in CHECKS.values()}
_ONLY_IN_MODE = {
    modes: Text(f"only in {' or '.join(modes)} mode", f"仅在 {'、'.join(modes)} 模式下检查") for modes in _MODES
}

STOPPED = Text(
    "the handler stopped: after a request of this check, connections were refused",
    "处理程序停止了：在本项检查的某个请求之后，连接被拒绝",
)
NO_RESULT = Text("no result in the record", "记录中没有结果")
