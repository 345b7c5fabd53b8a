"""A record whose lines would be lost without a word: its file is gone, or the disk has them not yet."""

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from wxkf_cli.errors import RecordLost
from wxkf_cli.trial.runfile import RunFile


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def remove(path: Path) -> None:
    path.unlink()


def replace(path: Path) -> None:
    other = path.with_suffix(".other")
    other.write_bytes(b"{}\n")
    other.replace(path)


def move_the_folder(path: Path) -> None:
    path.parent.rename("moved")


GONE = [
    (remove, "was removed while it was written"),
    (replace, "was replaced by another file while it was written"),
    (move_the_folder, "was removed while it was written"),
]


@pytest.mark.parametrize(("disturb", "said"), GONE)
def test_a_record_that_is_gone_takes_no_more_lines(
    monkeypatch: pytest.MonkeyPatch, disturb: Callable[[Path], None], said: str
) -> None:
    monkeypatch.setattr("wxkf_cli.trial.runfile.LOOK_SECONDS", 0.0)
    run = RunFile("a")
    run.write("{}")
    disturb(run.path)
    for _ in range(2):
        with pytest.raises(RecordLost, match=rf"the record .*a.ndjson {said} \(local.disk\)") as caught:
            run.write("{}")
    assert "1 lines had been written" in caught.value.hint
    run.close()


@pytest.mark.parametrize(("disturb", "said"), GONE)
def test_it_is_looked_for_at_the_end_too_and_told_once(disturb: Callable[[Path], None], said: str) -> None:
    run = RunFile("a")
    run.write("{}")
    disturb(run.path)
    run.write("{}")
    assert run.is_lost
    with pytest.raises(RecordLost, match=said):
        run.close()
    run.close()


def test_the_folder_of_this_process_may_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = RunFile("a")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir("other")
    assert not run.is_lost
    run.close()


def test_it_is_not_looked_for_with_every_line(monkeypatch: pytest.MonkeyPatch) -> None:
    run, looks = RunFile("a"), list[Path]()
    stat = Path.stat

    def counted(self: Path) -> os.stat_result:
        looks.append(self)
        return stat(self)

    monkeypatch.setattr(Path, "stat", counted)
    monkeypatch.setattr("wxkf_cli.trial.runfile.time.monotonic", lambda: 0.0)
    for _ in range(100):
        run.write("{}")
    assert not looks
    run.close()
    assert len(looks) == 1


FULL_SYNCS = [(None, ["full"]), (errno.ENOTSUP, ["full", "plain"]), (errno.EIO, ["full"])]


@pytest.mark.parametrize(("fails", "asked"), FULL_SYNCS)
def test_where_the_drive_must_be_asked_it_is(
    monkeypatch: pytest.MonkeyPatch, fails: int | None, asked: list[str]
) -> None:
    done: list[str] = []

    class Macos:
        F_FULLFSYNC = 51

        def fcntl(self, _descriptor: int, command: int) -> None:
            assert command == self.F_FULLFSYNC
            done.append("full")
            if fails is not None:
                raise OSError(fails, os.strerror(fails))

    run = RunFile("a", sync=True)
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr("wxkf_cli.trial.runfile.fcntl", Macos())
    monkeypatch.setattr(os, "fdatasync", lambda _: done.append("plain"))
    with pytest.raises(RecordLost) if fails == errno.EIO else contextlib.nullcontext():
        run.close()
    assert done == asked
