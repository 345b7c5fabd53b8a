"""What a run skipped, because its handler does not speak a data format, no replay of the run demands."""

import tomllib

import pytest

from tests.cli.recorded import lines, record
from tests.cli.running import Wxkf
from tests.scripted import Reply, Request, correct, scripted
from wxkf_cli.vocab.terms import DataFormat


def reads_xml(request: Request) -> Reply:
    is_json = request.method == "POST" and request.format is DataFormat.JSON
    return Reply(b"cannot parse", 500) if is_json else correct(request)


def ids_in(data: DataFormat) -> list[str]:
    """The pushes of the run in a data format."""
    return [line["id"] for line in lines(record()) if line["type"] == "done" and line["data"] == data]


# Those of the second were pushed only to learn what the handler speaks.
@pytest.mark.parametrize("case", ["text", "two-users"])
@pytest.mark.parametrize("diff", [[], ["--diff"]])
def test_a_format_that_the_run_skipped_is_left_out(wxkf: Wxkf, case: str, diff: list[str]) -> None:
    with scripted(reads_xml) as handler:
        told = wxkf("simulate", "--url", handler.url, "--only", case)
        again = wxkf.json("replay", "last", *diff)
        story = wxkf("replay", "last", "--as", "story").out
    assert (told.code, again["exit_code"]) == (0, 0)
    assert [each["data"] for each in again["exchanges"]] == ["xml"] * len(ids_in(DataFormat.XML))
    assert [each["data"] for each in tomllib.loads(story)["step"]] == ["xml"] * len(ids_in(DataFormat.XML))


def test_a_push_that_is_named_is_replayed_although_the_run_skipped_it(wxkf: Wxkf) -> None:
    with scripted(reads_xml) as handler:
        wxkf("simulate", "--url", handler.url, "--only", "text")
        named = ids_in(DataFormat.JSON)
        again = wxkf.json("replay", *named, "last")
    assert len(named) == 2
    assert ([each["data"] for each in again["exchanges"]], again["exit_code"]) == (["json"] * 2, 1)


def test_a_format_that_was_demanded_is_replayed(wxkf: Wxkf) -> None:
    with scripted(reads_xml) as handler:
        wxkf("simulate", "--url", handler.url, "--only", "text", "--data", "json")
        again = wxkf.json("replay", "last")
    assert ([each["data"] for each in again["exchanges"]], again["exit_code"]) == (["json"] * 2, 1)
