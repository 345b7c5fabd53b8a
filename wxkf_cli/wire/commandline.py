"""A command as people copy it into their shell: that of POSIX systems, or those of Windows."""

import shlex
import string
import sys
from collections.abc import Iterable

#: What means nothing of its own to cmd, to PowerShell, or to how programs on Windows take their words apart.
_PLAIN = frozenset(string.ascii_letters + string.digits + "_+:./\\-")


def command_line(words: Iterable[str]) -> str:
    """The words of a command, or of a part of one, each in quotation marks where this system's shell needs them."""
    if sys.platform == "win32":
        return " ".join(map(_on_windows, words))
    return shlex.join(words)


def _on_windows(word: str) -> str:
    if word and _PLAIN.issuperset(word):
        return word
    # Backslashes stand for themselves, except before a quotation mark, one of the word or ours: there they are doubled.
    pieces = [piece + "\\" * (len(piece) - len(piece.rstrip("\\"))) for piece in word.split('"')]
    return f'"{_MARK.join(pieces)}"'


_MARK = '\\"'
