"""HAR, as browsers and proxies save it: the entries that are pushes or verifications, read one at a time.

What else is in it, mostly pages and pictures, is passed over and counted.
"""

import base64
import contextlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO
from urllib.parse import urlencode, urlsplit

from wxkf_cli.errors import UsageError
from wxkf_cli.trial.capture import Capture, Context, PassedOver, in_context, limited
from wxkf_cli.trial.jsonstream import JsonStream
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wechat.record import exchange_from_json
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import PUSH_LIMITS, Document

#: What a browser says of a request that got no answer -> what it is called here.
_ERRORS = {
    "NAME_NOT_RESOLVED": Outcome.NET_DNS,
    "CONNECTION_REFUSED": Outcome.NET_REFUSED,
    "CONNECTION_RESET": Outcome.NET_RESET,
    "TIMED_OUT": Outcome.TIMEOUT_FIRST_BYTE,
    "CERT_": Outcome.TLS_UNTRUSTED,
}
#: Milliseconds beyond which a time is none.
_LONGEST = 10**9

_NO_PUSH = Text("no push and no verification", "不是推送，也不是 URL 验证")
_NO_BODY = Text("the HAR was saved without the body of the answer", "保存 HAR 时没有保存应答正文")
_TOO_LARGE = Text("larger than any push with its answer", "比任何推送及其应答都大")


def read(
    file: BinaryIO, beginning: bytes, context: Context, *, name: str, shown: str
) -> Iterator[Capture | PassedOver]:
    """The pushes and verifications in a HAR, and why each other entry is none.

    Args:
        file: The rest of it.
        beginning: What was read of it already.
        context: What is known beside it.
        name: The file.
        shown: The file, for messages.

    Raises:
        UsageError: It is none, or cut off.
    """
    for item in JsonStream(file, beginning, shown).items("log", "entries"):
        record = _TOO_LARGE if item.is_too_large else _record(item.value)
        if isinstance(record, Text):
            yield PassedOver(record, name)
            continue
        try:
            exchange = exchange_from_json(record, context.seal)
        except UsageError as error:
            message = f"{shown}:{item.line}: {error}"
            raise UsageError(message, error.hint) from error
        exchange = exchange._replace(answer=limited(exchange.answer))
        yield Capture(in_context(exchange, context, None), name, item.line, item.start, in_record=True)


def _record(entry: Any) -> dict[str, Any] | Text:
    """An entry as a line of a record; or why it is none."""
    request, response = _object(entry, "request"), _object(entry, "response")
    query, posted = _query(request), _object(request, "postData")
    body = _content(posted)
    method = str(request.get("method") or "").upper()
    is_verification = method == "GET" and "echostr=" in query
    if not is_verification and not (method == "POST" and _is_push(body)):
        return _NO_PUSH
    record: dict[str, Any] = {
        "push": {"method": method, "query": query, "headers": _headers(request), **body},
        "sent_at": _seconds(entry.get("startedDateTime")),
    }
    status, took = response.get("status"), entry.get("time")
    elapsed = took if isinstance(took, int | float) and 0 <= took < _LONGEST else 0
    if not isinstance(status, int) or status <= 0:
        failed = str(response.get("_error") or "")
        outcome = next((each for part, each in _ERRORS.items() if part in failed), Outcome.NET_CLOSED_EARLY)
        return {**record, "outcome": outcome.value, "failure": {"detail": failed, "elapsed_ms": elapsed}}
    content = _object(response, "content")
    answer = _content(content)
    if not answer and 200 <= status < 300 and content.get("size") != 0 and response.get("bodySize") != 0:
        return _NO_BODY
    return {
        **record,
        "response": {"status": status, "headers": _headers(response), **answer, "elapsed_ms": elapsed},
    }


def _object(value: Any, name: str) -> dict[str, Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _query(request: dict[str, Any]) -> str:
    """The query of the URL; where that was cut away, what was listed of it."""
    with contextlib.suppress(ValueError):
        query = urlsplit(str(request.get("url") or "")).query
        if query:
            return query
    return urlencode(_pairs(request.get("queryString")), errors="surrogatepass")


def _headers(message: dict[str, Any]) -> list[tuple[str, str]]:
    return _pairs(message.get("headers"))


def _pairs(listed: Any) -> list[tuple[str, str]]:
    rows = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [(str(row.get("name") or ""), str(row.get("value") or "")) for row in rows]


def _content(content: dict[str, Any]) -> dict[str, str]:
    """A body as a record has it; nothing where it was not saved."""
    text = content.get("text")
    if not isinstance(text, str):
        return {}
    return {"body_base64": "".join(text.split())} if content.get("encoding") == "base64" else {"body": text}


def _is_push(body: dict[str, str]) -> bool:
    """Whether what was posted is what WeChat posts."""
    if "MsgType" not in body.get("body", "MsgType") and "Encrypt" not in body["body"]:
        return False
    encoded = body.get("body_base64")
    try:
        data = body.get("body", "").encode() if encoded is None else base64.b64decode(encoded, validate=True)
    except ValueError:  # half a surrogate pair, or no base64
        return False
    data_format = codec.sniff(data)
    document = codec.parse(data, data_format, PUSH_LIMITS) if data_format is not None else None
    return isinstance(document, Document) and not {"MsgType", "Encrypt"}.isdisjoint(document.names)


def _seconds(written: Any) -> float | None:
    """A time as a HAR writes it, in seconds since the epoch; None without a zone, which might be any."""
    try:
        at = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return at.timestamp() if at.tzinfo is not None else None
