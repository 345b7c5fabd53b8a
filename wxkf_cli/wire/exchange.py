"""One push and what came back: the values that everything after the wire works on.

Named tuples, because they are made for every push: a frozen dataclass takes four times as long to make, and ten times
as long to define at start-up.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias
from urllib.parse import urlencode

from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.terms import DataFormat, Flaw, Mode, Route

_UNRESERVED = re.compile(r"[A-Za-z0-9_.~&=-]*")

Headers: TypeAlias = tuple[tuple[str, str], ...]


class PushRequest(NamedTuple):
    """What WeChat sends.

    Attributes:
        method: `POST` for a push, `GET` for URL verification.
        query: The parameters in the order WeChat writes them.
        headers: Names and values in order; an empty `Host` is filled in by whoever sends.
        body: The bytes; empty for GET.
    """

    method: str
    query: tuple[tuple[str, str], ...]
    headers: Headers
    body: bytes = b""

    @property
    def query_string(self) -> str:
        """The query as it stands in the request line."""
        plain = "&".join([f"{name}={value}" for name, value in self.query])
        # Signatures, times, nonces and openids need no quoting, and urlencode takes ten times as long to say so.
        count = len(self.query)
        unreserved = _UNRESERVED.fullmatch(plain) and plain.count("=") == count and plain.count("&") == count - 1
        return plain if unreserved else urlencode(self.query)

    def parameter(self, name: str) -> str:
        """One query parameter; empty when it is missing."""
        return dict(self.query).get(name, "")


class Response(NamedTuple):
    """A whole answer.

    Attributes:
        status: The HTTP status; None for a captured body without its status line.
        headers: Names and values in order, as they came.
        body: The bytes, a Content-Encoding undone.
        elapsed: Seconds from the start of the delivery to the last byte, as the transport measured them.
        reason: The reason phrase.
        leniencies: What the wire let pass though HTTP/1.1 does not allow it; None where there was no wire to see.
        raw: Every byte that came, in order; empty where the transport does not keep them.
    """

    status: int | None
    headers: Headers
    body: bytes
    elapsed: float = 0.0
    reason: str = ""
    leniencies: tuple[str, ...] | None = ()
    raw: bytes = b""

    def header(self, name: str) -> str:
        """The first header of that name, in any case; empty when it is missing."""
        wanted = name.lower()
        return next((value for each, value in self.headers if each.lower() == wanted), "")


class Failure(NamedTuple):
    """No whole answer.

    Attributes:
        outcome: What happened, in one word.
        phase: How far it got.
        elapsed: Seconds until it was known.
        detail: What the system said, as it came (not yet safe to show).
        raw: The bytes that had come until then.
        lost: The whole answer that a fault on our side took away; None where there was none.
    """

    outcome: Outcome
    phase: Phase
    elapsed: float
    detail: str = ""
    raw: bytes = b""
    lost: Response | None = None


Answer: TypeAlias = Response | Failure


class Exchange(NamedTuple):
    """One delivery and its answer.

    Attributes:
        answer: The response, or why there is none.
        id: Unique within a run; empty outside one.
        case: The case of the suite it belongs to; empty outside one.
        push: The message that was pushed; None for GET, and where a capture came without its push.
        request: The request; None where a capture came without it.
        mode: The encryption mode of the push; None where it is not known.
        data: The data format of the push; None where it is not known.
        delivery: 1 for the first delivery of a push.
        flaw: What is wrong with a probe; None for what WeChat would send.
        sent_at: Story time of sending, seconds since the epoch; None where it is not known.
        route: How the push came to the handler.
        original_id: In a cloud function, what a reply may name instead of the appid; empty for any `gh_…`.
    """

    answer: Answer
    id: str = ""
    case: str = ""
    push: Message | None = None
    request: PushRequest | None = None
    mode: Mode | None = None
    data: DataFormat | None = None
    delivery: int = 1
    flaw: Flaw | None = None
    sent_at: float | None = None
    route: Route = Route.URL
    original_id: str = ""

    def answered(self, answer: Answer) -> "Exchange":
        """The same exchange with its answer."""
        return Exchange(answer, *self[1:])

    @property
    def genuine(self) -> bool:
        """Whether WeChat would send this; False for a probe."""
        return self.flaw is None

    @property
    def is_ordinary(self) -> bool:
        """Whether it went the usual way: to a URL, and nothing was taken away. Most can be dealt with at a glance."""
        return self[_FIRST_UNUSUAL:] == _USUAL

    @property
    def is_verification(self) -> bool:
        """Whether this is the GET that verifies the URL."""
        return self.request is not None and self.request.method == "GET"

    @property
    def has_wire(self) -> bool:
        """Whether the answer came over a wire that shows its bytes; a capture is taken to have come over one."""
        if self.route is Route.CLOUD_FUNCTION:
            return False
        return isinstance(self.answer, Failure) or self.answer.leniencies is not None

    @property
    def has_status(self) -> bool:
        """Whether an HTTP status belongs to the answer, shown or not: what a function returns has none."""
        if self.route is Route.CLOUD_FUNCTION:
            return False
        return self.has_wire or (isinstance(self.answer, Response) and self.answer.status is not None)

    @property
    def is_unopened(self) -> bool:
        """Whether a push was sealed and nobody could open it, so that what was pushed is not known."""
        return self.push is None and self.genuine and not self.is_verification and not self.is_path_check

    @property
    def is_path_check(self) -> bool:
        """Whether a cloud container was asked whether its path is right; only pushes have a message."""
        return self.route is Route.CONTAINER and self.push is None and self.request is not None

    def outcome(self, accepted_statuses: Iterable[int]) -> Outcome:
        """One word for what happened on the wire."""
        if isinstance(self.answer, Failure):
            return self.answer.outcome
        status = self.answer.status
        if status is None or status in accepted_statuses:
            return Outcome.OK
        return Outcome.HTTP_REDIRECT if 300 <= status < 400 and status != 304 else Outcome.HTTP_STATUS


#: What is in an ordinary exchange behind the time of sending.
_FIRST_UNUSUAL = Exchange._fields.index("sent_at") + 1
_USUAL = tuple(Exchange._field_defaults[name] for name in Exchange._fields[_FIRST_UNUSUAL:])
