"""How an answer differs from the one before, times and ids left out: they differ each time."""

import difflib
import re
from collections.abc import Iterator

from wxkf_cli.wire import codec
from wxkf_cli.wire.crypto import Opened
from wxkf_cli.wire.document import Document
from wxkf_cli.wire.envelope import Seal, opened
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Exchange, Failure

_PASSING = "CreateTime|TimeStamp|Nonce|MsgId|MsgSignature|Encrypt"
_IN_XML = re.compile(rf"(<({_PASSING})>).*?(</\2>)", re.DOTALL)
_IN_JSON = re.compile(rf'("(?:{_PASSING})"\s*:\s*)("(?:[^"\\]|\\.)*"|[0-9.eE+-]+)')
_LINE_LIMIT = 400


def answer_diff(before: Exchange, now: Exchange, seal: Seal | None) -> list[str]:
    """What was `- ` there before and `+ ` is there now, fit to be shown; nothing where the answers are alike.

    Args:
        before: The push with its recorded answer.
        now: The same with its answer of now.
        seal: What opens sealed answers; None without a key.
    """
    was, has = list(_told(before, seal)), list(_told(now, seal))
    if was == has:
        return []
    changed = difflib.ndiff(was, has)
    return [safe(each.rstrip("\n"), _LINE_LIMIT) for each in changed if each[:2] in ("- ", "+ ")]


def _told(exchange: Exchange, seal: Seal | None) -> Iterator[str]:
    """The lines of an answer that are compared."""
    answer = exchange.answer
    if isinstance(answer, Failure):
        yield answer.outcome.value
        return
    yield f"HTTP {answer.status}" if answer.status is not None else "returned"
    yield f"Content-Type: {answer.header('Content-Type')}"
    body = _opened(answer.body, seal).decode("utf-8", "backslashreplace")
    if exchange.request is not None:
        for name in ("timestamp", "nonce"):
            body = body.replace(exchange.request.parameter(name) or "\0", "…")
    yield from _IN_JSON.sub(r"\1…", _IN_XML.sub(r"\1…\3", body)).splitlines()


def _opened(body: bytes, seal: Seal | None) -> bytes:
    data = codec.sniff(body) if seal is not None else None
    document = codec.parse(body, data) if data is not None else None
    if seal is None or not isinstance(document, Document):
        return body
    result = opened(document.get("Encrypt"), seal)
    return result.message if isinstance(result, Opened) else body
