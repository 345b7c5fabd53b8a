"""The one shape that everything has over which a push can travel."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TypeAlias

from wxkf_cli.wire.exchange import Answer, Exchange, PushRequest

#: Deliver one request within so many seconds, in all; never raises for what the handler or the network does.
Transport: TypeAlias = Callable[[PushRequest, float], Awaitable[Answer]]

#: What is being delivered, for a transport that must tell later what belonged to it; None outside a run.
DELIVERING: ContextVar[Exchange | None] = ContextVar("delivering", default=None)
