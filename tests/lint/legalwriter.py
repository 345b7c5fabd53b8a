"""Writes a transfer in every legal way; it shares no code with what reads it.

Each way is drawn from a `Random`, which may be Hypothesis's own: then a failing case shrinks to plain writing.
"""

import gzip
import json
from collections.abc import Callable
from random import Random

from tests.lint.sentence import FIELDS, WORD, Case, sealed, signed

#: Values by name, in the order in which they are written.
Values = list[tuple[str, str | int]]

_BLANKS = " \t\r\n"
_DECLARATIONS = (
    '<?xml version="1.0"?>', "<?xml version='1.0'?>", '<?xml version="1.0" encoding="UTF-8"?>',
    "<?xml version='1.0' encoding='utf-8' standalone='yes'?>", '<?xml version = "1.0"\n\tencoding = "utf-8" ?>',
    '<?xml version="1.0" standalone="no" ?>',
)  # fmt: skip
_CONTENT_TYPES = (
    "text/xml", "application/xml", "text/html; charset=UTF-8", "text/plain", "application/json", "image/png", "",
    "application/octet-stream", "nonsense", "text/xml; charset=gbk", "multipart/form-data; boundary=x",
)  # fmt: skip
_HEADERS = (
    "Server: nginx", "Date: Fri, 26 Apr 2024 06:20:46 GMT", "X-Powered-By: PHP/8.3", "X-Unheard-Of:", "Vary: *",
    "Set-Cookie: a=b; Path=/", "Connection: keep-alive", 'ETag: W/"1"', "Strict-Transport-Security:max-age=1",
    "x-request-id:  \t 7 \t", "Cache-Control: no-store", "Content-Language: zh-CN",
)  # fmt: skip
_STATUS_LINES = (
    "HTTP/1.1 200 OK",
    "HTTP/1.0 200 OK",
    "HTTP/1.1 200 ",
    "HTTP/1.1 200",
    "HTTP/2 200 ",
    "HTTP/1.1 200 Fine",
)
#: An Encrypt is long, and its end is written no other than its beginning.
_MOST_ESCAPED = 40
_NONCE = "0123456789abcdefABCDEFxyzXYZ"


def transfer(random: Random, case: Case, pushed_at: int) -> Values:
    """The four fields in any order; CreateTime is the push's, or the clock's near it."""
    time = pushed_at + random.choice([0, 0, 1, 4, -1, 3600, -3600])
    values: tuple[str | int, ...] = (case.user, case.original_id, time, WORD)
    return _shuffled(random, list(zip(FIELDS, values, strict=True)))


def envelope(random: Random, message: bytes, case: Case, timestamp: int) -> Values:
    """The fields of the envelope around a message, in any order."""
    encrypt = sealed(message, case.key, case.appid, random.randbytes(16))
    nonce = "".join(random.choice(_NONCE) for _ in range(random.choice([1, 5, 9, 11, 16, 32])))
    signature = signed(case.token, str(timestamp), nonce, encrypt)
    values: dict[str, str | int] = {
        "Encrypt": encrypt, "MsgSignature": signature, "TimeStamp": timestamp, "Nonce": nonce,
    }  # fmt: skip
    if nonce.isdigit() and str(int(nonce)) == nonce and len(nonce) <= 11 and random.random() < 0.5:
        values["Nonce"] = int(nonce)  # as handlers of JSON pushes write it
    return _shuffled(random, list(values.items()))


def _shuffled(random: Random, values: Values) -> Values:
    if random.random() < 0.7:
        random.shuffle(values)
    return values


def written(random: Random, values: Values, *, is_json: bool) -> bytes:
    """The document, in one of the many ways to write it."""
    return (_json if is_json else _xml)(random, values).encode()


def _blank(random: Random, most: int = 6) -> str:
    if random.random() < 0.6:
        return ""
    return "".join(random.choice(_BLANKS) for _ in range(random.randint(0, most)))


