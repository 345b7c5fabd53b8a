"""Runs that did not come to their end: shown, replayed, gone on with and listed by what their records have."""

import re

import pytest

from tests.cli.recorded import cut, record
from tests.cli.running import Wxkf
from tests.scripted import scripted

MANY = ["--only", "text", "--data", "xml", "--count", "60", "--concurrency", "8", "--record", "--keep-alive"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["runs", "show"], "  STOP  text "),
        (["replay", "last"], "0 failed"),
        (["replay", "last", "--as", "story"], "pushes of "),
    ],
)
def test_with_many_in_flight_the_part_that_there_is_is_told(wxkf: Wxkf, command: list[str], said: str) -> None:
    with scripted() as handler:
        wxkf("simulate", "--url", handler.url, *MANY)
        cut(record(), 41)
        ran = wxkf(*command)
    assert ran.code == 0
    assert said in ran.out


def test_what_was_made_again_is_in_doubt_no_more(wxkf: Wxkf) -> None:
    with scripted() as handler:
        wxkf("simulate", "--url", handler.url, *MANY)
        cut(record(), 41)
        (cut_off,) = wxkf("runs", "list").out.splitlines()
        first = wxkf("simulate", "--resume", "last")
        (ended,) = wxkf("runs", "list").out.splitlines()
        handler.requests.clear()
        again = wxkf("simulate", "--resume", "last")
        assert not handler.requests
    assert re.search(r"[1-8] left without one, and are pushed again\n", first.err)
    assert re.search(r"pushes, [1-8] in doubt$", cut_off)
    assert again.err == f"wxkf: going on with {record().stem}: 60 pushes have an answer in its record\n"
    assert "  text  60 pushes  " in ended


def test_a_list_counts_what_the_run_counted(wxkf: Wxkf) -> None:
    told = wxkf("simulate", "--demo", "correct", "--data", "xml")
    (listed,) = wxkf("runs", "list").out.splitlines()
    pushes = re.search(r"  (\d+ pushes) in", told.out)
    assert pushes
    cases = len(re.findall("^  PASS", told.out, re.MULTILINE))
    assert f"  {cases} cases  {pushes[1]}  " in listed
