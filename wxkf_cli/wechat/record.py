"""What happened, as JSON values: one exchange in the machine shape, written and read.

The shape is a promise; its JSON Schema is `report/schema.json`.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar
from urllib.parse import parse_qsl

from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import CONTAINER_CHECK, DEFAULT_POLICY, Policy
from wxkf_cli.vocab.terms import DataFormat, Direction, Flaw, Mode, Route, Text
from wxkf_cli.wechat import plainpush
from wxkf_cli.wechat.verdict import Judgement
from wxkf_cli.wire import codec
from wxkf_cli.wire.crypto import Opened
from wxkf_cli.wire.document import PUSH_LIMITS, Document, to_message
from wxkf_cli.wire.envelope import Seal, mode_of, opened
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, Headers, PushRequest, Response

_Choice = TypeVar("_Choice", DataFormat, Flaw, Mode, Outcome, Phase, Route)

#: Masks secrets in a text.
Redact: TypeAlias = Callable[[str], str]

#: Bytes of an answer that was taken away which are recorded; what is longer is not known when a run goes on.
_LOST_LIMIT = 8192

VERIFICATION_KIND = "url-verification"
CONTAINER_PATH_KIND = "container-path"


def kind_of(exchange: Exchange) -> str | None:
    """The name of what was pushed; None for a capture without its push."""
    if exchange.is_verification:
        return VERIFICATION_KIND
    if exchange.is_path_check:
        return CONTAINER_PATH_KIND
    return exchange.push.kind.name if exchange.push is not None else None


def sent_to_json(exchange: Exchange) -> dict[str, Any]:
    """What is known of an exchange before its first byte leaves."""
    request = exchange.request
    return {
        "id": exchange.id,
        "case": exchange.case or None,
        "kind": kind_of(exchange),
        "mode": exchange.mode.value if exchange.mode else None,
        "data": exchange.data.value if exchange.data else None,
        "delivery": exchange.delivery,
        "genuine": exchange.genuine,
        "flaw": exchange.flaw.value if exchange.flaw else None,
        "sent_at": exchange.sent_at,
        **route_to_json(exchange),
        "push": None
        if request is None
        else {
            "method": request.method,
            "query": request.query_string,
            "headers": [list(pair) for pair in request.headers],
            **_body_to_json(request.body),
        },
    }


def route_to_json(exchange: Exchange) -> dict[str, str]:
    """How the push came, where that is not by its URL."""
    if exchange.route is Route.URL:
        return {}
    named = {"original_id": exchange.original_id} if exchange.original_id else {}
    return {"route": exchange.route.value, **named}


def exchange_to_json(
    exchange: Exchange, judgement: Judgement, policy: Policy = DEFAULT_POLICY, redact: Redact = str
) -> dict[str, Any]:
    """One exchange in the machine shape; `redact` masks secrets in what the handler gave back."""
    answer = exchange.answer
    response: dict[str, Any] | None = None
    failure: dict[str, Any] | None = None
    if isinstance(answer, Response):
        response = _response_to_json(answer, redact)
    else:
        failure = {
            "phase": answer.phase.value,
            "detail": redact(answer.detail),
            "elapsed_ms": round(answer.elapsed * 1000, 3),
        }
        if answer.lost is not None and len(answer.lost.body) <= _LOST_LIMIT:
            failure["lost"] = _response_to_json(answer.lost, redact)
    return {
        **sent_to_json(exchange),
        "response": response,
        "failure": failure,
        "outcome": exchange.outcome(policy.accepted_statuses).value,
        "verdict": judgement.verdict.value,
        "evidence": judgement.evidence.value,
        "user_sees": _shown(judgement.user_sees),
        "agents_see": _shown(judgement.agents_see),
    }


def _response_to_json(answer: Response, redact: Redact) -> dict[str, Any]:
    response: dict[str, Any] = {
        "status": answer.status,
        "headers": [[name, redact(value)] for name, value in answer.headers],
        **_body_to_json(answer.body, redact),
        "elapsed_ms": round(answer.elapsed * 1000, 3),
    }
    if answer.leniencies is None:
        response["leniencies"] = None
    elif answer.leniencies:
        response["leniencies"] = list(answer.leniencies)
    return response


def _shown(text: Text | None) -> str | None:
    """What users and agents see is Chinese, as WeChat shows it."""
    return text.zh if text is not None else None


def _body_to_json(body: bytes, redact: Redact = str) -> dict[str, str]:
    try:
        return {"body": redact(body.decode("utf-8"))}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode("ascii")}


def exchange_from_json(
    record: Mapping[str, Any], seal: Seal | None = None, plain: plainpush.Glance | None = None
) -> Exchange:
    """An exchange from its record, or from the smallest foreign line: a push and a response with a body each.

    A sealed push is opened with `seal`; without one, or where it does not open, what was pushed stays unknown. `plain`
    is its push at a glance, for whoever had one.

    Raises:
        UsageError: The record is none; the message says what is wrong with it.
    """
    push = _mapping(record, "push")
    request = _request(push) if push is not None else None
    data = _choice(record, "data", DataFormat)
    message, mode = None, _choice(record, "mode", Mode)
    flaw = _choice(record, "flaw", Flaw) or (Flaw.SIGNATURE if record.get("genuine") is False else None)
    # What the conformance suite sent need be no push at all.
    route = _choice(record, "route", Route) or Route.URL
    is_push = request is not None and request.method != "GET" and flaw is not Flaw.PROBE
    is_push = is_push and not (route is Route.CONTAINER and _asks_for_path(request))
    if push is not None and request is not None and is_push and not push.get("body_cut"):
        body = push.get("body") if push.get("body_base64") is None else None
        plain = plain or (plainpush.glance(body) if isinstance(body, str) else None)
        if plain is not None and data in (None, plain[0].data):
            message, data = plainpush.message_of(plain), plain[0].data
            mode = mode or Mode.PLAINTEXT
        else:
            data = data or codec.sniff(request.body)
            document = _push_document(request, data)
            mode = mode or mode_of(document)
            message = _pushed(document, seal)
    sent_at = record.get("sent_at")
    return Exchange(
        _answer(record),
        id=str(record.get("id") or ""),
        case=str(record.get("case") or ""),
        push=message,
        request=request,
        mode=mode,
        data=data,
        delivery=record["delivery"] if isinstance(record.get("delivery"), int) else 1,
        flaw=flaw,
        sent_at=float(sent_at) if isinstance(sent_at, int | float) else None,
        route=route,
        original_id=str(record.get("original_id") or ""),
    )


def _asks_for_path(request: PushRequest | None) -> bool:
    return request is not None and CONTAINER_CHECK.encode() in request.body[:80]


def _push_document(request: PushRequest, data: DataFormat | None) -> Document:
    document = codec.parse(request.body, data, PUSH_LIMITS) if data else None
    if isinstance(document, Document):
        return document
    complaint = f"push.body is not a push: {quoted(request.body)}"
    raise UsageError(complaint, "it should be the XML or JSON that WeChat posted")


def _pushed(document: Document, seal: Seal | None) -> Message | None:
    if mode_of(document) is not Mode.SECURE:
        return to_message(document, Direction.PUSH)
    result = opened(document.get("Encrypt"), seal) if seal is not None else None
    if not isinstance(result, Opened):
        return None
    inner = codec.parse(result.message, document.format, PUSH_LIMITS)
    return to_message(inner, Direction.PUSH) if isinstance(inner, Document) else None


def _request(push: Mapping[str, Any]) -> PushRequest:
    written = push.get("query")
    query = parse_qsl(str(written), keep_blank_values=True) if written else ()
    return PushRequest(str(push.get("method") or "POST"), tuple(query), _headers(push), _body(push, "push"))


def _answer(record: Mapping[str, Any]) -> Answer:
    response = _mapping(record, "response")
    if response is not None:
        status = response.get("status")
        if status is not None and not isinstance(status, int):
            complaint = f"response.status is {quoted(status)}, not an integer"
            raise UsageError(complaint)
        if response.get("body_cut"):  # so large that not all of it was recorded: what it was is not known
            return Failure(Outcome.LIMIT_BODY, Phase.BODY, _elapsed(response))
        return _response(response, status)
    outcome = _choice(record, "outcome", Outcome)
    if outcome is None or outcome is Outcome.OK:
        complaint = "the record has neither a response nor an outcome"
        smallest = '{"push": {"body": "…"}, "response": {"status": 200, "body": "…"}}'
        raise UsageError(complaint, f"the smallest line is {smallest}")
    failure = _mapping(record, "failure") or {}
    lost = _mapping(failure, "lost")
    status = lost.get("status") if lost is not None else None  # what a function returned has none
    return Failure(
        outcome,
        _choice(failure, "phase", Phase) or Phase.CONNECT,
        _elapsed(failure),
        str(failure.get("detail") or ""),
        lost=_response(lost, status) if lost is not None and isinstance(status, int | None) else None,
    )


def _response(response: Mapping[str, Any], status: int | None) -> Response:
    leniencies = response.get("leniencies", ())
    return Response(
        status,
        _headers(response),
        _body(response, "response"),
        _elapsed(response),
        leniencies=None if leniencies is None else tuple(map(str, leniencies or ())),
    )


def _elapsed(record: Mapping[str, Any]) -> float:
    elapsed = record.get("elapsed_ms")
    return elapsed / 1000 if isinstance(elapsed, int | float) else 0.0


def _mapping(record: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    value = record.get(name)
    if value is None or isinstance(value, dict):
        return value
    complaint = f"{name} is {quoted(value)}, not an object"
    raise UsageError(complaint)


def _choice(record: Mapping[str, Any], name: str, choices: type[_Choice]) -> _Choice | None:
    value = record.get(name)
    if value is None:
        return None
    try:
        return choices(value)
    except ValueError:
        complaint = f"{name} is {quoted(value)}, not one of {', '.join(each.value for each in choices)}"
        raise UsageError(complaint) from None


def _headers(record: Mapping[str, Any]) -> Headers:
    headers = record.get("headers")
    if not headers:
        return ()
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    try:
        return tuple((str(name), str(value)) for name, value in pairs)
    except (TypeError, ValueError):
        complaint = f"headers is {quoted(headers)}, not a list of pairs"
        raise UsageError(complaint) from None


def _body(record: Mapping[str, Any], name: str) -> bytes:
    encoded = record.get("body_base64")
    if encoded is not None:
        try:
            return base64.b64decode(str(encoded), validate=True)
        except (binascii.Error, ValueError):
            complaint = f"{name}.body_base64 is not base64: {quoted(encoded)}"
            raise UsageError(complaint) from None
    body = record.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        complaint = f"{name}.body is {quoted(body)}, not a string"
        raise UsageError(complaint)
    return body.encode("utf-8", "surrogatepass")
