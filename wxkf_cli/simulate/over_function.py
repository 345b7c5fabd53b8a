"""Pushes into a plain function in this process: no HTTP at all, the push as a dict of wire names.

It gets the fields of the push as they are named on the wire, and gives the body: bytes, text, a dict for JSON, or None
for zero bytes. Nothing is signed or sealed, and there is no URL to verify.
"""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from wxkf_cli.simulate.call import AppError, Call
from wxkf_cli.simulate.complaint import Complaints
from wxkf_cli.simulate.over_call import is_ended
from wxkf_cli.vocab.terms import DataFormat, Direction
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import PUSH_LIMITS, Document, to_message
from wxkf_cli.wire.exchange import PushRequest

#: Also as a coroutine function.
Function: TypeAlias = Callable[[dict[str, Any]], Any]


def fields_of(request: PushRequest) -> dict[str, Any]:
    """The push as a dict of wire names, as its JSON form has them: also where it was pushed as XML.

    Raises:
        AppError: The body is no push.
    """
    data_format = codec.sniff(request.body)
    document = codec.parse(request.body, data_format, PUSH_LIMITS) if data_format else None
    if not isinstance(document, Document):
        message = "what is pushed has no fields that a function could be given"
        raise AppError(message)
    body = request.body
    if data_format is DataFormat.XML:
        body = codec.render(to_message(document, Direction.PUSH), DataFormat.JSON)
    fields: dict[str, Any] = json.loads(body)
    return fields


def body_of(returned: object) -> bytes:
    """What a function gives, as the body it stands for.

    Raises:
        AppError: It stands for none.
    """
    match returned:
        case None:
            return b""
        case bytes():
            return returned
        case str():
            return returned.encode("utf-8", "surrogatepass")
        case dict():
            try:
                return json.dumps(returned, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")
            except (TypeError, ValueError, RecursionError) as error:
                message = f"a dict that is no JSON: {error}"
                raise AppError(message) from error
    message = f"the function gave an object of type {type(returned).__name__} instead of bytes, str, dict or None"
    raise AppError(message)


class Blocking:
    """Calls one function; the job of a worker."""

    def __init__(self, function: Function, complaints: Complaints) -> None:
        self._function = function
        self._complaints = complaints

    def __call__(self, call: Call) -> None:
        """Answer one request, in the thread of a worker; raises nothing."""
        try:
            _answer(call, self._function(fields_of(call.request)))
        except BaseException as error:
            call.break_off(self._complaints.of(error))


class Awaited:
    """Calls one coroutine function."""

    def __init__(self, function: Function, complaints: Complaints) -> None:
        self._function = function
        self._complaints = complaints

    async def __call__(self, call: Call) -> None:
        """Answer one request, in the loop of the app's thread; raises nothing but what ends it with the loop."""
        try:
            _answer(call, await self._function(fields_of(call.request)))
        except BaseException as error:
            if is_ended(call):
                raise
            call.break_off(self._complaints.of(error))


def _answer(call: Call, returned: object) -> None:
    body = body_of(returned)
    call.give(body)
