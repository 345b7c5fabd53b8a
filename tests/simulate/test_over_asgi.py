"""An ASGI app in this process shows what uvicorn shows of it."""
# ruff: noqa: ARG001 - an app takes what it is called with

import asyncio
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulate import asgi_cases
from tests.simulate.asgi_cases import CASES, NOT_STARTED, START, App, Receive, Send, body, sending, start
from tests.simulate.inprocess import LONG, REQUEST, SOON, opened, path_of, patience, shown
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.vocab.choices import AppKind
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire.exchange import Answer, Failure

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The same apps on uvicorn."""
    config = uvicorn.Config(
        asgi_cases.CASES_AND_DRAWN, port=0, log_config=None, access_log=False, timeout_graceful_shutdown=0
    )
    started = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, *arguments: Any, **more: Any) -> None:
            await super().startup(*arguments, **more)
            started.set()

    running = Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    started.wait(30)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = running.force_exit = True
    thread.join(30)


@pytest.mark.parametrize("case", CASES)
def test_what_is_seen_of_an_app_is_in_the_table(case: str) -> None:
    async def main() -> object:
        async with opened(asgi_cases.ALL, AppKind.ASGI, path_of(case)) as app:
            return shown(await app.call(REQUEST, patience(CASES[case][1])))

    assert asyncio.run(main()) == CASES[case][1]


@pytest.mark.parametrize("case", CASES)
def test_a_server_shows_the_same(case: str, server: str) -> None:
    async def main() -> object:
        wire = Wire(parse_url(server + path_of(case)))
        try:
            return shown(await wire(REQUEST, patience(CASES[case][1])))
        finally:
            wire.close()

    seen = asyncio.run(main())
    if case in NOT_STARTED:
        assert seen in (Outcome.NET_CLOSED_EARLY, Outcome.HTTP_PROTOCOL)
    else:
        assert seen == CASES[case][1]


PIECES = st.builds(body, st.sampled_from([b"", b"suc", b"success"]), more=st.booleans())
STARTS = st.sampled_from(
    [
        START,
        start(asgi_cases.length(7)),
        start(asgi_cases.length(3)),
        start(asgi_cases.length(0)),
        start(status=204),
        start(status=503),
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(STARTS, PIECES, PIECES), max_size=5), st.sampled_from(["", "raise"]))
def test_whatever_an_app_sends_a_server_shows_the_same(server: str, events: list[dict[str, Any]], then: str) -> None:
    asgi_cases.DRAWN.append((events, then))

    async def main() -> tuple[object, object]:
        wire = Wire(parse_url(f"{server}/drawn"))
        async with opened(asgi_cases.drawn, AppKind.ASGI) as entered:
            return shown(await entered.call(REQUEST, 30)), shown(await wire(REQUEST, 30))

    ours, served = asyncio.run(main())
    assert ours == served


async def answering(app: App, path: str = "/wx", deadline: float = LONG) -> tuple[Answer, list[str], tuple[Text, ...]]:
    """One answer, what the app said, and what is told of its end."""
    async with opened(app, AppKind.ASGI, path) as entered:
        answer = await entered.call(REQUEST, deadline)
        return answer, entered.said, await entered.call.settle(SOON)


def test_the_app_is_told_what_uvicorn_tells() -> None:
    scopes: list[dict[str, Any]] = []

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        scopes.append(scope)
        await sending(START, body(b"success"))(scope, receive, send)

    asyncio.run(answering(app, "/a%20b/%E4%BD%A0?key=1"))
    scope = scopes[-1]
    assert scope["type"] == "http"
    assert (scope["method"], scope["http_version"], scope["scheme"]) == ("POST", "1.1", "http")
    assert (scope["path"], scope["raw_path"]) == ("/a b/你", b"/a%20b/%E4%BD%A0")
    assert scope["query_string"] == b"key=1&signature=a+b&nonce=1"
    assert (b"host", b"127.0.0.1") in scope["headers"]
    assert (b"content-length", b"6") in scope["headers"]
    assert scope["server"] == ("127.0.0.1", 80)


TOLD = [
    "fails at once",
    "exits",
    "waits for what it cancels",
    "cancels itself",
    "waits after its answer for what it cancels",
    "fails after the start",
    "starts twice",
]


@pytest.mark.parametrize("case", TOLD)
def test_what_failed_is_told_with_the_line_of_the_app(case: str) -> None:
    _, said, _ = asyncio.run(answering(CASES[case][0]))
    assert said[0].startswith("Traceback"), said
    assert any("asgi_cases.py" in line for line in said)
    assert "call.py" not in said[1], "the frame on top is ours and tells nothing"


def test_a_failure_that_is_told_is_told_in_one_line_the_next_time() -> None:
    async def main() -> list[str]:
        async with opened(CASES["fails at once"][0], AppKind.ASGI) as app:
            for _ in range(3):
                await app.call(REQUEST, LONG)
            return app.said

    said = asyncio.run(main())
    assert [line for line in said if line.startswith("ValueError")] == ["ValueError: on purpose"] * 3
    assert sum(line.startswith("Traceback") for line in said) == 1


def test_the_detail_of_a_broken_answer_is_what_the_app_failed_with() -> None:
    answer, _, _ = asyncio.run(answering(CASES["fails in its body"][0]))
    assert isinstance(answer, Failure)
    assert answer.detail == "ValueError: on purpose"


def test_a_background_task_goes_on_and_is_waited_for() -> None:
    done: list[str] = []
    may_end = threading.Event()

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await sending(START, body(b"success"))(scope, receive, send)
        await asyncio.to_thread(may_end.wait, 30)
        done.append("sent")

    async def main() -> None:
        async with opened(app, AppKind.ASGI) as entered:
            assert shown(await entered.call(REQUEST, LONG)) == (200, b"success")
            assert not done
            may_end.set()
            assert await entered.call.settle(30) == ()
            assert done == ["sent"]

    asyncio.run(main())


def test_a_background_task_without_end_is_named_and_cancelled() -> None:
    cancelled: list[str] = []

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await sending(START, body(b"success"))(scope, receive, send)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(scope["path"])
            raise

    answer, _, told = asyncio.run(answering(app))
    assert shown(answer) == (200, b"success")
    assert [text.en for text in told] == [
        "1 background task has not ended 0.5 s after the last push, and will be cancelled: POST /wx"
    ]
    assert cancelled == ["/wx"]


def test_what_is_stuck_and_what_goes_on_after_its_answer_are_told_apart() -> None:
    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if b"answered" in scope["query_string"]:
                await sending(START, body(b"success"))(scope, receive, send)
            await asyncio.Event().wait()

    async def main() -> list[str]:
        async with opened(app, AppKind.ASGI) as entered:
            await entered.call(REQUEST._replace(query=(("answered", "1"),)), LONG)
            for _ in range(2):
                assert shown(await entered.call(REQUEST, 0.1)) is Outcome.TIMEOUT_FIRST_BYTE
            return [text.en for text in await entered.call.settle(0.1)]

    stuck, goes_on = asyncio.run(main())
    assert stuck.startswith("2 calls of the app are still stuck in a request, the first since ")
    assert stuck.endswith(" s, and will be cancelled: POST /wx")
    assert goes_on.startswith("1 background task has not ended 0.1 s after the last push")


def test_an_app_that_is_late_is_told_that_the_client_is_gone() -> None:
    told: list[str] = []

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await receive()
            told.append((await receive())["type"])
            await send(START)
            await send(body(b"success"))

    answer, said, end = asyncio.run(answering(app, deadline=SOON))
    assert shown(answer) is Outcome.TIMEOUT_FIRST_BYTE
    assert (told, said, end) == (["http.disconnect"], [], ())


def test_an_app_that_listens_after_its_answer_is_told_the_same() -> None:
    told: list[str] = []

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await sending(START, body(b"success"))(scope, receive, send)
        told.append((await receive())["type"])

    asyncio.run(answering(app))
    assert told == ["http.disconnect"]


def test_an_answer_without_end_stops_at_the_limit_and_holds_up_nothing() -> None:
    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["path"] == "/wx":
            await send(START)
            while True:
                await send(body(b"x" * 1000, more=True))

    answer, _, told = asyncio.run(answering(app))
    assert shown(answer) is Outcome.LIMIT_BODY
    assert len(told) == 1


def test_an_app_that_blocks_its_loop_is_late_and_is_told_of() -> None:
    may_end = threading.Event()

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            may_end.wait(60)

    async def main() -> None:
        async with opened(app, AppKind.ASGI) as entered:
            assert shown(await entered.call(REQUEST, SOON)) is Outcome.TIMEOUT_FIRST_BYTE
            (told,) = await entered.call.settle(0.1)
            assert "blocks its event loop" in told.en
            may_end.set()

    asyncio.run(main())


def test_many_calls_run_side_by_side() -> None:
    together = 20
    barrier = asyncio.Barrier(together)

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await barrier.wait()
            await sending(START, body(b"success"))(scope, receive, send)

    async def main() -> list[object]:
        async with opened(app, AppKind.ASGI) as entered:
            answers = await asyncio.gather(*(entered.call(REQUEST, 30) for _ in range(together)))
            return [shown(each) for each in answers]

    assert asyncio.run(main()) == [(200, b"success")] * together


_WHO: ContextVar[str] = ContextVar("who")


def test_pushes_at_once_are_each_answered_in_the_context_of_its_own() -> None:
    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await sending(START, body(_WHO.get().encode()))(scope, receive, send)

    async def main() -> list[tuple[int | None, bytes] | Outcome]:
        async with opened(app, AppKind.ASGI) as entered:

            async def push(who: str) -> Answer:
                _WHO.set(who)
                return await entered.call(REQUEST, LONG)

            return [shown(answer) for answer in await asyncio.gather(*map(push, "abc"))]

    assert asyncio.run(main()) == [(200, b"a"), (200, b"b"), (200, b"c")]
