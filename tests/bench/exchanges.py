"""Exchanges to bench on: what handlers on real SDKs answer to real pushes, and the faults they really have.

Nine in ten are right, or all are faulty. Each comes as a line of NDJSON, and with XML twins of both bodies for a
parser that reads XML alone.
"""

import json
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import TRANSFER, Message, Value, make
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire import codec

_TIME = 1714112445
_ORIGINAL_ID = "gh_7f083739789a"
_TRANSFER = "transfer_customer_service"
#: What is pushed, as often as it stands here: three in five pushes are texts, one in five an event.
_KINDS = ("text", "text", "text", "image", "text", "miniprogrampage", "user_enter_tempsession", "text", "text",
          "user_enter_tempsession")  # fmt: skip
_TEXTS = ("你好", "人工", "在吗？我的订单 42 还没有发货，什么时候能到", "hello, is anybody there?", "👍", "多少钱")

Reply = dict[str, Value]


class Bodies(NamedTuple):
    """One exchange's push and answer."""

    push: str
    answer: str


class Pair(NamedTuple):
    """One exchange as it came, and the same in XML."""

    own: Bodies
    twin: Bodies


def official_xml(reply: Reply) -> str:
    """As the official page shows it."""
    return codec.render(Message(TRANSFER, reply), DataFormat.XML).decode()


def sdk_xml(reply: Reply) -> str:
    """As the templates of wechatpy and WeRoBot lay it out."""
    rows = (f"<{name}>{value if type(value) is int else f'<![CDATA[{value}]]>'}</{name}>" for name, value in
            reply.items())  # fmt: skip
    return "<xml>\n" + "\n".join(rows) + "\n</xml>"


def official_json(reply: Reply) -> str:
    """Compact, as `JSON.stringify` writes it."""
    return json.dumps(reply, separators=(",", ":"))


def sdk_json(reply: Reply) -> str:
    """With blanks, as Python's json writes it."""
    return json.dumps(reply)


_WAYS: dict[DataFormat, tuple[Callable[[Reply], str], ...]] = {
    DataFormat.XML: (official_xml, sdk_xml),
    DataFormat.JSON: (official_json, sdk_json),
}

#: A reply's fields -> the fields of one with a fault.
_FIELD_FAULTS: tuple[Callable[[Reply], Reply], ...] = (
    lambda reply: {**reply, "ToUserName": reply["FromUserName"], "FromUserName": reply["ToUserName"]},
    lambda reply: {**reply, "CreateTime": _TIME * 1000},
    lambda reply: {**reply, "MsgType": "transfer_customer_servise"},
    lambda reply: {name: value for name, value in reply.items() if name != "CreateTime"},
    lambda reply: {**reply, "MsgType": "text", "Content": "请稍等"},
    lambda reply: {"ToUser" if name == "ToUserName" else name: value for name, value in reply.items()},
)
#: What is sent instead of a reply.
_BODY_FAULTS: tuple[Callable[[str], str], ...] = (
    lambda _: '"success"',
    lambda _: "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
    lambda body: f"\n<br />\n<b>Warning</b>:  Undefined index in <b>/srv/wx.php</b><br />\n{body}",
    lambda body: body[:-9],
)


def exchanges(count: int, *, faulty: bool, seed: int = 1) -> Iterator[Pair]:
    """So many exchanges: every one faulty, or one in ten."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    for number in range(count):
        yield _exchange(chance, number, is_faulty=faulty or number % 10 == 9)


def _exchange(chance: random.Random, number: int, *, is_faulty: bool) -> Pair:
    kind, data = chance.choice(_KINDS), chance.choice(tuple(DataFormat))
    openid = f"o9AgO5{chance.getrandbits(88):022x}"
    at = _TIME + number // 50
    values: dict[str, Value] = {"ToUserName": _ORIGINAL_ID, "FromUserName": openid, "CreateTime": at}
    if kind == "text":
        values["Content"] = chance.choice(_TEXTS)
    if kind != "user_enter_tempsession":
        values["MsgId"] = chance.randrange(10**18, 2**63)
    push = make(PUSHES[kind], values)
    reply: Reply = {
        "ToUserName": openid, "FromUserName": _ORIGINAL_ID, "CreateTime": at + 1, "MsgType": _TRANSFER,
    }  # fmt: skip
    if is_faulty:
        answer, twin = _faulty(chance, kind, data, reply)
    elif kind == "user_enter_tempsession" or chance.random() < 0.2:
        answer = twin = "success"
    else:
        answer = chance.choice(_WAYS[data])(reply)
        twin = answer if data is DataFormat.XML else official_xml(reply)
    pushed = codec.render(push, data).decode()
    in_xml = pushed if data is DataFormat.XML else codec.render(push, DataFormat.XML).decode()
    return Pair(Bodies(pushed, answer), Bodies(in_xml, twin))


def _faulty(chance: random.Random, kind: str, data: DataFormat, reply: Reply) -> tuple[str, str]:
    if kind != "user_enter_tempsession":  # there, a right reply is the fault
        if chance.random() < 0.3:
            spoil = chance.choice(_BODY_FAULTS)
            return spoil(official_json(reply) if data is DataFormat.JSON else official_xml(reply)), spoil(
                official_xml(reply)
            )
        reply = chance.choice(_FIELD_FAULTS)(reply)
    answer = chance.choice(_WAYS[data])(reply)
    return answer, answer if data is DataFormat.XML else official_xml(reply)


def line(bodies: Bodies) -> str:
    """The smallest foreign line."""
    record = {"push": {"body": bodies.push}, "response": {"status": 200, "body": bodies.answer}}
    return json.dumps(record, ensure_ascii=False) + "\n"
