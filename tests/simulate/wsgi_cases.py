"""WSGI apps that behave and that do not, and what a server shows of each."""

import gzip
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from wxkf_cli.vocab.outcomes import Outcome

Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
#: Status and body, or why there is no answer.
Shown = tuple[int, bytes] | Outcome

#: waitress says more than this; that it is 500 is what counts.
CRASHED = (500, b"Internal Server Error")
_ON_PURPOSE = "on purpose"
#: Set when what hangs may end.
MAY_END = threading.Event()


def fail() -> None:
    raise ValueError(_ON_PURPOSE)


def answering(*pieces: object, status: object = "200 OK", headers: object = None) -> App:
    def app(_: Environ, start_response: Callable[..., Any]) -> Any:
        start_response(status, [] if headers is None else headers)
        return list(pieces)

    return app


def streaming(*pieces: bytes, then: str = "", headers: object = None, status: str = "200 OK") -> App:
    """An app that yields these, and after that raises, exits, or hangs."""

    def app(_: Environ, start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response(status, [] if headers is None else headers)
        yield from pieces
        if then == "raise":
            fail()
        if then == "exit":
            raise SystemExit(3)
        if then == "hang":
            MAY_END.wait(60)

    return app


def echo(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [])
    return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]


def written(_: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    write = start_response("200 OK", [])
    write(b"suc")
    return [b"cess"]


def fails(_: Environ, start_response: Callable[..., Any]) -> list[bytes]:  # noqa: ARG001 - an app takes both
    fail()
    return []


def exits(_: Environ, start_response: Callable[..., Any]) -> list[bytes]:  # noqa: ARG001 - an app takes both
    raise SystemExit(3)


def hangs(_: Environ, start_response: Callable[..., Any]) -> list[bytes]:  # noqa: ARG001 - an app takes both
    MAY_END.wait(60)
    return []


def starts_not(_: Environ, start_response: Callable[..., Any]) -> list[bytes]:  # noqa: ARG001 - an app takes both
    return [b"success"]


def starts_twice(_: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [])
    start_response("200 OK", [])
    return [b"success"]


def mends(_: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [])
    try:
        fail()
    except ValueError:
        start_response("503 Later", [], sys.exc_info())
    return [b"sorry"]


def mends_late(_: Environ, start_response: Callable[..., Any]) -> Iterator[bytes]:
    start_response("200 OK", [])
    yield b"suc"
    try:
        fail()
    except ValueError:
        start_response("503 Later", [], sys.exc_info())


def gives_nothing(_: Environ, start_response: Callable[..., Any]) -> Any:
    start_response("200 OK", [])


def length(count: object) -> list[tuple[str, str]]:
    return [("Content-Length", str(count))]


PACKED = gzip.compress(b"success")
GZIP = [("Content-Encoding", "gzip")]

#: What the app does -> the app, and what is seen of it.
CASES: dict[str, tuple[App, Shown]] = {
    "answers": (answering(b"success"), (200, b"success")),
    "answers what it was sent": (echo, (200, b"<xml/>")),
    "answers in pieces": (answering(b"suc", b"", b"cess"), (200, b"success")),
    "answers nothing": (answering(), (200, b"")),
    "answers an empty piece": (answering(b""), (200, b"")),
    "writes": (written, (200, b"success")),
    "streams": (streaming(b"suc", b"cess"), (200, b"success")),
    "says its length": (answering(b"success", headers=length(7)), (200, b"success")),
    "says another status": (answering(b"no", status="404 Not Found"), (404, b"no")),
    "mends its answer": (mends, (503, b"sorry")),
    "packs its body": (answering(PACKED, headers=GZIP), (200, b"success")),
    "packs half a body": (answering(PACKED[:-9], headers=GZIP), Outcome.HTTP_CONTENT_ENCODING),
    "sends more than it says": (answering(b"success", headers=length(3)), (200, b"suc")),
    "fails behind its length": (streaming(b"success", then="raise", headers=length(7)), (200, b"success")),
    "hangs behind its length": (streaming(b"success", then="hang", headers=length(7)), (200, b"success")),
    "fails at once": (fails, CRASHED),
    "exits": (exits, CRASHED),
    "gives None": (gives_nothing, CRASHED),
    "starts not": (starts_not, CRASHED),
    "starts twice": (starts_twice, CRASHED),
    "fails before its body": (streaming(then="raise"), CRASHED),
    "fails behind an empty piece": (streaming(b"", then="raise"), CRASHED),
    "sends a status that is a number": (answering(b"success", status=200), CRASHED),
    "sends a status with a line break": (answering(b"success", status="200 OK\r\nX: y"), CRASHED),
    "sends headers that are bytes": (answering(b"success", headers=[(b"X", b"y")]), CRASHED),
    "sends a header with a line break": (answering(b"success", headers=[("X", "a\r\nY: b")]), CRASHED),
    "sends a body that is text": (answering("success"), CRASHED),
    "fails in its body": (streaming(b"suc", then="raise"), Outcome.HTTP_TRUNCATED),
    "exits in its body": (streaming(b"suc", then="exit"), Outcome.HTTP_TRUNCATED),
    "mends too late": (mends_late, Outcome.HTTP_TRUNCATED),
    "says more than it sends": (answering(b"success", headers=length(9)), Outcome.HTTP_TRUNCATED),
    "sends too large a header": (answering(b"x", headers=[("X", "y" * 70_000)]), Outcome.LIMIT_HEADERS),
    "sends too many headers": (answering(b"x", headers=[("X", "y")] * 101), Outcome.LIMIT_HEADERS),
    "sends too large a body": (streaming(*[b"x" * 1000] * 300), Outcome.LIMIT_BODY),
    "hangs": (hangs, Outcome.TIMEOUT_FIRST_BYTE),
    "hangs before its body": (streaming(then="hang"), Outcome.TIMEOUT_FIRST_BYTE),
    "hangs in its body": (streaming(b"suc", then="hang"), Outcome.TIMEOUT_BODY),
}


#: Where waitress loses the request, and other servers answer 500 or hang up: what it shows.
OTHERWISE: dict[str, Shown] = {
    "exits": Outcome.TIMEOUT_FIRST_BYTE,
    "exits in its body": Outcome.TIMEOUT_BODY,
    "sends a body that is text": Outcome.HTTP_TRUNCATED,
}


#: The app at /drawn.
DRAWN: list[App] = []


def dispatch(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One app with each case at a path of its own."""
    if environ["PATH_INFO"] == "/drawn":
        return DRAWN[-1](environ, start_response)
    return CASES[environ["PATH_INFO"][1:].replace("-", " ")][0](environ, start_response)
