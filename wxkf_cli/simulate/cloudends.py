"""Ends of a function's process that no answer shows: the push that made it was over, or nobody knows which it was."""

import re
from dataclasses import dataclass

from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire.escape import safe

#: Pushes whose names are remembered, the last ones, and different reasons that are told (ours).
_NAMES = 1_000
_REASONS = 20
#: What the platform makes anew for each call, so that no two reasons would be the same.
_REQUEST_ID = re.compile(r" rid: [0-9a-f-]+")


@dataclass(slots=True)
class _Kind:
    """Ends for one reason."""

    reason: Text
    first: str | None
    times: int = 0


class Ends:
    """Notes each end, and tells of them by reason."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._kinds: dict[tuple[str, bool], _Kind] = {}

    def know(self, number: int, name: str) -> None:
        """Remember what a push is called."""
        self._names[number] = name
        if len(self._names) > _NAMES:
            del self._names[next(iter(self._names))]

    def note(self, number: int | None, reason: Text) -> None:
        """The process ended.

        Args:
            number: The push whose code it was, which is over; None where that is not known.
            reason: Why, as it came: not yet safe to show.
        """
        key = _REQUEST_ID.sub("", reason.en), number is None
        if key not in self._kinds and len(self._kinds) < _REASONS:
            name = None if number is None else self._names.get(number) or "a push"
            self._kinds[key] = _Kind(reason, name)
        if key in self._kinds:
            self._kinds[key].times += 1

    def told(self) -> list[Text]:
        """What a person should know, a text for each reason."""
        return [_told(each) for each in self._kinds.values()]


def _told(kind: _Kind) -> Text:
    en, zh = safe(kind.reason.en, 300), safe(kind.reason.zh, 300)
    more = kind.times - 1
    if kind.first is None:
        times, zh_times = (f" {kind.times} times", f" {kind.times} 次") if more else ("", "")
        return Text(
            f"the function's process ended{times}, and which push did it is not known: {en}",
            f"函数的进程退出了{zh_times}，无法确定由哪一次推送引起：{zh}",
        )
    if more:
        again = "once more" if more == 1 else f"{more} more times"
        return Text(
            f"the function's process ended after {kind.first} was over, and {again} like that: {en}",
            f"{kind.first} 结束之后，函数的进程退出了，类似情况另有 {more} 次：{zh}",
        )
    return Text(
        f"the function's process ended after {kind.first} was over: {en}",
        f"{kind.first} 结束之后，函数的进程退出了：{zh}",
    )
