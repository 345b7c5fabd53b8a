"""The one shape that everything has over which a push can travel."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from wxkf_cli.wire.exchange import Answer, PushRequest

#: Deliver one request within so many seconds, in all; never raises for what the handler or the network does.
Transport: TypeAlias = Callable[[PushRequest, float], Awaitable[Answer]]
