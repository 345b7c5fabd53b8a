"""Mistakes in story files: what each is told, on which line, and whether the schema for editors sees it too."""

import contextlib
import tomllib

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trial import storyschema
from wxkf_cli.errors import UsageError
from wxkf_cli.trial.storyfile import parse

SCHEMA = jsonschema.Draft202012Validator(storyschema.schema())


def mistake(text: str | bytes) -> UsageError:
    with pytest.raises(UsageError) as caught:
        parse(text if isinstance(text, bytes) else text.encode(), "a.story.toml")
    return caught.value


STEP_1 = '[[step]]\nsend = "1"\n'
#: What stands in the file, what the message has, what the hint has, whether the schema sees it (None: not asked).
BAD: dict[str, tuple[str | bytes, str, str, bool | None]] = {
    "no steps": ('name = "x"', "a.story.toml:1: the story has no steps", "[[step]]", True),
    "an empty file": ("", "has no steps", "[[step]]", True),
    "an unknown key": (
        f'nmae = "x"\n{STEP_1}',
        "a.story.toml:1: nmae is no key that is known here",
        "did you mean name?",
        True,
    ),
    "an unknown key of a step": (
        f"{STEP_1}\nexpct = 1",
        "a.story.toml:4: step 1: expct is no key",
        "did you mean expect?",
        True,
    ),
    "an unknown key of an expectation": (
        f"{STEP_1}expect = {{ verdct = 1 }}",
        ":3: step 1: expect.verdct is",
        "did you mean verdict?",
        True,
    ),
    "an unknown setting": (f"[settings]\ndeliverys = 2\n{STEP_1}", ":2: settings.deliverys", "mean deliveries?", True),
    "a field beside its kind": (f'{STEP_1}Content = "x"', "step 1: Content is no key", "beside their kind", True),
    "an unknown kind": (
        '[[step]]\nsend = { kind = "txt" }',
        'a.story.toml:2: step 1: send.kind is "txt"',
        "did you mean text?",
        True,
    ),
    "an unknown event": ('[[step]]\nevent = "user_enter"', 'event is "user_enter"', "user_enter_tempsession?", True),
    "an event that is sent": (
        '[[step]]\nsend = { kind = "debug_demo" }',
        '"debug_demo" is an event',
        'event = { kind = "debug_demo" }',
        True,
    ),
    "a message as an event": ('[[step]]\nevent = { kind = "text" }', '"text" is a message', "write send", True),
    "a send without a kind": ('[[step]]\nsend = { Content = "x" }', "send has no kind", 'kind = "text"', True),
    "an unknown verdict": (
        f'{STEP_1}expect.verdict = "transfered"',
        ":3: step 1: expect.verdict",
        "transferred?",
        True,
    ),
    "an unknown code": (f'{STEP_1}expect.findings = ["KF301", "KF999"]', 'no rule is called "KF999"', "KF", False),
    "several codes where one is meant": (f'{STEP_1}expect.findings = "KF3"', 'is "KF3", which', "KF301", False),
    "an unknown flaw": (f'{STEP_1}flaw = "sig"', 'step 1: flaw is "sig"', "signature", True),
    "an unknown fault": (f'{STEP_1}fault = "drop"', 'step 1: fault is "drop"', "did you mean drop-answer?", True),
    "a fault without its measure": (f'{STEP_1}fault = {{ kind = "delay" }}', "fault has no seconds", "seconds", True),
    "a bare fault without its measure": (f'{STEP_1}fault = "delay"', 'fault is "delay"', "it takes", True),
    "another fault's measure": (
        f'{STEP_1}fault = [{{ kind = "split", copies = 1 }}]',
        "step 1: fault.1.copies is no key",
        "kind, bytes, times",
        True,
    ),
    "a word for a number": ('[[step]]\nrepeat = "3"', 'repeat is "3"', "a whole number from 1 to 10000", True),
    "a number for a word": ("name = 3\n" + STEP_1, ":1: name is 3", "a text", True),
    "yes for true": (f'{STEP_1}at_once = "yes"', 'at_once is "yes"', "true or false", True),
    "verify that is false": ("[[step]]\nverify = false", "verify is false", "it takes true", True),
    "a time of no unit": ('[[step]]\nadvance = "5 min"', 'advance is "5 min"', '"31m"', True),
    "a time that goes back": ("[[step]]\nadvance = -1", "advance is -1", "greater than 0", True),
    "no time at all": ("[[step]]\nadvance = 0", "advance is 0", "greater than 0", True),
    "a time without end": ('[[step]]\nadvance = "999999d"', "advance is", "it takes", False),
    "an infinite time": ("[[step]]\nadvance = inf", "advance is inf", "it takes", True),
    "a time that is no number": ("[[step]]\nadvance = nan", "advance is nan", "it takes", False),
    "a date in a field": ('[[step]]\nsend = { kind = "text", Content = 2026-01-01 }', "send.Content", "a text", True),
    "a misspelt field": (
        '[[step]]\nsend = { kind = "text", Contnet = "x" }',
        ":2: step 1: send.Contnet is no field of text",
        "did you mean Content?",
        False,
    ),
    "a field in another case": (
        '[[step]]\nevent = { kind = "user_enter_tempsession", sessionfrom = "x" }',
        "event.sessionfrom is no field of user_enter_tempsession",
        "did you mean SessionFrom?",
        False,
    ),
    "a field that is no number": ('[[step]]\nsend = { kind = "text", A = nan }', "send.A is nan", "a text", False),
    "a number of many digits": (f"seed = 0x{'f' * 5000}\n{STEP_1}", "seed is a very large number", "from 0", None),
    "a field of many digits": (f'[[step]]\nsend = {{ kind = "text", A = 0x{"f" * 5000} }}', "send.A is", "a", None),
    "a step in single brackets": ('[step]\nsend = "1"', ":1: step is one table", "[[step]]", True),
    "a step that is a word": ('step = ["x"]', "step is a list", "[[step]]", True),
    "a step that does nothing": ('[[step]]\nuser = "x"', ":1: step 1 does nothing", "one of send, event", True),
    "a step that is empty": (f"{STEP_1}[[step]]", ":3: step 2 does nothing", "one of send, event", True),
    "two things in a step": (f"{STEP_1}advance = 1", ":3: step 1: advance stands beside send", "write two", True),
    "what does not go with it": (
        '[[step]]\nagent = "accept"\nwithout = "MsgId"',
        ":3: step 1: without does not go with agent",
        "what does is expect, user, name",
        True,
    ),
    "an expectation of a fault": (
        '[[step]]\nfault = "reset"\nexpect.pushed = true',
        "expect does not go with fault alone",
        "name",
        True,
    ),
    "what cannot be expected of it": (
        '[[step]]\nadvance = 1\nexpect.verdict = "late"',
        "step 1: expect.verdict says nothing about advance",
        "desk, waiting, session",
        True,
    ),
    "an expectation of nothing": (f"{STEP_1}expect = {{}}", "expect is an empty table", "verdict", True),
    "an answer to what is not pushed": (
        f'{STEP_1}expect = {{ pushed = false, verdict = "late" }}',
        "expect.verdict is that of a push",
        "pushed = false",
        True,
    ),
    "a repeat of nothing": ("[[step]]\nrepeat = 2", "step 1 repeats nothing", "[[step.step]]", True),
    "too many steps": (
        '[[step]]\nrepeat = 10000\n[[step.step]]\nsend = "1"\n[[step.step]]\nsend = "2"',
        ":1: step is 20000 steps",
        "10000 at most",
        False,
    ),
    "repeats without end": (
        "".join(f"[[{'.'.join(['step'] * depth)}]]\nrepeat = 1\n" for depth in range(1, 12)),
        "more than 8 repeats inside one another",
        "",
        True,  # for the last of them repeats nothing
    ),
    "the user in the fields": (
        '[[step]]\nsend = { kind = "text", FromUserName = "o" }',
        "send.FromUserName is the user's",
        "[users]",
        True,
    ),
    "two users who are one": (
        f'[users]\na = "o1"\nb = "o1"\n{STEP_1}',
        ':3: users.b has the openid of "a"',
        "each one his own",
        False,
    ),
    "an openid that is none": (f'[users]\na = "o 1"\n{STEP_1}', ":2: users.a", "oUser-of-a-story", True),
    "agents that are none": (f'agents = "auto:0"\n{STEP_1}', 'agents is "auto:0"', "auto:3", True),
    "a flaw that needs a seal": (f'{STEP_1}flaw = "appid"', 'flaw "appid" is about sealed', "modes =", False),
    "a flaw that no GET has": ('[[step]]\nverify = true\nflaw = "appid"', 'flaw is "appid"', '"signature"', True),
    "texts of a picture": (
        '[[step]]\nsend.kind = "image"\ntexts = ["1"]',
        "texts says what a text has",
        'kind = "text"',
        True,
    ),
    "texts beside a text": (f'{STEP_1}texts = ["1"]', "texts says what a text has", 'kind = "text"', True),
    "texts and lengths": (
        '[[step]]\nsend.kind = "text"\ntexts = ["1"]\nlengths = "1..2"',
        "texts stands beside lengths",
        "one of the two",
        True,
    ),
    "lengths that are none": ('[[step]]\nsend.kind = "text"\nlengths = "32"', 'lengths is "32"', "1..32", True),
    "lengths that go back": ('[[step]]\nsend.kind = "text"\nlengths = "3..2"', 'lengths is "3..2"', "1..32", False),
    "nothing to overlap with": (f"{STEP_1}at_once = true", "at_once has no push before it", "second", False),
    "time to overlap with": (
        f"[[step]]\nadvance = 1\n{STEP_1}at_once = true",
        ":5: step 2: at_once has no push before it",
        "second",
        False,
    ),
    "a character that XML cannot carry": (
        '[[step]]\nsend = "\\u0001"',
        "step 1: send cannot be sent as XML: ",
        "write JSON",
        False,
    ),
    "a name that XML cannot carry": (
        '[[step]]\nsend = { kind = "text", "a b" = 1 }',
        "step 1: send cannot be sent as XML",
        "",
        False,
    ),
    "an empty list": (f"data = []\n{STEP_1}", "data is an empty list", "xml or json", True),
    "half of both languages": (f'about = {{ en = "x" }}\n{STEP_1}', "about has no zh", "a text", True),
    "an inclusion from above": (f'include = "../x.toml"\n{STEP_1}', 'include.1 is "../x.toml"', "inside", False),
    "an inclusion from the root": (f'include = "/x.toml"\n{STEP_1}', 'include.1 is "/x.toml"', "inside", False),
    "an inclusion of no name": (f'include = ["a\\u0000"]\n{STEP_1}', 'include.1 is "a\\x00"', "inside", False),
    "an inclusion of nothing": (
        f'include = ["no.toml"]\n{STEP_1}',
        'include.1: there is no "no.toml"',
        "folder",
        False,
    ),
    "not TOML": (f"{STEP_1}send: 1", 'a.story.toml:3: this is not TOML: "send: 1"', "on one line", False),
    "TOML that ends too soon": (f"{STEP_1}[[step", 'a.story.toml:3: this is not TOML: "[[step"', "on one line", False),
    "a second send in one step": (f'{STEP_1}send = "2"', ":3: this was said before", "[[step]]", False),
    "a table over several lines": ("[[step]]\nsend = {\n}", ':2: this is not TOML: "send = {"', "on one line", False),
    "not UTF-8": ('[[step]]\nsend = "人工"'.encode("gbk"), "a.story.toml:2: the file is not UTF-8", "UTF-8", False),
    "a byte order mark": (f"\ufeff{STEP_1}", ":1: the file begins with a byte order mark", "without", False),
    "too large": (b"#" * 1_048_577, "larger than 1048576 bytes", "", None),
    "a nest of brackets": (f"a = {'[' * 100_000}", ":1: this is not TOML", "", False),
    "a deep nest of brackets": (f"x = 1\na = {'[' * 50}{']' * 50}", ":2: values nest too deep", "", None),
    "a key of many parts": (f"x = 1\n{'a.' * 200_000}a = 1", ":2: a key of more than 64 parts", "", None),
    "escapes": ('"\\u001b[31m" = 1\n' + STEP_1, r"\x1b[31m is no key", "known are", True),
    "escapes in a value": ('name = "\\u001b[31m"\n' + STEP_1, r'name is "\x1b[31m"', "a text", True),
}


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_told_with_its_line_and_what_would_be_right(name: str) -> None:
    text, message, hint, in_schema = BAD[name]
    error = mistake(text)
    assert message in str(error)
    assert hint in error.hint
    assert error.exit_code == 2
    assert "\n" not in str(error)
    assert (str(error) + error.hint).replace("\n", "").isprintable()
    if in_schema is not None:
        assert fails_in_the_schema(text) == in_schema


