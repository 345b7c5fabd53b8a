"""A handler of plaintext mode with one flaw in its conduct, or `none`: `python flawed_handler.py VARIANT`.

Listens on a free port of 127.0.0.1, prints `ready PORT` and serves until killed. The token is in WXKF_TOKEN. It speaks
XML and JSON, each as the push was, and imports nothing of wxkf: what is right or wrong is written down here a second
time, on purpose. It does more than WeChat asks: it takes no signature twice for two bodies, and none that is old.
"""

import hashlib
import hmac
import re
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from handler_documents import LARGEST, Unreadable, fetch, parse, render
from handler_flaws import FLAWS, Fields, Flaw, content

_TRACEBACK = b'Traceback (most recent call last):\n  File "/srv/app/push.py", line 7'


class Refused(Exception):
    """The request is not WeChat's."""


class Failing(Exception):
    """The handler's own fault: a 500."""


def sign(token: str, timestamp: str, nonce: str) -> str:
    """The signature of a push."""
    return hashlib.sha1("".join(sorted((token, timestamp, nonce))).encode(), usedforsecurity=False).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Answers for the flaw in `flaw`."""

    protocol_version = "HTTP/1.1"
    # Head and body are two writes: the second would wait for the first to be acknowledged.
    disable_nagle_algorithm = True
    flaw: Flaw
    lock = threading.Lock()
    #: Signature -> what its body was; MsgIds and events that came; the first user.
    seen: dict[str, bytes] = {}  # noqa: RUF012 - one for the whole server
    ids: dict[object, str] = {}  # noqa: RUF012
    events: set[tuple[object, ...]] = set()  # noqa: RUF012
    first_user = ""
    note = ""

    def do_GET(self) -> None:
        """The check of the URL."""
        query = self._query()
        if self.flaw.redirects and "x" in query:
            self._send(302, b"", {"Location": "/elsewhere"})
            return
        try:
            if self.flaw.checks_verification:
                self._check(query, b"")
        except Refused:
            self._send(self.flaw.status_of_refused, b"")
        else:
            echostr = query.get("echostr", [""])[0]
            self._send(200, self.flaw.echo(echostr).encode(), {"Content-Type": self.flaw.echo_type})

    def do_POST(self) -> None:
        """A push."""
        if self.headers.get("Transfer-Encoding") or self.headers.get("Content-Encoding"):
            self.close_connection = True
            self._send(411, b"")
            return
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.close_connection = True
            self._send(413, b"")
            return
        body = self.rfile.read(length)
        try:
            answer = self._answer(body, self._query())
        except Refused:
            self._send(self.flaw.status_of_refused, b"")
        except Unreadable:
            self._send(self.flaw.status_of_unreadable, _TRACEBACK if self.flaw.shows_traceback else b"")
        except Failing:
            self._send(500, b"")
        else:
            self._send(200, *answer)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """`do_PUT` and its like, where a variant serves them."""
        if name.removeprefix("do_") in self.flaw.methods and name.startswith("do_"):
            return self.do_POST
        raise AttributeError(name)

    def _answer(self, body: bytes, query: dict[str, list[str]]) -> tuple[bytes, dict[str, str]]:
        if self.flaw.hangs_on_parameters and len(query) > 100:
            self._hang()
        if self.flaw.redirects and "x" in query:
            raise Refused
        if self.flaw.parses_first:
            parse(body, self.flaw)
        self._check(query, body)
        if self.flaw.hangs_on_entities and body.count(b"<!ENTITY") > 5:
            self._hang()
        push, data_format = parse(body, Flaw() if self.flaw.parses_first else self.flaw)
        if not isinstance(push, dict):
            raise Unreadable
        if "MsgType" not in push or "FromUserName" not in push:
            raise Unreadable
        if self.flaw.fails_on(push):
            raise Failing
        if self.flaw.hangs_on(push):
            self._hang()
        return self._reply(push, data_format)

    def _reply(self, push: Fields, data_format: str) -> tuple[bytes, dict[str, str]]:
        for field in self.flaw.fetches:
            if field in push:
                fetch(str(push[field]))
        if self.flaw.looks_up and (address := re.search(r"ldap://([\d.]+):(\d+)", content(push))):
            socket.create_connection((address[1], int(address[2])), timeout=5).close()
        is_again = self._came_before(push)
        headers = {}
        if self.flaw.copies_into_header and (copied := re.search(r"\n([\w-]+: \w+)\n", content(push))):
            headers = {"X-Note": f"x\r\n{copied[1]}"}
        if not self.flaw.transfers(push) or is_again:
            return b"success", headers
        fields: Fields = {
            "ToUserName": self._addressee(str(push["FromUserName"])),
            "FromUserName": str(push["ToUserName"]),
            "CreateTime": int(time.time()),
            "MsgType": "transfer_customer_service",
        }
        if self.flaw.computes and (factors := re.search(r"\{\{(\d+)\*(\d+)\}\}", content(push))):
            fields["Remark"] = str(int(factors[1]) * int(factors[2]))
        return render(fields, data_format), {"Content-Type": f"application/{data_format}", **headers}

    def _came_before(self, push: Fields) -> bool:
        """Whether a variant takes it for one that came before."""
        with self.lock:
            if push.get("MsgType") == "event":
                event = (push.get("FromUserName"), push.get("CreateTime"), push.get("Event"))
                if self.flaw.fails_on_event_again and event in self.events:
                    raise Failing
                self.events.add(event)
                return False
            number = str(push.get("MsgId", ""))
            known = self.ids.setdefault(self.flaw.message_id(number) if number else "", number)
            if self.flaw.acknowledges_again:
                is_again = (number, "seen") in self.ids
                self.ids[number, "seen"] = ""
                return is_again
            return known != number and bool(number)

    def _addressee(self, user: str) -> str:
        cls = type(self)
        with self.lock:
            cls.first_user = cls.first_user or user
        return cls.first_user if self.flaw.answers_first_user else user

    def _check(self, query: dict[str, list[str]], body: bytes) -> None:
        """Refuse what WeChat did not send."""
        flaw = self.flaw
        if flaw.trusted_header and self.headers.get(flaw.trusted_header) == "127.0.0.1":
            return
        names = ("signature", "timestamp", "nonce")
        if any(name not in query for name in names):
            if flaw.fails_on_missing:
                raise Failing
            if flaw.takes_missing:
                return
            raise Refused
        if flaw.fails_on_two and len(query["signature"]) > 1:
            raise Failing
        signature, timestamp, nonce = (query[name][0] for name in names)
        self._check_time(timestamp)
        if not flaw.checks_signature:
            return
        given = signature.strip() if flaw.strips else signature
        right = (sign(token, timestamp, nonce)[: flaw.compared] for token in flaw.tokens)
        if flaw.compared == 40 and len(given) != 40:
            raise Refused
        if not any(hmac.compare_digest(given[: flaw.compared].encode(), each.encode()) for each in right):
            raise Refused
        if flaw.remembers and body:
            with self.lock:
                if self.seen.setdefault(signature, body) != body:
                    raise Refused

    def _check_time(self, timestamp: str) -> None:
        if not timestamp and self.flaw.takes_empty_timestamp:
            return
        if self.flaw.checks_signature and not re.fullmatch("[0-9]{10}", timestamp):
            raise Refused
        if self.flaw.checks_signature and not self.flaw.window(time.time() - int(timestamp)):
            raise Refused

    def _query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.path).query, keep_blank_values=True)

    def _hang(self) -> None:
        """Answer nothing until the other side has gone."""
        self.connection.recv(1)
        raise Refused

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        with suppress(ConnectionError):
            self.send_response(status)
            for name, value in {"Content-Type": "text/plain", **(headers or {})}.items():
                self.send_header(name, value)
            if self.flaw.powered_by:
                self.send_header("X-Powered-By", self.flaw.powered_by)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def version_string(self) -> str:
        """No version, unless that is the flaw."""
        return super().version_string() if self.flaw.names_version else "handler"

    def log_message(self, *_: object) -> None:
        """Say nothing: requests are no errors."""


def main() -> None:
    """Serve the variant that the command line names."""
    if len(sys.argv) != 2 or sys.argv[1] not in FLAWS:
        sys.exit(f"choose a variant from {', '.join(FLAWS)}")
    Handler.flaw = FLAWS[sys.argv[1]]
    ThreadingHTTPServer.request_queue_size = 128
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"ready {server.server_port}", flush=True)  # noqa: T201 - the launcher reads it
    server.serve_forever()


if __name__ == "__main__":
    main()
