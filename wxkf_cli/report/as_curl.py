"""A push as a shell script that makes it again with curl: signed and sealed when it runs, by openssl.

The script holds no secret: Token and key come from the environment. It runs in any POSIX shell.
"""

import base64
import re
import shlex
from collections.abc import Iterator

from wxkf_cli.vocab.terms import DataFormat, Flaw, Mode
from wxkf_cli.wire import codec
from wxkf_cli.wire.crypto import BLOCK
from wxkf_cli.wire.document import PUSH_LIMITS, Document
from wxkf_cli.wire.exchange import Exchange

#: Sixteen random bytes and four of length stand before a sealed message.
_BEFORE = 20
_SIGN = "LC_ALL=C sort | tr -d '\\n' | openssl dgst -sha1 -r | cut -d ' ' -f 1"
#: What a forged signature has in place of its last digit.
_SPOIL = " | sed -e 's/0$/x/' -e 's/[^x]$/0/' -e 's/x$/1/'"
#: A newline behind each answer: most bodies end without one.
_CURL = "curl -sS -i -w '\\n'"
#: curl's own, or what follows from the request.
_LEFT_OUT = frozenset({"host", "content-length"})


def as_curl(exchange: Exchange, url: str, appid: str) -> str:
    """The script.

    Args:
        exchange: What to push, as it would be pushed now: its body is sealed where its mode says so.
        url: Where to.
        appid: What sealed messages end with; empty in plaintext.
    """
    return "\n".join(_script(exchange, url, appid)) + "\n"


def _script(exchange: Exchange, url: str, appid: str) -> Iterator[str]:
    request, message = exchange.request, exchange.push
    assert request is not None  # noqa: S101 - a recorded push has one
    mode = exchange.mode or Mode.PLAINTEXT
    is_sealed = request.parameter("msg_signature") != ""
    forged = exchange.flaw is Flaw.SIGNATURE
    yield f"# {exchange.id} {_word(exchange.case)} {mode} {exchange.data or ''}".rstrip()
    yield ': "${WXKF_TOKEN:?set it to the Token of the handler}"'
    yield "timestamp=$(date +%s)"
    yield "nonce=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')"
    # In secure mode a handler goes by `msg_signature`: there a forged push has a right `signature`.
    spoil = _SPOIL if forged and (exchange.is_verification or mode is not Mode.SECURE) else ""
    yield f'signature=$(printf \'%s\\n\' "$WXKF_TOKEN" "$timestamp" "$nonce" | {_SIGN}{spoil})'
    begin = "&" if "?" in url else "?"
    query = f"{begin}signature=$signature&timestamp=$timestamp&nonce=$nonce"
    if exchange.is_verification:
        echostr = request.parameter("echostr") or "1234567890"
        query = f"{begin}signature=$signature&echostr={_word(echostr)}&timestamp=$timestamp&nonce=$nonce"
        yield f'{_CURL}{_headers(exchange)} {_url(url)}"{query}"'
        return
    openid = request.parameter("openid")
    query += f"&openid={_word(openid)}" if openid else ""
    body = f"printf '%s' {_quoted(request.body)}"
    if not _is_text(request.body):
        body = _from_base64(request.body)
    if is_sealed:
        data = exchange.data or DataFormat.XML
        encrypt = _encrypt_in(request.body, data)
        if message is None:  # a probe whose seal never opened goes out as it was
            yield f"encrypt={shlex.quote(encrypt)}"
        else:
            yield from _sealing(codec.render(message, data), appid)
        yield (
            f'msg_signature=$(printf \'%s\\n\' "$WXKF_TOKEN" "$timestamp" "$nonce" "$encrypt" | {_SIGN}'
            f"{_SPOIL if forged else ''})"
        )
        query += "&encrypt_type=aes&msg_signature=$msg_signature"
        before, _, behind = request.body.partition(encrypt.encode())
        body = f"printf '%s%s%s' {_quoted(before)} \"$encrypt\" {_quoted(behind)}"
    yield f"{body} |"
    yield f'  {_CURL}{_headers(exchange)} --data-binary @- {_url(url)}"{query}"'


def _sealing(plain: bytes, appid: str) -> Iterator[str]:
    length = _BEFORE + len(plain) + len(appid.encode())
    padding = BLOCK - length % BLOCK
    behind = len(plain).to_bytes(4, "big") + plain + appid.encode() + bytes([padding]) * padding
    yield ': "${WXKF_AES_KEY:?set it to the EncodingAESKey of the handler}"'
    yield "key=$(printf '%s=' \"$WXKF_AES_KEY\" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')"
    yield "iv=$(printf '%.32s' \"$key\")"
    yield (
        f"encrypt=$({{ openssl rand 16; {_from_base64(behind)}; }} |"
        ' openssl enc -aes-256-cbc -nopad -K "$key" -iv "$iv" | openssl base64 -A)'
    )


def _encrypt_in(body: bytes, data: DataFormat) -> str:
    document = codec.parse(body, data, PUSH_LIMITS)
    encrypt = document.get("Encrypt") if isinstance(document, Document) else None
    assert isinstance(encrypt, str)  # noqa: S101 - it was sealed here
    return encrypt


def _headers(exchange: Exchange) -> str:
    assert exchange.request is not None  # noqa: S101 - as above
    given = {name.lower() for name, _ in exchange.request.headers}
    words = [f"{name}: {value}" for name, value in exchange.request.headers if name.lower() not in _LEFT_OUT]
    if exchange.push is not None and given and "content-type" not in given:
        words.append("Content-Type:")  # curl would add its own
    return "".join(f" \\\n  -H {shlex.quote(each)}" for each in words) + (" \\\n " if words else "")


def _url(url: str) -> str:
    return shlex.quote(url)


def _word(text: str) -> str:
    """A value of a recorded push, fit for a comment and for the inside of double quotes."""
    return re.sub(r"[^A-Za-z0-9_.~-]", lambda found: "".join(f"%{each:02X}" for each in found[0].encode()), text)


def _is_text(body: bytes) -> bool:
    try:
        return body.decode("utf-8").isprintable() or not set(body) & {*range(9), *range(11, 32), 127}
    except UnicodeDecodeError:
        return False


def _quoted(body: bytes) -> str:
    return shlex.quote(body.decode("utf-8", "surrogateescape"))


def _from_base64(data: bytes) -> str:
    return f"printf '%s' '{base64.b64encode(data).decode('ascii')}' | openssl base64 -d -A"
