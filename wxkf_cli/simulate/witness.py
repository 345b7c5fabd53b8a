"""A witness: what the developer lets us ask, how often the handler has acted.

Answers alone do not show whether a handler acts twice on a push that comes twice. A witness does: a URL, or a function,
that counts rows of a table, replies sent, or calls. It counts all pushes together, or, where its URL names `{MsgId}`,
those of one message.
"""

import json
import re
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from difflib import get_close_matches
from typing import TypeAlias
from urllib.parse import quote

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import Reach, Target
from wxkf_cli.simulate.trust import tls_context
from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.outcomes import MEANING
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.exchange import Failure, PushRequest

#: How often the handler has acted so far, on everything: 0 or more.
Witness: TypeAlias = Callable[[], Awaitable[int]]
#: How often it has acted on this message; None where it cannot be asked about it.
MessageWitness: TypeAlias = Callable[[Message], Awaitable[int | None]]

#: Seconds that a witness has to answer in (ours).
ANSWER_SECONDS = 5.0
#: Fields of a push that a URL may name: what tells one push from another.
FIELDS = ("MsgId", "FromUserName", "CreateTime")
_BODY_LIMIT, _DIGITS_LIMIT = 4096, 15
_FIELD = re.compile(r"\{([^{}]*)\}")
_HEADERS = (("Host", ""), ("Accept", "application/json, text/plain"), ("Connection", "close"))
_RIGHT = 'a witness answers a GET with status 200 and how often the handler has acted: 3 or {"count": 3}'


class UrlWitness:
    """A counter behind a URL: a number as text or JSON, or an object with one as `count`.

    Args:
        target: The URL.
        tls: What an https one is trusted by; the system's roots without it.

    Attributes:
        is_per_message: Whether the URL names the message that it is asked about.

    Raises:
        UsageError: The URL names something else than a field that tells pushes apart.
    """

    def __init__(self, target: Target, tls: ssl.SSLContext | None = None) -> None:
        self._target = target
        self._tls = (tls or tls_context()) if target.secure else None
        fields = _FIELD.findall(target.path)
        for name in fields:
            if name not in FIELDS:
                message = f"the witness {quoted(target.url, 200)} names {quoted(name)}, which tells no push apart"
                near = get_close_matches(name, FIELDS, n=1)
                known = ", ".join(f"{{{each}}}" for each in FIELDS)
                raise UsageError(message, f"did you mean {{{near[0]}}}?" if near else f"there are {known}")
        self.is_per_message = bool(fields)

    async def total(self) -> int:
        """How often the handler has acted so far: a `Witness`.

        Raises:
            UsageError: No count came; the message quotes what did. Or the address is one that wxkf never goes to.
        """
        return await self._asked(self._target)

    async def of(self, push: Message) -> int | None:
        """How often it has acted on a message: a `MessageWitness`.

        Raises:
            UsageError: As for `total`.
        """
        names = _FIELD.findall(self._target.path)
        if any(push.values.get(name) in (None, "") for name in names):
            return None
        path = _FIELD.sub(lambda found: quote(str(push.values[found[1]]), safe=""), self._target.path)
        return await self._asked(replace(self._target, path=path))

    async def reach(self) -> Reach | None:
        """How far away it is; None when its name does not resolve.

        Raises:
            UsageError: The name stands for a link-local or metadata address.
        """
        return await Wire(self._target, tls=self._tls).reach(ANSWER_SECONDS)

    async def _asked(self, target: Target) -> int:
        request = PushRequest("GET", (), _HEADERS, b"")
        answer = await Wire(target, tls=self._tls)(request, ANSWER_SECONDS)
        if isinstance(answer, Failure):
            raise _no_count(target, MEANING[answer.outcome].en, answer.outcome)
        count = count_in(answer.body) if answer.status == 200 else None
        if count is None:
            raise _no_count(target, "it answered", f"status {answer.status}, {quoted(answer.body, 120)}")
        return count


def _no_count(target: Target, what: str, more: str) -> UsageError:
    return UsageError(f"the witness {quoted(target.url, 200)} has no count: {what} ({more})", _RIGHT)


def count_in(body: bytes) -> int | None:
    """The count that a witness answered with; None where it is none."""
    if len(body) > _BODY_LIMIT:
        return None
    try:
        value = json.loads(body.decode("utf-8"), parse_int=_short, parse_float=_whole)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict):
        value = value.get("count")
    return value if type(value) is int and value >= 0 else None


def _short(digits: str) -> int | None:
    return int(digits) if len(digits) <= _DIGITS_LIMIT else None


def _whole(digits: str) -> int | None:
    """A count that a language without integers has written, such as 3.0; None for any other number."""
    number = float(digits)
    return int(number) if number.is_integer() and abs(number) < 10**_DIGITS_LIMIT else None
