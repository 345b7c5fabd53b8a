"""How many processes lint: no more than the system can wait for."""

import concurrent.futures
import sys
from typing import Any

import pytest

from wxkf_cli.lint.subject import Setting
from wxkf_cli.trial import jobs
from wxkf_cli.trial.capture import Context
from wxkf_cli.trial.checking import Linting


@pytest.mark.parametrize(
    ("platform", "asked", "made"), [("win32", 64, 61), ("win32", 8, 8), ("linux", 64, 64), ("darwin", 64, 64)]
)
def test_windows_waits_for_no_more_than_61(
    monkeypatch: pytest.MonkeyPatch, platform: str, asked: int, made: int
) -> None:
    counts: list[int] = []

    class Pool(concurrent.futures.ThreadPoolExecutor):
        def __init__(self, count: int, **keywords: Any) -> None:
            counts.append(count)
            super().__init__(1, **{**keywords, "initializer": None, "initargs": ()})

    monkeypatch.setattr(concurrent.futures, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(sys, "platform", platform)
    jobs.lint_files([], Context(), Linting(Setting()), lambda _: None, asked, tells_clean=False)
    assert counts == [made]
