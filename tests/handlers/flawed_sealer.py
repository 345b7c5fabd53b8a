"""A handler of secure mode with one crypto flaw, or `none`: `python flawed_sealer.py VARIANT`.

Listens on a free port of 127.0.0.1, prints `ready PORT` and serves until killed. Token, EncodingAESKey and appid are in
WXKF_TOKEN, WXKF_AES_KEY and WXKF_APPID. It speaks XML and JSON, each as the push was, and imports nothing of wxkf: what
is right or wrong is written down here a second time, on purpose.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree  # noqa: TID251 - a developer's own handler

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TOKEN = os.environ.get("WXKF_TOKEN", "AAAAA")
AES_KEY = os.environ.get("WXKF_AES_KEY", "")
APPID = os.environ.get("WXKF_APPID", "")
KEY = base64.b64decode(AES_KEY + "=") if AES_KEY else b""

XML, JSON = "xml", "json"
_OTHER = {XML: JSON, JSON: XML}
_MEDIA_TYPES = {XML: "application/xml", JSON: "application/json"}

Fields = dict[str, str | int]


class Refused(Exception):
    """The push is not WeChat's, or not for this handler."""


class Unopenable(Exception):
    """The push cannot be read."""


def pkcs7(data: bytes, block: int = 32) -> bytes:
    """Padded; WeChat's block is 32, though the cipher's is 16."""
    size = block - len(data) % block
    return data + bytes([size]) * size


def zeros(data: bytes) -> bytes:
    """Filled up to 32 with zeros, as those who know no PKCS#7 do; never with none."""
    return data + bytes(32 - len(data) % 32)


def cbc(key: bytes) -> Cipher[modes.CBC]:
    """WeChat's cipher."""
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def ecb(key: bytes) -> Cipher[modes.ECB]:
    """The cipher without an IV."""
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - a flaw


def base64_text(data: bytes) -> str:
    """Base64 as Encrypt has it."""
    return base64.b64encode(data).decode()


@dataclass(frozen=True)
class Flaw:
    """What a variant does; the defaults are right, and each row of `FLAWS` changes one thing.

    The first part is of transfers, the second of how pushes are treated.
    """

    seals: bool = True
    seals_success: bool = False
    other_format_inside: bool = False
    other_format_outside: bool = False
    #: More fields of the transfer.
    extra: Fields | None = None
    size: Callable[[bytes], bytes] = lambda message: len(message).to_bytes(4, "big")
    appid: str = APPID
    pad: Callable[[bytes], bytes] = pkcs7
    cipher: Callable[[bytes], Cipher[modes.CBC] | Cipher[modes.ECB]] = cbc
    key: bytes = KEY
    encode: Callable[[bytes], str] = base64_text
    #: Some flaws do not show in every message: seal again, one space longer, until it does.
    shows: Callable[[bytes, str], bool] = lambda _padded, _encrypt: True
    signed: Callable[[str, str, str], tuple[str, ...]] = lambda *parts: (TOKEN, *parts)
    #: Of Encrypt, MsgSignature, TimeStamp and Nonce; a field without a name is left out.
    names: tuple[str, str, str, str] = ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
    clock: Callable[[], int] = lambda: int(time.time())

    checks: str | None = "msg_signature"
    checks_appid: bool = True
    longest_padding: int = 32
    status_of_unopenable: int = 403
    takes_plaintext: bool = False
    seals_after_first: bool = False


