"""One writer for each record: a file beside it names the process, and a dead one's is taken over with a notice."""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.wire.escape import safe

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_LIMIT = 1000
#: Of Windows: the right to wait for a process, what waiting gives when it has ended, and why it cannot be opened.
_SYNCHRONIZE, _ENDED, _ACCESS_DENIED = 0x0010_0000, 0, 5


class Holder(NamedTuple):
    """Who writes a record.

    Attributes:
        pid: Its process.
        started: When that process started, as the system counts; empty where the system does not tell.
    """

    pid: int
    started: str

    @property
    def lives(self) -> bool:
        """Whether it is still there; a later process with its number is another one."""
        if not _is_there(self.pid):
            return False
        return not self.started or _started(self.pid) in (self.started, "")


def lock_of(path: Path) -> Path:
    """Where the lock of a record is."""
    return path.with_name(f"{path.name}.lock")


def holder_of(path: Path) -> Holder | None:
    """Who has locked a record; None where nobody has, or a dead process."""
    holder = _read(lock_of(path))
    return holder if holder is not None and holder.lives else None


class RunLock:
    """The right to write a record, until `release`.

    Attributes:
        notices: What a person should know: that a lock was taken over.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        """Lock it.

        Args:
            path: The record.
            descriptor: The same, open: where the system can lock that too, no two processes take over one stale lock.

        Raises:
            UsageError: Another process writes it, or the lock cannot be written.
        """
        self._path = lock_of(path)
        self.notices: tuple[str, ...] = ()
        if fcntl is not None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise self._held(path) from None
            except OSError:
                pass  # a file system without locks: the file alone must do
        try:
            self._take(path)
        except OSError as error:
            message = f"{safe(str(self._path))} cannot be written: {error.strerror}"
            raise UsageError(message, "run it where wxkf may write") from error

    def release(self) -> None:
        """Let others write it."""
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _take(self, path: Path) -> None:
        try:
            self._create()
        except FileExistsError:
            holder = _read(self._path)
            if holder is not None and holder.lives:
                raise self._held(path) from None
            self._path.unlink(missing_ok=True)
            self._create()
            who = f"process {holder.pid}, which" if holder is not None else "a process that"
            self.notices = (f"the lock of {safe(path.stem)} was left by {who} has ended; it is taken over",)

    def _create(self) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="ascii") as file:  # noqa: PTH123 - a descriptor
            json.dump({"pid": os.getpid(), "started": _started(os.getpid())}, file)

    def _held(self, path: Path) -> UsageError:
        holder = _read(self._path)
        who = f"process {holder.pid}" if holder is not None else "another process"
        hint = f"wait for it; if there is no such process, remove {safe(str(self._path))}"
        return UsageError(f"the run {safe(path.stem)} is being written by {who}", hint)


def _read(path: Path) -> Holder | None:
    """What a lock says; None where there is none, or one that was not finished."""
    try:
        with path.open("rb") as file:
            written = json.loads(file.read(_LIMIT))
        return Holder(int(written["pid"]), str(written["started"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _is_there(pid: int) -> bool:
    """Whether there is a process of that number."""
    if sys.platform == "win32":  # where os.kill would end it
        import ctypes  # noqa: PLC0415 - nobody else needs it

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = kernel.OpenProcess(_SYNCHRONIZE, False, pid)
        if not handle:
            return ctypes.get_last_error() == _ACCESS_DENIED  # there is one, and it is somebody else's
        try:
            return bool(kernel.WaitForSingleObject(ctypes.c_void_p(handle), 0) != _ENDED)
        finally:
            kernel.CloseHandle(ctypes.c_void_p(handle))
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # there is one, and it is somebody else's
    return True


def _started(pid: int) -> str:
    """When a process started, in ticks since the boot, with the boot's id; empty where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{int(fields[19])} {boot}"
    except (OSError, ValueError, IndexError):
        return ""
