"""A WSGI app in this process shows what waitress shows of it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.validate import validator

import pytest
import waitress.server
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulate import wsgi_cases
from tests.simulate.inprocess import LONG, REQUEST, opened, path_of, patience, shown
from tests.simulate.wsgi_cases import CASES, CRASHED, OTHERWISE, App, Environ, answering, dispatch, streaming
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.simulate.workers import WORKERS
from wxkf_cli.vocab.choices import AppKind
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire.exchange import Answer


@pytest.fixture(autouse=True)
def hanging_ends() -> Iterator[None]:
    """What hangs in a test ends with it."""
    wsgi_cases.MAY_END.clear()
    yield
    wsgi_cases.MAY_END.set()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The same apps on waitress."""
    running = waitress.server.create_server(
        dispatch, host="127.0.0.1", port=0, threads=8, clear_untrusted_proxy_headers=True
    )
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.effective_port}"
    running.task_dispatcher.shutdown()
    running.close()


@pytest.mark.parametrize("case", CASES)
def test_what_is_seen_of_an_app_is_in_the_table(case: str) -> None:
    async def main() -> object:
        async with opened(dispatch, AppKind.WSGI, path_of(case)) as app:
            return shown(await app.call(REQUEST, patience(CASES[case][1])))

    assert asyncio.run(main()) == CASES[case][1]


@pytest.mark.parametrize("case", CASES)
def test_a_server_shows_the_same(case: str, server: str) -> None:
    async def main() -> Any:
        wire = Wire(parse_url(server + path_of(case)))
        try:
            return shown(await wire(REQUEST, patience(OTHERWISE.get(case, CASES[case][1]))))
        finally:
            wire.close()

    seen, wanted = asyncio.run(main()), OTHERWISE.get(case, CASES[case][1])
    if wanted == CRASHED:
        assert seen[0] == 500
    else:
        assert seen == wanted


STATUSES = st.sampled_from(["200 OK", "200", "204 No Content", "503 Later"])
LENGTHS = st.sampled_from([None, None, 0, 3, 7, 9]).map(lambda each: [] if each is None else wsgi_cases.length(each))
PIECES = st.lists(st.sampled_from([b"", b"suc", b"success"]), max_size=3)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STATUSES, LENGTHS, PIECES, st.sampled_from(["a list", "", "raise"]))
def test_whatever_an_app_gives_a_server_shows_the_same(
    server: str, status: str, headers: list[tuple[str, str]], pieces: list[bytes], how: str
) -> None:
    if how == "a list":
        app = answering(*pieces, status=status, headers=headers)
    else:
        app = streaming(*pieces, then=how, status=status, headers=headers)
    wsgi_cases.DRAWN.append(app)

    async def main() -> list[Any]:
        wire = Wire(parse_url(f"{server}/drawn"))
        async with opened(app, AppKind.WSGI) as entered:
            return [shown(await entered.call(REQUEST, 30)), shown(await wire(REQUEST, 30))]

    seen = asyncio.run(main())
    ours, served = ((500, b"") if isinstance(each, tuple) and each[0] == 500 else each for each in seen)
    assert ours == served


async def answered(app: App, path: str = "/wx") -> tuple[Answer, list[str], tuple[Text, ...]]:
    """One answer, what the app said, and what is told of its end."""
    async with opened(app, AppKind.WSGI, path) as entered:
        answer = await entered.call(REQUEST, LONG)
        return answer, entered.said, await entered.call.settle(0.1)


@pytest.mark.filterwarnings("error")
def test_what_the_app_is_given_is_wsgi() -> None:
    def app(_: Environ, start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"success"]

    answer, said, _ = asyncio.run(answered(validator(app)))
    assert (shown(answer), said) == ((200, b"success"), [])


