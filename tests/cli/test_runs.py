"""`wxkf runs`: a record is shown as it was told; old ones are removed, and nothing else."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.cli.recorded import SEALED, cut, record, untimed
from tests.cli.running import Wxkf
from wxkf_cli.trial.runlock import lock_of


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_run_is_shown_as_it_was_told(wxkf: Wxkf, lang: str) -> None:
    told = wxkf("simulate", "--demo", "buggy", "--lang", lang)
    shown = wxkf("runs", "show", "--lang", lang)
    assert (shown.code, shown.err) == (told.code, "")
    assert untimed(shown.out) == untimed(told.out)


def test_a_sealed_run_is_shown_with_its_key_and_not_without(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    told = wxkf("simulate", "--demo", "correct", "--mode", "secure", "--mode", "compatible")
    assert "are sealed" in wxkf("runs", "show").err
    monkeypatch.setenv("WXKF_TOKEN", "AAAAA")
    for name, value in SEALED.items():
        monkeypatch.setenv(name, value)
    assert untimed(wxkf("runs", "show").out) == untimed(told.out)


def test_of_a_run_that_was_cut_off_the_part_that_there_is_is_shown(wxkf: Wxkf) -> None:
    wxkf("simulate", "--demo", "correct")
    cut(record(), 10, b"{")
    shown = wxkf("runs", "show")
    assert "PASS  url-verification" in shown.out
    assert shown.err.splitlines()[1] == (
        f"wxkf: the record ends here, before the run did, and 1 push in doubt; wxkf simulate --resume {record().stem}"
        " goes on"
    )


CUT = [("correct", 400, 0), ("buggy", 400, 1), ("correct", 1, 2)]


@pytest.mark.parametrize("suite", ["standard", "conformance"])
@pytest.mark.parametrize(("demo", "lines", "code"), CUT, ids=["right so far", "wrong already", "nothing told"])
def test_a_run_that_was_cut_off_ends_with_the_code_that_was_told_stands_for(
    wxkf: Wxkf, suite: str, demo: str, lines: int, code: int
) -> None:
    wxkf("simulate", "--demo", demo, "--suite", suite)
    whole = record().read_bytes().splitlines(keepends=True)
    cut(record(), min(lines, len(whole) - 1))
    assert wxkf("runs", "show").code == code
    assert wxkf.json("runs", "show")["exit_code"] == code


def test_so_does_one_that_still_goes_on(wxkf: Wxkf) -> None:
    wxkf("simulate", "--demo", "correct")
    whole = record().read_bytes().splitlines(keepends=True)
    cut(record(), len(whole) - 1)
    lock_of(record()).write_text(json.dumps({"pid": os.getpid(), "started": ""}), "ascii")
    shown = wxkf("runs", "show")
    assert (shown.code, shown.err) == (0, f"wxkf: the run goes on: process {os.getpid()} is writing it\n")


def test_runs_are_listed_with_their_end_and_figures(wxkf: Wxkf) -> None:
    assert wxkf("runs", "list").out == ""
    wxkf("simulate", "--demo", "buggy")
    path = record()
    (listed,) = wxkf("runs", "list").out.splitlines()
    assert re.fullmatch(rf"{path.stem}  exit 1    --demo buggy  \d+ cases  \d+ pushes  \d+ passed, 6 failed", listed)
    cut(path, 10)
    (listed,) = wxkf("runs", "list").out.splitlines()
    assert re.fullmatch(rf"{path.stem}  cut off   --demo buggy  \d+ cases  5 pushes, 1 in doubt", listed)
    path.write_text("not a record\n", "ascii")
    assert "no record of a simulation" in wxkf("runs", "list").out


def put(name: str, age: float = 0) -> Path:
    path = Path(".wxkf/runs") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"{}\n")
    now = path.stat().st_mtime
    os.utime(path, (now - age, now - age))
    return path


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (["--keep", "1"], {"c.ndjson"}),
        (["--keep", "0"], set()),
        (["--keep", "9"], {"a.ndjson", "b.ndjson", "c.ndjson"}),
        (["--older-than", "30d"], {"b.ndjson", "c.ndjson"}),
        (["--older-than", "1h"], {"c.ndjson"}),
        (["--older-than", "1h", "--keep", "2"], {"b.ndjson", "c.ndjson"}),
    ],
)
def test_old_runs_are_removed_and_nothing_else(wxkf: Wxkf, options: list[str], left: set[str]) -> None:
    for name, age in (("a.ndjson", 40 * 86_400), ("b.ndjson", 7200), ("c.ndjson", 0)):
        put(name, age)
    others = {put("notes.txt", 10**8), put("d.ndjson.bak", 10**8), Path(".wxkf/crash-1.txt")}
    Path(".wxkf/crash-1.txt").write_text("", "ascii")
    put("link-target").rename("elsewhere.ndjson")
    Path(".wxkf/runs/0.ndjson").symlink_to(Path("elsewhere.ndjson").resolve())
    ran = wxkf("runs", "prune", *options)
    assert {path.name for path in Path(".wxkf/runs").glob("[a-c].ndjson")} == left
    assert set(ran.out.splitlines()) == {f"removed {name[0]}" for name in {"a", "b", "c"} - {n[0] for n in left}}
    assert all(path.exists() for path in others)
    assert Path(".wxkf/runs/0.ndjson").is_symlink()
    assert Path("elsewhere.ndjson").exists()


def test_a_run_that_is_being_written_is_not_removed(wxkf: Wxkf) -> None:
    path = put("a.ndjson", 10**8)
    lock_of(path).write_text(json.dumps({"pid": os.getpid(), "started": ""}), "ascii")
    assert wxkf("runs", "prune", "--keep", "0").out == ""
    assert path.exists()


@pytest.mark.parametrize(
    "arguments",
    [["prune"], ["prune", "--older-than", "soon"], ["list", "--keep", "3"], ["list", "last"], ["show", "nothing-so"]],
)
def test_mistakes_are_exit_2(wxkf: Wxkf, arguments: list[str]) -> None:
    path = put("a.ndjson", 10**8)
    ran = wxkf("runs", *arguments)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 2), ran.err
    assert path.exists()
