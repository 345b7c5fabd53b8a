"""The items of one array deep inside a large JSON file, one after the other, in a window that does not grow with it.

The standard library's scanner reads each value; this finds where they begin. A streaming parser as a library would have
to be installed for one kind of file, and is slower without its compiled part.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, NoReturn

from wxkf_cli.errors import UsageError
from wxkf_cli.wire.escape import quoted

#: Bytes that are read at a time, and characters that one value may have: whoever has more is passed over.
_STEP, VALUE_LIMIT = 65_536, 1_048_576
_BLANKS = re.compile(r"[ \t\r\n]*")
#: What may stand in a value up to its end: strings, and what opens and closes.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?P<end>"?)|[\[{\]}]', re.DOTALL)
_DEPTH = {"{": 1, "[": 1, "}": -1, "]": -1}
#: Characters of a literal or an escape that the end of the window may cut in two.
_LONGEST_CUT = 20
#: What may follow a value; the end of the window does not say.
_BEHIND = frozenset(" \t\r\n,:]}")
_DECODER = json.JSONDecoder()


class Item(NamedTuple):
    """One item.

    Attributes:
        value: What it is; None for one larger than the limit.
        line: Where it begins, from 1.
        start: The same in bytes, from 0.
        is_too_large: Whether it is larger than the limit.
    """

    value: Any
    line: int
    start: int
    is_too_large: bool = False


class JsonStream:
    """A JSON text that is read once, from its beginning to its end.

    Args:
        file: Where the rest of it comes from.
        beginning: What was read of it already.
        shown: What to call it in messages.
    """

    def __init__(self, file: BinaryIO, beginning: bytes, shown: str) -> None:
        self._file = file
        self._shown = shown
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = self._counted = 0
        self._line, self._start = 1, 3 * beginning.startswith(codecs.BOM_UTF8)
        self._is_whole = False
        self._take(beginning)

    def items(self, *path: str) -> Iterator[Item]:
        """The items of the array at the end of a path of member names.

        Raises:
            UsageError: It is not JSON, or there is no such array; the message says where.
        """
        for name in path:
            if not self._enter(name):
                message = f"{self._shown} has no {'.'.join(path)}, so it is no HAR"
                raise UsageError(message, "save it again as a HAR file, whole")
        self._expect("[")
        while self._next() != "]":
            yield self._item()
            if self._next() == ",":
                self._at += 1
            elif self._next() != "]":
                self._refuse()

    def _enter(self, wanted: str) -> bool:
        """Go to the value of a member of the object that begins here; whether there is one."""
        self._expect("{")
        while self._next() == '"':
            name = self._item().value
            self._expect(":")
            if name == wanted:
                return True
            self._item()
            if self._next() == ",":
                self._at += 1
        if self._next() != "}":
            self._refuse()
        return False

    def _expect(self, mark: str) -> None:
        if self._next() != mark:
            self._refuse()
        self._at += 1

    def _next(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            found = _BLANKS.match(self._text, self._at)
            self._at = found.end() if found is not None else self._at
            if self._at < len(self._text) or self._is_whole:
                return self._text[self._at : self._at + 1]
            self._more()

    def _item(self) -> Item:
        """The value that begins here."""
        self._next()
        line, start = self._place()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                # Only at the end of the window may there be more to it.
                is_cut = error.msg.startswith("Unterminated") or error.pos > len(self._text) - _LONGEST_CUT
                if self._is_whole or not is_cut:
                    self._refuse()
            except (ValueError, RecursionError):
                self._refuse()
            else:
                # A number may go on behind the end of the window.
                if self._is_whole or (end < len(self._text) - _LONGEST_CUT) or self._text[end : end + 1] in _BEHIND:
                    self._at = end
                    return Item(value, line, start)
            if len(self._text) - self._at > VALUE_LIMIT:
                self._pass_over()
                return Item(None, line, start, is_too_large=True)
            self._more(max(_STEP, len(self._text) - self._at))

    def _pass_over(self) -> None:
        """Go behind the value that begins here, whatever its size."""
        depth = 0
        while True:
            token = _TOKEN.search(self._text, self._at)
            if token is not None and token["end"] != "":
                self._at = token.end()
                depth += _DEPTH.get(token[0], 0)
                if depth == 0:
                    return
                continue
            if self._is_whole:
                self._refuse()
            self._at = len(self._text) if token is None else token.start()
            if len(self._text) - self._at > _STEP:
                # What a string holds does not matter: a quote and what escapes the next character stand for it.
                escapes = len(self._text) - len(self._text.rstrip("\\"))
                self._at = len(self._text)
                self._forget()
                self._text = '"' + "\\" * (escapes % 2)
                self._start -= len(self._text)
            self._more()

    def _place(self) -> tuple[int, int]:
        """The line and the byte of this place."""
        passed = self._text[self._counted : self._at]
        self._line += passed.count("\n")
        self._start += len(passed) if passed.isascii() else len(passed.encode())
        self._counted = self._at
        return self._line, self._start

    def _forget(self) -> None:
        """Let go of what lies before this place."""
        self._place()
        self._text = self._text[self._at :]
        self._at = self._counted = 0

    def _more(self, size: int = _STEP) -> None:
        self._forget()
        self._take(self._file.read(size))

    def _take(self, data: bytes) -> None:
        self._is_whole = not data
        try:
            self._text += self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            message = f"{self._shown} is not UTF-8: {quoted(error.object[error.start : error.start + 8])}"
            raise UsageError(message, "a HAR is JSON in UTF-8; PowerShell's > writes UTF-16") from error

    def _refuse(self) -> NoReturn:
        line, _ = self._place()
        met = self._text[self._at : self._at + 40]
        if not met or self._is_whole:
            message = (
                f"{self._shown}:{line} is cut off: {quoted(met)}" if met else f"{self._shown}:{line} ends too early"
            )
        else:
            message = f"{self._shown}:{line} is not the JSON of a HAR: {quoted(met)}"
        raise UsageError(message, "save it again as a HAR file, whole")
