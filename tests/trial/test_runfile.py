"""The record of a run: for its owner alone, out of sight of git, whole whenever the program ends."""

import asyncio
import errno
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from wxkf_cli.errors import RecordLost, UsageError
from wxkf_cli.trial.runfile import RunFile
from wxkf_cli.trial.runlock import Holder, holder_of, lock_of


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def ended_process() -> int:
    """The number of a process that was there."""
    with subprocess.Popen([sys.executable, "-c", ""]) as done:
        done.wait()
        return done.pid


def test_a_line_is_in_the_file_as_soon_as_it_is_written() -> None:
    run = RunFile("20260101-000000-abc")
    run.write('{"a":1}')
    assert run.path.read_bytes() == b'{"a":1}\n'
    run.write("{}")
    assert run.path.read_bytes() == b'{"a":1}\n{}\n'
    run.close()


def test_it_is_for_its_owner_alone_and_out_of_sight_of_git() -> None:
    run = RunFile("a")
    assert mode(lock_of(run.path)) == 0o600
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


def test_closing_gives_up_the_lock_and_can_be_done_twice() -> None:
    run = RunFile("a")
    run.close()
    run.close()
    assert [each.name for each in run.path.parent.iterdir()] == ["a.ndjson"]


@pytest.mark.parametrize(
    ("data", "kept"),
    [(b"", b""), (b"{}\n", b"{}\n"), (b"{", b""), (b'{}\n{"a"', b"{}\n"), (b"{}\n" + b"x" * 200_000, b"{}\n")],
)
def test_a_torn_last_line_is_dropped_with_a_notice(data: bytes, kept: bytes) -> None:
    run = RunFile("a")
    run.close()
    run.path.write_bytes(data)
    again = RunFile.reopened(run.path)
    again.write("[]")
    again.close()
    assert run.path.read_bytes() == kept + b"[]\n"
    assert [f"{len(data) - len(kept)} bytes" in notice for notice in again.notices] == [True] * (data != kept)


def test_no_two_write_one_record() -> None:
    run = RunFile("a")
    with pytest.raises(UsageError, match=rf"the run a is being written by process {os.getpid()}"):
        RunFile.reopened(run.path)
    run.close()
    RunFile.reopened(run.path).close()


def test_a_lock_of_another_process_holds_where_the_system_locks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wxkf_cli.trial.runlock.fcntl", None)
    test_no_two_write_one_record()


@pytest.mark.parametrize("written", ["", "{", '{"pid": "x"}', "[]"])
def test_a_lock_that_was_not_finished_is_taken_over(written: str) -> None:
    RunFile("a").close()
    path = Path(".wxkf/runs/a.ndjson")
    lock_of(path).write_text(written, "ascii")
    run = RunFile.reopened(path)
    assert "it is taken over" in run.notices[0]
    run.close()


def test_the_lock_of_a_dead_process_is_taken_over_with_a_notice() -> None:
    RunFile("a").close()
    path, pid = Path(".wxkf/runs/a.ndjson"), ended_process()
    lock_of(path).write_text(json.dumps({"pid": pid, "started": ""}), "ascii")
    assert holder_of(path) is None
    run = RunFile.reopened(path)
    assert run.notices == (f"the lock of a was left by process {pid}, which has ended; it is taken over",)
    assert holder_of(path) is not None
    run.close()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs a system that tells when a process started")
def test_a_later_process_of_the_same_number_is_another() -> None:
    RunFile("a").close()
    path = Path(".wxkf/runs/a.ndjson")
    assert not Holder(os.getpid(), "1 another-boot").lives
    lock_of(path).write_text(json.dumps({"pid": os.getpid(), "started": "1 another-boot"}), "ascii")
    RunFile.reopened(path).close()


def test_a_write_that_is_cut_short_is_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    run, write = RunFile("a"), os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))
    run.write('{"a":1}')
    run.close()
    assert run.path.read_bytes() == b'{"a":1}\n'


def test_a_full_disk_says_what_is_safe_and_nothing_is_written_after(monkeypatch: pytest.MonkeyPatch) -> None:
    run = RunFile("a")
    run.write("{}")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(RecordLost, match=r"cannot be written: No space left on device \(local.disk\)") as caught:
            run.write("{}")
    assert caught.value.exit_code == 4
    assert "the 1 lines before are safe" in caught.value.hint
    with pytest.raises(RecordLost):
        run.write("{}")
    run.close()
    assert run.path.read_bytes() == b"{}\n"


def test_lines_that_wait_together_are_synced_together(monkeypatch: pytest.MonkeyPatch) -> None:
    started, go_on = threading.Event(), threading.Event()
    syncs: list[int] = []

    def sync(descriptor: int) -> None:
        syncs.append(os.fstat(descriptor).st_size)
        started.set()
        assert go_on.wait(60)

    monkeypatch.setattr(os, "fdatasync", sync)

    async def play() -> None:
        run = RunFile("a", sync=True)
        loop = asyncio.get_running_loop()
        run.write("1")
        first = run.safe()
        assert first is not None
        await loop.run_in_executor(None, started.wait)
        waiting = []
        for text in ("2", "3", "4"):
            run.write(text)
            waiting.append(run.safe())
        assert not first.done()
        go_on.set()
        for each in (first, *waiting):
            assert each is not None
            await each
        run.close()

    asyncio.run(play())
    assert syncs == [2, 8, 8], "one for the first line, one for the three that waited, one at the end"


def test_who_waits_for_a_sync_hears_of_a_broken_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fdatasync", broken)

    async def play() -> None:
        run = RunFile("a", sync=True)
        run.write("{}")
        safe = run.safe()
        assert safe is not None
        with pytest.raises(RecordLost, match="Input/output error"):
            await safe
        run.close()

    asyncio.run(play())


def test_without_sync_nothing_is_waited_for() -> None:
    run = RunFile("a")
    assert run.safe() is None
    run.close()
