"""Faults on our side of the wire, as data: what WeChat's network does to a push, to see what a handler makes of it.

A fault is a function from transport to transport, so faults compose. What they take away is `local.fault`, and never
the handler's. `duplicate` is not among them: two pushes are two deliveries, and have two answers.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from wxkf_cli.simulate.connection import Writing
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest

#: Waits so many real seconds; handed in, so that tests need not.
Sleep: TypeAlias = Callable[[float], Coroutine[Any, Any, Any]]

_HEAD_END = b"\r\n\r\n"
#: Linger on, for no time: closing sends a reset instead of a farewell.
_RESET = struct.pack("ii", 1, 0)


def delay(transport: Transport, seconds: float) -> Transport:
    """The answer is so many seconds longer under way: nobody waits for them, but beyond the deadline it is lost."""

    async def delayed(request: PushRequest, deadline: float) -> Answer:
        answer = await transport(request, deadline)
        if answer.elapsed + seconds <= deadline:
            return answer
        return Failure(Outcome.LOCAL_FAULT, Phase.LOCAL, deadline, f"the answer came {seconds:g} s later", answer.raw)

    return delayed


def drop_answer(transport: Transport) -> Transport:
    """The handler handles the push, and its answer is lost on the way back."""

    async def dropping(request: PushRequest, deadline: float) -> Answer:
        answer = await transport(request, deadline)
        return Failure(Outcome.LOCAL_FAULT, Phase.LOCAL, answer.elapsed, "the answer was dropped", answer.raw)

    return dropping


def reset(wire: Wire, after_bytes: int) -> Transport:
    """The connection is reset when so many bytes of the request are out."""

    async def resetting(transport: asyncio.Transport, payload: bytes) -> None:
        transport.write(payload[:after_bytes])
        # What is written is on its way after a turn of the loop; a reset would take back what is not.
        await asyncio.sleep(0)
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()

    async def cut(request: PushRequest, deadline: float) -> Answer:
        answer = await wire(request, deadline, resetting)
        return Failure(Outcome.LOCAL_FAULT, Phase.LOCAL, answer.elapsed, f"reset after {after_bytes} bytes")

    return cut


def slow_body(wire: Wire, bytes_per_second: float, sleep: Sleep = asyncio.sleep) -> Transport:
    """The body trickles in, a byte at a time."""

    async def trickling(transport: asyncio.Transport, payload: bytes) -> None:
        start = payload.find(_HEAD_END) + len(_HEAD_END)
        transport.write(payload[:start])
        for place in range(start, len(payload)):
            await sleep(1 / bytes_per_second)
            transport.write(payload[place : place + 1])

    return _written(wire, trickling)


def split(wire: Wire, size: int) -> Transport:
    """The request comes in pieces of so many bytes, each in a packet of its own."""

    async def in_pieces(transport: asyncio.Transport, payload: bytes) -> None:
        for place in range(0, len(payload), size):
            transport.write(payload[place : place + size])
            await asyncio.sleep(0)

    return _written(wire, in_pieces)


def _written(wire: Wire, writing: Writing) -> Transport:
    async def written(request: PushRequest, deadline: float) -> Answer:
        return await wire(request, deadline, writing)

    return written
