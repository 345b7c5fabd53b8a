"""What an event loop may do between two steps of ours: bytes, ends and losses come when they like."""

import asyncio

import pytest

from tests.simulate.hostile import AMPLE, GOOD, SHORT, run
from wxkf_cli.simulate.connection import Connection
from wxkf_cli.simulate.over_wire import _ResponseReader
from wxkf_cli.simulate.responsehead import ProtocolError
from wxkf_cli.simulate.trust import tls_context
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.wire.exchange import Answer, Failure, Response


class Unplugged(asyncio.Transport):
    """A transport that leads nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False
        self.unsent = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True


def connected() -> tuple[Connection, Unplugged]:
    connection, transport = Connection(), Unplugged()
    connection.connection_made(transport)
    return connection, transport


async def asked(connection: Connection, deadline: float = AMPLE) -> Answer:
    now = asyncio.get_running_loop().time()
    return await connection.exchange(b"request", _ResponseReader(), now, now + deadline)


def test_an_answer_before_the_request_is_taken() -> None:
    async def body() -> tuple[Answer, bytes, bool, Answer]:
        connection, transport = connected()
        connection.data_received(GOOD[:9])
        connection.data_received(GOOD[9:])
        answer = await asked(connection)
        return answer, transport.written, connection.reusable, await asked(connection, SHORT)

    answer, written, reusable, second = run(body())
    assert isinstance(answer, Response)
    assert (answer.body, written, reusable) == (b"success", b"request", True)
    assert isinstance(second, Failure), "one answer is for one request"


def test_an_answer_and_an_end_before_the_request_is_taken() -> None:
    async def body() -> tuple[Answer, bool]:
        connection, transport = connected()
        connection.data_received(b"HTTP/1.1 200 OK\r\n\r\nsuccess")
        connection.eof_received()
        transport.close()
        connection.connection_lost(None)
        return await asked(connection), connection.reusable

    answer, reusable = run(body())
    assert isinstance(answer, Response)
    assert (answer.body, reusable) == (b"success", False)


@pytest.mark.parametrize(
    ("lost", "outcome"), [(None, Outcome.NET_CLOSED_EARLY), (ConnectionResetError("reset"), Outcome.NET_RESET)]
)
def test_a_connection_that_is_lost_before_the_request_keeps_its_word(lost: Exception | None, outcome: Outcome) -> None:
    async def body() -> tuple[Answer, bytes]:
        connection, transport = connected()
        transport.close()
        connection.connection_lost(lost)
        return await asked(connection), transport.written

    answer, written = run(body())
    assert isinstance(answer, Failure)
    assert (answer.outcome, answer.phase, written) == (outcome, Phase.FIRST_BYTE, b"")


def test_the_first_reason_for_a_loss_is_the_one_that_counts() -> None:
    async def body() -> tuple[Answer, bool]:
        connection, transport = connected()
        connection.eof_received()
        transport.close()
        connection.connection_lost(ConnectionResetError("reset"))
        return await asked(connection), connection.was_stale

    answer, was_stale = run(body())
    assert isinstance(answer, Failure)
    assert (answer.outcome, was_stale) == (Outcome.NET_CLOSED_EARLY, False)


def test_a_connection_that_was_never_made_can_be_closed() -> None:
    async def body() -> bool:
        connection = Connection()
        connection.close()
        return connection.reusable

    assert not run(body())


@pytest.mark.parametrize(
    ("error", "outcome"), [(MemoryError(), Outcome.LOCAL_MEMORY), (RecursionError("ours"), Outcome.LOCAL_BUG)]
)
def test_what_we_stumble_over_is_never_the_handlers_fault(
    monkeypatch: pytest.MonkeyPatch, error: Exception, outcome: Outcome
) -> None:
    def on_body(*_: object) -> None:
        raise error

    async def body() -> Answer:
        connection, _ = connected()
        connection.data_received(GOOD)
        return await asked(connection)

    monkeypatch.setattr(_ResponseReader, "on_body", on_body)
    answer = run(body())
    assert isinstance(answer, Failure)
    assert answer.outcome is outcome


def test_garbage_before_the_answer_is_passed_on_ends_the_connection() -> None:
    async def body() -> tuple[Answer, bool, bool]:
        connection, transport = connected()
        asking = asyncio.create_task(asked(connection))
        await asyncio.sleep(0)
        connection.data_received(GOOD)
        connection.data_received(b"garbage")
        return await asking, connection.reusable, transport.closed

    answer, reusable, closed = run(body())
    assert isinstance(answer, Response)
    assert (reusable, closed) == (False, True)


def test_a_deadline_that_strikes_between_two_exchanges_strikes_nobody() -> None:
    async def body() -> tuple[Answer, Answer, Answer]:
        connection, _ = connected()
        connection.data_received(GOOD)
        first = await asked(connection, SHORT / 10)
        other, _ = connected()
        silence = await asked(other, SHORT)
        asking = asyncio.create_task(asked(connection))
        for _ in range(3):
            await asyncio.sleep(0)
        connection.data_received(GOOD)
        return first, silence, await asking

    first, silence, second = run(body())
    assert isinstance(silence, Failure)
    assert isinstance(first, Response)
    assert isinstance(second, Response)


@pytest.mark.parametrize("data", [GOOD, b"HTTP/1.1 200 OK\r\n\r\nsuccess"])
def test_an_end_before_the_answer_is_passed_on_changes_nothing(data: bytes) -> None:
    async def body() -> tuple[Answer, bool]:
        connection, _ = connected()
        asking = asyncio.create_task(asked(connection))
        await asyncio.sleep(0)
        connection.data_received(data)
        connection.eof_received()
        connection.connection_lost(None)
        return await asking, connection.reusable

    answer, reusable = run(body())
    assert isinstance(answer, Response)
    assert (answer.body, reusable) == (b"success", False)


def test_an_answer_to_a_request_that_is_half_sent_is_taken_and_ends_the_connection() -> None:
    async def body() -> tuple[Answer, bool]:
        connection, transport = connected()
        transport.unsent = 1
        connection.data_received(GOOD)
        return await asked(connection), connection.reusable

    answer, reusable = run(body())
    assert isinstance(answer, Response)
    assert not reusable


def test_bytes_before_the_handshake_are_not_tls() -> None:
    async def body() -> bool:
        connection, transport = connected()
        connection.data_received(b"SSH-2.0-OpenSSH_9.6\r\n")
        with pytest.raises(ProtocolError) as caught:
            await connection.secure(tls_context(), "localhost", AMPLE)
        assert caught.value.outcome is Outcome.TLS_NOT_TLS
        return transport.closed

    assert run(body())


def test_a_connection_that_is_lost_before_the_handshake_is_not_waited_for() -> None:
    async def body() -> None:
        connection, transport = connected()
        transport.close()
        with pytest.raises(ConnectionResetError):
            await connection.secure(tls_context(), "localhost", AMPLE)

    run(body())
