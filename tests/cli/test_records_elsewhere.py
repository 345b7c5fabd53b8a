"""A record that is a file somewhere else: the commands that are named for it find it."""

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.recorded import cut, record
from tests.cli.running import Wxkf

EVENTS = ["--only", "known-event", "--data", "xml"]


def moved(name: str) -> Path:
    """The only record, under another name and in another folder."""
    Path(name).parent.mkdir(exist_ok=True)
    return record().rename(name)


@pytest.mark.parametrize("name", ["v2.ndjson", "kept here/v2.ndjson", "kept/old"])
def test_the_line_that_plays_it_again_finds_it(wxkf: Wxkf, name: str) -> None:
    wxkf("simulate", "--demo", "buggy", *EVENTS)
    moved(name)
    shown = wxkf("runs", "show", name)
    (line,) = re.findall(r"reproduce: wxkf (.*)", shown.out)
    assert shlex.split(line)[:2] == ["replay", name]
    assert "FAILED  e1" in wxkf(*shlex.split(line)).out


@pytest.mark.parametrize("name", ["v2.ndjson", "kept here/v2.ndjson"])
def test_the_command_that_goes_on_finds_it(wxkf: Wxkf, name: str) -> None:
    wxkf("simulate", "--demo", "correct", *EVENTS)
    cut(moved(name), 2)
    shown = wxkf("runs", "show", name)
    (line,) = re.findall(r"; wxkf (.*) goes on", shown.err)
    assert wxkf(*shlex.split(line)).code == 0
    assert wxkf("replay", name).code == 0
