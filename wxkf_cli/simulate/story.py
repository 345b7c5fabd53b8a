"""A story: what users, agents and time do, step by step, and what must come of it.

The model alone. `trial/storyfile.py` reads it from TOML; who plays it moves the clock and knows the platform.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from wxkf_cli.vocab.catalog import USER_MESSAGES
from wxkf_cli.vocab.message import Message, Value
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.vocab.terms import DataFormat, Flaw, Mode, Text
from wxkf_cli.wechat.session import State
from wxkf_cli.wechat.verdict import Verdict

#: Who acts until a step names somebody; his openid is the run's own.
DEFAULT_USER = "user"
_OPENID_LENGTH, _READABLE = 28, 12


class Place(NamedTuple):
    """Where something is written.

    Attributes:
        file: The path, as it was given.
        line: From 1; 0 for what stands in no file.
    """

    file: str
    line: int


_NOWHERE = Place("", 0)
_NOTHING_SAID = Text("", "")


class FaultKind(StrEnum):
    """What goes wrong on our side of a delivery."""

    DELAY = "delay"  # the answer comes that much later
    DROP_ANSWER = "drop-answer"  # the handler has answered, and the answer is lost
    DUPLICATE = "duplicate"  # the same push comes several times at once
    RESET = "reset"  # the connection breaks while the push is sent
    SLOW_BODY = "slow-body"  # the push is sent at a trickle
    SPLIT = "split"  # the push is sent in small pieces


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault with its measure.

    Attributes:
        kind: What goes wrong.
        parameters: By name: `seconds` of a delay, `copies` beside the first of a duplicate, `after_bytes` of the
            request before a reset, `bytes_per_second` of a slow body, `bytes` of each piece of a split one.
        times: How many deliveries it hits, from the first.
    """

    kind: FaultKind
    parameters: Mapping[str, float] = field(default_factory=dict)
    times: int = 1


class Sees(StrEnum):
    """What the user sees of the handler."""

    NOTHING = "nothing"
    NOTICE = "notice"


class Expectation(NamedTuple):
    """What must have come of a step; None is not demanded.

    Attributes:
        verdict: On the last delivery.
        pushed: Whether the message went to the handler at all.
        within: Seconds that the answer of the last delivery may take.
        deliveries: How many there were.
        desk: What the agent who serves the user has in view, oldest first, as `line_on_desk` writes it.
        waiting: What waits for an agent, the same way.
        findings: Codes that are found, in any delivery; they count no less for being expected.
        no_findings: Codes that are not.
        session: Whom the user talks to afterwards.
        user_sees: Whether the grey notice appeared.
    """

    verdict: Verdict | None = None
    pushed: bool | None = None
    within: float | None = None
    deliveries: int | None = None
    desk: tuple[str, ...] | None = None
    waiting: tuple[str, ...] | None = None
    findings: tuple[str, ...] | None = None
    no_findings: tuple[str, ...] | None = None
    session: State | None = None
    user_sees: Sees | None = None


NOTHING_EXPECTED = Expectation()

#: What is written in a step that is sent several times: these texts, or texts of these lengths; empty for the run's.
Contents: TypeAlias = tuple[str, ...] | range


@dataclass(frozen=True, slots=True)
class Say:
    """A user sends a message, or WeChat an event of his.

    Attributes:
        user: Who, by his name in the story.
        kind: The catalogue's kind.
        values: What differs from the samples.
        flaw: What is wrong with it, for a probe.
        content_type: Another Content-Type than the run's; empty for none.
        without: Fields left out.
        mode: Another encryption mode than the one that the story is played in.
        data: Another data format.
        texts: Sent once for each, as Content; None for once as it is. What `walk` gives has None.
        faults: What goes wrong on the way, outermost first.
        expect: What must come of it.
        at_once: It does not wait for the step before to end.
        needs: The verdict without which the rest of the story is left out; None where it goes on after any.
        name: What reports call it; empty for its kind.
        place: Where it is written.
    """

    user: str
    kind: str
    values: Mapping[str, Value] = field(default_factory=dict)
    flaw: Flaw | None = None
    content_type: str | None = None
    without: tuple[str, ...] = ()
    mode: Mode | None = None
    data: DataFormat | None = None
    texts: Contents | None = None
    faults: tuple[Fault, ...] = ()
    expect: Expectation = NOTHING_EXPECTED
    at_once: bool = False
    needs: Verdict | None = None
    name: str = ""
    place: Place = field(default=_NOWHERE, compare=False)

    @property
    def is_user_message(self) -> bool:
        """Whether it may and should be transferred: what a user sends, with nothing wrong."""
        return self.kind in USER_MESSAGES and self.flaw is None


