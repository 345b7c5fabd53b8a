"""What a run has behind it: the answers that stand in its record, and the pushes whose answers do not."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wxkf_cli.errors import UsageError
from wxkf_cli.trial import runs
from wxkf_cli.trial.doubt import ENDED, Doubt
from wxkf_cli.trial.recording import key_of
from wxkf_cli.vocab.terms import Route
from wxkf_cli.wechat.callrecord import call_from_json, delivery_of
from wxkf_cli.wechat.record import exchange_from_json
from wxkf_cli.wechat.service_api import Call
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.escape import quoted, safe
from wxkf_cli.wire.exchange import Exchange
from wxkf_cli.wire.signature import verify

#: What only the run itself could find: a witness said it, or the handler at its end.
WITNESSED, LEFT_BEHIND = "KF408", "KF905"
#: The setting that says who was asked.
WITNESS = "witness"
#: An answer that stands for the one that is not known.
_NONE = {"response": None, "outcome": "local.interrupted"}


#: Deliveries of a push, and copies of a delivery, at most; each of these has a number of its own among all.
_DELIVERIES, _COPIES = 1 << 12, 1 << 10


class NotPlayed(Exception):
    """The record ends here."""


class Past:
    """A record, read for going on with it or for showing it.

    Only where its lines are is kept, so that its size does not matter.

    Attributes:
        path: The record.
        target: `kind` and `url` of the handler.
        settings: What the run was made with.
        lines: How many whole lines the record has.
        notices: What a person should know of it.
        found: Its findings, as `recording.key_of` gives them.
        calls: By exchange and delivery, where the lines of what the handler called then begin; `called` reads them.
        summary: Its last figures; None where it was cut off before them.
    """

    def __init__(self, path: Path, *, only: bool = False) -> None:
        """Read it.

        Args:
            path: The record.
            only: Whether nothing is ever pushed: `answered` raises NotPlayed at the first push without an answer.

        Raises:
            UsageError: It cannot be read, or is no record of a simulation.
        """
        self.path = path
        self._only = only
        self.notices: list[str] = []
        self.found: set[str] = set()
        self.calls: dict[tuple[str | None, int | None], list[int]] = {}
        self.summary: Mapping[str, Any] | None = None
        self.lines = 0
        self.seal: Seal | None = None
        self._done: dict[int, int] = {}
        self._sent: dict[int, int] = {}
        self._findings: dict[str, list[int]] = {}
        self._doubt = Doubt()
        self._order: list[int] = []
        head: Mapping[str, Any] | None = None
        for record, start in runs.lines(path, self.notices):
            self.lines += 1
            match record.get("type"):
                case "run":
                    head, self.summary = head or record, None
                    self._doubt.begun()
                case "sent":
                    self._keep(self._sent, record, start)
                    self._doubt.sent(str(record.get("id")))
                case "done":
                    self._keep(self._done, record, start)
                    self._doubt.answered(str(record.get("id")))
                case "call":
                    self.calls.setdefault(delivery_of(record), []).append(start)
                case "finding" if (key := key_of(dict(record))) not in self.found:
                    self.found.add(key)
                    if (code := record.get("code")) in (WITNESSED, LEFT_BEHIND):
                        self._findings.setdefault(code, []).append(start)
                case "summary":
                    self.summary = record
                    if record.get("exit_code") in ENDED:
                        self._doubt.ended()
        target, settings = (head or {}).get("target"), (head or {}).get("settings")
        if not isinstance(target, Mapping) or not isinstance(settings, Mapping):
            message = f"{safe(str(path))} does not begin with the line of a simulation"
            raise UsageError(message, "wxkf simulate writes such records; wxkf runs list shows them")
        self.target: Mapping[str, Any] = target
        self.settings: Mapping[str, Any] = settings

    @property
    def doubtful(self) -> int:
        """How many deliveries have left without an answer in the record, and were not made again since."""
        return self._doubt.left

    @property
    def answers(self) -> int:
        """How many answers it has."""
        return self._doubt.done

    @property
    def numbers(self) -> list[int]:
        """Which pushes have an answer, by their numbers."""
        return sorted({key // (_DELIVERIES * _COPIES) for key in self._done})

    @property
    def left(self) -> set[int]:
        """Which pushes have left, by their numbers."""
        return {key // (_DELIVERIES * _COPIES) for key in self._sent}

    def answered(self, number: int, sending: Exchange, copy: int = 0) -> Exchange | None:
        """A delivery with its answer; None where it is still to be made.

        Args:
            number: Which push of the run it is.
            sending: The delivery, as it would be made now.
            copy: How many of the same were made at once before it.

        Raises:
            UsageError: The record has another push of that number.
            NotPlayed: There is no answer, and nothing is ever pushed.
        """
        exchange = self._read(self._done, number, sending, copy)
        if exchange is None and self._only:
            raise NotPlayed
        return exchange

    def before(self, number: int, sending: Exchange) -> Exchange | None:
        """A delivery that has left, and whose answer is not known; None where it has not, or cannot be made again.

        Raises:
            UsageError: The record has another push of that number.
        """
        if _key(number, sending.delivery) in self._done:
            return None
        exchange = self._read(self._sent, number, sending)
        is_known = exchange is not None and (exchange.push is None) == (sending.push is None)
        return exchange if is_known else None

    def exchange(self, number: int) -> Exchange | None:
        """The last delivery of a push with its answer, by its number alone; None where the record has none.

        Raises:
            UsageError: It cannot be read.
        """
        keys = self._keys_of(number)
        return self._exchange(self._done[keys[-1]]) if keys else None

    def deliveries(self, number: int) -> list[Exchange]:
        """All deliveries of a push with their answers, copies included, in their order.

        Raises:
            UsageError: They cannot be read.
        """
        return [self._exchange(self._done[key]) for key in self._keys_of(number)]

    def overlap(self, one: int, other: int) -> bool:
        """Whether each of two pushes left before the other had its last answer, whichever left first."""
        left = [self._sent[key] for key in (_key(one, 1), _key(other, 1)) if key in self._sent]
        over = [self._done[keys[-1]] for keys in (self._keys_of(one), self._keys_of(other)) if keys]
        return len(left) == len(over) == 2 and max(left) < min(over)

    def copies(self, number: int) -> int:
        """How many copies came at the same time as the first delivery of a push."""
        return max(sum(_key(number, 1) <= key < _key(number, 2) for key in self._keys_of(number)) - 1, 0)

    def findings(self, code: str) -> list[Mapping[str, Any]]:
        """The lines of what was found, each once: of a code that no answer shows, `WITNESSED` or `LEFT_BEHIND`.

        Raises:
            UsageError: They cannot be read any more.
        """
        return [runs.line_at(self.path, start) for start in self._findings.get(code, ())]

    def called(self, starts: Sequence[int]) -> list[Call]:
        """The calls whose lines begin at these bytes.

        Raises:
            UsageError: They cannot be read any more.
        """
        return [call_from_json(runs.line_at(self.path, start)) for start in starts]

    def check_secrets(self, token: str) -> None:
        """Make sure that the token, and the key in `seal`, are those that the run was made with.

        The record holds neither; but what they signed and sealed is there.

        Raises:
            UsageError: They are others.
        """
        for start in self._sent.values():
            exchange = exchange_from_json({**runs.line_at(self.path, start), **_NONE}, self.seal)
            request = exchange.request
            if exchange.route is not Route.URL:
                return  # nothing was signed
            if request is None or not exchange.genuine:
                continue
            signed = (token, request.parameter("timestamp"), request.parameter("nonce"))
            if not verify(request.parameter("signature"), *signed):
                message = f"the pushes of {safe(self.path.stem)} were signed with another Token"
                raise UsageError(message, "set WXKF_TOKEN to the one that the run was started with")
            if exchange.push is not None:
                return
            if request.method == "POST" and not runs.line_at(self.path, start)["push"].get("body_cut"):
                message = f"the pushes of {safe(self.path.stem)} were sealed with another key, or for another appid"
                raise UsageError(message, "set WXKF_AES_KEY and WXKF_APPID to those that the run was started with")

    def _keys_of(self, number: int) -> list[int]:
        """Where the answers to a push are kept."""
        if len(self._order) != len(self._done):
            self._order = sorted(self._done)
        first, behind = (bisect_left(self._order, _key(each, 0)) for each in (number, number + 1))
        return self._order[first:behind]

    def _keep(self, where: dict[int, int], record: Mapping[str, Any], start: int) -> None:
        number, delivery = runs.number_of(record.get("id")), record.get("delivery", 1)
        if number is None or not isinstance(delivery, int) or not 0 < delivery < _DELIVERIES:
            return
        key = _key(number, delivery)
        while key in where:
            key += 1
        where[key] = start

    def _read(self, where: dict[int, int], number: int, sending: Exchange, copy: int = 0) -> Exchange | None:
        start = where.get(_key(number, sending.delivery, copy))
        if start is None:
            return None
        exchange = self._exchange(start)
        wanted = (sending.case, sending.mode, sending.flaw, exchange.data if sending.push is None else sending.data)
        if (exchange.case, exchange.mode, exchange.flaw, exchange.data) != wanted:
            message = f"push e{number} of {safe(self.path.stem)} is {quoted(exchange.case)}, not {quoted(sending.case)}"
            raise UsageError(message, "it was recorded by a version of wxkf with another suite; start a new run")
        return exchange

    def _exchange(self, start: int) -> Exchange:
        record = runs.line_at(self.path, start)
        return exchange_from_json(record if record.get("type") == "done" else {**record, **_NONE}, self.seal)


def _key(number: int, delivery: int, copy: int = 0) -> int:
    return (number * _DELIVERIES + delivery) * _COPIES + copy