def _xml(random: Random, values: Values) -> str:
    declaration = random.choice(_DECLARATIONS) if random.random() < 0.3 else ""
    # A declaration stands at the very start; without one blanks may stand before the document.
    text = (declaration or _blank(random, 20)) + _blank(random) + "<xml>"
    for name, value in values:
        text += f"{_blank(random, 14)}<{name}>{_xml_text(random, str(value))}</{name}>"
    return f"{text}{_blank(random)}</xml>{_blank(random)}"


def _xml_text(random: Random, value: str) -> str:
    """A value as text, CDATA and references, all of it in one of them or cut up between them."""
    if random.random() < 0.7:
        return random.choice([_as_cdata, _as_text])(value)
    pieces: list[str] = []
    while value:
        size = random.randint(1, len(value))
        writes: Callable[[str], str] = random.choice([_as_cdata, _as_text, _as_decimal, _as_hexadecimal])
        pieces.append(writes(value[:size]))
        value = value[size:]
        if random.random() < 0.1:
            pieces.append("<![CDATA[]]>")
    return "".join(pieces)


def _as_cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _as_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _as_decimal(text: str) -> str:
    return "".join(f"&#{ord(each)};" for each in text)


def _as_hexadecimal(text: str) -> str:
    return "".join(f"&#x{ord(each):0{4 if ord(each) % 2 else 1}x};" for each in text)


def _json(random: Random, values: Values) -> str:
    members = [
        f"{_blank(random)}{_json_text(random, name)}{_blank(random)}:{_blank(random)}"
        + (_json_text(random, value) if isinstance(value, str) else str(value))
        for name, value in values
    ]
    return f"{_blank(random, 20)}{{{f'{_blank(random)},'.join(members)}{_blank(random)}}}{_blank(random)}"


def _json_text(random: Random, text: str) -> str:
    """A string with none, some or all of its characters escaped."""
    if random.random() < 0.7:
        return json.dumps(text, ensure_ascii=random.random() < 0.5)
    share = random.choice([0.1, 0.5, 1.0])
    escaped = "".join(_json_character(random, each, share) for each in text[:_MOST_ESCAPED])
    return f'"{escaped}{json.dumps(text[_MOST_ESCAPED:])[1:-1]}"'


def _json_character(random: Random, character: str, share: float) -> str:
    if random.random() >= share:
        return json.dumps(character, ensure_ascii=False)[1:-1]
    if character == "/" and random.random() < 0.5:
        return "\\/"
    units = character.encode("utf-16-be").hex()
    units = units.upper() if random.random() < 0.5 else units
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


def captured(random: Random, body: bytes, *, compressed: bool = False) -> bytes:
    """The body as the answer of an HTTP server, as `curl -i` or `curl -i --raw` leaves it."""
    end = random.choice(["\r\n", "\r\n", "\n"])
    headers = random.sample(_HEADERS, random.randint(0, 4))
    if random.random() < 0.8:
        headers.append(f"{random.choice(['Content-Type', 'content-type'])}: {random.choice(_CONTENT_TYPES)}")
    if compressed:
        body = gzip.compress(body, mtime=0)
        headers.append(random.choice(["Content-Encoding: gzip", "content-encoding: x-gzip"]))
    if random.random() < 0.3:
        headers.append(random.choice(["Transfer-Encoding: chunked", "transfer-encoding:chunked"]))
        # curl takes chunks apart unless it is told not to.
        body = _chunked(random, body, end.encode()) if random.random() < 0.7 else body
    elif random.random() < 0.7:
        headers.append(f"Content-Length: {len(body)}")
    random.shuffle(headers)
    return end.join([random.choice(_STATUS_LINES), *headers, "", ""]).encode() + body


def _chunked(random: Random, body: bytes, end: bytes) -> bytes:
    pieces: list[bytes] = []
    while body:
        size = random.randint(1, len(body))
        digits = random.choice([f"{size:x}", f"{size:X}", f"{size:04x}"])
        pieces += [digits.encode(), random.choice([b"", b"", b";a=b"]), end, body[:size], end]
        body = body[size:]
    trailer = random.choice([b"", b"", b"X-Checksum: 1" + end])
    return b"".join([*pieces, b"0", end, trailer, end])
