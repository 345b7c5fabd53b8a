"""The canary: whoever fetches what a push names is seen, and nobody else."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from wxkf_cli.simulate.canary import Canary, watching


def run(body: Callable[[Canary], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with watching() as canary:
            await body(canary)

    asyncio.run(whole())


async def said_to(canary: Canary, words: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", canary.port)
    writer.write(words)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    "line", ["GET {} HTTP/1.1\r\n\r\n", "HEAD {}?x HTTP/1.0\r\n\r\n", "GET {}/more HTTP/1.1\r\n\r\n"]
)
def test_who_asks_for_an_address_is_seen_and_gets_the_word(line: str) -> None:
    async def body(canary: Canary) -> None:
        url, other = canary.url(), canary.url()
        path = url.removeprefix(f"http://127.0.0.1:{canary.port}")
        answer = await said_to(canary, line.format(path).encode())
        assert canary.is_touched(url)
        assert not canary.is_touched(other)
        assert canary.word.encode() in answer
        assert canary.strangers == 0

    run(body)


@pytest.mark.parametrize("words", [b"", b"\x30\x0c\x02\x01\x01\x60", b"GET /other HTTP/1.1\r\n\r\n", b"\0" * 10_000])
def test_who_says_anything_else_is_a_stranger(words: bytes) -> None:
    async def body(canary: Canary) -> None:
        url = canary.url()
        with_reset = await asyncio.gather(said_to(canary, words), return_exceptions=True)
        assert len(with_reset) == 1
        await canary.settled()
        assert canary.strangers == 1
        assert not canary.is_touched(url)

    run(body)


def test_a_visit_that_nobody_waited_for_counts_once_it_has_settled() -> None:
    async def body(canary: Canary) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", canary.port)
        writer.close()
        await canary.settled()
        assert canary.strangers == 1

    run(body)


def test_settling_is_no_visit_and_no_address_is_like_another() -> None:
    async def body(canary: Canary) -> None:
        urls = {canary.url() for _ in range(100)}
        await canary.settled()
        await canary.settled()
        assert len(urls) == 100
        assert set(canary.urls) == urls
        assert canary.strangers == 0

    run(body)


def test_the_file_holds_the_word_and_is_gone_afterwards() -> None:
    kept: list[Canary] = []

    async def body(canary: Canary) -> None:
        assert canary.file.read_text("ascii") == canary.word
        kept.append(canary)

    run(body)
    assert not kept[0].file.exists()


def test_a_file_that_the_handler_holds_open_is_left_to_the_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = os.unlink

    def unlink(path: Any, **keywords: Any) -> None:
        if os.fspath(path).endswith("canary.txt"):
            raise PermissionError(13, "The process cannot access the file because it is being used by another process")
        real(path, **keywords)

    async def body(canary: Canary) -> None:
        assert canary.file.is_relative_to(tmp_path)

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", unlink)
        run(body)


def test_a_visitor_that_stays_does_not_hold_up_the_end() -> None:
    async def body(canary: Canary) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", canary.port)
        staying.append(writer)

    staying: list[asyncio.StreamWriter] = []

    async def whole() -> None:
        async with watching() as canary:
            await body(canary)
        staying[0].close()

    asyncio.run(whole())
