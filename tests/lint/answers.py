"""Answers to generate laws over: right ones after mutations of their fields and bytes, in the open and sealed."""

import base64
import json
import string
from typing import Any

from hypothesis import strategies as st

from tests.lint.sealing import (
    APPID,
    KEY,
    KEY_TEXT,
    NAMES,
    NONCE,
    OLD_KEY,
    TIME,
    TOKEN,
    Pairs,
    as_json,
    as_xml,
    encrypted,
    fields,
    pkcs7,
    signed,
)  # fmt: skip

OPENID, ORIGINAL_ID = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "gh_97417a04a28d"
TRANSFER = "transfer_customer_service"

#: Values that a developer, or his serialiser, puts in place of the right one.
ODD_VALUES = [
    "", " ", None, True, 0, -1, 1.5, 12345678901234567890, [], {}, [1], {"a": 1}, "cough", "touser", "gh_other", "None",
    OPENID, f" {OPENID}", f"{OPENID}\n", ORIGINAL_ID, f"{ORIGINAL_ID} ", TRANSFER, TRANSFER.upper(), f" {TRANSFER}",
    "text", " Text", "image", "event", "transfer", str(TIME), f" {TIME}", TIME, f"{TIME}123", TIME * 1000, "0", "007",
    "1714112446.5", "2024-04-26", "١٧١٤", "1" * 21, "　", "\u2028x",
]  # fmt: skip
ODD_NAMES = [
    "ToUser", "touser", "tousername", "toUserName", "FromUser", "FromUsername", "Createtime", "createAt", "msgtype",
    "msg_type", "MsgType ", "ToUser ", "TransInfo", "KfAccount", "Encrypt", "encrypt", "MsgSignature", "Content", "x",
    "text", "ToUserName", "FromUserName", "CreateTime", "MsgType",
]  # fmt: skip


@st.composite
def replies(draw: st.DrawFn) -> bytes:
    """A right reply after a few mutations of its fields, and sometimes of its bytes."""
    time = draw(st.sampled_from([TIME, TIME + 1, TIME * 1000, 5]))
    pairs: Pairs = [
        ("ToUserName", OPENID), ("FromUserName", ORIGINAL_ID), ("CreateTime", time), ("MsgType", TRANSFER),
    ]  # fmt: skip
    return draw(mutated(draw(written(draw(changed(pairs, ODD_NAMES, 3))))))


@st.composite
def changed(draw: st.DrawFn, pairs: Pairs, odd_names: list[str], most: int) -> Pairs:
    """The fields after a few mutations."""
    pairs = list(pairs)
    for _ in range(draw(st.integers(0, most))):
        place = draw(st.integers(0, max(len(pairs) - 1, 0)))
        match draw(st.sampled_from(["edit", "drop", "rename", "repeat", "add", "swap", "shuffle"])):
            case "edit" if pairs:
                pairs[place] = (pairs[place][0], draw(st.sampled_from(ODD_VALUES)))
            case "drop" if pairs:
                del pairs[place]
            case "rename" if pairs:
                pairs[place] = (draw(st.sampled_from(odd_names)), pairs[place][1])
            case "repeat" if pairs:
                pairs.append(pairs[place])
            case "add":
                pairs.append((draw(st.sampled_from(odd_names)), draw(st.sampled_from(ODD_VALUES))))
            case "swap" if len(pairs) > 1:
                (first, one), (second, two) = pairs[:2]
                pairs[:2] = [(first, two), (second, one)]
            case _:
                pairs = draw(st.permutations(pairs))
    return pairs


@st.composite
def written(draw: st.DrawFn, pairs: Pairs) -> bytes:
    """The fields in either format."""
    return as_xml(pairs, cdata=draw(st.booleans())) if draw(st.booleans()) else as_json(pairs)


