"""The language of story files: every key, what it takes and what it means; a new key is a new row."""

from wxkf_cli.simulate.story import Does, Expectation, FaultKind, Sees
from wxkf_cli.trial.storyshape import (
    ByKind,
    Choice,
    Either,
    Fields,
    Flag,
    Key,
    Keys,
    Many,
    Names,
    Number,
    Seconds,
    Shape,
    Steps,
    Whole,
    Words,
)
from wxkf_cli.vocab.catalog import shapes
from wxkf_cli.vocab.terms import DataFormat, Flaw, Mode
from wxkf_cli.wechat.session import State
from wxkf_cli.wechat.verdict import Verdict

#: In place of `texts`: what users write in this run.
THE_RUNS_TEXTS = "--text"
AGENTS_BY_HAND, AGENTS_BY_RULE = "hand", "auto:"

_NAME = Words(r"[^\u0000-\u001f\u007f]{1,200}", "a lost answer")
_USER = Words(r"[^\u0000-\u001f\u007f]{1,64}", "xiaoming")
_OPENID = Words(r"[A-Za-z0-9_-]{1,64}", "oUser-of-a-story")
_FIELD = Words(r"[^\u0000-\u0020\u007f]{1,200}", "MsgId")
_FINDING = Words(r"[A-Za-z0-9-]{1,60}", "KF301")
_LENGTHS = Words(r"[0-9]{1,5}\.\.[0-9]{1,5}", "1..32")
_AGENTS = Words(r"hand|auto:[1-9][0-9]{0,4}", "auto:3")
_FILE = Words(may_be_empty=False, example="opening.story.toml")
_CONTENT_TYPE = Words(r"[ -~]{0,200}", "text/xml")

_MESSAGES = tuple(name for name, kind, _ in shapes() if not kind.is_event)
_EVENTS = tuple(name for name, kind, _ in shapes() if kind.is_event)


def _one_of(words: type[Mode] | type[DataFormat] | type[Flaw] | type[Verdict] | type[State] | type[Sees]) -> Choice:
    return Choice(tuple(each.value for each in words))


_TIMES = Key("times", Whole(1, 1_000), "how many deliveries it hits; 1 unless it says so")


def _fault(kind: FaultKind, *keys: Key, needs: tuple[str, ...] = ()) -> tuple[str, Keys]:
    own = Key("kind", Choice((kind.value,)), "what goes wrong")
    return kind.value, Keys((own, *keys, _TIMES), ("kind", *needs))


FAULTS = ByKind(
    (
        _fault(FaultKind.DELAY, Key("seconds", Seconds(), "how much later the answer comes"), needs=("seconds",)),
        _fault(FaultKind.DROP_ANSWER),
        _fault(FaultKind.DUPLICATE, Key("copies", Whole(1, 100), "how many beside the first; 1 unless it says so")),
        _fault(FaultKind.RESET, Key("after_bytes", Whole(0, 10**9), "after how many bytes of the push; else after 0")),
        _fault(
            FaultKind.SLOW_BODY,
            Key("bytes_per_second", Number(1e9), "how fast the body is sent"),
            needs=("bytes_per_second",),
        ),
        _fault(
            FaultKind.SPLIT, Key("bytes", Whole(1, 10**9), "how long each piece of the push is; 1 unless it says so")
        ),
    )
)
#: Faults that need no measure, which their name alone stands for.
_BARE_FAULTS = Choice(tuple(name for name, table in FAULTS.tables if table.needs == ("kind",)))

EXPECT = Keys(
    (
        Key("verdict", _one_of(Verdict), "what became of the last delivery"),
        Key("pushed", Flag(), "whether the message went to the handler at all"),
        Key("within", Seconds(), "how long the answer may take"),
        Key("deliveries", Whole(1, 1_000), "how many there were"),
        Key("desk", Many(Words(), True), "what the agent has in view, oldest first: texts, or kinds of anything else"),
        Key("waiting", Many(Words(), True), "what waits for an agent, the same way"),
        Key("findings", Many(_FINDING), "what is found, by code or name; it counts no less for that"),
        Key("no_findings", Many(_FINDING), "what is not, by code, beginning of codes, or name"),
        Key("session", _one_of(State), "whom the user talks to now"),
        Key("user_sees", _one_of(Sees), "whether the grey notice appeared"),
    ),
    least=1,
)
assert {key.name for key in EXPECT.keys} == set(Expectation._fields)  # noqa: S101 - the two are one list

