"""What a handler calls of the outgoing API, told among the events of a run: after the answer that it belongs to."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

from wxkf_cli.report.event import Called, Done, Event, Listener, Sent, Summary
from wxkf_cli.trial.resuming import Past
from wxkf_cli.wechat.service_api import Call
from wxkf_cli.wire.exchange import Exchange

#: A push, and which delivery of it.
_Delivery: TypeAlias = tuple[str | None, int | None]


def with_calls(tell: Listener, calls: Callable[[], Sequence[Call]] | None = None, past: Past | None = None) -> Listener:
    """A listener that passes every event on, and tells of calls between them.

    A call is told of once its delivery has its answer; what belongs to none, or comes later, with the next answer;
    and the rest at the end.

    Args:
        tell: Is told of everything.
        calls: Gives what was called since it was asked last; None where nobody hears that.
        past: The record that a run goes on with, or is shown from: the calls in it belong to answers in it.
    """
    if calls is None and not (past is not None and past.calls):
        return tell
    return _Calling(tell, calls or (lambda: ()), past)


class _Calling:
    def __init__(self, tell: Listener, calls: Callable[[], Sequence[Call]], past: Past | None) -> None:
        self._tell, self._calls, self._past = tell, calls, past
        self._recorded = dict(past.calls) if past is not None else {}
        self._under_way: Counter[_Delivery] = Counter()
        self._held: list[Call] = []

    def __call__(self, event: Event) -> None:
        match event:
            case Sent():
                self._under_way[_delivery(event.exchange)] += 1
                self._tell(event)
            case Done():
                self._tell(event)
                if event.is_old:
                    self._tell_recorded(_delivery(event.exchange))
                else:
                    self._answered(_delivery(event.exchange))
            case Summary():
                for each in tuple(self._recorded):
                    self._tell_recorded(each)
                self._under_way.clear()
                self._tell_new()
                self._tell(event)
            case _:
                self._tell(event)

    def _answered(self, delivery: _Delivery) -> None:
        self._under_way[delivery] -= 1
        if self._under_way[delivery] <= 0:
            del self._under_way[delivery]
        self._tell_new()

    def _tell_new(self) -> None:
        came, self._held = [*self._held, *self._calls()], []
        for call in came:
            if (call.exchange, call.delivery) in self._under_way:
                self._held.append(call)
            else:
                self._tell(Called(call))

    def _tell_recorded(self, delivery: _Delivery) -> None:
        starts = self._recorded.pop(delivery, ())
        for call in self._past.called(starts) if self._past is not None else ():
            self._tell(Called(call, is_old=True))


def _delivery(exchange: Exchange) -> _Delivery:
    return exchange.id, exchange.delivery
