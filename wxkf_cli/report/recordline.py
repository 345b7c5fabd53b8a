"""The two lines of a record that there are for every push, where it is an ordinary one: written in one go.

What they say is what `wechat.record` says as JSON values, and a property test holds them to it; but the push stands in
both, and values that are made only to be written take three times as long. What is not ordinary is left to that.
"""

import base64
import json
from functools import lru_cache

from wxkf_cli.report.fitting import LINE_LIMIT
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wechat.record import Redact, kind_of, route_to_json
from wxkf_cli.wechat.verdict import Judgement
from wxkf_cli.wire.exchange import Exchange, Headers, PushRequest, Response

#: Pushes whose text is kept until their answers come, and bytes of a body up to which it is.
_IN_FLIGHT, _SHORT = 1024, 8192
_json = json.JSONEncoder(ensure_ascii=True).encode


def sent_line(exchange: Exchange, number: int) -> str | None:
    """The line of a push that is about to leave, its end not included; None where it is not ordinary.

    Args:
        exchange: The push.
        number: Which line it is.
    """
    if not exchange.is_ordinary:
        return None
    return _bounded(f'{{"type":"sent","n":{number},{_delivery(exchange)}}}')


def done_line(
    exchange: Exchange, judgement: Judgement, number: int, policy: Policy = DEFAULT_POLICY, redact: Redact = str
) -> str | None:
    """The line of an exchange that is over, its end not included; None where it is not ordinary.

    Args:
        exchange: The push and its answer.
        judgement: What becomes of it.
        number: Which line it is.
        policy: The assumptions that outcomes depend on.
        redact: Masks secrets in what the handler gave back.
    """
    answer = exchange.answer
    if not exchange.is_ordinary or not isinstance(answer, Response) or answer.leniencies != ():
        return None
    status = "null" if answer.status is None else answer.status
    verdict, _, user_sees, agents_see, evidence, _ = judgement
    return _bounded(
        f'{{"type":"done","n":{number},{_delivery(exchange)},"response":{{"status":{status},'
        f'"headers":{_headers(answer.headers, redact)},{_body(answer.body, redact)},'
        f'"elapsed_ms":{round(answer.elapsed * 1000, 3)!r}}},"failure":null,'
        f'"outcome":"{exchange.outcome(policy.accepted_statuses)}","verdict":"{verdict}","evidence":"{evidence}",'
        f'"user_sees":{_shown(user_sees)},"agents_see":{_shown(agents_see)}}}'
    )


def _bounded(line: str) -> str | None:
    return line if len(line) < LINE_LIMIT else None


def quoted(text: str) -> str:
    """A string as `machine.dumps` writes it: what trouble two ASCII characters can begin is said there."""
    text = _json(text)
    if "##" in text:
        text = text.replace("##", r"#\u0023")
    if "<" in text:
        text = text.replace("</", r"<\/").replace("<!", r"\u003c!")
    return text


def _delivery(exchange: Exchange) -> str:
    """What is known of an exchange before its first byte leaves, without the braces."""
    request, push = exchange.request, "null"
    if request is not None:
        push = _push(request) if len(request.body) <= _SHORT else _push.__wrapped__(request)
    sent_at = "null" if exchange.sent_at is None else repr(exchange.sent_at)
    return (
        f'"id":{quoted(exchange.id)},"case":{_or_null(exchange.case)},"kind":{_or_null(kind_of(exchange))},'
        f'"mode":{_or_null(exchange.mode)},"data":{_or_null(exchange.data)},"delivery":{exchange.delivery},'
        f'"genuine":{"true" if exchange.flaw is None else "false"},"flaw":{_or_null(exchange.flaw)},'
        f'"sent_at":{sent_at}{_route(exchange)},"push":{push}'
    )


def _route(exchange: Exchange) -> str:
    """How the push came, where that is not by its URL."""
    return "".join([f',"{name}":{quoted(value)}' for name, value in route_to_json(exchange).items()])


@lru_cache(_IN_FLIGHT)
def _push(request: PushRequest) -> str:
    return (
        f'{{"method":{quoted(request.method)},"query":{quoted(request.query_string)},'
        f'"headers":{_headers(request.headers, str)},{_body(request.body, str)}}}'
    )


@lru_cache(64)
def _headers(headers: Headers, redact: Redact) -> str:
    """Most have the same as the last."""
    return f"[{','.join([f'[{quoted(name)},{quoted(redact(value))}]' for name, value in headers])}]"


def _body(body: bytes, redact: Redact) -> str:
    try:
        return f'"body":{quoted(redact(body.decode("utf-8")))}'
    except UnicodeDecodeError:
        return f'"body_base64":"{base64.b64encode(body).decode("ascii")}"'


def _or_null(text: str | None) -> str:
    return quoted(text) if text else "null"


def _shown(text: Text | None) -> str:
    return "null" if text is None else quoted(text.zh)
