"""Runs whose pushes went wrong on the way are shown and printed without any way to the handler."""

from pathlib import Path

import pytest

from tests.cli.recorded import untimed
from tests.cli.running import Wxkf

FAULTS = ['"split"', '"reset"', '{ kind = "slow-body", bytes_per_second = 100000 }', '"duplicate"', '"drop-answer"']


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_recorded_needs_no_wire(wxkf: Wxkf, fault: str) -> None:
    Path("a.story.toml").write_text(f'[[step]]\nsend = "x"\nfault = {fault}\n', "utf-8")
    told = wxkf("simulate", "--demo", "correct", "--data", "xml", "--story", "a.story.toml")
    shown = wxkf("runs", "show")
    printed = [wxkf("replay", "last", "--as", what) for what in ("curl", "story", "pytest")]
    again = wxkf("replay", "last")
    assert (shown.code, untimed(shown.out), shown.err) == (told.code, untimed(told.out), "")
    assert [(each.code, each.err) for each in printed] == [(0, "")] * 3
    assert (again.code, again.err) == (0, "")
