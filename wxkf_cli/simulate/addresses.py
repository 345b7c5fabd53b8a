"""From a target to a connected socket: its name looked up once a run, every address tried inside the deadline."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.target import Reach, Target, reach_of

Address: TypeAlias = tuple[socket.AddressFamily, Any]

#: Seconds after which the next address is tried beside one that has not answered (RFC 8305).
_PATIENCE = 0.25


class Addresses:
    """Where a target's name leads, pinned so that it cannot change half-way through a run."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._known: list[Address] = []
        self._pending: asyncio.Future[list[Address]] | None = None

    async def known(self) -> list[Address]:
        """All of them; whoever asks while a look-up is under way waits for that one.

        Raises:
            UsageError: The name stands for a link-local or metadata address.
            OSError: It does not resolve.
            UnicodeError: It is no host name.
        """
        if not self._known:
            if self._pending is None or self._pending.done():
                self._pending = _looked_up(self._target.host, self._target.port)
            # Shielded: the one whose deadline strikes must not cancel the look-up of the others.
            found = await asyncio.shield(self._pending)
            for _, address in found:
                refuse_forbidden(self._target.host, address[0])
            self._known = found
        return self._known


def refuse_forbidden(host: str, address: str) -> None:
    """Stop before anything is sent where nothing may be sent.

    Raises:
        UsageError: The address is link-local or a cloud's metadata service.
    """
    if reach_of(address) is Reach.FORBIDDEN:
        message = f"{host} is {address}, a link-local or cloud metadata address"
        raise UsageError(message, "wxkf never sends anything there")


def _looked_up(host: str, port: int) -> "asyncio.Future[list[Address]]":
    def look_up(flags: int = 0) -> list[Address]:
        return [(row[0], row[4]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)]

    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[list[Address]] = loop.create_future()

    def run() -> None:
        setter: Callable[[Any], None]
        value: Any
        try:
            setter, value = waiting.set_result, look_up()
        except Exception as error:
            setter, value = waiting.set_exception, error
        # The loop may be closed by now: nobody waits any more.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(setter, value)

    with contextlib.suppress(socket.gaierror, UnicodeError):
        waiting.set_result(look_up(socket.AI_NUMERICHOST))
    if not waiting.done():
        # A thread of its own, and a daemon: a resolver that hangs must not hold up the end of the program.
        threading.Thread(target=run, daemon=True, name="wxkf-resolver").start()
    return waiting


async def first_connected(addresses: list[Address], deadline_at: float) -> socket.socket:
    """A socket connected to the first address that answers; that one is moved to the front of the list.

    Each attempt gets its share of the time that is left, so that an address nobody answers at leaves some to the next.
    Beside one that has not answered for a moment the others are tried: Windows takes 2 s to tell that `::1` refuses.

    Raises:
        OSError: None answered; the error is the one that tells most.
    """
    first, rest = addresses[0], addresses[1:]
    limit = asyncio.timeout((deadline_at - asyncio.get_running_loop().time()) / len(addresses))
    if not rest:
        async with limit:
            return await _connected(*first)
    others = _Others(rest, deadline_at, limit)
    try:
        async with limit:
            return await _connected(*first)
    except OSError as error:
        connected = await others.instead_of(error)
    finally:
        others.close()
    addresses[:] = [rest[0], first, *rest[1:]]
    return connected


class _Others:
    """The addresses after the first: tried beside it when it has not answered for a moment, or when it has failed.

    Args:
        addresses: All of them.
        deadline_at: When they must have an end.
        first: The time that the first has; it is over as soon as another has answered.
    """

    def __init__(self, addresses: list[Address], deadline_at: float, first: asyncio.Timeout) -> None:
        self._addresses = addresses
        self._deadline_at = deadline_at
        self._first = first
        self._task: asyncio.Task[socket.socket] | None = None
        self._timer = asyncio.get_running_loop().call_later(_PATIENCE, self._begin)

    async def instead_of(self, failure: OSError) -> socket.socket:
        """A socket connected to one of them, after the first has failed."""
        self._timer.cancel()
        try:
            connected = await (self._task or self._begin())
        except OSError as error:
            raise min((failure, error), key=_tells_little) from None
        self._task = None
        return connected

    def close(self) -> None:
        """Begin nothing more, and close what was connected beside the first."""
        self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
            self._task.add_done_callback(_close_unwanted)

    def _begin(self) -> "asyncio.Task[socket.socket]":
        self._task = asyncio.create_task(first_connected(self._addresses, self._deadline_at))
        self._task.add_done_callback(self._end_first)
        return self._task

    def _end_first(self, task: "asyncio.Task[socket.socket]") -> None:
        if _has_connected(task):
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                self._first.reschedule(asyncio.get_running_loop().time())


def _has_connected(task: "asyncio.Task[socket.socket]") -> bool:
    return not task.cancelled() and task.exception() is None


def _close_unwanted(task: "asyncio.Task[socket.socket]") -> None:
    if _has_connected(task):
        task.result().close()


def _tells_little(error: OSError) -> int:
    """How little an error tells: a refusal proves that the machine is there, a family we lack proves nothing."""
    return 0 if isinstance(error, ConnectionRefusedError) else 1 if isinstance(error, TimeoutError) else 2


async def _connected(family: socket.AddressFamily, address: Any) -> socket.socket:
    plain = socket.socket(family, socket.SOCK_STREAM)
    try:
        plain.setblocking(False)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(plain, address)
    except BaseException:
        plain.close()
        raise
    return plain
