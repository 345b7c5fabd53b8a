"""Consoles of Windows: they act on escape sequences only where they are asked to, and old ones never do."""

import contextlib
import sys
from typing import TextIO

#: The bit of a console's mode that asks for it (ENABLE_VIRTUAL_TERMINAL_PROCESSING).
_ACTS = 4


def acts_on_escapes(stream: TextIO) -> bool:
    """Whether a terminal makes colours of escape sequences, and does not show them; a console is asked to."""
    if sys.platform != "win32":
        return True
    handle = handle_of(stream)
    mode = mode_of(handle) if handle is not None else None
    if handle is None or mode is None:
        return False
    return bool(mode & _ACTS) or set_mode(handle, mode | _ACTS)


def handle_of(stream: TextIO) -> int | None:
    """What Windows calls the file of a stream; None where there is none."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - nobody else has it

        with contextlib.suppress(OSError, ValueError):
            return msvcrt.get_osfhandle(stream.fileno())
    return None


def mode_of(handle: int) -> int | None:
    """The mode of a console; None for what is none."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - elsewhere nobody needs it

        mode = ctypes.c_ulong()
        if ctypes.windll.kernel32.GetConsoleMode(ctypes.c_void_p(handle), ctypes.byref(mode)):
            return mode.value
    return None


def set_mode(handle: int, mode: int) -> bool:
    """Give a console another mode; returns whether it has it now."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - elsewhere nobody needs it

        return bool(ctypes.windll.kernel32.SetConsoleMode(ctypes.c_void_p(handle), ctypes.c_ulong(mode)))
    return False
