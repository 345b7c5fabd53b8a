"""Paths as they are shown, with the one separator that every system reads and that needs no escape."""

from os import PathLike, fspath, sep

from wxkf_cli.wire.escape import safe

#: Characters of a path that are shown.
PATH_LIMIT = 4096


def safe_path(path: str | PathLike[str]) -> str:
    """A path that is safe to show; on Windows with slashes, since a backslash would be doubled."""
    text = fspath(path)
    return safe(text.replace(sep, "/") if sep == "\\" else text, PATH_LIMIT)
