"""Keep the traceback of wxkf's own failure in a file that only its owner can read."""

import os
import time
import traceback
from pathlib import Path

from wxkf_cli import __version__


def save(error: BaseException) -> str:
    """Write `.wxkf/crash-<time>.txt` and return a sentence that says where it is."""
    text = f"wxkf {__version__}\n" + "".join(traceback.format_exception(error))
    path = Path(".wxkf") / f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor, for its mode
            file.write(text)
    except OSError as problem:
        return f"the traceback could not be written to {path}: {problem.strerror}"
    return f"the traceback is in {path}"