@dataclass(frozen=True, slots=True)
class Verify:
    """WeChat verifies the URL by a GET; the attributes are those of Say."""

    flaw: Flaw | None = None
    faults: tuple[Fault, ...] = ()
    expect: Expectation = NOTHING_EXPECTED
    at_once: bool = False
    name: str = ""
    place: Place = field(default=_NOWHERE, compare=False)


class Does(StrEnum):
    """What an agent does with a user."""

    ACCEPT = "accept"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent accepts a user who waits, or closes his session; the other attributes are those of Say."""

    user: str
    does: Does
    expect: Expectation = NOTHING_EXPECTED
    name: str = ""
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Advance:
    """Story time passes: `seconds`, more than 0; the other attributes are those of Say."""

    seconds: float
    expect: Expectation = NOTHING_EXPECTED
    name: str = ""
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Disturb:
    """The next push goes wrong, whichever step it is; the attributes are those of Say."""

    faults: tuple[Fault, ...]
    name: str = ""
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Check:
    """Nothing happens: what was last is looked at, and how `user` stands now; the attributes are those of Say."""

    user: str
    expect: Expectation
    name: str = ""
    place: Place = field(default=_NOWHERE, compare=False)


Move: TypeAlias = Say | Verify | Agent | Advance | Disturb | Check


@dataclass(frozen=True, slots=True)
class Repeat:
    """Steps that are played `times` times, one round after the other."""

    times: int
    steps: tuple["Step", ...]
    name: str = ""
    place: Place = field(default=_NOWHERE, compare=False)


Step: TypeAlias = Move | Repeat


@dataclass(frozen=True, slots=True)
class Story:
    """A story.

    Attributes:
        name: What it is called.
        steps: What happens, those of included files first.
        about: What it asks, in both languages; the same where only one text was given, empty for none.
        modes: The encryption modes it is for; empty for all.
        formats: The data formats it is to be played in, each; empty where it does not say.
        only_mode: It is played only where its mode is the only one of the run.
        mixes_modes: Its steps come in several modes: it is played once, where the handler serves both kinds.
        seed: For its ids and nonces; None for the run's.
        seats: How many sessions agents accept by themselves at a time, 0 for none; None for the run's.
        settings: Fields of `Policy` that hold in it.
        openids: Those of its users, by name; the default user has the run's unless he is here.
        place: Where it is written.
    """

    name: str
    steps: tuple[Step, ...]
    about: Text = _NOTHING_SAID
    modes: tuple[Mode, ...] = ()
    formats: tuple[DataFormat, ...] = ()
    only_mode: bool = False
    mixes_modes: bool = False
    seed: int | None = None
    seats: int | None = None
    settings: Mapping[str, float] = field(default_factory=dict)
    openids: Mapping[str, str] = field(default_factory=dict)
    place: Place = field(default=_NOWHERE, compare=False)

    @property
    def is_about_url(self) -> bool:
        """Whether it verifies the URL and does nothing else, so that no data format plays a part."""
        return all(isinstance(step, Verify) for step in self.steps)

    def policy(self, base: Policy = DEFAULT_POLICY) -> Policy:
        """The assumptions about WeChat that hold in it."""
        return Policy(**{**base._asdict(), **self.settings})

    def openid(self, user: str, default: str) -> str:
        """A user's openid; `default` is the run's own."""
        return self.openids.get(user) or (default if user == DEFAULT_USER else openid_of(user))

    def is_for(self, mode: Mode, among: Sequence[Mode]) -> bool:
        """Whether it is played in this one of the modes of a run."""
        mine = self.modes or tuple(Mode)
        if mode not in mine or (self.only_mode and len(among) > 1):
            return False
        if not self.mixes_modes:
            return True
        # A handler that serves one mode only need not know what to do with the other.
        serves_both = Mode.COMPATIBLE in among or Mode.PLAINTEXT in among
        return serves_both and mode is next(each for each in among if each in mine)


def openid_of(user: str) -> str:
    """An openid for a name: always the same, a different one for each, and one can see whose it is."""
    readable = "".join(each for each in user if each.isascii() and each.isalnum())[:_READABLE]
    digest = base64.urlsafe_b64encode(hashlib.sha256(user.encode()).digest()).decode()
    return f"o{readable}_{digest}"[:_OPENID_LENGTH]


def line_on_desk(message: Message) -> str:
    """A message as `desk` and `waiting` name it: the Content of a text, the kind of anything else."""
    content = message.values.get("Content")
    return content if message.kind.name == "text" and isinstance(content, str) else message.kind.name
