"""A report as a file: written beside its place, and put there when it is whole."""

import contextlib
import os
from pathlib import Path

from wxkf_cli.errors import UsageError
from wxkf_cli.report.event import Event, Summary
from wxkf_cli.report.formats import Report
from wxkf_cli.wire.escape import quoted

#: Runs whose reports say something: clean, findings, handler not reached. The others failed, or checked nothing.
_WORTH_KEEPING = (0, 1, 3)


class ReportFile:
    """A report in a temporary file beside its place; the place gets it when the run has ended and it is whole.

    Args:
        report: The format.
        path: Where it goes.
    """

    def __init__(self, report: Report, path: Path) -> None:
        self._report = report
        self._path = path
        self._beside = path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")
        try:
            # 0644 by the usual umask: reports are for others to read.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            descriptor = os.open(self._beside, flags, 0o666)
        except OSError as error:
            message = f"no report can be written to {quoted(str(path))}: {error.strerror}"
            raise UsageError(message, "write it where wxkf may") from error
        self._file = open(descriptor, "wb")  # noqa: PTH123, SIM115 - `close` closes it
        self._is_open = True
        self._lost: OSError | None = None

    def take(self, event: Event) -> None:
        """Write what one event gives; the last event of a run that did not fail puts the file in its place.

        Where that cannot be, `close` says so: the other views are to tell of the end first.
        """
        for piece in self._report.take(event):
            self._file.write(piece.encode("utf-8", "backslashreplace"))
        if isinstance(event, Summary) and event.exit_code in _WORTH_KEEPING:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            try:
                self._beside.replace(self._path)
            except OSError as error:
                self._lost = error
                return
            self._is_open = False
            _sync_folder(self._path.parent)

    def close(self) -> None:
        """Leave nothing behind of a report that did not become whole; the old one stays.

        Raises:
            UsageError: It is whole, and could not be put in its place.
        """
        if self._is_open:
            self._is_open = False
            with contextlib.suppress(OSError):
                self._file.close()
            with contextlib.suppress(OSError):
                self._beside.unlink()
        if self._lost is not None:
            message = f"no report can be written to {quoted(str(self._path))}: {self._lost.strerror}"
            raise UsageError(message, "close the program that has it open, or name another file") from self._lost


def _sync_folder(folder: Path) -> None:
    """Make the new name as lasting as the file, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
