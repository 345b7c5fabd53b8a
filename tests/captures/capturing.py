"""Push to a handler as WeChat does, and keep what comes back: every byte of the response, as it left the handler."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.terms import Mode
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.exchange import PushRequest

NONCE = "486452656"
#: Seconds after which a handler that says nothing is given up; in no run that passes it counts.
_PATIENCE = 60.0


def capture(url: str, message: Message, folder: Path, name: str, by: Seal, mode: Mode) -> Path:
    """Write `NAME.push.xml` and, byte for byte, `NAME.response.http`.

    Args:
        url: The handler.
        message: What is pushed; its CreateTime is also the timestamp of the query.
        folder: Where the files go.
        name: What they begin with.
        by: The token that signs, and in secure mode what seals.
        mode: `plaintext` or `secure`.

    Returns:
        The response's file.
    """
    host = urlsplit(url).netloc
    # Closed behind the answer, so that its end is the end of the stream, however the SDK frames it.
    channel = Channel(by.token, mode, host=host, extra_headers=(("Connection", "close"),), seal=by)
    timestamp = message.values["CreateTime"]
    assert isinstance(timestamp, int)
    request = channel.push(message, timestamp=timestamp, nonce=NONCE)
    (folder / f"{name}.push.xml").write_bytes(request.body)
    path = folder / f"{name}.response.http"
    path.write_bytes(_answer(url, request))
    return path


def _answer(url: str, request: PushRequest) -> bytes:
    parts = urlsplit(url)
    lines = [f"{request.method} {parts.path}?{request.query_string} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    with socket.create_connection((parts.hostname, parts.port), timeout=_PATIENCE) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + request.body)
        return b"".join(iter(lambda: connection.recv(65_536), b""))
