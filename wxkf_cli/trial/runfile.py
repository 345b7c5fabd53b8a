"""The record of a run: NDJSON under `.wxkf/runs/`, written while it happens, one write for each line.

What a line says is `recording`'s business, and reading it back is `runs`'.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from wxkf_cli.errors import RecordLost, UsageError
from wxkf_cli.trial.runlock import RunLock
from wxkf_cli.wire.escape import safe

FOLDER = Path(".wxkf")
RUNS = FOLDER / "runs"
SUFFIX = ".ndjson"


def make_folder() -> Path:
    """The folder `.wxkf`, for its owner only and out of sight of git.

    Raises:
        OSError: It cannot be made.
    """
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    ignored = FOLDER / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", encoding="ascii")
    return FOLDER


class RunFile:
    """An open record.

    Each line is one `write` to a descriptor opened for appending, so that what was written survives the end of this
    process, however it comes. With `sync` it survives a power failure too, once `safe` says so: lines that wait
    together are synced together, by a thread, so that nothing else waits for the disk.

    Attributes:
        path: Where it is.
        notices: What a person should know of how it was opened.
        lines: How many lines it has.
    """

    def __init__(self, name: str, *, sync: bool = False) -> None:
        """Create `.wxkf/runs/<name>.ndjson`.

        Raises:
            UsageError: The folder or the file cannot be made, or another process writes it.
        """
        try:
            make_folder()
            RUNS.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise _cannot(RUNS / f"{name}{SUFFIX}", error) from error
        self._open(RUNS / f"{name}{SUFFIX}", os.O_CREAT | os.O_EXCL, sync=sync)
        self.lines = 0

    @classmethod
    def reopened(cls, path: Path, *, sync: bool = False) -> "RunFile":
        """A record to go on with, its last line dropped where it is torn.

        `lines` is for whoever reads it to set.

        Raises:
            UsageError: It cannot be written, or another process writes it.
        """
        run = cls.__new__(cls)
        run._open(path, 0, sync=sync)
        run.lines = 0
        try:
            torn = _torn(path)
            if torn:
                os.ftruncate(run._descriptor, path.stat().st_size - torn)
                run.notices += (f"the last line of {safe(str(path))} is torn: its {torn} bytes are dropped",)
        except OSError as error:
            run.close()
            raise _cannot(path, error) from error
        return run

    def _open(self, path: Path, flags: int, *, sync: bool) -> None:
        self.path = path
        self.notices: tuple[str, ...] = ()
        try:
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | flags, 0o600)
        except OSError as error:
            raise _cannot(path, error) from error
        try:
            self._lock = RunLock(path, self._descriptor)
        except BaseException:
            os.close(self._descriptor)
            raise
        self.notices = self._lock.notices
        self._sync: Callable[[int], None] | None = getattr(os, "fdatasync", os.fsync) if sync else None
        self._syncer = ThreadPoolExecutor(1, "wxkf-sync") if sync else None
        self._unsafe: asyncio.Future[None] | None = None
        self._is_syncing = self._is_closed = False
        self._lost: RecordLost | None = None

    def write(self, text: str) -> None:
        """Append one line.

        Raises:
            RecordLost: It could not be written whole; nothing is written from then on.
        """
        if self._lost is not None:
            raise self._lost
        data = f"{text}\n".encode("ascii")
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:
            raise self._losing(error) from error
        self.lines += 1

    @property
    def is_lost(self) -> bool:
        """Whether a line could not be written."""
        return self._lost is not None

    def safe(self) -> "asyncio.Future[None] | None":
        """What to wait for until all that was written is on the disk; None where nobody asked for that.

        Raises RecordLost where it is waited for and the disk fails.
        """
        if self._sync is None:
            return None
        unsafe = self._unsafe
        if unsafe is None:
            unsafe = self._unsafe = asyncio.get_running_loop().create_future()
            if not self._is_syncing:
                self._start_sync()
        # Shielded: who waits may be cancelled, and the others go on waiting.
        return asyncio.shield(unsafe)

    def close(self) -> None:
        """Close the file and give up the lock; what was written stays. Closed already, it stays so.

        Raises:
            RecordLost: The last sync failed.
        """
        if self._is_closed:
            return
        self._is_closed = True
        try:
            if self._syncer is not None:
                self._syncer.shutdown()
            if self._sync is not None and self._lost is None:
                self._sync(self._descriptor)
        except OSError as error:
            raise self._losing(error) from error
        finally:
            self._lock.release()
            os.close(self._descriptor)

    def _start_sync(self) -> None:
        assert self._sync is not None  # noqa: S101 - asked for
        waiting, self._unsafe, self._is_syncing = self._unsafe, None, True
        loop = asyncio.get_running_loop()
        syncing = loop.run_in_executor(self._syncer, self._sync, self._descriptor)

        def synced(done: "asyncio.Future[None]") -> None:
            self._is_syncing = False
            error = None if done.cancelled() else done.exception()
            if waiting is not None and not waiting.done():
                if isinstance(error, OSError):
                    waiting.set_exception(self._losing(error))
                else:
                    waiting.set_result(None)
            if self._unsafe is not None:
                self._start_sync()

        syncing.add_done_callback(synced)

    def _losing(self, error: OSError) -> RecordLost:
        self._lost = RecordLost(
            f"the record {safe(str(self.path))} cannot be written: {error.strerror} (local.disk)",
            f"nothing more was pushed; the {self.lines} lines before are safe, and with room on the disk"
            f" this goes on: wxkf simulate --resume {self.path.stem}",
        )
        return self._lost


def _cannot(path: Path, error: OSError) -> UsageError:
    message = f"the run cannot be recorded in {safe(str(path))}: {error.strerror}"
    return UsageError(message, "run it where wxkf may write, or add --no-record")


def _torn(path: Path) -> int:
    """How many bytes stand behind the last whole line."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        tail = 0
        while tail < size:
            step = min(65_536, size - tail)
            file.seek(size - tail - step)
            end = file.read(step).rfind(b"\n")
            if end >= 0:
                return tail + step - end - 1
            tail += step
    return tail
