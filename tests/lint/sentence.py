"""A second opinion on answers, written down without the code under test: Expat or json, and a small table.

It says `accept` or `reject` only where the project's decisions leave no doubt, and `unsure` for the rest: what is a
warning in one reader and an error in another, such as comments, attributes and mixed content.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn
from xml.parsers import expat  # noqa: TID251 - the point is another parser than ours

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLANKS = b" \t\r\n"
#: What a transfer is: these fields, each once, with the exchanged addresses, an integer and one word.
FIELDS = ("ToUserName", "FromUserName", "CreateTime", "MsgType")
WORD = "transfer_customer_service"
ENVELOPE = ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
#: Extra fields are a warning, but not under these names: a document that has them may be meant as something else.
_TELLING = {"encrypt", "msgsignature", "timestamp", "nonce", "touser", "fromuser", *(name.lower() for name in FIELDS)}


class Sentence(StrEnum):
    """What is to be said of an answer."""

    ACCEPT = "accept"
    UNSURE = "unsure"
    REJECT = "reject"


@dataclass(frozen=True)
class Case:
    """What is known beside an answer.

    Attributes:
        user: The openid that the push came from.
        original_id: The mini program that it went to.
        is_json: Whether it came in JSON.
        is_event: Whether it was an event, which must not be transferred.
        mode: `plaintext`, `compatible` or `secure`.
        token: What signatures are made with.
        key: The 32 bytes of the EncodingAESKey.
        appid: What sealed messages end with.
    """

    user: str
    original_id: str
    is_json: bool
    is_event: bool
    mode: str
    token: str
    key: bytes
    appid: str


class _Rejected(Exception):
    """No reader takes this for a transfer."""


class _Unsure(Exception):
    """A reader might, another not."""


def sentence(body: bytes, case: Case) -> tuple[Sentence, str]:
    """The sentence on the body of a 200, and why."""
    try:
        if body.rstrip(BLANKS) in (b"", b"success"):
            return _acknowledged(body)
        fields = _fields(body, case.is_json)
        if "Encrypt" in fields and "MsgType" not in fields:
            fields = _opened(fields, case)
        elif case.mode == "secure":
            _reject("in the open")
        _check_transfer(fields, case)
    except _Rejected as error:
        return Sentence.REJECT, str(error)
    except _Unsure as error:
        return Sentence.UNSURE, str(error)
    return Sentence.ACCEPT, "a transfer"


def _acknowledged(body: bytes) -> tuple[Sentence, str]:
    if body and not body.strip(BLANKS):
        return Sentence.REJECT, "blanks that look empty"
    return Sentence.ACCEPT, "an acknowledgement"


def _reject(why: str) -> NoReturn:
    raise _Rejected(why)


def _doubt(why: str) -> NoReturn:
    raise _Unsure(why)


def _fields(body: bytes, is_json: bool) -> dict[str, Any]:
    """The fields of a document in the format that is due."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        _reject("not UTF-8")
    if body.strip(BLANKS).startswith(b"\xef\xbb\xbf"):
        _reject("a byte order mark")
    pairs = _json(body) if is_json else _xml(body.strip(BLANKS))
    fields = dict(pairs)
    if len(fields) != len(pairs):
        _reject("a field twice")
    return fields


def _json(body: bytes) -> list[tuple[str, Any]]:
    def constant(name: str) -> NoReturn:
        _reject(name)

    try:
        pairs = json.loads(body.decode("utf-8"), object_pairs_hook=list, parse_constant=constant)
    except ValueError as error:
        _reject(f"not JSON: {error}")
    # An array looks the same, but for what is in it.
    if not body.lstrip(BLANKS).startswith(b"{"):
        _reject("no object")
    if not _is_encodable(pairs):
        _doubt("half a surrogate pair")
    return pairs  # type: ignore[no-any-return] # the hook makes it one


