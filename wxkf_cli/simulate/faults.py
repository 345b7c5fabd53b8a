"""Faults on our side of the wire, as data: what WeChat's network does to a push, to see what a handler makes of it.

A fault is a function from transport to transport, so faults compose. What they take away is `local.fault`, and never
the handler's; where the handler gave no answer by itself, there is nothing to take away, and it stays what it was.
`duplicate` is not among them: two pushes are two deliveries, and have two answers.
"""

import asyncio
import socket
import struct
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.vocab.outcomes import NEVER_CONNECTED, Outcome, Phase
from wxkf_cli.vocab.policy import SLOW_SHARE
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest, Response

#: Waits so many real seconds; handed in, so that tests need not.
Sleep: TypeAlias = Callable[[float], Coroutine[Any, Any, Any]]

_HEAD_END = b"\r\n\r\n"
#: Linger on, for no time: closing sends a reset instead of a farewell.
_RESET = struct.pack("ii", 1, 0)


def delay(transport: Transport, seconds: float) -> Transport:
    """The answer is so many seconds longer under way: nobody waits for them, but beyond the deadline it is lost."""

    async def delayed(request: PushRequest, deadline: float) -> Answer:
        answer = await transport(request, deadline)
        if isinstance(answer, Failure) or answer.elapsed + seconds <= deadline:
            return answer
        return _taken(answer, deadline, f"the answer came {seconds:g} s later")

    return delayed


def drop_answer(transport: Transport) -> Transport:
    """The handler handles the push, and its answer is lost on the way back."""

    async def dropping(request: PushRequest, deadline: float) -> Answer:
        answer = await transport(request, deadline)
        return answer if isinstance(answer, Failure) else _taken(answer, answer.elapsed, "the answer was dropped")

    return dropping


def reset(wire: Wire, after_bytes: int) -> Transport:
    """The connection is reset when so many bytes of the request are out.

    Raises:
        UsageError: On Windows, whose event loop ends every connection in good order.
    """
    if sys.platform == "win32":
        message = "the fault reset cannot be made on Windows"
        raise UsageError(message, "run wxkf in WSL, or take drop-answer")

    async def resetting(transport: asyncio.Transport, payload: bytes) -> None:
        transport.write(payload[:after_bytes])
        # What is written is on its way after a turn of the loop; a reset would take back what is not.
        await asyncio.sleep(0)
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()

    async def cut(request: PushRequest, deadline: float) -> Answer:
        answer = await wire(request, deadline, resetting)
        if isinstance(answer, Failure) and answer.outcome in NEVER_CONNECTED:
            return answer
        whole = answer if isinstance(answer, Response) else None
        detail = f"reset after {after_bytes} bytes"
        return Failure(Outcome.LOCAL_FAULT, Phase.LOCAL, answer.elapsed, detail, lost=whole)

    return cut


def slow_body(wire: Wire, bytes_per_second: float, sleep: Sleep = asyncio.sleep) -> Transport:
    """The body trickles in, a byte at a time.

    An answer that does not come in time is the handler's fault only where it had most of that time for it.
    """

    async def slowly(request: PushRequest, deadline: float) -> Answer:
        loop = asyncio.get_running_loop()
        started, written = loop.time(), deadline

        async def trickling(transport: asyncio.Transport, payload: bytes) -> None:
            nonlocal written
            start = payload.find(_HEAD_END) + len(_HEAD_END)
            transport.write(payload[:start])
            for place in range(start, len(payload)):
                await sleep(1 / bytes_per_second)
                transport.write(payload[place : place + 1])
            written = loop.time() - started

        answer = await wire(request, deadline, trickling)
        is_late = isinstance(answer, Failure) and answer.outcome.family == "timeout"
        if is_late and written > (1 - SLOW_SHARE) * deadline:
            detail = f"sent at {bytes_per_second:g} bytes a second"
            return Failure(Outcome.LOCAL_FAULT, Phase.LOCAL, answer.elapsed, detail, answer.raw)
        return answer

    return slowly


def split(wire: Wire, size: int) -> Transport:
    """The request comes in pieces of so many bytes, each in a packet of its own."""

    async def in_pieces(transport: asyncio.Transport, payload: bytes) -> None:
        for place in range(0, len(payload), size):
            transport.write(payload[place : place + size])
            await asyncio.sleep(0)

    async def written(request: PushRequest, deadline: float) -> Answer:
        return await wire(request, deadline, in_pieces)

    return written


def _taken(answer: Response, elapsed: float, detail: str) -> Failure:
    return Failure(Outcome.LOCAL_FAULT, Phase.LOCAL, elapsed, detail, answer.raw, answer)