def test_the_app_is_told_what_servers_tell() -> None:
    environs: list[Environ] = []

    def app(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
        environs.append(environ)
        print("careful", file=environ["wsgi.errors"])
        return list(answering(b"success")(environ, start_response))

    _, said, _ = asyncio.run(answered(app, "/a%20b/%E4%BD%A0?key=1"))
    environ = environs[0]
    assert (environ["REQUEST_METHOD"], environ["SCRIPT_NAME"]) == ("POST", "")
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/a b/你"
    assert environ["QUERY_STRING"] == "key=1&signature=a+b&nonce=1"
    assert (environ["HTTP_HOST"], environ["SERVER_PORT"]) == ("127.0.0.1", "80")
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/xml", "6")
    assert "HTTP_CONTENT_LENGTH" not in environ
    assert said == ["careful"]


@pytest.mark.parametrize("then", ["", "raise"])
def test_the_body_is_closed_whatever_happens(then: str) -> None:
    closed: list[int] = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            yield b"success"
            if then:
                wsgi_cases.fail()

        def close(self) -> None:
            closed.append(1)

    def app(_: Environ, start_response: Callable[..., Any]) -> Body:
        start_response("200 OK", [])
        return Body()

    asyncio.run(answered(app))  # type: ignore[arg-type] # a Body is an iterable of bytes
    assert closed == [1]


def test_what_is_done_in_close_is_not_waited_for_where_the_length_is_known() -> None:
    closing = threading.Event()

    class Body(list[bytes]):
        def close(self) -> None:
            closing.wait(60)

    def app(_: Environ, start_response: Callable[..., Any]) -> Body:
        start_response("200 OK", [])
        return Body([b"success"])

    async def main() -> None:
        async with opened(app, AppKind.WSGI) as entered:
            assert shown(await entered.call(REQUEST, 30)) == (200, b"success")
            closing.set()
            assert await entered.call.settle(30) == ()

    asyncio.run(main())


def test_an_answer_without_end_stops_at_the_limit() -> None:
    closed: list[int] = []

    def app(_: Environ, start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("200 OK", [])
        try:
            while True:
                yield b"x" * 1000
        finally:
            closed.append(1)

    answer, said, told = asyncio.run(answered(app))
    assert (shown(answer), said, told, closed) == (Outcome.LIMIT_BODY, [], (), [1])


def test_a_worker_that_hangs_is_told_of_and_holds_up_nobody() -> None:
    def app(environ: Environ, start_response: Callable[..., Any]) -> Any:
        hangs = environ["wsgi.input"].read() == b"hang"
        return (wsgi_cases.hangs if hangs else answering(b"success"))(environ, start_response)

    async def main() -> None:
        async with opened(app, AppKind.WSGI) as entered:
            late = await entered.call(REQUEST._replace(body=b"hang"), 0.1)
            assert shown(late) is Outcome.TIMEOUT_FIRST_BYTE
            for _ in range(3):
                assert shown(await entered.call(REQUEST, 30)) == (200, b"success")
            (told,) = await entered.call.settle(0.1)
            assert told.en.startswith("1 worker of the app is still stuck in a request")
            wsgi_cases.MAY_END.set()
            assert await entered.call.settle(30) == ()

    asyncio.run(main())


def test_more_calls_than_there_are_workers_are_answered_in_turn() -> None:
    async def main() -> list[object]:
        async with opened(answering(b"success"), AppKind.WSGI) as entered:
            answers = await asyncio.gather(*(entered.call(REQUEST, 30) for _ in range(200)))
            return [shown(each) for each in answers]

    assert asyncio.run(main()) == [(200, b"success")] * 200


def test_hung_workers_are_replaced() -> None:
    """More of them than there are workers: the next call is answered all the same."""

    def app(environ: Environ, start_response: Callable[..., Any]) -> Any:
        hangs = environ["wsgi.input"].read() == b"hang"
        return (wsgi_cases.hangs if hangs else answering(b"success"))(environ, start_response)

    async def main() -> None:
        async with opened(app, AppKind.WSGI) as entered:
            hung = REQUEST._replace(body=b"hang")
            for _ in range(2):
                late = await asyncio.gather(*(entered.call(hung, 0.1) for _ in range(WORKERS)))
                assert {shown(each) for each in late} == {Outcome.TIMEOUT_FIRST_BYTE}
            assert shown(await entered.call(REQUEST, 30)) == (200, b"success")
            wsgi_cases.MAY_END.set()

    asyncio.run(main())


def test_what_failed_is_told_with_the_line_of_the_app() -> None:
    answer, said, _ = asyncio.run(answered(streaming(b"suc", then="raise")))
    assert answer.detail == "ValueError: on purpose"  # type: ignore[union-attr] # a Failure
    assert said[0].startswith("Traceback")
    assert any("wsgi_cases.py" in line for line in said)
