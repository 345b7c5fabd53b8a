"""Pushes as a pytest module and as a story: what must hold once the handler is mended, kept where tests are kept."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from wxkf_cli.vocab.catalog import USER_MESSAGES
from wxkf_cli.vocab.message import Value
from wxkf_cli.vocab.terms import SEALED_MODES, DataFormat
from wxkf_cli.wire import codec
from wxkf_cli.wire.exchange import Exchange

_HEAD = '''"""Pushes that a handler once answered wrongly, recorded by wxkf in the run {run}.

Run: WXKF_TOKEN=... WXKF_URL={url} pytest {file}
"""

import asyncio
import os
import secrets
import time

import pytest

from wxkf_cli.lint.linter import lint
from wxkf_cli.lint.subject import Setting
from wxkf_cli.simulate.engine import Engine, Sender, send
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.wechat.record import exchange_from_json
{imports}
URL = os.environ.get("WXKF_URL", {quoted_url})
TOKEN = os.environ["WXKF_TOKEN"]
{seal}
PUSHES = {{
'''
_TAIL = """}


@pytest.mark.parametrize("name", PUSHES)
def test_it_is_answered_rightly(name: str) -> None:
    target = parse_url(URL)
    before = exchange_from_json({**PUSHES[name], "response": {"status": 200}}, SEAL)
    engine = Engine(Sender(TOKEN, SEAL), host=target.host_header, clock=time.time, seed=secrets.randbelow(2**31))

    async def push():
        wire = Wire(target)
        try:
            return await send(engine.again(before, 1, 1), wire, 5.0, lambda _: None)
        finally:
            wire.close()

    report = lint(asyncio.run(push()), Setting(seal=SEAL))
    assert [f"{each.code} {each.message.en}" for each in report.findings if each.severity == "error"] == []
"""
_SEAL_IMPORTS = "from wxkf_cli.wire.crypto import decoded_key\nfrom wxkf_cli.wire.envelope import Seal\n"
_SEAL = 'SEAL = Seal(TOKEN, decoded_key(os.environ["WXKF_AES_KEY"]), os.environ["WXKF_APPID"])\n'
_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
#: Fields that every push has from its own story or time.
_OF_THE_STORY = frozenset({"ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "MsgId", "Encrypt"})


def as_pytest(exchanges: Iterable[Exchange], run: str, url: str, *, has_seal: bool) -> str:
    """A module of one test, with the pushes as its cases.

    Args:
        exchanges: What to push; their messages are known.
        run: Where they were recorded.
        url: Where to, unless the environment says otherwise.
        has_seal: Whether any is sealed: then the key comes from the environment too.
    """
    head = _HEAD.format(
        run=run, url=url, quoted_url=json.dumps(url), file="test_replayed.py",
        imports=_SEAL_IMPORTS if has_seal else "", seal=_SEAL if has_seal else "SEAL = None\n",
    )  # fmt: skip
    return head + "".join(f"    {line}\n" for each in exchanges for line in _case(each)) + _TAIL


def _case(exchange: Exchange) -> Iterator[str]:
    request = exchange.request
    assert request is not None  # noqa: S101 - a recorded push has one
    body = request.body
    if exchange.push is not None and exchange.mode in SEALED_MODES:  # to be sealed anew
        body = codec.render(exchange.push, exchange.data or DataFormat.XML)
    headers = [[name, value] for name, value in request.headers]
    push = {"method": request.method, "query": request.query_string, "headers": headers}
    push["body"] = body.decode("utf-8", "backslashreplace")
    record = {
        "mode": exchange.mode.value if exchange.mode else None,
        "data": exchange.data.value if exchange.data else None,
        "flaw": exchange.flaw.value if exchange.flaw else None,
        "push": push,
    }
    yield f"{f'{exchange.id} {exchange.case} {exchange.data or str()}'.rstrip()!r}: {{"
    for name, value in record.items():
        yield f"    {name!r}: {value!r},"
    yield "},"


def as_story(exchanges: Iterable[Exchange], run: str) -> str:
    """A story that sends the same, each expected to be answered as is right for its kind.

    Args:
        exchanges: What to push; their messages are known.
        run: Where they were recorded.
    """
    lines = [f"name = {json.dumps(f'what was answered wrongly in {run}')}"]
    for exchange in exchanges:
        lines += ["", "[[step]]", *_step(exchange)]
    return "\n".join(lines) + "\n"


def _step(exchange: Exchange) -> Iterator[str]:
    message = exchange.push
    yield f"name = {json.dumps(f'{exchange.id} {exchange.case}')}"
    if message is None:
        # Else it is a probe whose seal never opened; all of these are texts.
        yield "verify = true" if exchange.is_verification else 'send = { kind = "text" }'
        if exchange.flaw is not None:
            yield f"flaw = {json.dumps(exchange.flaw.value)}"
        return
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
    if exchange.flaw is not None:
        yield f"flaw = {json.dumps(exchange.flaw.value)}"
    if exchange.data is not None:
        yield f"data = {json.dumps(exchange.data.value)}"
    if exchange.mode is not None and exchange.mode != "plaintext":
        yield f"mode = {json.dumps(exchange.mode.value)}"
    if exchange.flaw is None:
        is_user_message = message.kind.name in USER_MESSAGES
        yield f"expect = {{ verdict = {json.dumps('transferred' if is_user_message else 'acknowledged')} }}"


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
