"""Who holds the lock of a record, and whether that process is still there."""

import ctypes
import json
import os
import sys
from pathlib import Path

import pytest

from wxkf_cli.errors import UsageError
from wxkf_cli.trial import runlock
from wxkf_cli.trial.runlock import RunLock, holder_of, lock_of

ACCESS_DENIED, INVALID_PARAMETER = 5, 87
TIMEOUT, SIGNALLED, FAILED = 258, 0, 0xFFFFFFFF


class Kernel:
    """What kernel32 says of one process.

    Args:
        handle: What opening it gives.
        error: Why there is no handle.
        waited: What waiting for its end gives.
    """

    def __init__(self, handle: int | None, error: int, waited: int) -> None:
        self._handle = handle
        self.error = error
        self._waited = waited
        self.open: list[int] = []
        self.asked: list[int] = []

    def OpenProcess(self, _access: int, _inherited: bool, pid: int) -> int | None:
        self.asked.append(pid)
        if self._handle:
            self.open.append(self._handle)
        return self._handle

    def WaitForSingleObject(self, handle: ctypes.c_void_p, milliseconds: int) -> int:
        assert (handle.value, milliseconds) == (self._handle, 0)
        return self._waited

    def CloseHandle(self, handle: ctypes.c_void_p) -> int:
        assert handle.value is not None
        self.open.remove(handle.value)
        return 1


def on_windows(monkeypatch: pytest.MonkeyPatch, kernel: Kernel) -> None:
    def kill(*_: int) -> None:
        message = "os.kill ends a process there"
        raise AssertionError(message)

    class Function:
        """A function of a library, which takes what it gives back as an attribute."""

        def __init__(self, does: object) -> None:
            self._does = does
            self.restype: object = None

        def __call__(self, *arguments: object) -> object:
            return self._does(*arguments)  # type: ignore[operator]

    class Library:
        OpenProcess = Function(kernel.OpenProcess)
        WaitForSingleObject = Function(kernel.WaitForSingleObject)
        CloseHandle = Function(kernel.CloseHandle)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(os, "kill", kill)
    monkeypatch.setattr(runlock, "fcntl", None)
    monkeypatch.setattr(ctypes, "WinDLL", lambda *_, **__: Library, raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", lambda: kernel.error, raising=False)


# what Windows says of the process, and whether it is there
PROCESSES: dict[str, tuple[Kernel, bool]] = {
    "it runs": (Kernel(0x1F4, 0, TIMEOUT), True),
    "it has ended, and somebody has a handle": (Kernel(0x1F4, 0, SIGNALLED), False),
    "there is none": (Kernel(None, INVALID_PARAMETER, FAILED), False),
    "it is somebody else's": (Kernel(None, ACCESS_DENIED, FAILED), True),
    "it cannot be waited for": (Kernel(0x1F4, 0, FAILED), True),
}


@pytest.mark.parametrize("name", PROCESSES)
def test_on_windows_a_record_is_held_as_long_as_its_process_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    kernel, lives = PROCESSES[name]
    on_windows(monkeypatch, kernel)
    path = tmp_path / "run.ndjson"
    path.touch()
    lock_of(path).write_text('{"pid": 4711, "started": ""}', "ascii")
    assert (holder_of(path) is not None) is lives
    with path.open("ab") as file:
        if lives:
            with pytest.raises(UsageError, match="is being written by process 4711"):
                RunLock(path, file.fileno())
        else:
            lock = RunLock(path, file.fileno())
            assert "left by process 4711, which has ended; it is taken over" in lock.notices[0]
            assert json.loads(lock_of(path).read_text("ascii"))["pid"] == os.getpid()
            lock.release()
    assert set(kernel.asked) == {4711}
    assert kernel.open == []
