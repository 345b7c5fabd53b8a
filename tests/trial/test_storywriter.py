"""Laws of story files: what is written is read back, and nothing that is read is refused by the schema."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import hypothesis
import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from tests.trial import storyschema
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.naming import names
from wxkf_cli.simulate.story import (
    DEFAULT_USER,
    Advance,
    Agent,
    Check,
    Disturb,
    Does,
    Expectation,
    Fault,
    FaultKind,
    Repeat,
    Say,
    Sees,
    Step,
    Story,
    Verify,
)
from wxkf_cli.trial.storyfile import parse
from wxkf_cli.trial.storykeys import DEMANDS, EXPECT, SETTINGS, STEP, STORY
from wxkf_cli.trial.storywriter import lines, written
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import Value
from wxkf_cli.vocab.terms import DataFormat, Flaw, Mode, Text
from wxkf_cli.wechat.session import State
from wxkf_cli.wechat.verdict import Verdict

SCHEMA = jsonschema.Draft202012Validator(storyschema.schema())

# Whatever XML can carry: what it cannot is refused, unless a step is in JSON.
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Cs")), max_size=6)
named = texts.filter(bool)
seconds = st.one_of(
    st.integers(1, 31_000_000).map(float),
    st.floats(0.001, 31_000_000),
    st.integers(1, 99_000).map(lambda ms: ms / 1000),
)
users = st.sampled_from([DEFAULT_USER, "xiaoming", "小红", "a b"])
codes = st.lists(st.sampled_from(sorted(names())), min_size=1, max_size=3, unique=True).map(tuple)
field_names = st.sampled_from(["Content", "MsgId", "CreateTime", "MediaId", "Tip", "List", "x-y"])
scalars = st.one_of(
    texts, st.integers(-(2**63), 2**63), st.booleans(), st.floats(allow_nan=False, allow_infinity=False)
)
field_values: st.SearchStrategy[Value] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2).map(tuple) | st.dictionaries(field_names, inner, max_size=2),
    max_leaves=4,
)
MEASURES: dict[FaultKind, dict[str, st.SearchStrategy[float]]] = {
    FaultKind.DELAY: {"seconds": seconds},
    FaultKind.DROP_ANSWER: {},
    FaultKind.DUPLICATE: {"copies": st.integers(1, 100)},
    FaultKind.RESET: {"after_bytes": st.integers(0, 10**9)},
    FaultKind.SLOW_BODY: {"bytes_per_second": st.floats(0.001, 1e9)},
    FaultKind.SPLIT: {"bytes": st.integers(1, 10**9)},
}
faults = st.sampled_from(FaultKind).flatmap(
    lambda kind: st.builds(Fault, st.just(kind), st.fixed_dictionaries(MEASURES[kind]), st.integers(1, 9))
)
some_faults = st.lists(faults, max_size=3).map(tuple)
desks = st.lists(texts, max_size=3).map(tuple)
DEMANDED: dict[str, st.SearchStrategy[Any]] = {
    "verdict": st.sampled_from(Verdict),
    "pushed": st.booleans(),
    "within": seconds,
    "deliveries": st.integers(1, 9),
    "desk": desks,
    "waiting": desks,
    "findings": codes,
    "no_findings": codes,
    "session": st.sampled_from(State),
    "user_sees": st.sampled_from(Sees),
}


def expectations(action: str) -> st.SearchStrategy[Expectation]:
    wanted = st.fixed_dictionaries({}, optional={name: DEMANDED[name] for name in DEMANDS[action]})
    return wanted.map(possible)


def possible(wanted: dict[str, Any]) -> Expectation:
    """Without what cannot be demanded of a message that is not pushed."""
    if wanted.get("pushed") is False:
        wanted = {
            key: value for key, value in wanted.items() if key not in ("verdict", "within", "deliveries", "findings")
        }
    return Expectation(**wanted)


@st.composite
def says(draw: st.DrawFn) -> Say:
    kind = draw(st.sampled_from(sorted(PUSHES)))
    values = draw(st.dictionaries(field_names, field_values, max_size=3))
    contents = None
    if kind == "text" and draw(st.booleans()):
        values.pop("Content", None)
        lists = st.lists(named, max_size=3).map(tuple).filter(lambda it: it != ("--text",))
        contents = draw(st.one_of(lists, st.builds(range, st.integers(1, 9), st.integers(10, 20))))
    mode = draw(st.none() | st.sampled_from(Mode))
    is_sealed = mode in (Mode.COMPATIBLE, Mode.SECURE)
    return Say(
        draw(users),
        kind,
        values,
        draw(st.none() | (st.sampled_from(Flaw) if is_sealed else st.just(Flaw.SIGNATURE))),
        draw(st.none() | st.sampled_from(["", "text/xml"])),
        draw(st.lists(field_names, max_size=2).map(tuple)),
        mode,
        draw(st.none() | st.sampled_from(DataFormat)),
        contents,
        draw(some_faults),
        draw(expectations("send")),
        draw(st.booleans()),
        draw(st.none() | st.sampled_from(Verdict)),
        draw(st.just("") | named),
    )


step_names = st.just("") | named
moves = st.one_of(
    says(),
    st.builds(
        Verify,
        st.none() | st.just(Flaw.SIGNATURE),
        some_faults,
        expectations("verify"),
        st.booleans(),
        step_names,
    ),
    st.builds(Agent, users, st.sampled_from(Does), expectations("agent"), step_names),
    st.builds(Advance, seconds, expectations("advance"), step_names),
    st.builds(Disturb, st.lists(faults, min_size=1, max_size=2).map(tuple), step_names),
    st.builds(Check, users, expectations("expect").filter(lambda it: it != Expectation()), step_names),
)


def in_order(steps: Sequence[Step], is_outermost: bool) -> tuple[Step, ...]:
    """The steps, without overlaps where there is nothing to overlap with."""
    found: list[Step] = []
    last: Step | None = None
    for step in steps:
        placed = step
        if isinstance(step, Repeat):
            placed = replace(step, steps=in_order(step.steps, False))
        elif isinstance(step, Say | Verify) and step.at_once:
            has_one = isinstance(last, Say | Verify | Repeat) or (last is None and not is_outermost)
            placed = replace(step, at_once=has_one)
        found.append(placed)
        last = last if isinstance(placed, Disturb) else placed
    return tuple(found)


lists_of_steps = st.lists(
    st.recursive(
        moves,
        lambda inner: st.builds(
            Repeat, st.integers(1, 5), st.lists(inner, min_size=1, max_size=3).map(tuple), step_names
        ),
        max_leaves=4,
    ),
    min_size=1,
    max_size=4,
)
settings = st.fixed_dictionaries(
    {},
    optional={
        "deliveries": st.integers(1, 100),
        "delivery_spacing": st.just(0.0) | seconds,
        "redeliver_abnormal": st.booleans(),
        "is_signed_anew": st.booleans(),
        "session_seconds": seconds,
        "session_counts_from_message": st.booleans(),
    },
)
stories = st.builds(
    Story,
    named,
    lists_of_steps.map(lambda steps: in_order(steps, True)),
    st.just(Text("", "")) | st.builds(Text, texts, texts),
    st.lists(st.sampled_from(Mode), unique=True).map(tuple),
    st.lists(st.sampled_from(DataFormat), unique=True).map(tuple),
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(0, 2**63 - 1),
    st.none() | st.integers(0, 99_999),
    settings,
    st.dictionaries(users, st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)).filter(
        lambda openids: len(set(openids.values())) == len(openids)
    ),
)


@given(stories)
def test_any_story_that_is_written_is_read_back(story: Story) -> None:
    text = written(story)
    assert parse(text.encode(), "a.story.toml") == story


#: Key of a step -> what may stand there, right and wrong.
LOOSE: dict[str, list[Any]] = {
    "send": ["人工", "人工", {"kind": "text"}, {"kind": "image", "x": [1]}, {"kind": "debug_demo"}, {}, 1, ["x"]],
    "event": ["debug_demo", {"kind": "debug_demo", "x": 1}, "text", {"kind": "text"}, {"x": 1}, True],
    "agent": ["accept", "close", "leave", 1, ["accept"]],
    "advance": ["31m", 1, 1.5, "250ms", 0, -1, "x", True, {}],
    "verify": [True, True, False, "yes"],
    "repeat": [1, 3, 0, 10_001, "3", 1.5],
    "fault": [
        *("drop-answer", ["reset", {"kind": "split", "bytes": 2}], {"kind": "delay", "seconds": "1s"}),
        *("delay", {"kind": "delay"}, {"kind": "reset", "copies": 1}, {"kind": "x"}, [], 1, {"seconds": 1}),
    ],
    "expect": [
        *({"pushed": True}, {"session": "human"}, {"desk": "x", "waiting": []}, {"verdict": "late", "within": 1}),
        *({"findings": ["KF001"]}, {"no_findings": "KF3"}, {"pushed": False, "verdict": "late"}, {"deliveries": 0}),
        *({}, {"x": 1}, {"findings": []}, {"verdict": "x"}, 1, {"pushed": False, "session": "human"}),
    ],
    "user": ["xiaoming", "", 1],
    "name": ["x", "", 1, "a\nb"],
    "flaw": ["signature", "appid", "x", True],
    "without": ["MsgId", ["MsgId"], [], 1, "a b"],
    "content_type": ["", "text/xml", "x\ny", 1],
    "mode": ["secure", "plaintext", "x", ["secure"]],
    "data": ["xml", "json", "x", ["xml"]],
    "at_once": [True, False, 1],
    "needs": ["transferred", "late", "x", True],
    "texts": ["--text", ["1", "2"], [""], [], 1],
    "lengths": ["1..3", "1", 3],
    "x": [1],
}
ACTIONS = ["send", "event", "agent", "advance", "verify", "repeat", "fault", "expect"]
#: What only the reader can know, by a word of what it says.
ONLY_THE_READER = ("sealed pushes", "to overlap with", "codes begin with")


@st.composite
def loose_steps(draw: st.DrawFn) -> dict[str, Any]:
    keys = {draw(st.sampled_from(ACTIONS)), *draw(st.lists(st.sampled_from(list(LOOSE)), max_size=2))}
    # The first values are the right ones: as often as the others together.
    step = {key: draw(st.sampled_from(LOOSE[key]) | st.sampled_from(LOOSE[key][:2])) for key in sorted(keys)}
    if "repeat" in keys and draw(st.integers(0, 3)):
        step["step"] = [draw(loose_steps())]
    return step


loose_heads = st.dictionaries(
    st.sampled_from([key.name for key in STORY.keys if key.name not in ("step", "include")]),
    st.sampled_from(["xml", "secure", "auto:2", "hand", "", 1, True, [], {"a": "oA"}, {"en": "x", "zh": "y"}]),
    max_size=1,
)


@given(loose_heads, st.lists(loose_steps(), max_size=2))
@hypothesis.settings(max_examples=300)
def test_the_schema_and_the_reader_agree(head: dict[str, Any], steps: list[dict[str, Any]]) -> None:
    document = {**head, "step": steps}
    try:
        parse(lines(document).encode(), "a.story.toml")
    except UsageError as error:
        said = f"{error} {error.hint}"
        assert not SCHEMA.is_valid(document) or any(word in said for word in ONLY_THE_READER), said
    else:
        assert list(SCHEMA.iter_errors(document)) == []


def test_every_key_of_a_step_is_tried() -> None:
    assert {key.name for key in STEP.keys} == {*LOOSE, "step"} - {"x"}


def test_all_that_can_be_expected_and_set_is_tried_here() -> None:
    assert list(DEMANDED) == [key.name for key in EXPECT.keys]
    assert set(MEASURES) == set(FaultKind)
    assert len(SETTINGS.keys) == 6
