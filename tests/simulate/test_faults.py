"""Faults on our side: what a handler gets to see of them, and that they are never its own."""

import asyncio
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.scripted import Reply, scripted
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate import faults
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.exchange import Answer, Failure, Response

PUSH = Channel("test-token-42").push(make(PUSHES["text"]), timestamp=1714112445, nonce="1514711492")


def deliver(url: str, fault: Callable[[Wire], Transport], deadline: float = 10.0) -> Answer:
    async def once() -> Answer:
        wire = Wire(parse_url(url))
        try:
            return await fault(wire)(PUSH, deadline)
        finally:
            wire.close()

    return asyncio.run(once())


async def at_once(_: float) -> None:
    await asyncio.sleep(0)


def test_a_lost_answer_was_an_answer_to_the_handler_and_is_not_its_fault() -> None:
    with scripted() as handler:
        answer = deliver(handler.url, faults.drop_answer)
    assert isinstance(answer, Failure)
    assert answer.outcome is Outcome.LOCAL_FAULT
    assert b"transfer_customer_service" in answer.raw
    assert len(handler.requests) == 1


@pytest.mark.parametrize(("seconds", "is_lost"), [(4.0, False), (60.0, True)])
def test_an_answer_that_is_long_under_way_is_lost_beyond_the_deadline(seconds: float, is_lost: bool) -> None:
    with scripted() as handler:
        answer = deliver(handler.url, lambda wire: faults.delay(wire, seconds))
    assert answer.elapsed == (10.0 if is_lost else pytest.approx(answer.elapsed))
    assert (isinstance(answer, Failure) and answer.outcome is Outcome.LOCAL_FAULT) is is_lost


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_request_in_pieces_arrives_whole(size: int) -> None:
    with scripted() as handler:
        answer = deliver(handler.url, lambda wire: faults.split(wire, size))
    assert isinstance(answer, Response)
    assert handler.requests[0].body == PUSH.body


def test_a_slow_body_arrives_whole() -> None:
    with scripted() as handler:
        answer = deliver(handler.url, lambda wire: faults.slow_body(wire, 1000, at_once))
    assert isinstance(answer, Response)
    assert handler.requests[0].body == PUSH.body


@pytest.mark.parametrize(("is_slow", "outcome"), [(True, Outcome.LOCAL_FAULT), (False, Outcome.TIMEOUT_FIRST_BYTE)])
def test_no_answer_in_time_is_the_handlers_fault_only_if_it_had_the_time(is_slow: bool, outcome: Outcome) -> None:
    async def never(_: float) -> None:
        await asyncio.Event().wait()

    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts in its queue, and says nothing
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/wx"
        answer = deliver(url, lambda wire: faults.slow_body(wire, 10, never if is_slow else at_once), deadline=0.3)
    assert isinstance(answer, Failure)
    assert answer.outcome is outcome


FAULTS: dict[str, Callable[[Wire], Transport]] = {
    "delay": lambda wire: faults.delay(wire, 60.0),
    "drop-answer": faults.drop_answer,
    "reset": lambda wire: faults.reset(wire, 0),
    "slow-body": lambda wire: faults.slow_body(wire, 1000, at_once),
    "split": lambda wire: faults.split(wire, 7),
}


@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_of_ours_hides_that_nobody_is_there(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    answer = deliver(f"http://127.0.0.1:{port}/wx", FAULTS[name])
    assert isinstance(answer, Failure)
    assert answer.outcome is Outcome.NET_REFUSED
    assert answer.lost is None


@pytest.mark.parametrize("name", ["delay", "drop-answer"])
def test_what_was_taken_away_is_known(name: str) -> None:
    with scripted(lambda _: Reply(b"success")) as handler:
        answer = deliver(handler.url, lambda wire: faults.drop_answer(FAULTS[name](wire)))
    assert isinstance(answer, Failure)
    assert answer.lost is not None
    assert (answer.lost.status, answer.lost.body) == (200, b"success")


def test_an_answer_that_does_not_wait_for_a_slow_body_is_taken() -> None:
    started = threading.Event()

    async def never(_: float) -> None:
        started.set()
        await asyncio.Event().wait()

    with talking(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess") as (url, received):
        answer = deliver(url, lambda wire: faults.slow_body(wire, 1, never))
    assert isinstance(answer, Response)
    assert answer.body == b"success"
    assert b"".join(received).endswith(b"\r\n\r\n")


@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_reset_takes_the_connection_away_after_so_many_bytes(count: int) -> None:
    with talking(b"") as (url, received):
        answer = deliver(url, lambda wire: faults.reset(wire, count))
    assert isinstance(answer, Failure)
    assert answer.outcome is Outcome.LOCAL_FAULT
    # A reset may take back bytes that the other side has not read yet, and never adds any.
    assert len(b"".join(received)) <= count


def test_where_a_connection_only_ends_in_good_order_a_reset_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with scripted() as handler:
        with pytest.raises(UsageError, match=r"^the fault reset cannot be made on Windows$"):
            deliver(handler.url, lambda wire: faults.reset(wire, 0))
        assert handler.requests == []


def test_faults_compose() -> None:
    with scripted(lambda _: Reply(b"success")) as handler:
        answer = deliver(handler.url, lambda wire: faults.drop_answer(faults.delay(faults.split(wire, 3), 1.0)))
    assert isinstance(answer, Failure)
    assert answer.outcome is Outcome.LOCAL_FAULT
    assert handler.requests[0].body == PUSH.body


@contextmanager
def talking(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that reads up to the end of the headers, answers, and then reads until nothing more comes."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    while not b"".join(received).endswith(b"\r\n\r\n"):
                        data = connection.recv(65536)
                        if not data:
                            return
                        received.append(data)
                    connection.sendall(answer)
                    while data := connection.recv(65536):
                        received.append(data)
                except ConnectionError:
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/wx", received
        finally:
            thread.join()