FLAWS = {
    "none": Flaw(),
    # The reply
    "not-sealed": Flaw(seals=False),
    "sealed-success": Flaw(seals_success=True),
    "lower-case-names": Flaw(names=("encrypt", "msgsignature", "timestamp", "nonce")),
    "timestamp-misspelt": Flaw(names=("Encrypt", "MsgSignature", "Timestamp", "Nonce")),
    "signature-missing": Flaw(names=("Encrypt", "", "TimeStamp", "Nonce")),
    "nonce-missing": Flaw(names=("Encrypt", "MsgSignature", "TimeStamp", "")),
    "timestamp-milliseconds": Flaw(clock=lambda: int(time.time() * 1000)),
    "other-format": Flaw(other_format_inside=True, other_format_outside=True),
    "envelope-in-other-format-only": Flaw(other_format_outside=True),
    "signature-over-three": Flaw(signed=lambda timestamp, nonce, _encrypt: (TOKEN, timestamp, nonce)),
    "signature-other-token": Flaw(signed=lambda timestamp, nonce, encrypt: ("other", timestamp, nonce, encrypt)),
    "other-appid": Flaw(appid="wx0123456789abcdef"),
    "appid-missing": Flaw(appid=""),
    "length-as-text": Flaw(size=lambda message: str(len(message)).encode()),
    "length-little-endian": Flaw(size=lambda message: len(message).to_bytes(4, "little")),
    # Characters are bytes until there is Chinese.
    "length-in-characters": Flaw(
        size=lambda message: len(message.decode()).to_bytes(4, "big"), extra={"Remark": "转人工"}
    ),
    "length-missing": Flaw(size=lambda _message: b""),
    "padding-16": Flaw(pad=lambda data: pkcs7(data, 16), shows=lambda padded, _encrypt: len(padded) % 32 != 0),
    "padding-missing": Flaw(pad=zeros),
    "padding-twice": Flaw(pad=lambda data: pkcs7(pkcs7(data))),
    "other-key": Flaw(key=hashlib.sha256(b"another").digest()),
    "key-as-text": Flaw(key=AES_KEY[:32].encode()),
    "ecb": Flaw(cipher=ecb),
    "encrypt-not-base64": Flaw(
        encode=lambda data: base64.urlsafe_b64encode(data).decode(),
        shows=lambda _padded, encrypt: "-" in encrypt or "_" in encrypt,
    ),
    "encrypt-with-line-breaks": Flaw(encode=lambda data: base64.encodebytes(data).decode()),
    "encrypt-truncated": Flaw(encode=lambda data: base64_text(data[:-5])),
    # The conduct
    "checks-signature-only": Flaw(checks="signature"),
    "no-signature-check": Flaw(checks=None),
    "no-appid-check": Flaw(checks_appid=False),
    "crashes-on-unopenable": Flaw(status_of_unopenable=500),
    "accepts-plaintext": Flaw(takes_plaintext=True),
    "seals-after-first": Flaw(takes_plaintext=True, seals_after_first=True),
    "padding-16-only": Flaw(longest_padding=16),
}


def sign(*parts: str) -> str:
    """The signature of the parts, in any order."""
    # JSON may hold half a surrogate pair, which has no bytes of its own.
    ordered = sorted(part.encode(errors="replace") for part in parts)
    return hashlib.sha1(b"".join(ordered), usedforsecurity=False).hexdigest()


def check(got: str, *parts: str) -> None:
    """Refuse what is signed otherwise."""
    if not hmac.compare_digest(got.encode(), sign(*parts).encode()):
        raise Refused


def parse(body: bytes) -> tuple[Fields, str]:
    """The top-level fields of XML or JSON, and which of them it is."""
    try:
        if body.lstrip().startswith(b"{"):
            return json.loads(body), JSON
        root = ElementTree.fromstring(body)  # noqa: S314 - from wxkf, on this machine
    except (ValueError, RecursionError, ElementTree.ParseError) as error:
        raise Unopenable from error
    return {child.tag: child.text or "" for child in root}, XML


def render(fields: Fields, data_format: str) -> bytes:
    """The other way round."""
    if data_format == JSON:
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    values = {name: value if isinstance(value, int) else f"<![CDATA[{value}]]>" for name, value in fields.items()}
    return "".join(["<xml>", *(f"<{name}>{value}</{name}>" for name, value in values.items()), "</xml>"]).encode()


def open_sealed(encrypt: str, flaw: Flaw) -> bytes:
    """The message in an Encrypt."""
    try:
        sealed = base64.b64decode(encrypt, validate=True)
        decryptor = cbc(KEY).decryptor()
        plain = decryptor.update(sealed) + decryptor.finalize()
    except ValueError as error:
        raise Unopenable from error
    padding = plain[-1] if plain else 0
    text = plain[:-padding]
    end = 20 + int.from_bytes(text[16:20], "big")
    if not 1 <= padding <= flaw.longest_padding or pkcs7(text)[-padding:] != plain[-padding:] or end > len(text):
        raise Unopenable
    if flaw.checks_appid and text[end:] != APPID.encode():
        raise Refused
    return text[20:end]


