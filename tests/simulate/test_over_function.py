"""A plain function is given the push by its wire names, and gives the body."""

import asyncio
import json
import re
from typing import Any

import pytest

from tests.simulate.inprocess import HEADERS, LONG, opened, shown
from wxkf_cli.simulate.over_function import body_of, fields_of
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.choices import AppKind
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire import codec
from wxkf_cli.wire.exchange import PushRequest, Response


def request_of(name: str, data: DataFormat) -> PushRequest:
    return PushRequest("POST", (), HEADERS, codec.render(make(PUSHES[name]), data))


@pytest.mark.parametrize("name", PUSHES)
def test_the_fields_are_the_same_in_both_formats(name: str) -> None:
    in_json = fields_of(request_of(name, DataFormat.JSON))
    assert fields_of(request_of(name, DataFormat.XML)) == in_json
    assert in_json == json.loads(request_of(name, DataFormat.JSON).body)


REPLY = {"MsgType": "transfer_customer_service", "ToUserName": "用户"}

#: What a function gives -> the body.
GIVEN: dict[str, tuple[object, bytes]] = {
    "nothing": (None, b""),
    "text": ("你好", "你好".encode()),
    "bytes": (b"\xff", b"\xff"),
    "a dict": (REPLY, json.dumps(REPLY, ensure_ascii=False).encode()),
    "an empty dict": ({}, b"{}"),
}


@pytest.mark.parametrize("way", ["blocking", "async"])
@pytest.mark.parametrize("name", GIVEN)
def test_what_a_function_gives_is_the_body_and_has_no_status(name: str, way: str) -> None:
    given, body = GIVEN[name]

    def blocking(_: dict[str, Any]) -> object:
        return given

    async def awaited(_: dict[str, Any]) -> object:
        return given

    async def main() -> object:
        async with opened(blocking if way == "blocking" else awaited, AppKind.PLAIN) as entered:
            return await entered.call(request_of("text", DataFormat.XML), LONG)

    answer = asyncio.run(main())
    assert isinstance(answer, Response)
    assert (answer.status, answer.headers, answer.body, answer.leniencies) == (None, (), body, None)


#: What a function does wrong -> what is told of it.
WRONG: dict[str, tuple[object, str]] = {
    "a number": (5, "the function gave an object of type int instead of bytes, str, dict or None"),
    "a list": ([], "the function gave an object of type list instead"),
    "a dict that is no JSON": ({"a": {1}}, "a dict that is no JSON"),
    "a dict with a number that is none": ({"a": float("nan")}, "a dict that is no JSON"),
    "an exception": (KeyError("Content"), "KeyError: 'Content'"),
    "an exit": (SystemExit(1), "SystemExit: 1"),
    "the end of a task that was cancelled": (asyncio.CancelledError(), "CancelledError"),
}


@pytest.mark.parametrize("way", ["blocking", "async"])
@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_body_is_what_a_server_shows_of_a_crash(name: str, way: str) -> None:
    given, told = WRONG[name]

    def blocking(_: dict[str, Any]) -> object:
        if isinstance(given, BaseException):
            raise given
        return given

    async def awaited(push: dict[str, Any]) -> object:
        return blocking(push)

    async def main() -> tuple[object, list[str]]:
        async with opened(blocking if way == "blocking" else awaited, AppKind.PLAIN) as entered:
            return shown(await entered.call(request_of("text", DataFormat.JSON), LONG)), entered.said

    seen, said = asyncio.run(main())
    assert seen == (500, b"Internal Server Error")
    assert told in "\n".join(said)


@pytest.mark.parametrize("body", [b"", b"success", b"<xml", b"[1]"])
def test_what_is_no_push_does_not_reach_a_function(body: bytes) -> None:
    reached: list[object] = []

    async def main() -> object:
        async with opened(reached.append, AppKind.PLAIN) as entered:
            return shown(await entered.call(PushRequest("POST", (), HEADERS, body), LONG))

    assert asyncio.run(main()) == (500, b"Internal Server Error")
    assert reached == []


def test_a_body_that_is_too_large_is_cut_off() -> None:
    async def main() -> object:
        async with opened(lambda _: "x" * 300_000, AppKind.PLAIN) as entered:
            return shown(await entered.call(request_of("text", DataFormat.JSON), LONG))

    assert asyncio.run(main()) is Outcome.LIMIT_BODY


def test_an_async_function_without_end_is_late_and_told_to_be_stuck() -> None:
    async def forever(_: dict[str, Any]) -> None:
        await asyncio.Event().wait()

    async def main() -> object:
        async with opened(forever, AppKind.PLAIN) as entered:
            seen = shown(await entered.call(request_of("text", DataFormat.JSON), 0.1))
            (told,) = await entered.call.settle(0.1)
            stuck = re.search(r"still stuck in a request, the first since (\d+\.\d) s, and will be ca.*: (.*)", told.en)
            assert stuck is not None, told.en
            assert float(stuck[1]) >= 0.1, "its deadline"
            assert stuck[2] == "the function"
            return seen

    assert asyncio.run(main()) is Outcome.TIMEOUT_FIRST_BYTE


def test_lone_surrogates_survive() -> None:
    assert body_of("\ud800") == b"\xed\xa0\x80"
