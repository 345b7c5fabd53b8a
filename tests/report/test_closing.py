"""The last line: one of a thing is one, in English."""

import re
from collections import Counter

import pytest

from wxkf_cli.report.closing import counted, of_trial
from wxkf_cli.report.event import Summary
from wxkf_cli.report.replay_text import ReplayText
from wxkf_cli.vocab.terms import Language, Severity


def summary(count: int) -> Summary:
    found = Summary()
    found.checks = found.pushes = count
    found.severities = Counter({Severity.WARNING: count, Severity.NOTE: count})
    return found


@pytest.mark.parametrize("count", [0, 1, 2, 11, 21])
def test_one_is_one_and_all_others_are_several(count: int) -> None:
    trial = of_trial(summary(count), Language.EN)
    (closing,) = ReplayText(Language.EN, None, "run", {}).lines(summary(count))
    replay = "".join(part.text for part in closing)
    for said, words in ((trial, ("check", "warning", "note", "push")), (replay, ("push",))):
        for word in words:
            several = f"{word}es" if word == "push" else f"{word}s"
            assert re.search(rf"\b{count} {word if count == 1 else several}\b", said), said


def test_what_has_another_plural_says_which() -> None:
    assert [counted(count, "entry", "entries") for count in (0, 1, 2)] == ["0 entries", "1 entry", "2 entries"]


def test_chinese_has_no_plural() -> None:
    assert "1 次推送" in of_trial(summary(1), Language.ZH)
