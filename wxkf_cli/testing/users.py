"""Users and agents, as tests speak of them: each method is one thing that somebody does.

The same methods serve blocking and asynchronous tests; what they give is an `Answer` or something to
await.
"""

from abc import ABC, abstractmethod
from collections.abc import Coroutine, Mapping
from difflib import get_close_matches
from typing import Any, Generic, NamedTuple, TypedDict, TypeVar, Unpack

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.story import Fault, FaultKind
from wxkf_cli.testing.answer import Answer
from wxkf_cli.testing.mistakes import bare, check_options
from wxkf_cli.vocab.catalog import PUSHES, UNKNOWN_EVENT, UNKNOWN_MESSAGE
from wxkf_cli.vocab.message import Kind, Value
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wire.escape import quoted

# A test fails where the test says so: no frame of these files is shown, unless somebody asks for a full trace.
__tracebackhide__ = True

#: What a push gives: an `Answer`, or an awaitable one.
Given = TypeVar("Given", covariant=True)
_LIST = "wxkf push --list shows what there is"
_ENTERS = "user_enter_tempsession"


class Delivery(TypedDict, total=False):
    """How a push travels; each may be left out.

    Attributes:
        lose_answer: How many answers, from the first, are lost on the way back: the handler has acted, and WeChat
            delivers again. 2 makes three deliveries; with 3 the user sees the grey notice.
        delay: Seconds by which the first answer comes later; nobody waits for them, but past the deadline it is lost.
        copies: How many copies of each first delivery come at the same time, beside it.
        mode: Another encryption mode than the test's, for this push: `plaintext`, `compatible` or `secure`.
        format: Another data format: `xml` or `json`.
        content_type: Another Content-Type; empty for none.
    """

    lose_answer: int
    delay: float
    copies: int
    mode: Mode | str
    format: DataFormat | str
    content_type: str


class Said(NamedTuple):
    """One thing to push.

    Attributes:
        user: Whose it is, by name.
        kind: The catalogue's name of the kind; empty for the GET that verifies the URL.
        values: What differs from the samples.
        delivery: How it travels.
    """

    user: str
    kind: str
    values: Mapping[str, Value]
    delivery: Delivery


class Says(ABC, Generic[Given]):
    """What a user does; `Given` is what each gives.

    Attributes:
        name: The user's, as the test calls him.
        openid: The FromUserName of his pushes: always the same for a name.
    """

    def __init__(self, name: str, openid: str) -> None:
        self.name = name
        self.openid = openid

    @abstractmethod
    def _give(self, said: Said) -> Given:
        """Push it."""

    def text(self, content: str = "你好", **delivery: Unpack[Delivery]) -> Given:
        """He writes a text."""
        return self._give(Said(self.name, "text", {"Content": content}, delivery))

    def image(self, url: str | None = None, media_id: str | None = None, **delivery: Unpack[Delivery]) -> Given:
        """He sends a picture: `url` is its PicUrl, `media_id` its MediaId; samples where they are left out."""
        return self._give(Said(self.name, "image", _given(PicUrl=url, MediaId=media_id), delivery))

    def card(self, title: str | None = None, page: str | None = None, **delivery: Unpack[Delivery]) -> Given:
        """He sends a mini program card: `title` is its Title, `page` its PagePath; samples where they are left out."""
        return self._give(Said(self.name, "miniprogrampage", _given(Title=title, PagePath=page), delivery))

    def enters(self, session_from: str | None = None, **delivery: Unpack[Delivery]) -> Given:
        """He opens the session: the event `user_enter_tempsession`, pushed whoever he is talking to."""
        return self._give(Said(self.name, _ENTERS, _given(SessionFrom=session_from), delivery))

    def event(self, kind: str, fields: Mapping[str, Value] | None = None, /, **delivery: Unpack[Delivery]) -> Given:
        """WeChat pushes an event of his.

        Args:
            kind: As in `wxkf push --list`; `unknown_event` is one that nobody knows yet.
            fields: By wire name, what differs from the samples.
            delivery: How it travels.

        Raises:
            UsageError: No event is called that, or it has no such field.
        """
        events = [name for name, each in PUSHES.items() if each.is_event]
        return self._give(Said(self.name, kind, _checked(kind, events, fields or {}, "event"), delivery))

    def push(self, kind: str, fields: Mapping[str, Value] | None = None, /, **delivery: Unpack[Delivery]) -> Given:
        """WeChat pushes anything of his, by its kind; otherwise as for `event`.

        Args:
            kind: As in `wxkf push --list`, messages and events.
            fields: By wire name, what differs from the samples: `{"Content": "人工"}`.
            delivery: How it travels.

        Raises:
            UsageError: Nothing is called that, or it has no such field.
        """
        return self._give(Said(self.name, kind, _checked(kind, list(PUSHES), fields or {}, "kind of push"), delivery))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {quoted(self.name)} {self.openid}>"


class User(Says[Answer], ABC):
    """A user; each method pushes, and gives the `Answer`."""


class AsyncUser(Says[Coroutine[Any, Any, Answer]], ABC):
    """A user; each method gives what pushes when it is awaited, and then gives the `Answer`."""


def _given(**values: str | None) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None}


def _checked(kind: str, known: list[str], fields: Mapping[str, Value], what: str) -> Mapping[str, Value]:
    """The fields, each of which the kind has."""
    if kind not in known:
        near = get_close_matches(kind, known, n=1)
        message = f"no {what} is called {quoted(kind)}"
        raise bare(UsageError(message, f"did you mean {near[0]}?" if near else _LIST))
    row: Kind = PUSHES[kind]
    names = [field.name for field in row.fields]
    unknown = [] if row in (UNKNOWN_EVENT, UNKNOWN_MESSAGE) else [name for name in fields if name not in names]
    if unknown:
        near = get_close_matches(unknown[0], names, n=1)
        message = f"{kind} has no field {quoted(unknown[0])}"
        raise bare(UsageError(message, f"did you mean {near[0]}?" if near else f"it has {', '.join(names)}"))
    return fields


def faults_of(delivery: Delivery) -> tuple[Fault, ...]:
    """What goes wrong on the way, outermost first.

    Raises:
        UsageError: A number that makes no sense, or an option that is none.
    """
    check_options(delivery, Delivery.__annotations__, "a push")
    lost, delay, copies = delivery.get("lose_answer", 0), delivery.get("delay", 0.0), delivery.get("copies", 0)
    for name, number, most in (("lose_answer", lost, 100), ("delay", delay, 86_400), ("copies", copies, 100)):
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= most:
            message = f"{name}={number!r}"
            raise UsageError(message, f"it takes a number from 0 to {most}")
    faults = []
    if lost:
        faults.append(Fault(FaultKind.DROP_ANSWER, times=lost))
    if delay:
        faults.append(Fault(FaultKind.DELAY, {"seconds": float(delay)}))
    if copies:
        faults.append(Fault(FaultKind.DUPLICATE, {"copies": float(copies)}))
    return tuple(faults)
