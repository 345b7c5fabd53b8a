"""Pushes into a WSGI app in this process: what waitress would show of it, without the socket.

Each call has a thread for as long as it takes, so one that hangs is late and holds up nothing else.
"""

import io
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from types import TracebackType
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes

from wxkf_cli.simulate.call import AppError, Call
from wxkf_cli.simulate.complaint import Complaints, Lines
from wxkf_cli.simulate.target import Target
from wxkf_cli.wire.exchange import Headers, PushRequest

ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
WsgiApp: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_STATUS = re.compile(r"([0-9]{3})(?: ([^\r\n]*))?\Z")
_VARIABLES = {"CONTENT-LENGTH": "CONTENT_LENGTH", "CONTENT-TYPE": "CONTENT_TYPE"}


class Wsgi:
    """Calls one app; the job of a worker."""

    def __init__(self, app: WsgiApp, target: Target, complaints: Complaints) -> None:
        self._app = app
        self._target = target
        self._complaints = complaints
        self._environ: dict[str, Any] = {
            "SCRIPT_NAME": "",
            "SERVER_NAME": target.host,
            "SERVER_PORT": str(target.port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": target.host,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": Lines(complaints),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def __call__(self, call: Call) -> None:
        """Answer one request, in the thread of a worker; raises nothing."""
        try:
            _Answering(call).run(self._app, self._environ_of(call.request))
        except BaseException as error:
            # SystemExit too: it would end the thread, and servers take it as any other failure.
            call.break_off(self._complaints.of(error))

    def _environ_of(self, request: PushRequest) -> dict[str, Any]:
        path, _, query = self._target.request_target(request.query_string).partition("?")
        environ = {
            **self._environ,
            "REQUEST_METHOD": request.method,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": f"{path}?{query}" if query else path,
            "wsgi.input": io.BytesIO(request.body),
        }
        for name, value in self._target.filled(request.headers):
            variable = _variable(name)
            environ[variable] = f"{environ[variable]}, {value}" if variable in environ else value
        return environ


class _Answering:
    """One call of the app: `start_response`, `write`, and the pieces of the body."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._is_committed = False

    def run(self, app: WsgiApp, environ: dict[str, Any]) -> None:
        """Call the app, take its body to the end, and close it."""
        result = app(environ, self.start_response)
        try:
            # A server that sees the only piece knows the length, and the client has all before `close`.
            is_single = _length(result) == 1
            for piece in result:
                self.write(piece)
                if is_single and piece:
                    self._call.end()
                if self._call.is_over and not is_single:
                    break  # nobody listens any more
            self._commit()
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()
        self._call.end()

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], None]:
        """What the app calls with its status and headers."""
        if exc_info:
            try:
                if self._is_committed and exc_info[1] is not None:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # or its traceback would keep this frame
        elif self._call.is_begun:
            message = "start_response called twice without exc_info"
            raise AppError(message)
        found = _STATUS.match(status) if isinstance(status, str) else None
        if found is None:
            message = f"the status {status!r}, which is not like '200 OK'"
            raise AppError(message)
        self._call.start(int(found[1]), found[2] or "", _pairs(headers))
        return self.write

    def write(self, piece: bytes) -> None:
        """Take a piece of the body; the head goes out with the first one that is not empty."""
        if not isinstance(piece, bytes | bytearray):
            message = f"a body of the type {type(piece).__name__} instead of bytes"
            raise AppError(message)
        if not self._call.is_begun:
            message = "a body before start_response"
            raise AppError(message)
        if piece:
            self._commit()
            self._call.feed(bytes(piece))

    def _commit(self) -> None:
        if not self._call.is_begun:
            message = "the app returned without start_response"
            raise AppError(message)
        if not self._is_committed:
            self._is_committed = True
            self._call.commit()


@lru_cache(maxsize=256)
def _variable(header: str) -> str:
    upper = header.upper()
    return _VARIABLES.get(upper) or f"HTTP_{upper.replace('-', '_')}"


def _length(result: Iterable[bytes]) -> int | None:
    try:
        return len(result)  # type: ignore[arg-type] # what has no length raises
    except (TypeError, NotImplementedError):
        return None


def _pairs(headers: object) -> Headers:
    if not isinstance(headers, list):
        message = f"headers of the type {type(headers).__name__} instead of a list"
        raise AppError(message)
    for pair in headers:
        if not (isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(each, str) for each in pair)):
            message = f"the header {pair!r}, which is no pair of texts"
            raise AppError(message)
    return tuple((name, value.strip(" \t")) for name, value in headers)
