"""Mistakes of a test as the test is to see them: where it made them, and with what would be right."""

from collections.abc import Iterable
from difflib import get_close_matches

from wxkf_cli.errors import UsageError, WxkfError
from wxkf_cli.wire.escape import quoted


def bare(error: WxkfError) -> WxkfError:
    """The mistake, to be raised anew: without the way through wxkf, its hint as a note below."""
    note = f"  {error.hint}"
    if error.hint and note not in getattr(error, "__notes__", ()):
        error.add_note(note)
    return error.with_traceback(None)


def check_options(given: Iterable[str], known: Iterable[str], whose: str) -> None:
    """Complain of an option that nothing has: Python takes any, where they are written as one `**options`.

    Raises:
        UsageError: There is one.
    """
    known = list(known)
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            message = f"{whose} has no option {quoted(name)}"
            raise UsageError(message, f"did you mean {near[0]}?" if near else f"it takes {', '.join(known)}")
