"""Keep the traceback of wxkf's own failure in a file that only its owner can read."""

import os
import time
import traceback

from wxkf_cli import __version__
from wxkf_cli.trial.runfile import FOLDER, make_folder


def save(error: BaseException) -> str:
    """Write `.wxkf/crash-<time>.txt` and return a sentence that says where it is."""
    text = f"wxkf {__version__}\n" + "".join(traceback.format_exception(error))
    path = FOLDER / f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    try:
        make_folder()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, for its mode
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as problem:
        return f"the traceback could not be written to {path}: {problem.strerror}"
    return f"the traceback is in {path}"
