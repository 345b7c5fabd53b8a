"""`--report FORMAT=PATH`: whole files or none, refused before anything is sent, never through a link."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from tests.cli.captured import HEAD, RIGHT, WRONG, line, put
from tests.cli.running import Wxkf
from tests.scripted import scripted
from wxkf_cli.cli.reports import Destination, Making, from_root, writing
from wxkf_cli.report.event import Summary
from wxkf_cli.report.lint_text import LintText
from wxkf_cli.vocab.choices import Output
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import Language

MAKING = Making(lambda width: LintText(Language.EN, width), Language.EN, Policy(), str)


def names() -> list[str]:
    """What lies in the current folder."""
    return sorted(each.name for each in Path().iterdir())


@pytest.fixture
def captured(wxkf: Wxkf) -> str:
    del wxkf  # it makes the folder
    return put("a.http", HEAD + WRONG)


@pytest.mark.parametrize("output", [each.value for each in Output])
def test_a_report_is_what_stdout_would_be(wxkf: Wxkf, captured: str, output: str) -> None:
    shown = wxkf("lint-response", captured, "--format", output)
    ran = wxkf("lint-response", captured, "--report", f"{output}=out", "--report", "concise=other")
    assert (shown.code, ran.code) == (1, 1)
    assert Path("out").read_text("utf-8") == shown.out
    assert Path("other").read_text("utf-8").startswith("a.http:4:")
    assert names() == ["a.http", "other", "out"]


def test_a_run_writes_all_its_reports_and_its_record(wxkf: Wxkf) -> None:
    reports = [word for each in Output for word in ("--report", f"{each}={each}.out")]
    ran = wxkf("simulate", "--demo", "buggy", *reports)
    assert ran.code == 1
    assert all(Path(f"{each}.out").stat().st_size for each in Output)
    (record,) = Path(".wxkf/runs").iterdir()
    assert Path("ndjson.out").read_bytes() == record.read_bytes()
    assert json.loads(Path("gitlab.out").read_text("ascii"))[0]["location"]["path"] == record.as_posix()
    wxkf("push", "text", "--url", "http://127.0.0.1:1/", "--report", "json=push.json")
    assert json.loads(Path("push.json").read_text("ascii"))["exit_code"] == 3


# what --report is given, what must be said, and what would be right
REFUSED: dict[str, tuple[list[str], str, str]] = {
    "no path": (["sarif"], '--report "sarif" names no file', "as in --report sarif=wxkf.sarif"),
    "an empty path": (["sarif="], '--report "sarif=" names no file', "formats are text, concise, json"),
    "no format": (["=x"], '"" is no format', "formats are text"),
    "another format": (["serif=x"], '"serif" is no format', "did you mean sarif=x?"),
    "stdout": (["junit=-"], 'names stdout', "--format junit"),
    "no folder": (["junit=no/x"], 'there is no folder "no"', "make the folder first"),
    "a folder": (["junit=folder"], "it is a folder", "name a file"),
    "a link": (["junit=link"], "it is a symbolic link", "name a file"),
    "a dangling link": (["junit=dangling"], "it is a symbolic link", "name a file"),
    "a pipe": (["junit=pipe"], "it is no regular file", "name a file"),
    "a null character": (["junit=a\0b"], "a file name has no null character", ""),
    "too long a name": (["junit=" + "x" * 300], "File name too long", ""),
    "one path twice": (["junit=x", "json=./x"], 'two reports go to "x"', "a path of its own"),
    "one path by two ways": (["junit=folder/x", "json=folder/../folder/x"], "two reports go to", "a path of its own"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_written_is_refused_before_anything_is_pushed(wxkf: Wxkf, name: str) -> None:
    Path("folder").mkdir()
    put("target", b"precious")
    Path("link").symlink_to("target")
    Path("dangling").symlink_to("nowhere")
    os.mkfifo("pipe")
    before = names()
    options, said, hint = REFUSED[name]
    words = [word for option in options for word in ("--report", option)]
    with scripted() as handler:
        live = wxkf("simulate", "--url", handler.url, *words)
        assert handler.requests == []
    for ran in (live, wxkf("lint-response", put("folder/a.http", HEAD + RIGHT), *words)):
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err
        assert hint in ran.err
        assert len(ran.err.splitlines()) <= 2
    assert names() == before
    assert Path("target").read_bytes() == b"precious"


@pytest.mark.parametrize("output", [each.value for each in Output])
def test_a_failed_run_leaves_the_old_report(wxkf: Wxkf, output: str) -> None:
    put("run.ndjson", line() + b"{broken\n")
    put("report", b"the old one")
    assert wxkf("lint-response", "run.ndjson", "--report", f"{output}=report").code == 2
    put("run.ndjson", b"\n")
    assert wxkf("lint-response", "run.ndjson", "--report", f"{output}=report").code == 2
    assert Path("report").read_bytes() == b"the old one"
    assert names() == ["report", "run.ndjson"]


@pytest.mark.parametrize("code", [2, 4, 130, 143])
def test_a_run_that_ended_badly_leaves_the_old_report(wxkf: Wxkf, code: int) -> None:
    del wxkf
    put("report", b"the old one")
    with writing([Destination(Output.CONCISE, Path("report"))], MAKING) as (report,):
        report(Summary(exit_code=code))
    with pytest.raises(ZeroDivisionError), writing([Destination(Output.JSON, Path("report"))], MAKING) as (report,):
        raise ZeroDivisionError
    assert Path("report").read_bytes() == b"the old one"
    assert names() == ["report"]


def test_a_report_replaces_the_old_one_and_is_for_all_to_read(wxkf: Wxkf, captured: str) -> None:
    put("report", b"the old one")
    Path("report").chmod(0o600)
    os.link("report", "kept")
    old = os.umask(0o022)
    try:
        assert wxkf("lint-response", captured, "--report", "concise=report").code == 1
    finally:
        os.umask(old)
    assert stat.S_IMODE(Path("report").stat().st_mode) == 0o644
    assert Path("kept").read_bytes() == b"the old one"  # replaced, not written over


def test_a_link_that_appears_meanwhile_is_replaced_not_followed(wxkf: Wxkf) -> None:
    del wxkf
    put("target", b"precious")
    with writing([Destination(Output.CONCISE, Path("report"))], MAKING) as (report,):
        Path("report").symlink_to("target")
        report(Summary(exit_code=1))
    assert Path("target").read_bytes() == b"precious"
    assert not Path("report").is_symlink()
    assert Path("report").stat().st_size


@pytest.mark.parametrize("output", ["text", "json"])
def test_a_report_that_another_program_holds_open_is_one_line_and_the_rest_is_as_ever(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, captured: str, output: str
) -> None:
    real, shown = Path.replace, wxkf("lint-response", captured, "--format", output).out
    put("held", b"the old one")

    def replace(path: Path, target: Path) -> Path:
        if target.name == "held":
            raise PermissionError(13, "Access is denied")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    reports = ("--report", "concise=held", "--report", "concise=free")
    ran = wxkf("lint-response", captured, *reports, "--format", output)
    assert (ran.code, ran.out) == (2, shown)
    assert ran.err == (
        'wxkf: no report can be written to "held": Access is denied\n'
        "      close the program that has it open, or name another file\n"
    )
    assert Path("held").read_bytes() == b"the old one"
    assert Path("free").read_text("utf-8").startswith("a.http:4:")
    assert names() == ["a.http", "free", "held"]


@pytest.mark.parametrize(("platform", "is_one"), [("win32", True), ("darwin", True), ("linux", False)])
def test_names_that_differ_in_their_case_are_one_where_the_disk_has_it_so(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, captured: str, platform: str, is_one: bool
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    Path("Out").mkdir()
    Path("out").mkdir(exist_ok=True)
    ran = wxkf("lint-response", captured, "--report", "json=Out/A.txt", "--report", "concise=out/a.TXT")
    assert ran.code == (2 if is_one else 1)
    assert ("two reports go to" in ran.err) is is_one


def test_a_path_through_a_link_is_that_of_the_repository(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    del wxkf
    Path("private/tmp/repo/.git").mkdir(parents=True)
    Path("private/tmp/repo/deep").mkdir()
    Path("tmp").symlink_to("private/tmp")
    Path("private/tmp/repo/link.xml").symlink_to("../elsewhere.xml")
    Path("private/tmp/repo/inner").symlink_to("deep")
    monkeypatch.chdir("tmp/repo")
    through = Path.cwd().parents[2] / "tmp" / "repo"
    for path, shown in (
        (str(through / "a.xml"), "a.xml"),
        (str(through / "deep" / "a.xml"), "deep/a.xml"),
        (str(through / "link.xml"), "link.xml"),
        (str(through.parent / "a.xml"), "a.xml"),
        ("link.xml", "link.xml"),
        ("inner/a.xml", "inner/a.xml"),
        ("../../../tmp/repo/deep/a.xml", "deep/a.xml"),
    ):
        assert from_root(path) == shown


def test_paths_are_those_of_the_repository(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    del wxkf
    Path("repo/.git").mkdir(parents=True)
    Path("repo/tests").mkdir()
    monkeypatch.chdir("repo/tests")
    here = Path.cwd()
    for path, shown in (
        ("a.xml", "tests/a.xml"),
        ("../a.xml", "a.xml"),
        (str(here / "deep" / "a.xml"), "tests/deep/a.xml"),
        ("../../outside/a.xml", "a.xml"),
        ("/etc/hosts", "hosts"),
        ("..a.xml", "tests/..a.xml"),
    ):
        assert from_root(path) == shown


def test_the_job_summary_gets_the_whole_list(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.ndjson", line(WRONG) * 25)
    put("summary.md", b"# before\n")
    without = wxkf("lint-response", "a.ndjson", "--format", "github")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    ran = wxkf("lint-response", "a.ndjson", "--format", "github")
    assert "not annotated, because GitHub shows 10 of a kind: 15 errors" in without.out
    assert ran.out.splitlines()[-1] == "the whole list is in the job summary"
    assert ran.out.count("::error ") == 10
    summary = Path("summary.md").read_text("utf-8")
    assert summary.startswith("# before\n## wxkf\n")
    assert summary.count("- `a.ndjson:") == 25
    wxkf("lint-response", "a.ndjson")
    wxkf("lint-response", "a.ndjson", "--format", "sarif", "--report", "github=annotations")
    assert Path("summary.md").read_text("utf-8") == summary
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "no/such/folder")
    assert wxkf("lint-response", "a.ndjson", "--format", "github").out == without.out
