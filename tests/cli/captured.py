"""Captures to lint: a push, its right reply, a wrong one, and records of them."""

import json
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make, transfer
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire import codec

OPENID, GH = "oUser0001", "gh_7f083739789a"
VALUES: dict[str, Any] = {"ToUserName": GH, "FromUserName": OPENID, "CreateTime": 1714112445}
RIGHT = codec.render(transfer(OPENID, GH, 1714112446), DataFormat.XML)
WRONG = codec.render(transfer(GH, OPENID, 1714112446), DataFormat.XML)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"


def push(kind: str = "text", data: DataFormat = DataFormat.XML) -> bytes:
    return codec.render(make(PUSHES[kind], VALUES), data)


def put(name: str, data: bytes) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return name


def line(body: bytes = RIGHT, kind: str | None = "text", **more: Any) -> bytes:
    """The smallest foreign line."""
    pushed = {} if kind is None else {"push": {"body": push(kind).decode()}}
    record = {**pushed, "response": {"status": 200, "body": body.decode()}, **more}
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def type_in(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(data)))
