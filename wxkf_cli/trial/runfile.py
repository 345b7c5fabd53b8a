"""The record of a run: NDJSON under `.wxkf/runs/`, written while it happens, one write for each line.

What a line says is `recording`'s business, and reading it back is `runs`'.
"""

import asyncio
import errno
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

from wxkf_cli.errors import RecordLost, UsageError
from wxkf_cli.trial.runlock import RunLock
from wxkf_cli.wire.paths import safe_path

FOLDER = Path(".wxkf")
RUNS = FOLDER / "runs"
SUFFIX = ".ndjson"
#: How often, in seconds, it is looked whether the record is still where it was made.
LOOK_SECONDS = 1.0
#: What a file system says that has no F_FULLFSYNC.
_NO_FULL_SYNC = (errno.ENOTSUP, errno.EINVAL, errno.ENOTTY)


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

    A file that somebody removes, or puts another in the place of, takes lines as before, and nobody finds them: that is
    looked for now and then, and at the end.

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
                run.notices += (f"the last line of {safe_path(path)} is torn: its {torn} bytes are dropped",)
        except OSError as error:
            run.close()
            raise _cannot(path, error) from error
        return run

    def _open(self, path: Path, flags: int, *, sync: bool) -> None:
        self.path = path
        self.notices: tuple[str, ...] = ()
        try:
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | flags, 0o600)
            # A handler in this process may change the folder.
            self._place, self._made = path.absolute(), path.stat()
        except OSError as error:
            raise _cannot(path, error) from error
        try:
            self._lock = RunLock(path, self._descriptor)
        except BaseException:
            os.close(self._descriptor)
            raise
        self.notices = self._lock.notices
        self._next_look = time.monotonic() + LOOK_SECONDS
        self._syncer = ThreadPoolExecutor(1, "wxkf-sync") if sync else None
        self._unsafe: asyncio.Future[None] | None = None
        self._is_syncing = self._is_closed = self._is_told = False
        self._lost: RecordLost | None = None

    def write(self, text: str) -> None:
        """Append one line.

        Raises:
            RecordLost: It could not be written whole, or the file is gone; nothing is written from then on.
        """
        if time.monotonic() >= self._next_look:
            self._look()
        if self._lost is not None:
            self._is_told = True
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
        """Whether a line could not be written, or the file is gone; whoever closes it hears why, if nobody has yet."""
        self._look()
        return self._lost is not None

    def safe(self) -> "asyncio.Future[None] | None":
        """What to wait for until all that was written is on the disk; None where nobody asked for that.

        Raises RecordLost where it is waited for and the disk fails.
        """
        if self._syncer is None:
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
            RecordLost: The last sync failed, or the file is gone.
        """
        if self._is_closed:
            return
        self._is_closed = True
        try:
            if self._syncer is not None:
                self._syncer.shutdown()
            self._look()
            if self._syncer is not None and self._lost is None:
                _sync(self._descriptor)
        except OSError as error:
            raise self._losing(error) from error
        finally:
            self._lock.release()
            os.close(self._descriptor)
        if self._lost is not None and not self._is_told:
            raise self._lost

    def _look(self) -> None:
        """Look whether the record is still where it was made."""
        self._next_look = time.monotonic() + LOOK_SECONDS
        if self._lost is not None:
            return
        try:
            if os.path.samestat(self._made, self._place.stat()):
                return
            how = "was replaced by another file"
        except FileNotFoundError:
            how = "was removed"
        except OSError:  # what cannot be looked at may still be there
            return
        self._lost = RecordLost(
            f"the record {safe_path(self.path)} {how} while it was written (local.disk)",
            f"nothing more was pushed; {self.lines} lines had been written; start a new run, and let its record be",
        )

    def _start_sync(self) -> None:
        waiting, self._unsafe, self._is_syncing = self._unsafe, None, True
        loop = asyncio.get_running_loop()
        syncing = loop.run_in_executor(self._syncer, _sync, self._descriptor)

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
        self._is_told = True
        self._lost = RecordLost(
            f"the record {safe_path(self.path)} cannot be written: {error.strerror} (local.disk)",
            f"nothing more was pushed; the {self.lines} lines before are safe, and with room on the disk"
            f" this goes on: wxkf simulate --resume {self.path.stem}",
        )
        return self._lost


def _sync(descriptor: int) -> None:
    """Bring what was written to the disk itself: macOS leaves it in the drive's own memory unless it is asked for more.

    Raises:
        OSError: The disk fails.
    """
    if sys.platform == "darwin":
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError as error:
            if error.errno not in _NO_FULL_SYNC:
                raise
        else:
            return
    getattr(os, "fdatasync", os.fsync)(descriptor)


def _cannot(path: Path, error: OSError) -> UsageError:
    message = f"the run cannot be recorded in {safe_path(path)}: {error.strerror}"
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