EDGES = [
    b"", b"\n", b" ", b"success", b'"', b"\xef\xbb\xbf", b"<xml>", b"{}", b"\x00", b"<!DOCTYPE xml>", b"\xff", b"'",
    b"}", b'<?xml version="1.0"?>', b'<?xml version="1.0" encoding="GBK"?>', b"<!-- x -->", b"<br />W", b"Note: x\n",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, body: bytes) -> bytes:
    """The bytes, now and then with something around or inside."""
    match draw(st.sampled_from(["as it is", "as it is", "as it is", "around", "inside", "cut", "flip", "encoded"])):
        case "around":
            return draw(st.sampled_from(EDGES)) + body + draw(st.sampled_from(EDGES))
        case "inside":
            place = draw(st.integers(0, len(body)))
            return body[:place] + draw(st.sampled_from([*EDGES, b"&", b"<", b">", b",", b"]]>"])) + body[place:]
        case "cut":
            return body[: draw(st.integers(0, len(body)))]
        case "flip" if body:
            place = draw(st.integers(0, len(body) - 1))
            return body[:place] + bytes([draw(st.integers(0, 255))]) + body[place + 1 :]
        case "encoded":
            return draw(st.sampled_from([
                body.decode().encode("utf-16"), json.dumps(body.decode()).encode(), repr(body).encode(), body + body,
                body.replace(b"<", b"&lt;").replace(b">", b"&gt;"), b"<html>" + body, b"[" + body + b"]",
            ]))  # fmt: skip
    return body


BODIES = st.one_of(
    replies(),
    st.sampled_from(list(EDGES)),
    st.sampled_from([b"success", b""]).flatmap(mutated),
    st.binary(max_size=60),
    st.binary(max_size=40).map(lambda data: b"<xml>" + data),
    st.binary(max_size=40).map(lambda data: b"{" + data),
    st.text(string.printable, max_size=60).map(str.encode),
)

#: Fields that an envelope may have instead of its own, or beside them.
ENVELOPE_NAMES = [
    "encrypt", "ENCRYPT", "Encrypt ", "msgsignature", "msg_signature", "Signature", "Timestamp", "timestamp", "time",
    "nonce", "NONCE", "ToUserName", "MsgType", "x", *NAMES,
]  # fmt: skip
#: Ways to seal; the right one first.
WAYS: list[dict[str, Any]] = [
    {}, {"key": bytes(range(32))}, {"key": OLD_KEY}, {"key": KEY_TEXT[:32].encode()}, {"key": KEY[:30] + b"\0\0"},
    {"iv": bytes(16)}, {"ecb": True}, {"appid": ""}, {"appid": "wx0123456789abcdef"}, {"appid": f"{APPID}0"},
    {"count": lambda _: b""}, {"count": lambda each: str(len(each)).encode()},
    {"count": lambda each: len(each).to_bytes(4, "little")}, {"count": lambda _: b"\xff\xff\xff\xff"},
    {"count": lambda each: (len(each) + 18).to_bytes(4, "big")}, {"count": lambda _: bytes(4)},
    {"count": lambda each: len(each.decode("utf-8", "replace")).to_bytes(4, "big")},
    {"pad": lambda data: pkcs7(data, 16)}, {"pad": lambda data: pkcs7(pkcs7(data))},
    {"pad": lambda data: data + bytes(-len(data) % 32)}, {"encode": base64.encodebytes},
    {"encode": base64.urlsafe_b64encode}, {"encode": lambda data: base64.b64encode(data[:-5])},
    {"encode": lambda data: base64.b64encode(data[:-16])}, {"encode": lambda data: base64.b64encode(data)[:-1]},
]  # fmt: skip
SIGNING: list[dict[str, Any]] = [
    {}, {"token": "other"}, {"timestamp": TIME * 1000}, {"timestamp": 10**19}, {"signature": "x"},
    {"signature": signed(TOKEN, TIME, NONCE)}, {"signature": signed(TOKEN, TIME, NONCE).upper()},
]  # fmt: skip


def mostly_first(ways: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.integers(0, 1).flatmap(lambda other: st.sampled_from(ways if other else ways[:1]))


@st.composite
def envelopes(draw: st.DrawFn) -> bytes:
    """Any answer, sealed rightly or not, in an envelope after a few mutations, and sometimes of its bytes."""
    encrypt = encrypted(draw(BODIES), **draw(mostly_first(WAYS)))
    pairs = draw(changed(fields(encrypt, **draw(mostly_first(SIGNING))), ENVELOPE_NAMES, draw(st.sampled_from([0, 2]))))
    return draw(mutated(draw(written(pairs))))
