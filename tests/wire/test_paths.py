"""Paths as they are shown: nothing in them acts, and on Windows they can be read."""

from pathlib import Path

import pytest

from wxkf_cli.wire.paths import safe_path

PATHS = [
    ("a file", "caps/a.response.txt", "caps/a.response.txt", "caps/a.response.txt"),
    ("on Windows", r"caps\a.response.txt", r"caps\\a.response.txt", "caps/a.response.txt"),
    ("of a drive", r"C:\x\a.txt", r"C:\\x\\a.txt", "C:/x/a.txt"),
    ("a control character", "a\x1b.txt", r"a\x1b.txt", r"a\x1b.txt"),
    ("Chinese", "小明.txt", "小明.txt", "小明.txt"),
]


@pytest.mark.parametrize(("path", "posix", "windows"), [case[1:] for case in PATHS], ids=[case[0] for case in PATHS])
def test_a_path_is_shown_with_slashes_where_they_separate(
    monkeypatch: pytest.MonkeyPatch, path: str, posix: str, windows: str
) -> None:
    monkeypatch.setattr("wxkf_cli.wire.paths.sep", "/")
    assert safe_path(path) == posix
    monkeypatch.setattr("wxkf_cli.wire.paths.sep", "\\")
    assert safe_path(path) == windows


def test_a_path_may_be_an_object() -> None:
    assert safe_path(Path("a") / "b") == "a/b"
