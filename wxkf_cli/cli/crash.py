"""Keep the traceback of wxkf's own failure in a file that only its owner can read."""

import os
import tempfile
import time
import traceback

from wxkf_cli import __version__
from wxkf_cli.trial.runfile import FOLDER, make_folder


def save(error: BaseException) -> str:
    """Write `.wxkf/crash-<time>-<something>.txt` and return a sentence that says where it is."""
    text = f"wxkf {__version__}\n" + "".join(traceback.format_exception(error))
    try:
        descriptor, path = tempfile.mkstemp(".txt", time.strftime("crash-%Y%m%d-%H%M%S-"), make_folder())
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, whose mode is 0600
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as problem:
        return f"the traceback could not be written to {FOLDER}: {problem.strerror}"
    return f"the traceback is in {os.path.relpath(path)}"
