"""Safe fixes: what mends a finding without a doubt, as edits of the bytes that came.

Safe means that an answer so mended has no finding that it did not have before. That is not believed but looked at:
what is mended is linted again, and what would bring up something new is left as it was. Sealed answers are never
touched, since nobody but the handler can seal.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from wxkf_cli.lint.linter import lint
from wxkf_cli.lint.reading import REQUIRED
from wxkf_cli.lint.subject import Acknowledged, Replied, Sealed, Setting, Subject, Unparsed, understand
from wxkf_cli.vocab.policy import ACKNOWLEDGEMENT
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wechat.answers import is_address
from wxkf_cli.wire import codec
from wxkf_cli.wire.exchange import Exchange, Response

_MARK = b"\xef\xbb\xbf"
_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"
#: A value that is written as it is, in either format.
_PLAIN = re.compile(r"[\x21\x23-\x25\x27-\x3b\x3d\x3f-\x5b\x5d-\x7e]+")
#: Each round mends what the last one uncovered; a body has only so many layers.
_ROUNDS = 8


class Edit(NamedTuple):
    """Bytes from `start` up to `end` that are replaced by others."""

    start: int
    end: int
    replacement: bytes


class Mended(NamedTuple):
    """An answer after its safe fixes.

    Attributes:
        body: What it should have been.
        codes: Of the findings that are gone, one for each.
    """

    body: bytes
    codes: tuple[str, ...]


def edited(body: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes after edits, none of which overlap."""
    for edit in sorted(edits, reverse=True):
        body = body[: edit.start] + edit.replacement + body[edit.end :]
    return body


def mend(exchange: Exchange, setting: Setting, codes: Collection[str]) -> Mended | None:
    """The safe fixes for findings of those codes; None where there are none.

    All together where that is safe, else each alone.
    """
    if not isinstance(exchange.answer, Response):
        return None
    look = _Look(exchange, exchange.answer, setting)
    before = body = exchange.answer.body
    wanted = [code for code in MENDS if code in codes]
    changed = True
    while changed:
        changed = False
        for attempt in (wanted, *([code] for code in wanted)):
            after = _fixed(look, body, attempt)
            if after is not None:
                body, changed = after, True
                break
    gone = look.codes(before) - look.codes(body)
    return Mended(body, tuple(sorted(gone.elements()))) if gone else None


class _Look:
    """Looks at other bodies of the same answer; at each once, however often it is asked about."""

    def __init__(self, exchange: Exchange, answer: Response, setting: Setting) -> None:
        self._exchange = exchange
        self._answer = answer
        self._setting = setting
        self._known: dict[bytes, Counter[str]] = {}

    def subject(self, body: bytes) -> Subject:
        """What is understood of it."""
        return understand(self._with(body), self._setting)

    def codes(self, body: bytes) -> Counter[str]:
        """What is found in it, most telling first."""
        if body not in self._known:
            findings = lint(self._with(body), self._setting).findings
            self._known[body] = Counter(finding.code for finding in findings)
        return self._known[body]

    def _with(self, body: bytes) -> Exchange:
        return self._exchange._replace(answer=self._answer._replace(body=body, raw=b""))


def _fixed(look: _Look, before: bytes, codes: Collection[str]) -> bytes | None:
    """The body without findings of those codes that can be mended; None where there are none, or it is not safe."""
    body = before
    for _ in range(_ROUNDS):
        # After the first that can be mended, the rest may look different.
        subject = look.subject(body)
        edits = next((edits for code in look.codes(body) if code in codes and (edits := MENDS[code](subject))), None)
        if edits is None:
            break
        body = edited(body, edits)
    is_safe = look.codes(body) < look.codes(before) and not isinstance(look.subject(body), Sealed)
    return body if is_safe else None


def _without_blank_behind(subject: Subject) -> list[Edit]:
    if not isinstance(subject, Acknowledged) or not subject.body:
        return []
    return [Edit(len(ACKNOWLEDGEMENT), len(subject.body), b"")]


def _without_decoration(subject: Subject) -> list[Edit]:
    """Only where a mark or white space is the decoration: other characters may be the beginning of something else."""
    if not isinstance(subject, Unparsed):
        return []
    start = subject.body.find(ACKNOWLEDGEMENT)
    end = start + len(ACKNOWLEDGEMENT)
    around = subject.body[: max(start, 0)] + subject.body[end:]
    if start < 0 or around.replace(_MARK, b"").strip():
        return []
    return [Edit(0, start, b""), Edit(end, len(subject.body), b"")]


def _without_mark(subject: Subject) -> list[Edit]:
    if not isinstance(subject, Unparsed):
        return []
    start = subject.body.find(_MARK)
    return [Edit(start, start + len(_MARK), b"")] if start >= 0 and not subject.body[:start].strip() else []


def _exchanged(subject: Subject) -> list[Edit]:
    if not isinstance(subject, Replied) or subject.document.repeated:
        return []
    to_user, from_user = subject.document.get("ToUserName"), subject.document.get("FromUserName")
    push = subject.push
    if push is not None:
        is_other_way_round = to_user == push.to_user and from_user == push.from_user
    else:
        is_other_way_round = str(to_user).startswith("gh_") and not str(from_user).startswith("gh_")
    if not is_other_way_round or not (is_address(to_user) and is_address(from_user)):
        return []
    to_span, from_span = _span(subject, "ToUserName"), _span(subject, "FromUserName")
    if to_span is None or from_span is None:
        return []
    return [Edit(*to_span, subject.body[slice(*from_span)]), Edit(*from_span, subject.body[slice(*to_span)])]


def _in_seconds(subject: Subject) -> list[Edit]:
    if not isinstance(subject, Replied):
        return []
    value = str(subject.document.get("CreateTime"))
    return _rewritten(subject, "CreateTime", value, str(int(value) // 1000)) if value.isdigit() else []


def _without_blanks(subject: Subject) -> list[Edit]:
    if not isinstance(subject, Replied):
        return []
    edits = []
    for name in REQUIRED:
        value = subject.document.get(name)
        if isinstance(value, str) and value != value.strip():
            edits += _rewritten(subject, name, value, value.strip())
    return edits


def _rewritten(subject: Replied, name: str, value: str, wanted: str) -> list[Edit]:
    """The field with another value, written as it was; nothing where it is written in a way that says more."""
    span = _span(subject, name)
    if span is None or name in subject.document.repeated or not _PLAIN.fullmatch(wanted):
        return []
    written, new = subject.body[slice(*span)], wanted.encode()
    if subject.format is DataFormat.JSON:
        return [Edit(*span, b'"%b"' % new if written.startswith(b'"') else new)]
    inside = written.strip()
    if inside.startswith(_CDATA) and inside.endswith(_CDATA_END):
        inside, new = inside.removeprefix(_CDATA).removesuffix(_CDATA_END), _CDATA + new + _CDATA_END
    # What is written with references or in pieces is what somebody meant.
    return [Edit(*span, new)] if inside.decode().strip() == value.strip() else []


def _span(subject: Replied, name: str) -> tuple[int, int] | None:
    return codec.span(subject.body, subject.document.format, name)


#: Code -> what mends a finding of it, from a subject that has one; no edits where that is not certain.
MENDS: dict[str, Callable[[Subject], list[Edit]]] = {
    "KF206": _without_mark,
    "KF201": _without_decoration,
    "KF204": _without_blank_behind,
    "KF313": _without_blanks,
    "KF301": _exchanged,
    "KF303": _in_seconds,
}
