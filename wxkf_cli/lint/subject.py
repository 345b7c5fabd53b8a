"""What is linted: an exchange, as far as it can be understood.

A rule names the stage it needs; a rule that runs has what its stage has.

Subject
├── Probe            the signature was forged: only what the handler gave away matters
└── Attempt          a genuine push or verification, whatever became of it on the wire
    ├── Failed         a cloud function that threw or ended: there is no answer
    ├── Verification   answered with an accepted status: the body should be the echostr
    ├── PathCheck      answered by a container that was asked whether its path is right
    └── Answered       a push answered with an accepted status: there is a body
        ├── Acknowledged  zero bytes, or `success` with at most white space behind it
        ├── Sealed        an encrypted envelope; what it holds is understood as an answer of its own
        ├── Unparsed      neither an acknowledgement nor a document
        └── Parsed        a document
            └── Replied     a document that has something of a reply
                └── RepliedInContainer  in answer to a push to a cloud container
"""

from dataclasses import dataclass
from typing import NamedTuple

from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.outcomes import NEVER_CONNECTED, Outcome
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.vocab.terms import DataFormat, Direction, Mode, Route
from wxkf_cli.wechat.answers import is_acknowledgement, is_envelope, is_reply_like
from wxkf_cli.wechat.opening import Fault, Opening, read
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import Document, Malformed, to_message
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.exchange import Exchange, Response


class Setting(NamedTuple):
    """What the caller knows or demands.

    Attributes:
        policy: The assumptions about WeChat that are settings.
        expect_transfer: Whether this user message must be transferred.
        seal: What opens a sealed answer; None without a key.
    """

    policy: Policy = DEFAULT_POLICY
    expect_transfer: bool = False
    seal: Seal | None = None


DEFAULT_SETTING = Setting()

# The stages are neither frozen nor comparable: that would cost the linting of one file a tenth of its start-up.


@dataclass(slots=True, eq=False, repr=False)
class Subject:
    """An exchange under the lens."""

    exchange: Exchange
    setting: Setting
    outcome: Outcome

    @property
    def push(self) -> Message | None:
        """The push, where it is known."""
        return self.exchange.push


@dataclass(slots=True, eq=False, repr=False)
class Probe(Subject):
    """A forged push or verification; `body` is what came back, empty without an answer."""

    body: bytes


@dataclass(slots=True, eq=False, repr=False)
class Attempt(Subject):
    """A genuine push or verification, or a forged one that nobody was there to take."""


@dataclass(slots=True, eq=False, repr=False)
class Failed(Attempt):
    """A push that a cloud function failed over."""


@dataclass(slots=True, eq=False, repr=False)
class Verification(Attempt):
    """A verification that was answered."""

    body: bytes
    echostr: bytes


@dataclass(slots=True, eq=False, repr=False)
class PathCheck(Attempt):
    """A check of a container's path that was answered."""

    body: bytes


@dataclass(slots=True, eq=False, repr=False)
class Answered(Attempt):
    """A push that was answered.

    Attributes:
        body: What came.
        expected: The format it should be in; None where the push is not known.
        format: The format it starts like; None when it starts like neither.
        inside: Whether it came sealed, and this is what was opened.
    """

    body: bytes
    expected: DataFormat | None
    format: DataFormat | None
    inside: bool


@dataclass(slots=True, eq=False, repr=False)
class Acknowledged(Answered):
    """Zero bytes or `success`."""


@dataclass(slots=True, eq=False, repr=False)
class Sealed(Answered):
    """An encrypted envelope.

    Attributes:
        document: The envelope.
        opening: What is in it and wrong with it; None where nothing is to be opened: without a key, or in plaintext.
        inner: What it holds, for the rules about bodies and replies; None where it does not open, or where having
            sealed it is the fault.
    """

    document: Document
    opening: Opening | None
    inner: Answered | None


@dataclass(slots=True, eq=False, repr=False)
class Unparsed(Answered):
    """Neither an acknowledgement nor a document; `malformed` says why, None when it starts like neither format."""

    malformed: Malformed | None


@dataclass(slots=True, eq=False, repr=False)
class Parsed(Answered):
    """A document."""

    document: Document


@dataclass(slots=True, eq=False, repr=False)
class Replied(Parsed):
    """A document with something of a reply, and what it means."""

    reply: Message


@dataclass(slots=True, eq=False, repr=False)
class RepliedInContainer(Replied):
    """The same from a cloud container, where less is known of it."""


def understand(exchange: Exchange, setting: Setting = DEFAULT_SETTING) -> Subject:
    """The furthest stage an exchange reaches."""
    outcome = exchange.outcome(setting.policy.accepted_statuses)
    base = (exchange, setting, outcome)
    answer = exchange.answer
    if not exchange.genuine and outcome not in NEVER_CONNECTED:
        return Probe(*base, answer.body if isinstance(answer, Response) else b"")
    if outcome.family == "function":
        return Failed(*base)
    if outcome is not Outcome.OK or not isinstance(answer, Response):
        return Attempt(*base)
    body = answer.body
    if exchange.is_verification:
        assert exchange.request is not None  # noqa: S101 - that is what makes it a verification
        return Verification(*base, body, exchange.request.parameter("echostr").encode())
    if exchange.is_path_check:
        return PathCheck(*base, body)
    return _answered(base, body, exchange.data)


def _answered(
    base: tuple[Exchange, Setting, Outcome], body: bytes, expected: DataFormat | None, *, inside: bool = False
) -> Answered:
    data_format = codec.sniff(body)
    stage = (*base, body, expected, data_format, inside)
    if is_acknowledgement(body):
        return Acknowledged(*stage)
    if data_format is None:
        return Unparsed(*stage, None)
    document = codec.parse(body, data_format)
    if isinstance(document, Malformed):
        return Unparsed(*stage, document)
    if is_envelope(document) and not inside:
        opening, inner = _opened(base, document, expected)
        return Sealed(*stage, document, opening, inner)
    if not is_reply_like(document):
        return Parsed(*stage, document)
    stage_of_reply = RepliedInContainer if base[0].route is Route.CONTAINER else Replied
    return stage_of_reply(*stage, document, to_message(document, Direction.REPLY))


def _opened(
    base: tuple[Exchange, Setting, Outcome], document: Document, expected: DataFormat | None
) -> tuple[Opening | None, Answered | None]:
    exchange, setting, _ = base
    if setting.seal is None or exchange.mode is Mode.PLAINTEXT:
        return None, None
    opening = read(document, setting.seal, expected)
    if opening.message is None or Fault.SEALED_SUCCESS in opening.faults:
        return opening, None
    return opening, _answered(base, opening.message, expected, inside=True)
