"""Story files: what they say, what a mistake in one is told, and that the schema for editors agrees."""

import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.trial import storyschema
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.story import (
    DEFAULT_USER,
    Advance,
    Agent,
    Check,
    Does,
    Expectation,
    Fault,
    FaultKind,
    Repeat,
    Say,
    Sees,
    Story,
)
from wxkf_cli.simulate.storywalk import size, walk
from wxkf_cli.trial.storyfile import SUFFIX, find, load, parse
from wxkf_cli.trial.storykeys import EXPECT, SETTINGS, STEP, STORY
from wxkf_cli.trial.storywriter import written
from wxkf_cli.vocab.message import Value
from wxkf_cli.vocab.terms import DataFormat, Mode, Text
from wxkf_cli.wechat.session import State
from wxkf_cli.wechat.verdict import Verdict

FIXTURES = Path(__file__).parents[2] / "fixtures" / "stories"
GOOD = sorted(FIXTURES.rglob("*.toml"))
SCHEMA = jsonschema.Draft202012Validator(storyschema.schema())


def story(text: str) -> Story:
    return parse(text.encode(), "a.story.toml")


def one(text: str) -> Any:
    (step,) = story(f"[[step]]\n{text}").steps
    return step


def test_the_example_of_the_design_says_what_it_means() -> None:
    read = load(str(FIXTURES / "after-30-minutes.story.toml"))
    assert (read.name, read.modes, read.formats, read.seats) == ("after 30 minutes the bot is back", (), (), None)
    wanted = Expectation(verdict=Verdict.TRANSFERRED, within=1.0)
    assert read.steps == (
        Say("xiaoming", "text", {"Content": "人工"}, expect=wanted),
        Agent("xiaoming", Does.ACCEPT),
        Say("xiaoming", "text", {"Content": "在吗"}, expect=Expectation(pushed=False)),
        Advance(1860.0),
        Say("xiaoming", "text", {"Content": "还在吗"}, expect=Expectation(pushed=True)),
    )
    assert [step.place.line for step in read.steps] == [2, 6, 8, 11, 13]


def test_the_fixture_with_every_key_has_every_key() -> None:
    used: set[str] = set()

    def collect(value: object) -> None:
        if isinstance(value, dict):
            used.update(value)
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            collect(each)

    path = FIXTURES / "every-key.story.toml"
    collect(tomllib.loads(path.read_text("utf-8")))
    assert {key.name for keys in (STORY, STEP, EXPECT, SETTINGS) for key in keys.keys} <= used
    read = load(str(path))
    assert (read.seed, read.seats, read.about) == (7, 2, Text("what a story can say", "剧本能写的一切"))
    assert read.settings == {
        "deliveries": 2,
        "delivery_spacing": 0.0,
        "redeliver_abnormal": True,
        "is_signed_anew": False,
        "session_seconds": 600.0,
        "session_counts_from_message": True,
    }
    assert read.openids == {"laowang": "oUser-laowang", "xiaoming": "oUser-xiaoming"}


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_a_good_file_is_read_agrees_with_the_schema_and_is_written_back(path: Path) -> None:
    read = load(str(path))
    assert list(SCHEMA.iter_errors(tomllib.loads(path.read_text("utf-8")))) == []
    assert parse(written(read).encode(), str(path)) == read


