"""Pushes as a pytest module: what must hold once the handler is mended, kept where tests are kept."""

import json
from collections.abc import Iterable, Iterator

from wxkf_cli.vocab.terms import SEALED_MODES, DataFormat
from wxkf_cli.wire import codec
from wxkf_cli.wire.exchange import Exchange

_HEAD = '''"""Pushes {that}, recorded by wxkf in the run {run}.

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


def as_pytest(exchanges: Iterable[Exchange], run: str, url: str, *, has_seal: bool, is_wrong: bool = True) -> str:
    """A module of one test, with the pushes as its cases.

    Args:
        exchanges: What to push; their messages are known.
        run: Where they were recorded.
        url: Where to, unless the environment says otherwise.
        has_seal: Whether any is sealed: then the key comes from the environment too.
        is_wrong: Whether any was answered wrongly.
    """
    that = "that a handler once answered wrongly" if is_wrong else "to a handler"
    head = _HEAD.format(
        that=that, run=run, url=url, quoted_url=json.dumps(url), file="test_replayed.py",
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