def _is_encodable(value: object) -> bool:
    try:
        return bool(json.dumps(value, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        return False


class _Reader:
    """Top-level fields of XML, as Expat tells of them."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, Any]] = []
        self.doubts: list[str] = []
        self._open: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._open.append(tag)
        if attributes or ":" in tag:
            self.doubts.append("attributes or a namespace")
        if len(self._open) == 1 and tag != "xml":
            _reject("another root")
        if len(self._open) == 2:
            self.pairs.append((tag, ""))
        if len(self._open) > 2:
            self.pairs[-1] = (self.pairs[-1][0], None)  # no text: elements

    def end(self, _tag: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        if len(self._open) == 1 and data.strip(BLANKS.decode()):
            self.doubts.append("text beside the fields")
        if len(self._open) == 2 and self.pairs[-1][1] is not None:
            self.pairs[-1] = (self.pairs[-1][0], self.pairs[-1][1] + data)

    def doubt(self, *_: object) -> None:
        self.doubts.append("a comment or a processing instruction")

    def declaration(self, version: str, encoding: str | None, _standalone: int) -> None:
        if version != "1.0" or (encoding or "utf-8").lower() != "utf-8":
            self.doubts.append(f"declared as {version} in {encoding}")

    def doctype(self, *_: object) -> None:
        _reject("a DOCTYPE")


def _xml(document: bytes) -> list[tuple[str, Any]]:
    # Told the encoding, Expat does not go by the declaration, which is looked at apart.
    parser, reader = expat.ParserCreate("utf-8"), _Reader()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reader.text, reader.doctype
    parser.CommentHandler = parser.ProcessingInstructionHandler = reader.doubt
    parser.XmlDeclHandler = reader.declaration
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        _reject(f"not XML: {error}")
    if reader.doubts:
        _doubt(reader.doubts[0])
    return reader.pairs


def _check_transfer(fields: dict[str, Any], case: Case) -> None:
    for name in FIELDS:
        if name not in fields:
            _reject(f"{name} missing")
    if fields["ToUserName"] != case.user or fields["FromUserName"] != case.original_id:
        _reject("addresses")
    if fields["MsgType"] != WORD:
        _reject("MsgType")
    time = fields["CreateTime"]
    if isinstance(time, str) and not re.fullmatch("[0-9]+", time):
        _reject("CreateTime is no integer")
    if not isinstance(time, str) and (not case.is_json or type(time) is not int or time < 0):
        _reject("CreateTime is no integer")
    if len(str(time)) > 13:
        _doubt("CreateTime of any length")
    if case.is_event:
        _reject("an event")
    if any(name.strip().lower() in _TELLING for name in fields if name not in FIELDS):
        _doubt("a field beside the four that is nearly one of them")


def _opened(fields: dict[str, Any], case: Case) -> dict[str, Any]:
    """The fields of what an envelope holds."""
    if case.mode == "plaintext":
        _reject("sealed in plaintext mode")
    missing = [name for name in ENVELOPE if name not in fields]
    if missing:
        _reject(f"{missing[0]} missing")
    if len(fields) > len(ENVELOPE):
        _doubt("more than an envelope's fields")
    encrypt, signature, time, nonce = (fields[name] for name in ENVELOPE)
    if case.is_json:
        time, nonce = (str(each) if type(each) is int else each for each in (time, nonce))
    if not all(isinstance(each, str) for each in (encrypt, signature, time, nonce)):
        _reject("an envelope's field is no text")
    if not re.fullmatch("[0-9]+", time):
        _reject("TimeStamp is no integer")
    signed = "".join(sorted([case.token, time, nonce, encrypt]))
    if hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest() != signature:
        _reject("MsgSignature")
    if len(time) > 13 or not nonce.strip():
        _doubt("a strange TimeStamp or Nonce")
    return _fields(unsealed(encrypt, case.key, case.appid), case.is_json)


def unsealed(encrypt: str, key: bytes, appid: str) -> bytes:
    """The message in an Encrypt.

    Raises:
        _Rejected: It does not open.
        _Unsure: It opens, but is padded as WeChat does not pad.
    """
    try:
        sealed = base64.b64decode(encrypt, validate=True)
    except ValueError:
        _reject("Encrypt is not base64")
    if not sealed or len(sealed) % 16:
        _reject("no whole blocks")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(sealed) + decryptor.finalize()
    padding = plain[-1]
    if not 1 <= padding <= 32 or plain[-padding:] != bytes([padding]) * padding:
        _reject("padding")
    rest = plain[16:-padding]
    end = 4 + int.from_bytes(rest[:4], "big")
    if len(rest) < 4 or end > len(rest):
        _reject("length")
    if rest[end:] != appid.encode():
        _reject("appid")
    if len(plain) % 32:
        _doubt("padded to 16")
    return rest[4:end]


def sealed(message: bytes, key: bytes, appid: str, random16: bytes) -> str:
    """The Encrypt of a message."""
    text = random16 + len(message).to_bytes(4, "big") + message + appid.encode()
    padding = 32 - len(text) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(text + bytes([padding]) * padding) + encryptor.finalize()).decode()


def signed(*parts: str) -> str:
    """A signature over parts."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
