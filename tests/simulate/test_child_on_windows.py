"""A program on Windows: its words, where it is looked for, and the code page that it speaks."""

import locale
import sys
from pathlib import PureWindowsPath

import pytest

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate import child

FOUND = {"npm": r"C:\nodejs\npm.CMD", "python": r"C:\shop\.venv\Scripts\python.EXE"}


@pytest.fixture(autouse=True)
def on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as this module can tell."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("shutil.which", FOUND.get)


# a command, and its words
COMMANDS: list[tuple[str, list[str]]] = [
    (r'"C:\Program Files\node.exe" app.js --port={port}', [r"C:\Program Files\node.exe", "app.js", "--port=5000"]),
    (r'app.exe --title="my app" {port}', ["app.exe", "--title=my app", "5000"]),
    ('app.exe --dir="C:\\a b\\" {port}', ["app.exe", "--dir=C:\\a b\\", "5000"]),
    (r"node C:\x\app.js", ["node", r"C:\x\app.js"]),
    ('php -S "127.0.0.1:"{port}', ["php", "-S", "127.0.0.1:5000"]),
    ("node -e 'run(1) # one'", ["node", "-e", "run(1) # one"]),
    ("node # {port}", ["node", "#", "5000"]),
]


@pytest.mark.parametrize(("command", "words"), COMMANDS)
def test_quotes_keep_words_together_and_the_backslash_is_one(command: str, words: list[str]) -> None:
    assert child.words_of(command, 5000) == words


@pytest.mark.parametrize("name", FOUND)
def test_a_program_is_looked_for_where_a_shell_would_look(name: str) -> None:
    program, *others = child.words_of(f"{name} start --port {{port}}", 5000)
    assert PureWindowsPath(program) == PureWindowsPath(FOUND[name])
    assert others == ["start", "--port", "5000"]


@pytest.mark.parametrize(
    ("command", "said"), [("", "names no program"), ('""', "names no program"), ('node "x', "without its partner")]
)
def test_what_is_no_command_is_a_mistake_there_too(command: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        child.words_of(command, 5000)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("你好".encode(), "你好"),
        ("你好".encode("gbk"), "你好"),
        (b"plain", "plain"),
        (b"\xff", r"\xff"),
    ],
)
def test_what_is_not_utf_8_is_of_the_code_page(monkeypatch: pytest.MonkeyPatch, line: bytes, text: str) -> None:
    monkeypatch.setattr(locale, "getencoding", lambda: "gbk")
    assert child.decoded(line) == text


def test_elsewhere_no_byte_is_guessed_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert child.decoded("你好".encode("gbk")) == "\udcc4\udce3\udcba\udcc3"