# What stands under [[step]], and what it means.
STEPS: dict[str, tuple[str, object]] = {
    "a text": ('send = "人工"', Say(DEFAULT_USER, "text", {"Content": "人工"})),
    "a kind": ('send.kind = "image"', Say(DEFAULT_USER, "image")),
    "an event": ('event = "debug_demo"', Say(DEFAULT_USER, "debug_demo")),
    "a field that the kind does not have": (
        'send = { kind = "image", Tip = 1 }',
        Say(DEFAULT_USER, "image", {"Tip": 1}),
    ),
    "a fault by its name": ('send = "1"\nfault = "reset"', Fault(FaultKind.RESET, {"after_bytes": 0})),
    "a fault with its measure": (
        'send = "1"\nfault = { kind = "delay", seconds = "250ms", times = 3 }',
        Fault(FaultKind.DELAY, {"seconds": 0.25}, 3),
    ),
    "a time in milliseconds": ('advance = "250ms"', Advance(0.25)),
    "a time in seconds": ('advance = "10s"', Advance(10)),
    "a time in minutes": ('advance = "31m"', Advance(1860)),
    "a time in hours": ('advance = "2h"', Advance(7200)),
    "a time in days": ('advance = "1.5d"', Advance(129_600)),
    "a time as a number": ("advance = 1.5", Advance(1.5)),
    "only an expectation": ('expect.user_sees = "notice"', Check(DEFAULT_USER, Expectation(user_sees=Sees.NOTICE))),
    "an empty desk": (
        'agent = "close"\nexpect = { desk = [], session = "handler" }',
        Agent(DEFAULT_USER, Does.CLOSE, Expectation(desk=(), session=State.HANDLER)),
    ),
    "codes by name and by code": (
        'send = "1"\nexpect = { findings = ["parties-not-exchanged", "kf001"] }',
        Expectation(findings=("KF301", "KF001")),
    ),
    "the beginning of codes": (
        'send = "1"\nexpect.no_findings = "KF10"',
        Expectation(no_findings=("KF101", "KF102", "KF103")),
    ),
    "the texts of the run": ('send.kind = "text"\ntexts = "--text"', Say(DEFAULT_USER, "text", texts=())),
    "lengths": ('send.kind = "text"\nlengths = "2..4"', Say(DEFAULT_USER, "text", texts=range(2, 5))),
    "a character that XML cannot carry, in JSON": (
        'data = "json"\nsend = "\\u0001"',
        Say(DEFAULT_USER, "text", {"Content": "\x01"}, data=DataFormat.JSON),
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_means_what_it_says(name: str) -> None:
    text, meant = STEPS[name]
    step = one(text)
    if isinstance(meant, Fault):
        assert step.faults == (meant,)
    elif isinstance(meant, Expectation):
        assert step.expect == meant
    else:
        assert step == meant
    assert not list(SCHEMA.iter_errors(tomllib.loads(f"[[step]]\n{text}")))


def test_a_variant_of_an_event_has_its_values_and_a_given_one_wins() -> None:
    several: Value = one('event = "subscribe_msg_sent_event.several"').values["List"]
    assert isinstance(several, tuple)
    assert len(several) == 2
    given = one('event = { kind = "subscribe_msg_sent_event.several", List = [] }')
    assert (given.kind, given.values) == ("subscribe_msg_sent_event", {"List": ()})


def test_a_step_without_a_user_is_the_one_named_last_in_the_text() -> None:
    read = story(
        '[[step]]\nsend = "1"\n[[step]]\nrepeat = 2\n[[step.step]]\nsend = "2"\n'
        '[[step.step]]\nuser = "xiaoming"\nsend = "3"\n[[step]]\nadvance = 1\n[[step]]\nsend = "4"\n'
    )
    users = [turn.step.user for turn in walk(read) if isinstance(turn.step, Say)]
    assert users == ["user", "user", "xiaoming", "user", "xiaoming", "xiaoming"]


def test_a_single_value_stands_for_a_list_of_it() -> None:
    read = story('modes = "secure"\ndata = "json"\n[[step]]\nsend = "1"\nwithout = "MsgId"\nexpect.waiting = "1"')
    (step,) = read.steps
    assert (read.modes, read.formats) == ((Mode.SECURE,), (DataFormat.JSON,))
    assert isinstance(step, Say)
    assert (step.without, step.expect.waiting) == (("MsgId",), ("1",))


@pytest.mark.parametrize(("said", "seats"), [("hand", 0), ("auto:1", 1), ("auto:300", 300)])
def test_agents_act_by_hand_or_so_many_by_rule(said: str, seats: int) -> None:
    assert story(f'agents = "{said}"\n[[step]]\nsend = "1"').seats == seats


@pytest.mark.parametrize(
    ("path", "name"),
    [("a/b.story.toml", "b"), ("b.toml", "b"), (".story.toml", ".story.toml"), ("b", "b"), ("-", "stdin")],
)
def test_a_story_without_a_name_has_that_of_its_file(path: str, name: str) -> None:
    assert parse(b'[[step]]\nsend = "1"', path).name == name


def test_a_large_repeat_is_read_as_it_is_and_not_unfolded() -> None:
    step = one('repeat = 100\n[[step.step]]\nrepeat = 100\n[[step.step.step]]\nsend = "1"')
    assert isinstance(step, Repeat)
    assert size((step,)) == 10_000


STEP_1 = '[[step]]\nsend = "1"\n'


# Files on disk.


def files_in(folder: Path, **texts: str) -> dict[str, Path]:
    found = {}
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}{SUFFIX}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        found[name] = path
    return found


def test_included_steps_come_first_with_their_own_places_and_users(tmp_path: Path) -> None:
    files = files_in(
        tmp_path,
        main='include = ["sub/one.story.toml", "two.story.toml"]\nusers.b = "oMine"\n[[step]]\nsend = "main"',
        sub__one='name = "not this"\nusers = { b = "oTheirs", c = "oC" }\n[[step]]\nuser = "b"\nsend = "one"',
        two='# a line\n[[step]]\nsend = "two"\n',
    )
    read = load(str(files["main"]))
    said = [(step.user, step.values["Content"]) for step in read.steps if isinstance(step, Say)]
    assert said == [("b", "one"), ("b", "two"), ("b", "main")]
    assert [(Path(step.place.file).name, step.place.line) for step in read.steps] == [
        ("one.story.toml", 3),
        ("two.story.toml", 2),
        ("main.story.toml", 3),
    ]
    assert (read.name, read.openids) == ("main", {"b": "oMine", "c": "oC"})


def test_a_story_may_consist_of_what_it_includes(tmp_path: Path) -> None:
    files = files_in(tmp_path, main='include = "one.story.toml"', one=STEP_1)
    assert len(load(str(files["main"])).steps) == 1


def test_an_included_step_is_one_to_overlap_with(tmp_path: Path) -> None:
    files = files_in(tmp_path, main=f'include = "one.story.toml"\n{STEP_1}at_once = true', one=STEP_1)
    assert [step.at_once for step in load(str(files["main"])).steps if isinstance(step, Say)] == [False, True]


def test_files_that_include_one_another_are_a_mistake_that_shows_the_circle(tmp_path: Path) -> None:
    files = files_in(tmp_path, a='include = "b.story.toml"\n' + STEP_1, b='\ninclude = "./a.story.toml"\n' + STEP_1)
    with pytest.raises(
        UsageError, match=r'b\.story\.toml:2: include\.1: "\./a\.story\.toml" includes itself'
    ) as caught:
        load(str(files["a"]))
    assert caught.value.hint.count("→") == 2


def test_inclusions_that_double_each_time_come_to_an_end(tmp_path: Path) -> None:
    for depth in range(20):
        name = f"f{depth + 1}{SUFFIX}"
        files_in(tmp_path, **{f"f{depth}": f'include = ["{name}", "{name}"]\n{STEP_1}'})
    with pytest.raises(UsageError, match="one file too many"):
        load(str(tmp_path / f"f0{SUFFIX}"))
    files_in(tmp_path, f7=STEP_1)
    with pytest.raises(UsageError, match="one file too many"):
        load(str(tmp_path / f"f0{SUFFIX}"))


def test_a_mistake_in_an_included_file_names_that_file(tmp_path: Path) -> None:
    files = files_in(tmp_path, main=f'include = "one.story.toml"\n{STEP_1}', one="[[step]]\nsend = 1")
    with pytest.raises(UsageError, match=r"one\.story\.toml:2: step 1: send is 1"):
        load(str(files["main"]))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    files = files_in(tmp_path, outside=STEP_1, in__main=f'include = "link.toml"\n{STEP_1}')
    (tmp_path / "in" / "link.toml").symlink_to(files["outside"])
    with pytest.raises(UsageError, match=r"include\.1 is") as caught:
        load(str(files["in__main"]))
    assert "inside the folder" in caught.value.hint


def test_a_file_that_is_none_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a folder, not a file"):
        load(str(tmp_path))
    with pytest.raises(UsageError, match="No such file"):
        load(str(tmp_path / "no"))


def test_a_folder_a_pattern_and_a_name_are_found_once_and_in_order(tmp_path: Path) -> None:
    files = files_in(tmp_path, b=STEP_1, a=STEP_1, sub__c=STEP_1, **{".hidden__d": STEP_1})
    (tmp_path / "part.toml").write_text(STEP_1, "utf-8")
    a, b, c = (str(files[name]) for name in ("a", "b", "sub__c"))
    assert find([str(tmp_path)]) == [a, b, c]
    assert find([b, str(tmp_path / "*.story.toml"), str(tmp_path / "**" / "c*")]) == [b, a, c]
    assert find([str(tmp_path / "part.toml")]) == [str(tmp_path / "part.toml")]
    assert find([]) == []


@pytest.mark.parametrize(
    ("name", "hint"),
    [("", "*.story.toml are looked for"), ("no.story.toml", "no file or folder"), ("*.no", "no file matches it")],
)
def test_what_stands_for_nothing_is_never_passed_over(tmp_path: Path, name: str, hint: str) -> None:
    (tmp_path / "part.toml").write_text(STEP_1, "utf-8")
    with pytest.raises(UsageError, match=r"is no story \(KF901 nothing-checked\)") as caught:
        find([str(tmp_path / name)])
    assert hint in caught.value.hint


@pytest.mark.parametrize(("name", "meant"), [("sesion", "session"), ("two-user", "two-users"), ("TEXT", "text")])
def test_a_name_that_is_nearly_one_of_the_suite_is_told_which(name: str, meant: str) -> None:
    with pytest.raises(UsageError) as caught:
        find([name])
    assert caught.value.hint == f"did you mean {meant}?"


# The schema for editors.


def test_the_schema_in_the_package_is_made_from_the_keys(regen: bool) -> None:
    jsonschema.Draft202012Validator.check_schema(storyschema.schema())
    if regen:
        storyschema.FILE.write_text(storyschema.text(), "utf-8")
    shown = storyschema.FILE.read_text("utf-8")
    assert shown == storyschema.text(), "pytest tests/trial/test_storyfile.py --regen"


def test_every_key_says_what_it_is() -> None:
    keys = [key for table in (STORY, STEP, EXPECT, SETTINGS) for key in table.keys]
    assert all(key.about and not key.about.endswith(".") for key in keys)
