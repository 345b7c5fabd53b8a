"""A handler behind a port, with nothing but the standard library: `python served.py PORT`."""

import hashlib
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Handler(BaseHTTPRequestHandler):
    """Speaks JSON."""

    def do_GET(self) -> None:
        """WeChat verifies the URL."""
        query = parse_qs(urlsplit(self.path).query)
        self.reply(query["echostr"][0].encode() if self.is_signed() else b"")

    def do_POST(self) -> None:
        """WeChat pushes."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            push = json.loads(body)
        except ValueError:
            self.send_error(400)
            return
        if not self.is_signed() or push["MsgType"] not in ("text", "image", "miniprogrampage"):
            self.reply(b"success" if self.is_signed() else b"")
            return
        answer = {
            "ToUserName": push["FromUserName"],
            "FromUserName": push["ToUserName"],
            "CreateTime": int(time.time()),
            "MsgType": "transfer_customer_service",
        }
        self.reply(json.dumps(answer).encode())

    def is_signed(self) -> bool:
        """Whether the push comes from somebody who knows the Token."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        parts = sorted((os.environ["WXKF_TOKEN"], query.get("timestamp", ""), query.get("nonce", "")))
        return hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest() == query.get("signature")

    def reply(self, body: bytes) -> None:
        """Answer with 200; an empty body and `success` acknowledge, and a forged push is refused."""
        self.send_response(200 if body else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
