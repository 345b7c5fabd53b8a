"""The record of a run: NDJSON under `.wxkf/runs/`, written while it happens, one write for each line."""

import os
from pathlib import Path

from wxkf_cli.errors import UsageError

FOLDER = Path(".wxkf")


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
    process, however it comes.
    """

    def __init__(self, name: str) -> None:
        """Create `.wxkf/runs/<name>.ndjson`.

        Raises:
            UsageError: The folder or the file cannot be made.
        """
        self.path = FOLDER / "runs" / f"{name}.ndjson"
        try:
            make_folder()
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
            self._descriptor = os.open(self.path, flags, 0o600)
        except OSError as error:
            message = f"the run cannot be recorded in {self.path}: {error.strerror}"
            raise UsageError(message, "run it where wxkf may write, or add --no-record") from error

    def write(self, text: str) -> None:
        """Append one line."""
        data = f"{text}\n".encode("ascii")
        while data:
            data = data[os.write(self._descriptor, data) :]

    def close(self) -> None:
        """Close the file; what was written stays."""
        os.close(self._descriptor)
