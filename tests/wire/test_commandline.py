"""Commands to copy: what the shell makes of them is the words again."""

import re
import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.wire.commandline import command_line

WORDS = [
    ("plain", ["wxkf", "replay", "e12"], "wxkf replay e12", "wxkf replay e12"),
    ("a blank", ["--header", "X-Env: test"], "--header 'X-Env: test'", '--header "X-Env: test"'),
    ("nothing", ["--set", ""], "--set ''", '--set ""'),
    ("a path", ["--app", r"C:\x\app.py"], r"--app 'C:\x\app.py'", r"--app C:\x\app.py"),
    ("a folder", ["C:\\my x\\"], "'C:\\my x\\'", '"C:\\my x\\\\"'),
    ("two queries", ["http://x/wx?a=1&b=2"], "'http://x/wx?a=1&b=2'", '"http://x/wx?a=1&b=2"'),
    ("a mark", ['Content="a b"'], "'Content=\"a b\"'", r'"Content=\"a b\""'),
    ("Chinese", ["小明"], "'小明'", '"小明"'),
]


@pytest.mark.parametrize(("words", "posix", "windows"), [case[1:] for case in WORDS], ids=[case[0] for case in WORDS])
def test_words_are_quoted_for_the_shell_of_the_system(
    monkeypatch: pytest.MonkeyPatch, words: list[str], posix: str, windows: str
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert command_line(words) == posix
    monkeypatch.setattr("sys.platform", "win32")
    assert command_line(words) == windows


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12), min_size=1))
def test_every_word_comes_back(words: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.platform", "linux")
        assert shlex.split(command_line(words)) == words
        patch.setattr("sys.platform", "win32")
        written = command_line(words)
    assert taken_apart(written) == words


@given(st.text('ab \\"', min_size=1, max_size=12))
def test_on_windows_it_is_what_python_itself_writes_for_what_needs_marks(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.platform", "win32")
        assert command_line([f" {text}"]) == subprocess.list2cmdline([f" {text}"])


def taken_apart(line: str) -> list[str]:
    """The words of a command line, as programs on Windows take it apart."""
    words: list[str] = []
    word, is_quoted, has_begun = "", False, False
    for backslashes, mark, other in re.findall(r'(\\*)(?:(")|([^\\])|\Z)', line, re.DOTALL):
        has_begun = has_begun or bool(backslashes or mark)
        if mark:
            word += "\\" * (len(backslashes) // 2)
            if len(backslashes) % 2:
                word += '"'
            else:
                is_quoted = not is_quoted
            continue
        word += backslashes
        if other == " " and not is_quoted:
            if has_begun:
                words.append(word)
            word, has_begun = "", False
        elif other:
            word, has_begun = word + other, True
    return [*words, word] if has_begun else words
