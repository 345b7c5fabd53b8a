"""Pushes of a user, read by one pattern for each format instead of by a parser: those that are as WeChat writes them.

Nearly all in a record are, and a parser takes ten times as long. What is written in any other way is none of these
patterns' business; a property test holds what they take to what the parser makes of it.
"""

import re
from functools import cache
from typing import NamedTuple, TypeAlias

from wxkf_cli.vocab.catalog import PUSHES, USER_MESSAGES
from wxkf_cli.vocab.message import Field, FieldType, Kind, Message, Value
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire.document import ordered

#: The kinds that are flat and pushed all the time.
_KINDS = (*USER_MESSAGES, "user_enter_tempsession")
#: In characters, so that no limit in bytes is reached.
_LONGEST = 60_000
#: The fields that every kind begins with.
_HEAD = ("ToUserName", "FromUserName", "CreateTime")
#: Neither what the format cannot carry, nor what it would have to escape or changes in reading.
_XML_TEXT = r"[^\]\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]*+"
_JSON_TEXT = r'[^"\\\x00-\x1f\ud800-\udfff]*+'
_INTEGER = r"0|[1-9][0-9]{0,18}"
_BLANKS = r"[ \t\r\n]*+"


class Form(NamedTuple):
    """How a kind of push is written in one format.

    Attributes:
        kind: The kind.
        data: The format.
        names: The fields in the order they stand in.
        integers: Those that are numbers.
        start: How many groups of the pattern stand before those of the fields behind the head.
    """

    kind: Kind
    data: DataFormat
    names: tuple[str, ...]
    integers: tuple[str, ...]
    start: int


#: How a push is written, and where its fields are in it: groups 1 to 3 are ToUserName, FromUserName and CreateTime.
Glance: TypeAlias = tuple[Form, re.Match[str]]


def glance(body: str) -> Glance | None:
    """How a push is written and where its fields are; None where that takes a parser."""
    written = _patterns().get(body[:1])
    if written is None or len(body) > _LONGEST:
        return None
    pattern, forms = written
    match = pattern.fullmatch(body)
    return (forms[match.lastindex or 0], match) if match is not None else None


def message_of(found: Glance) -> Message:
    """The push that was seen at a glance."""
    form, match = found
    groups, head = match.groups(), len(_HEAD)
    texts = (*groups[:head], *groups[form.start : form.start + len(form.names) - head])
    values: dict[str, Value] = dict(zip(form.names, texts, strict=True))
    for name in form.integers:
        values[name] = int(str(values[name]))
    return Message(form.kind, values)


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], dict[int, Form]]]:
    """For each first character, what every push that begins with it looks like, and the forms by the last group."""
    return {"<": _pattern(DataFormat.XML), "{": _pattern(DataFormat.JSON)}


def _pattern(data: DataFormat) -> tuple[re.Pattern[str], dict[int, Form]]:
    forms: dict[int, Form] = {}
    tails: list[str] = []
    start = len(_HEAD)
    for name in _KINDS:
        kind = PUSHES[name]
        fields = {field.name: field for field in kind.fields}
        names = (
            tuple(fields) if data is DataFormat.XML else tuple(dict(ordered(dict.fromkeys(fields), kind.json_order)))
        )
        assert names[: len(_HEAD)] == _HEAD, f"{name} begins otherwise"  # noqa: S101 - a fault of the catalogue
        integers = tuple(each for each in names if fields[each].type is FieldType.INTEGER)
        tail = [fields[each] for each in names[len(_HEAD) :]]
        forms[start + len(tail) + 1] = Form(kind, data, names, integers, start)
        # The empty group at the end is the last one, and tells the kind.
        tails.append(f"{_fields(tail, kind, data)}()")
        start += len(tail) + 1
    first = PUSHES[_KINDS[0]]
    head = _fields([field for name in _HEAD for field in first.fields if field.name == name], first, data)
    if data is DataFormat.XML:
        return re.compile(f"<xml>{_BLANKS}{head}(?:{'|'.join(tails)})</xml>{_BLANKS}"), forms
    return re.compile(rf"\{{{head},(?:{'|'.join(tails)})\}}{_BLANKS}"), forms


def _fields(fields: list[Field], kind: Kind, data: DataFormat) -> str:
    if data is DataFormat.XML:
        return "".join(f"<{each.name}>{_xml_value(each, kind)}</{each.name}>{_BLANKS}" for each in fields)
    return ",".join(f'"{each.name}":{_json_value(each, kind)}' for each in fields)


def _xml_value(field: Field, kind: Kind) -> str:
    content = f"({_content(field, kind, _XML_TEXT)})"
    return content if field.type is FieldType.INTEGER else rf"<!\[CDATA\[{content}\]\]>"


def _json_value(field: Field, kind: Kind) -> str:
    content = f"({_content(field, kind, _JSON_TEXT)})"
    return content if field.type is FieldType.INTEGER else f'"{content}"'


def _content(field: Field, kind: Kind, text: str) -> str:
    if field.type is FieldType.INTEGER:
        return _INTEGER
    own = {"MsgType": kind.msgtype, "Event": kind.event}.get(field.name)
    return re.escape(own) if own else text
