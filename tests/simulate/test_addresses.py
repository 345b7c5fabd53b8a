"""From several addresses to one connection: none waits long for another, and none is connected for nothing."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

from tests.simulate.hostile import AMPLE, run
from wxkf_cli.simulate import addresses as addresses_module
from wxkf_cli.simulate.addresses import Address, first_connected

ONE: Address = (socket.AF_INET, ("127.0.0.1", 9))
OTHER: Address = (socket.AF_INET, ("127.0.0.2", 9))
THIRD: Address = (socket.AF_INET, ("127.0.0.3", 9))

Connects = Callable[[str], Awaitable[None]]


class Network:
    """Takes connections as a test says, and knows what was tried."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, connects: Connects, patience: float = AMPLE) -> None:
        self.tried: list[str] = []
        self.sockets: list[socket.socket] = []
        self._connects = connects
        monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", lambda _, *given: self._connect(*given))
        monkeypatch.setattr(addresses_module, "_PATIENCE", patience)

    async def _connect(self, plain: socket.socket, address: tuple[str, int]) -> None:
        self.tried.append(address[0])
        self.sockets.append(plain)
        await self._connects(address[0])

    @property
    def still_open(self) -> int:
        """How many sockets nobody has closed."""
        return sum(each.fileno() != -1 for each in self.sockets)


async def connected(addresses: list[Address], deadline: float = AMPLE) -> None:
    """Connect, and hang up at once."""
    (await first_connected(addresses, asyncio.get_running_loop().time() + deadline)).close()
    await asyncio.sleep(0)  # what was begun beside it is closed in the next turn


async def never() -> None:
    await asyncio.get_running_loop().create_future()


async def at_once(_: str) -> None:
    pass


async def only_the_second(host: str) -> None:
    if host != "127.0.0.2":
        await never()


def test_an_address_that_is_slow_to_refuse_costs_a_moment_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, only_the_second, patience=0)
    addresses = [ONE, OTHER]

    async def twice() -> None:
        await connected(addresses)
        await connected(addresses)

    run(twice())
    assert network.tried == ["127.0.0.1", "127.0.0.2", "127.0.0.2"]
    assert network.still_open == 0


def test_where_the_first_answers_at_once_no_other_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, at_once)
    run(connected([ONE, OTHER, THIRD]))
    assert network.tried == ["127.0.0.1"]


def test_the_next_is_tried_at_once_where_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(host: str) -> None:
        if host != "127.0.0.3":
            raise ConnectionRefusedError

    network = Network(monkeypatch, refused)
    run(connected([ONE, OTHER, THIRD]))
    assert network.tried == ["127.0.0.1", "127.0.0.2", "127.0.0.3"]


def test_of_two_that_answer_together_the_earlier_is_taken_and_the_other_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = asyncio.Event()

    async def together(_: str) -> None:
        if len(network.tried) == 2:
            both.set()
        await both.wait()

    network = Network(monkeypatch, together, patience=0)
    addresses = [ONE, OTHER]
    run(connected(addresses))
    assert network.tried == ["127.0.0.1", "127.0.0.2"]
    assert network.still_open == 0
    assert addresses == [ONE, OTHER]


def test_a_refusal_is_told_although_another_address_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refusing(host: str) -> None:
        if host == "127.0.0.1":
            await never()
        raise ConnectionRefusedError

    network = Network(monkeypatch, refusing, patience=0)
    with pytest.raises(ConnectionRefusedError):
        run(connected([ONE, OTHER], deadline=0.2))
    assert network.still_open == 0


def test_who_gives_up_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hanging(_: str) -> None:
        await never()

    async def given_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await connected([ONE, OTHER])

    network = Network(monkeypatch, hanging, patience=0)
    run(given_up())
    assert network.tried == ["127.0.0.1", "127.0.0.2"]
    assert network.still_open == 0
