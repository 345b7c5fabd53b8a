"""A reader that has seen enough, as each system tells it to whoever still writes."""

import errno
import sys


def is_closed_pipe(error: BaseException) -> bool:
    """Whether nobody reads any more what is told, whichever of several tasks has noticed."""
    if isinstance(error, BaseExceptionGroup):
        return any(map(is_closed_pipe, error.exceptions))
    if isinstance(error, BrokenPipeError):
        return True
    # Windows says only that an argument is wrong (python/cpython#79935); of files and sockets it says more than that.
    is_bare = isinstance(error, OSError) and error.filename is None and getattr(error, "winerror", None) is None
    return sys.platform == "win32" and is_bare and error.errno == errno.EINVAL and not sys.stdout.isatty()