STEP = Keys(
    (
        Key("send", Either(Words(), Fields(_MESSAGES)), "a user sends a message: a text, or a kind and its fields"),
        Key("event", Either(Choice(_EVENTS), Fields(_EVENTS)), "something happens to a user: a kind, and its fields"),
        Key("agent", Choice(tuple(each.value for each in Does)), "an agent accepts the user who waits, or closes"),
        Key("advance", Seconds(), "story time passes"),
        Key("verify", Flag(only_true=True), "WeChat verifies the URL by a GET"),
        Key("repeat", Whole(1, 10_000), "how often the steps inside, [[step.step]], are played"),
        Key("step", Steps(), "the steps that are repeated"),
        Key("fault", Many(Either(_BARE_FAULTS, FAULTS)), "what goes wrong on the way; alone, with the next push"),
        Key("expect", EXPECT, "what must come of it; alone, of what was last"),
        Key("user", _USER, "whose step it is; the last one named, unless it says so"),
        Key("name", _NAME, "what reports call the step"),
        Key("flaw", _one_of(Flaw), "what is wrong with the push, for a probe"),
        Key("without", Many(_FIELD), "fields that are left out"),
        Key("content_type", _CONTENT_TYPE, "another Content-Type; empty for none"),
        Key("mode", _one_of(Mode), "another encryption mode, for this push"),
        Key("data", _one_of(DataFormat), "another data format, for this push"),
        Key("at_once", Flag(), "it does not wait for the step before to end"),
        Key("needs", _one_of(Verdict), "the verdict without which the rest of the story is left out, and skipped"),
        Key("texts", Many(Words(may_be_empty=False)), "sent once for each; --text for what users write in this run"),
        Key("lengths", _LENGTHS, "sent once with a text of each of these lengths"),
    ),
)

_LOOKS = ("desk", "waiting", "session")
_ANY = tuple(key.name for key in EXPECT.keys)
_PUSH = ("fault", "expect", "user", "name", "flaw", "without", "content_type", "mode", "data", "at_once")
#: Action -> what may stand beside it; the first of them that a step has is its action.
BESIDE: dict[str, tuple[str, ...]] = {
    "send": (*_PUSH, "needs", "texts", "lengths"),
    "event": (*_PUSH, "needs"),
    "verify": ("fault", "expect", "name", "flaw", "at_once"),
    "agent": ("expect", "user", "name"),
    "advance": ("expect", "name"),
    "repeat": ("step", "name"),
    "fault": ("name",),
    "expect": ("user", "name"),
}
#: Action -> what may be expected of it.
DEMANDS: dict[str, tuple[str, ...]] = {
    "send": _ANY,
    "event": _ANY,
    "verify": ("verdict", "within", "deliveries", "findings", "no_findings"),
    "agent": _LOOKS,
    "advance": _LOOKS,
    "expect": _ANY,
}

SETTINGS = Keys(
    (
        Key("deliveries", Whole(1, 100), "deliveries of one push in all (documented-old: 3)"),
        Key("delivery_spacing", Seconds(may_be_0=True), "from the start of one to that of the next (reported: 5 s)"),
        Key("redeliver_abnormal", Flag(), "whether an abnormal answer is delivered again (assumed: no)"),
        Key("is_signed_anew", Flag(), "whether a redelivery has a signature of its own (assumed: yes)"),
        Key("session_seconds", Seconds(), "after how long a session gives the handler back (documented: 30 min)"),
        Key("session_counts_from_message", Flag(), "whether that counts from the last message (assumed: no)"),
    )
)

_BOTH: Shape = Keys((Key("en", Words(), "in English"), Key("zh", Words(), "in Chinese")), ("en", "zh"))
STORY = Keys(
    (
        Key("name", _NAME, "what the story is called; the file's name, unless it says so"),
        Key("about", Either(Words(), _BOTH), "what it asks: a text, or { en, zh }"),
        Key("modes", Many(_one_of(Mode)), "the encryption modes it is for; all, unless it says so"),
        Key("only_mode", Flag(), "played only where its mode is the only one of the run"),
        Key("mixes_modes", Flag(), "its steps come in several modes: played once, where the handler serves both"),
        Key("data", Many(_one_of(DataFormat)), "the data formats it is played in, each; else those of the run"),
        Key("seed", Whole(0, 2**63 - 1), "for its ids and nonces; the run's, unless it says so"),
        Key("agents", _AGENTS, "hand, or auto:N: so many sessions are accepted at a time; else as in the run"),
        Key("settings", SETTINGS, "assumptions about WeChat that are others here"),
        Key("users", Names(_USER, _OPENID), "openids by name; made from the name, unless they are here"),
        Key("include", Many(_FILE), "files whose steps come first; paths from this one's folder, and inside it"),
        Key("step", Steps(), "what happens, in order"),
    )
)
