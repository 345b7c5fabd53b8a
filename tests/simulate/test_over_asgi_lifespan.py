"""The startup and the shutdown of an ASGI app, as uvicorn runs them."""
# ruff: noqa: ARG001 - an app takes what it is called with

import asyncio
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from tests.simulate.asgi_cases import START, App, Receive, Send, body, sending
from tests.simulate.inprocess import LONG, REQUEST, opened, shown, target_at
from wxkf_cli.errors import HandlerDown
from wxkf_cli.simulate.complaint import Complaints
from wxkf_cli.vocab.choices import AppKind
from wxkf_cli.wire.exchange import Answer


async def answered(app: App, said: list[str]) -> Answer:
    """The answer of an app that is started and ended; what it says goes into `said`."""
    async with opened(app, AppKind.ASGI, said=said) as entered:
        return await entered.call(REQUEST, LONG)


class Living:
    """An app with a lifespan that writes down what happens."""

    def __init__(self, *, startup: str = "lifespan.startup.complete", message: str = "") -> None:
        self.events: list[str] = []
        self._startup, self._message = startup, message

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self.events.append((await receive())["type"])
            scope["state"]["pool"] = "made"
            await send({"type": self._startup, "message": self._message})
            self.events.append((await receive())["type"])
            await send({"type": "lifespan.shutdown.complete"})
        else:
            self.events.append(scope["state"]["pool"])
            await sending(START, body(b"success"))(scope, receive, send)


def test_the_lifespan_is_run_around_the_calls() -> None:
    app = Living()
    said: list[str] = []
    asyncio.run(answered(app, said))
    assert app.events == ["lifespan.startup", "made", "lifespan.shutdown"]
    assert said == []


def test_a_startup_that_fails_is_no_handler() -> None:
    app = Living(startup="lifespan.startup.failed", message="no database\x1b[31m")
    with pytest.raises(HandlerDown) as caught:
        asyncio.run(answered(app, []))
    assert str(caught.value) == r"the startup of the app failed: no database\x1b[31m"
    assert caught.value.exit_code == 3


def failing_group() -> None:
    raise ExceptionGroup("at once", [RuntimeError("db is down")])  # noqa: EM101


def failing_plainly() -> None:
    raise RuntimeError("db is down")  # noqa: EM101


@pytest.mark.parametrize("fail", [failing_plainly, failing_group])
def test_of_a_startup_that_fails_with_a_traceback_all_is_told_and_the_reason_is_the_error(
    fail: Callable[[], None],
) -> None:
    try:
        fail()
    except Exception:
        trace = traceback.format_exc()  # as Starlette sends it
    said: list[str] = []
    with pytest.raises(HandlerDown) as caught:
        asyncio.run(answered(Living(startup="lifespan.startup.failed", message=trace), said))
    assert str(caught.value) == "the startup of the app failed: RuntimeError: db is down"
    assert said == trace.splitlines()


def test_a_startup_without_end_is_no_handler() -> None:
    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await asyncio.Event().wait()

    async def main() -> None:
        async with opened(sending(), AppKind.ASGI) as entered:
            other = type(entered.call)(app, target_at(), entered.call._apploop, Complaints(print))  # type: ignore[attr-defined,call-arg]
            await other.start(0.05)  # type: ignore[call-arg] # an Asgi

    with pytest.raises(HandlerDown, match=r"did not end in 0\.05 s"):
        asyncio.run(main())


@pytest.mark.parametrize("how", ["raises", "returns"])
def test_an_app_that_knows_no_lifespan_is_left_in_peace(how: str) -> None:
    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            if how == "raises":
                raise NotImplementedError
            return
        await sending(START, body(b"success"))(scope, receive, send)

    said: list[str] = []
    answer = asyncio.run(answered(app, said))
    assert shown(answer) == (200, b"success")
    assert said == []
