"""The trivial handler that drivers push to: a transfer as of now over kept connections, in a process of its own."""

import asyncio
import time

from wxkf_cli.vocab.catalog import SAMPLE_OPENID, SAMPLE_ORIGINAL_ID
from wxkf_cli.vocab.message import transfer
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire import codec


def _answer(now: int) -> bytes:
    body = codec.render(transfer(SAMPLE_OPENID, SAMPLE_ORIGINAL_ID, now), DataFormat.XML)
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


class _Clock:
    """The answer of this second; made once in it."""

    def __init__(self) -> None:
        self._second, self._made = 0, b""

    def answer(self) -> bytes:
        now = int(time.time())
        if now != self._second:
            self._second, self._made = now, _answer(now)
        return self._made


_CLOCK = _Clock()


class _Answering(asyncio.Protocol):
    """Answers each request as soon as its body ends; requests are not looked at."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment] # uvloop's is of no class
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            lower = self._buffer[:end].lower()
            start = lower.find(b"content-length:")
            length = int(lower[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
            if len(self._buffer) < end + 4 + length:
                return
            self._buffer = self._buffer[end + 4 + length :]
            self._transport.write(_CLOCK.answer())


async def _main() -> None:
    server = await asyncio.get_running_loop().create_server(_Answering, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        from uvloop import run
    except ImportError:
        from asyncio import run
    run(_main())
