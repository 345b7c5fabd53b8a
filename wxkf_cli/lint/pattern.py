"""Patterns of paths, the same on every system: names are separated by `/`."""

from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import PurePath

_ANY_FOLDERS = "**"


@lru_cache(maxsize=4096)
def fits(file: str, pattern: str) -> bool:
    """Whether a path, as it was given, fits a pattern.

    `*`, `?` and `[...]` stand for characters of one name, `**` for folders, any number of them. A pattern without `/`
    is one of names, in whatever folder; one that ends in `/` is everything in that folder.
    """
    pattern = pattern.removeprefix("./")
    if pattern.endswith("/"):
        pattern += _ANY_FOLDERS
    wanted = pattern.split("/") if "/" in pattern else [_ANY_FOLDERS, pattern]
    return _fit(PurePath(file).as_posix().split("/"), wanted)


def _fit(names: list[str], wanted: list[str]) -> bool:
    # From left to right with one mark to go back to, as for `*` in a name: no path makes it slow.
    name = want = 0
    again: tuple[int, int] | None = None
    while name < len(names):
        if want < len(wanted) and wanted[want] == _ANY_FOLDERS:
            again = (name, want + 1)
            want += 1
        elif want < len(wanted) and fnmatchcase(names[name], wanted[want]):
            name, want = name + 1, want + 1
        elif again is not None:
            again = (again[0] + 1, again[1])
            name, want = again
        else:
            return False
    # `old/**` is what is in the folder, not the folder itself: then the last mark was set before a name was left.
    rest = wanted[want:]
    return not rest or (rest == [_ANY_FOLDERS] and len(wanted) == 1)
