"""Pushes as a story: who sends what, and what overlaps, as it was; and what must hold once the handler is mended."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from wxkf_cli.vocab.catalog import USER_MESSAGES
from wxkf_cli.vocab.message import Value
from wxkf_cli.wire.exchange import Exchange

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
#: Fields that every push has from its own story or time.
_OF_THE_STORY = frozenset({"ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "MsgId", "Encrypt"})


class Kept(NamedTuple):
    """A push to be kept as a step.

    Attributes:
        exchange: It; its message is known.
        user: Whose it is, by the name in the story.
        at_once: Whether it left before the push before it was over.
        copies: How many of the same came at the same time, beside the first.
    """

    exchange: Exchange
    user: str
    at_once: bool = False
    copies: int = 0


def as_story(pushes: Sequence[Kept], openids: Mapping[str, str], first_user: str, name: str) -> str:
    """A story that sends the same, each expected to be answered as is right for its kind.

    Args:
        pushes: What to push.
        openids: Those that do not follow from the names of users.
        first_user: Whose a step is until one says otherwise.
        name: What it is called.
    """
    lines = [f"name = {json.dumps(name)}"]
    if openids:
        lines += ["", "[users]", *(f"{_key(user)} = {_toml(openid)}" for user, openid in openids.items())]
    user = first_user
    for each in pushes:
        lines += ["", "[[step]]", *_step(each, user)]
        user = each.user if each.exchange.push is not None else user
    return "\n".join(lines) + "\n"


def _step(kept: Kept, before: str) -> Iterator[str]:
    exchange, message = kept.exchange, kept.exchange.push
    yield f"name = {json.dumps(f'{exchange.id} {exchange.case}')}"
    if message is None:
        # Else it is a probe whose seal never opened; all of these are texts.
        yield "verify = true" if exchange.is_verification else 'send = { kind = "text" }'
        yield from _how(kept)
        return
    if kept.user != before:
        yield f"user = {_toml(kept.user)}"
    sample = {field.name: field.sample for field in message.kind.fields}
    fields = {
        name: value
        for name, value in message.values.items()
        if name not in _OF_THE_STORY and value is not None and sample.get(name) != value
    }
    what = "event" if message.kind.is_event else "send"
    yield f"{what} = {_toml({'kind': message.kind.name, **fields})}"
    without = [name for name in sample if name not in message.values and name not in _OF_THE_STORY]
    if without:
        yield f"without = {_toml(without)}"
    yield from _how(kept)
    if exchange.data is not None:
        yield f"data = {json.dumps(exchange.data.value)}"
    if exchange.mode is not None and exchange.mode != "plaintext":
        yield f"mode = {json.dumps(exchange.mode.value)}"
    if exchange.flaw is None:
        is_user_message = message.kind.name in USER_MESSAGES
        yield f"expect = {{ verdict = {json.dumps('transferred' if is_user_message else 'acknowledged')} }}"


def _how(kept: Kept) -> Iterator[str]:
    """What is wrong with a push, and how it overlaps others."""
    if kept.exchange.flaw is not None:
        yield f"flaw = {json.dumps(kept.exchange.flaw.value)}"
    if kept.at_once:
        yield "at_once = true"
    if kept.copies:
        yield f"fault = {_toml({'kind': 'duplicate', 'copies': kept.copies})}"


def _toml(value: Value) -> str:
    """A value as TOML has it inside a line; its texts are those of JSON."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(name)} = {_toml(each)}" for name, each in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, str | bool | int | float) or value is None:
        return json.dumps(value if value is not None else "", ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[{', '.join(_toml(each) for each in value)}]"


def _key(name: str) -> str:
    return name if _BARE.match(name) else json.dumps(name)
