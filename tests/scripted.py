"""A handler for tests: a real HTTP server on a free port whose answers are a function of the request."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from wxkf_cli.vocab.catalog import USER_MESSAGES
from wxkf_cli.vocab.message import Message, transfer
from wxkf_cli.vocab.terms import DataFormat, Direction
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import PUSH_LIMITS, Document, to_message
from wxkf_cli.wire.signature import verify

TOKEN = "test-token-42"


class Request(NamedTuple):
    """What came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def signed(self) -> bool:
        return verify(self.query.get("signature", ""), TOKEN, self.query["timestamp"], self.query["nonce"])

    @property
    def format(self) -> DataFormat:
        found = codec.sniff(self.body)
        assert found is not None
        return found

    @property
    def push(self) -> Message:
        document = codec.parse(self.body, self.format, PUSH_LIMITS)
        assert isinstance(document, Document)
        return to_message(document, Direction.PUSH)

    def transferred(self) -> bytes:
        push = self.push
        return codec.render(
            transfer(str(push.from_user), str(push.to_user), int(str(push.values["CreateTime"]))), self.format
        )


class Reply(NamedTuple):
    """What goes back."""

    body: bytes = b"success"
    status: int = 200
    content_type: str = "text/plain"


@dataclass
class Handler:
    """A running handler: where it is, and what it was asked."""

    url: str
    requests: list[Request] = field(default_factory=list)


def correct(request: Request) -> Reply:
    """What a right handler answers."""
    if not request.signed:
        return Reply(b"bad signature", 403)
    if request.method == "GET":
        return Reply(request.query["echostr"].encode())
    return Reply(request.transferred()) if request.push.msgtype in USER_MESSAGES else Reply()


@contextmanager
def scripted(answer: Callable[[Request], Reply] = correct) -> Iterator[Handler]:
    """Serve `answer` until the end of the block."""
    handler = Handler("")

    class Serving(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            request = Request(self.command, parts.path, query, dict(self.headers), body)
            handler.requests.append(request)
            reply = answer(request)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            with suppress(ConnectionError):  # wxkf hangs up on a body that is too large
                self.end_headers()
                self.wfile.write(reply.body)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Serving) as server:
        server.daemon_threads = False
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        handler.url = f"http://127.0.0.1:{server.server_address[1]}/wx"
        try:
            yield handler
        finally:
            server.shutdown()
            thread.join()
