"""Mistakes of a test as the test is to see them: where it made them, and with what would be right."""

from wxkf_cli.errors import WxkfError


def bare(error: WxkfError) -> WxkfError:
    """The mistake, to be raised anew: without the way through wxkf, its hint as a note below."""
    note = f"  {error.hint}"
    if error.hint and note not in getattr(error, "__notes__", ()):
        error.add_note(note)
    return error.with_traceback(None)