def seal(message: bytes, data_format: str, nonce: str, flaw: Flaw) -> tuple[bytes, str]:
    """The envelope around a message, and its format."""
    while True:
        padded = flaw.pad(os.urandom(16) + flaw.size(message) + message + flaw.appid.encode())
        encryptor = flaw.cipher(flaw.key).encryptor()
        encrypt = flaw.encode(encryptor.update(padded) + encryptor.finalize())
        if flaw.shows(padded, encrypt):
            break
        message += b" "
    timestamp = flaw.clock()
    signature = sign(*flaw.signed(str(timestamp), nonce, encrypt))
    values: tuple[str | int, ...] = (encrypt, signature, timestamp, nonce)
    envelope = {name: value for name, value in zip(flaw.names, values, strict=True) if name}
    outer_format = _OTHER[data_format] if flaw.other_format_outside else data_format
    return render(envelope, outer_format), outer_format


class Handler(BaseHTTPRequestHandler):
    """Answers for the flaw in `flaw`."""

    protocol_version = "HTTP/1.1"
    # Head and body are two writes: the second would wait for the first to be acknowledged.
    disable_nagle_algorithm = True
    flaw: Flaw
    opened_one = False

    def do_GET(self) -> None:
        """The check of the URL, which is the same in all modes."""
        query = self._query()
        try:
            self._check_three(query)
        except Refused:
            self._send(403, b"")
        else:
            self._send(200, query.get("echostr", "").encode())

    def do_POST(self) -> None:
        """A push."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            answer = self._answer(body, self._query())
        except Refused:
            self._send(403, b"")
        except Unopenable:
            self._send(self.flaw.status_of_unopenable, b"")
        else:
            self._send(200, *answer)

    def _answer(self, body: bytes, query: dict[str, str]) -> tuple[bytes, str]:
        push, data_format = parse(body)
        sealed = query.get("encrypt_type") == "aes"
        if sealed and "Encrypt" in push:
            push, _ = parse(self._opened(str(push["Encrypt"]), query))
            type(self).opened_one = True
        elif AES_KEY and not self.flaw.takes_plaintext:
            raise Unopenable if sealed else Refused
        else:
            self._check_three(query)
            sealed = False
        transfers = push.get("MsgType") in ("text", "image", "miniprogrampage")
        seals = self.flaw.seals if transfers else self.flaw.seals_success
        reply_format = _OTHER[data_format] if self.flaw.other_format_inside else data_format
        reply = self._transfer(push, reply_format) if transfers else b"success"
        if seals and (sealed or (self.flaw.seals_after_first and self.opened_one)):
            reply, reply_format = seal(reply, data_format, query.get("nonce", ""), self.flaw)
        elif not transfers:
            return reply, "text/plain"
        return reply, _MEDIA_TYPES[reply_format]

    def _opened(self, encrypt: str, query: dict[str, str]) -> bytes:
        parts = (TOKEN, query.get("timestamp", ""), query.get("nonce", ""))
        if self.flaw.checks is not None:
            signed = (*parts, encrypt) if self.flaw.checks == "msg_signature" else parts
            check(query.get(self.flaw.checks, ""), *signed)
        return open_sealed(encrypt, self.flaw)

    def _transfer(self, push: Fields, data_format: str) -> bytes:
        fields: Fields = {
            "ToUserName": push["FromUserName"],
            "FromUserName": push["ToUserName"],
            "CreateTime": int(time.time()),
            "MsgType": "transfer_customer_service",
        }
        return render(fields | (self.flaw.extra or {}), data_format)

    def _check_three(self, query: dict[str, str]) -> None:
        check(query.get("signature", ""), TOKEN, query.get("timestamp", ""), query.get("nonce", ""))

    def _query(self) -> dict[str, str]:
        values = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        return {name: value[0] for name, value in values.items()}

    def _send(self, status: int, body: bytes, media_type: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

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
