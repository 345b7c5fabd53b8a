"""The record of a run: for its owner alone, out of sight of git, whole whenever the program ends."""

import stat
from pathlib import Path

import pytest

from wxkf_cli.errors import UsageError
from wxkf_cli.trial.runfile import RunFile


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_line_is_in_the_file_as_soon_as_it_is_written() -> None:
    run = RunFile("20260101-000000-abc")
    run.write('{"a":1}')
    assert run.path.read_bytes() == b'{"a":1}\n'
    run.write("{}")
    assert run.path.read_bytes() == b'{"a":1}\n{}\n'
    run.close()


def test_it_is_for_its_owner_alone_and_out_of_sight_of_git() -> None:
    run = RunFile("a")
    run.close()
    assert (mode(run.path), mode(run.path.parent), mode(Path(".wxkf"))) == (0o600, 0o700, 0o700)
    assert Path(".wxkf/.gitignore").read_bytes() == b"*\n"


def test_a_gitignore_of_the_users_own_stays() -> None:
    Path(".wxkf").mkdir()
    Path(".wxkf/.gitignore").write_bytes(b"!runs\n")
    RunFile("a").close()
    assert Path(".wxkf/.gitignore").read_bytes() == b"!runs\n"


def test_no_record_is_written_over() -> None:
    RunFile("a").close()
    with pytest.raises(UsageError, match=r"the run cannot be recorded in .*: File exists"):
        RunFile("a")


def test_where_nothing_can_be_written_the_way_out_is_named() -> None:
    Path(".wxkf").write_bytes(b"a file")
    with pytest.raises(UsageError, match="the run cannot be recorded") as caught:
        RunFile("a")
    assert "--no-record" in caught.value.hint
