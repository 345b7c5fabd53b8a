"""Values given as text: what they stand for, and what a wrong one is told."""

import ctypes
import sys
from types import SimpleNamespace

import pytest

from wxkf_cli.cli.language import language
from wxkf_cli.cli.values import assignment, headers, seconds
from wxkf_cli.errors import UsageError
from wxkf_cli.settings import Setting, Settings
from wxkf_cli.vocab.terms import Language


@pytest.mark.parametrize(
    ("text", "value"), [("30s", 30), ("500ms", 0.5), ("2m", 120), ("5", 5), ("1.5s", 1.5), (" 3s ", 3), ("0", 0)]
)
def test_a_time_is_seconds(text: str, value: float) -> None:
    assert seconds(text, "--wait") == value


@pytest.mark.parametrize(
    "text", ["", "s", "5h", "-1s", "1e3", "²", "٣s", "inf", "nan", "5 s", "9" * 400, "1.s", "\x1b"]
)
def test_what_is_no_time_is_quoted(text: str) -> None:
    with pytest.raises(UsageError, match=r'--wait ".*" is not a time') as caught:
        seconds(text, "--wait")
    assert str(caught.value).isprintable()
    assert "30s" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("X-Env: test", ("X-Env", "test")),
        ("X:a:b", ("X", "a:b")),
        (" X : y ", ("X", "y")),
        ("X:", ("X", "")),
        ("X: é", ("X", "é")),
    ],
)
def test_a_header_is_a_name_and_a_value(text: str, pair: tuple[str, str]) -> None:
    assert headers([text]) == (pair,)


@pytest.mark.parametrize("text", ["", "X", ": y", "X Y: z", "X: a\r\nY: b", "X: 你", "X\x00: y", "X: \x7f", "你: y"])
def test_what_is_no_header_is_quoted(text: str) -> None:
    with pytest.raises(UsageError, match="--header ") as caught:
        headers(["Fine: yes", text])
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(("text", "pair"), [("A=b", ("A", "b")), ("A=", ("A", "")), ("A=b=c", ("A", "b=c"))])
def test_an_assignment_is_cut_at_its_first_equals_sign(text: str, pair: tuple[str, str]) -> None:
    assert assignment(text) == pair


@pytest.mark.parametrize("text", ["", "A", "=b"])
def test_what_assigns_nothing_is_quoted(text: str) -> None:
    with pytest.raises(UsageError, match="names no value"):
        assignment(text)


@pytest.mark.parametrize(
    ("given", "setting", "environment", "spoken"),
    [
        (None, None, {}, Language.EN),
        (None, None, {"LANG": "zh_CN.UTF-8"}, Language.ZH),
        (None, None, {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, Language.EN),
        (None, None, {"LANG": "en_US", "LC_MESSAGES": "zh_TW", "LC_ALL": ""}, Language.ZH),
        (None, "en", {"LANG": "zh_CN.UTF-8"}, Language.EN),
        (Language.ZH, "en", {"LANG": "C"}, Language.ZH),
    ],
)
def test_the_option_goes_before_the_setting_before_the_locale(
    monkeypatch: pytest.MonkeyPatch,
    given: Language | None,
    setting: str | None,
    environment: dict[str, str],
    spoken: Language,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings({"lang": Setting(setting, "wxkf.toml")} if setting else {})
    assert language(settings, given) is spoken


@pytest.mark.parametrize(
    ("number", "environment", "spoken"),
    [
        (0x0804, {}, Language.ZH),
        (0x0404, {}, Language.ZH),
        (0x0409, {}, Language.EN),
        (0x0804, {"LANG": "en_US"}, Language.EN),
        (0x0409, {"LC_ALL": "zh_CN"}, Language.ZH),
    ],
    ids=["China", "Taiwan", "English", "English by a variable", "Chinese by a variable"],
)
def test_windows_says_which_language_it_speaks(
    monkeypatch: pytest.MonkeyPatch, number: int, environment: dict[str, str], spoken: Language
) -> None:
    kernel = SimpleNamespace(GetUserDefaultUILanguage=lambda: number)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language(Settings({}), None) is spoken
