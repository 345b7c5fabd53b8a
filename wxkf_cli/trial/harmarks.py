"""How a HAR is known, by name or beginning: apart from what reads it, which most captures have no use for."""

import re

ENDING = ".har"
_BEGINNING = re.compile(rb'(?:\xef\xbb\xbf)?[ \t\r\n]*\{[ \t\r\n]*"log"[ \t\r\n]*:[ \t\r\n]*\{')


def is_har(beginning: bytes) -> bool:
    """Whether a file is a HAR although its name does not say so."""
    return _BEGINNING.match(beginning) is not None
