"""The lines of keys: for every key that tomllib finds, the line that says it."""

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.trial.tomllines import KeyPath, Lines, TooDeep

HAND_WRITTEN = r"""
a = 1 # = [x]
b.c."d\u0041.x" = "x # ] [ }" # c
'it' = 1
arr = [
  1, # one
  { k = '''
mm # no "" comment
''''', z = [] },
  '], [',
]
date = 1979-05-27 07:32:00
empty = ""
[step]  # a table
q = { a.b = 1, "c" = [[1, 2], [3]] }
[other . "and more"]
[[list]]
x = 1
[[list.list]]
[[list.list]]
y = "\"" # "
[list.list.deep]
z = '\'
[[list]]
[[list.list]]
raw = TRIPLE\\""TRIPLE
last = true""".replace("TRIPLE", '"""')


def paths(value: Any, path: KeyPath = ()) -> list[KeyPath]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, each in value.items():
            found += paths(each, (*path, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            found += paths(each, (*path, place))
    return found


def last_key(path: KeyPath) -> str:
    return next(key for key in reversed(path) if isinstance(key, str))


def test_every_key_of_a_hard_file_is_found_on_a_line_that_has_it() -> None:
    lines, written = Lines(HAND_WRITTEN), HAND_WRITTEN.split("\n")
    found = paths(tomllib.loads(HAND_WRITTEN))
    assert len(found) > 35
    for path in found:
        assert lines.has(path), path
        if isinstance(path[-1], str):
            key = json.dumps(path[-1])[1:-1].replace("dA", r"d\u0041")
            assert key in written[lines.of(path) - 1], path


def test_the_second_table_of_a_list_is_not_the_first() -> None:
    lines = Lines("[[step]]\nsend = 1\n\n[[step]]\nrepeat = 2\n[[step.step]]\n[[step.step]]\nsend = 2\n")
    assert [lines.of(("step", place)) for place in range(2)] == [1, 4]
    assert lines.of(("step", 1, "step", 1, "send")) == 8


def test_what_is_not_found_is_on_the_line_of_what_is_around_it() -> None:
    lines = Lines("a = 1\nb = { c = 1 }\n")
    assert [lines.of(path) for path in [("b", "c", "d", 7), ("b", "x"), ("x",), ()]] == [2, 2, 1, 1]


@pytest.mark.parametrize("nest", ["[" * 40 + "]" * 40, "{ a = " * 40 + "1" + " }" * 40])
def test_a_nest_of_brackets_has_an_end(nest: str) -> None:
    with pytest.raises(TooDeep) as caught:
        Lines(f"x = 1\nnest = {nest}")
    assert caught.value.line == 2


blanks = st.text(" \t", max_size=2)
newlines = st.sampled_from(["\n", "\n\n", " # 'no \"key = [\n", "\r\n"])
keys = st.one_of(st.from_regex(r"[a-z0-9_-]{1,4}", fullmatch=True), st.text(max_size=4).map(json.dumps)).filter(
    lambda key: "\\ud" not in key
)
texts = st.text("ab\"'\\#[]{},=\n", max_size=6)
scalars = st.one_of(
    st.integers().map(str),
    st.sampled_from(["true", "1.5e3", "1979-05-27 07:32:00", "inf", "07:32:00"]),
    texts.map(json.dumps),
    texts.filter(lambda text: "'" not in text and "\n" not in text).map(lambda text: f"'{text}'"),
    texts.filter(lambda text: "'" not in text).map(lambda text: f"'''{text}'''"),
    st.text('ab#[]{},=\n "', max_size=6).filter(lambda text: '"""' not in text).map(lambda text: f'"""{text}"""'),
)


@st.composite
def values(draw: st.DrawFn, depth: int = 2) -> str:
    which = draw(st.integers(0, 4)) if depth else 0
    if which == 3:
        items = draw(st.lists(values(depth - 1), max_size=3))
        gap = draw(newlines)
        return f"[{gap}{f',{gap}'.join(items)}{gap}]"
    if which == 4:
        pairs = draw(st.dictionaries(keys, values(depth - 1), max_size=3))
        return f"{{{', '.join(f'{key} = {value}' for key, value in pairs.items())}}}"
    return draw(scalars)


@st.composite
def documents(draw: st.DrawFn) -> str:
    written = []
    for _ in range(draw(st.integers(1, 6))):
        if draw(st.booleans()):
            header = ".".join(draw(st.lists(st.sampled_from(["a", "step", '"s t"']), min_size=1, max_size=3)))
            written.append(f"[[{header}]]" if draw(st.booleans()) else f"[ {header} ]")
        for key, value in draw(st.dictionaries(keys, values(), max_size=3)).items():
            dotted = f"{key}.{draw(keys)}" if draw(st.booleans()) else key
            written.append(f"{draw(blanks)}{dotted}{draw(blanks)}={draw(blanks)}{value}")
    return "".join(line + draw(newlines) for line in written)


@given(documents())
def test_whatever_tomllib_reads_has_a_line_for_every_key(text: str) -> None:
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines, count = Lines(text), text.count("\n") + 1
    for path in paths(read):
        assert lines.has(path), path
        assert 1 <= lines.of(path) <= count
        if all(key.isalnum() and key.isascii() for key in path if isinstance(key, str)):
            around = text.split("\n")[lines.of(path) - 1]
            assert isinstance(path[-1], int) or str(path[-1]) in around


@given(st.text("ab.[]{}\"'=,#\\ \n", max_size=40))
def test_no_text_that_tomllib_reads_is_read_for_ever(text: str) -> None:
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert all(map(Lines(text).has, paths(read)))
