"""The trivial handler that drivers push to: one fixed transfer over kept connections, in a process of its own."""

import asyncio

from wxkf_cli.vocab.catalog import SAMPLE_OPENID, SAMPLE_ORIGINAL_ID
from wxkf_cli.vocab.message import transfer
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire import codec

_BODY = codec.render(transfer(SAMPLE_OPENID, SAMPLE_ORIGINAL_ID, 1714112446), DataFormat.XML)
_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: "
    + str(len(_BODY)).encode()
    + b"\r\n\r\n"
    + _BODY
)


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
            self._transport.write(_ANSWER)


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
