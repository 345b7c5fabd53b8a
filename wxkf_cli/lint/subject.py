"""What is linted: an exchange, as far as it can be understood.

A rule names the stage it needs; a rule that runs has what its stage has.

Subject
├── Probe            the signature was forged: only what the handler gave away matters
└── Attempt          a genuine push or verification, whatever became of it on the wire
    ├── Verification   answered with an accepted status: the body should be the echostr
    └── Answered       a push answered with an accepted status: there is a body
        ├── Acknowledged  zero bytes, or `success` with at most white space behind it
        ├── Sealed        an encrypted envelope
        ├── Unparsed      neither an acknowledgement nor a document
        └── Parsed        a document
            └── Replied     a document that has something of a reply
"""

from dataclasses import dataclass
from typing import NamedTuple

from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.vocab.terms import DataFormat, Direction
from wxkf_cli.wechat.answers import is_acknowledgement, is_envelope
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import Document, Malformed, to_message
from wxkf_cli.wire.exchange import Exchange, Response


class Setting(NamedTuple):
    """What the caller knows or demands.

    Attributes:
        policy: The assumptions about WeChat that are settings.
        expect_transfer: Whether this user message must be transferred.
    """

    policy: Policy = DEFAULT_POLICY
    expect_transfer: bool = False


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
    """A genuine push or verification."""


@dataclass(slots=True, eq=False, repr=False)
class Verification(Attempt):
    """A verification that was answered."""

    body: bytes
    echostr: bytes


@dataclass(slots=True, eq=False, repr=False)
class Answered(Attempt):
    """A push that was answered.

    Attributes:
        body: What came.
        expected: The format it should be in; None where the push is not known.
        format: The format it starts like; None when it starts like neither.
    """

    body: bytes
    expected: DataFormat | None
    format: DataFormat | None


@dataclass(slots=True, eq=False, repr=False)
class Acknowledged(Answered):
    """Zero bytes or `success`."""


@dataclass(slots=True, eq=False, repr=False)
class Sealed(Answered):
    """An encrypted envelope: what it holds is not for the rules about bodies and replies."""

    document: Document


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


#: A document with one of these names, in any case, is an attempt at a reply.
REPLY_NAMES = frozenset({"tousername", "fromusername", "createtime", "msgtype", "touser", "fromuser"})


def understand(exchange: Exchange, setting: Setting = DEFAULT_SETTING) -> Subject:
    """The furthest stage an exchange reaches."""
    outcome = exchange.outcome(setting.policy.accepted_statuses)
    base = (exchange, setting, outcome)
    answer = exchange.answer
    if not exchange.genuine:
        return Probe(*base, answer.body if isinstance(answer, Response) else b"")
    if outcome is not Outcome.OK or not isinstance(answer, Response):
        return Attempt(*base)
    body = answer.body
    if exchange.is_verification:
        assert exchange.request is not None  # noqa: S101 - that is what makes it a verification
        return Verification(*base, body, exchange.request.parameter("echostr").encode())
    return _answered(base, body, exchange.data)


def _answered(base: tuple[Exchange, Setting, Outcome], body: bytes, expected: DataFormat | None) -> Answered:
    data_format = codec.sniff(body)
    stage = (*base, body, expected, data_format)
    if is_acknowledgement(body):
        return Acknowledged(*stage)
    if data_format is None:
        return Unparsed(*stage, None)
    document = codec.parse(body, data_format)
    if isinstance(document, Malformed):
        return Unparsed(*stage, document)
    if is_envelope(document):
        return Sealed(*stage, document)
    if REPLY_NAMES.isdisjoint(name.strip().lower() for name in document.names):
        return Parsed(*stage, document)
    return Replied(*stage, document, to_message(document, Direction.REPLY))
