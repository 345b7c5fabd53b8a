"""The same trivial handler as ASGI and WSGI, raw and on a framework: a transfer as of now, and at /cpu its CPU time."""

import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse
from flask import Flask, request

from wxkf_cli.vocab.catalog import SAMPLE_OPENID, SAMPLE_ORIGINAL_ID
from wxkf_cli.vocab.message import transfer
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire import codec

_HEADERS = [(b"content-type", b"text/plain")]


def _answer(path: str) -> bytes:
    if path == "/cpu":
        return repr(time.process_time()).encode()
    return codec.render(transfer(SAMPLE_OPENID, SAMPLE_ORIGINAL_ID, int(time.time())), DataFormat.XML)


async def raw_asgi(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    if scope["type"] != "http":
        raise NotImplementedError
    await receive()
    body = _answer(scope["path"])
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, length]})
    await send({"type": "http.response.body", "body": body})


def raw_wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    body = _answer(environ["PATH_INFO"])
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


fastapi_app = FastAPI()
flask_app = Flask(__name__)


@fastapi_app.get("/cpu", response_class=PlainTextResponse)
@fastapi_app.post("/", response_class=PlainTextResponse)
async def fastapi_answer(push: Request) -> str:
    await push.body()
    return _answer(push.url.path).decode()


@flask_app.route("/cpu")
@flask_app.post("/")
def flask_answer() -> bytes:
    request.get_data()
    return _answer(request.path)