def fails_in_the_schema(text: str | bytes) -> bool:
    """Whether an editor marks it; what is no TOML at all, it marks without a schema."""
    try:
        raw = tomllib.loads(text if isinstance(text, str) else text.decode())
    except (ValueError, RecursionError):
        return False
    return not SCHEMA.is_valid(raw)


def test_several_mistakes_are_told_at_once_in_the_order_of_their_lines_but_not_more_than_ten() -> None:
    text = "".join(f"[[step]]\nsend = {place}\n" for place in range(12)) + "[settings]\nx = 1\n"
    error = mistake(text)
    assert str(error) == "13 mistakes in a.story.toml"
    lines = [line.strip() for line in error.hint.split("\n")]
    assert len(lines) == 11
    assert lines[0].startswith("a.story.toml:2: step 1: send is 0; it takes a text, or a table such as")
    assert lines[1].startswith("a.story.toml:4: step 2: send is 1; ")
    assert lines[10] == "and 3 more"


def test_a_mistake_in_a_nested_step_has_its_number_and_line() -> None:
    error = mistake(
        '[[step]]\nsend = "1"\n[[step]]\nrepeat = 2\n[[step.step]]\nsend = "1"\n[[step.step]]\nadvance = "x"'
    )
    assert str(error) == 'a.story.toml:8: step 2.2: advance is "x"'


@given(st.one_of(st.binary(max_size=60), st.text('[]{}="\n. step1#', max_size=60).map(str.encode)))
def test_no_bytes_are_anything_but_a_story_or_a_mistake(data: bytes) -> None:
    with contextlib.suppress(UsageError):
        parse(data, "a.story.toml")
