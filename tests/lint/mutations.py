"""One to three mistakes put into a right answer: bytes, tokens and values, as a slip of the keyboard or a bug would."""

import re
from random import Random

#: Tags, names, strings, marks: what an edit takes as one piece.
_TOKEN = re.compile(
    rb"""<\?.*?\?>|<!\[CDATA\[|\]\]>|</?|/?>|"(?:[^"\\]|\\.)*"|[0-9]+|[A-Za-z_]+|&#?\w+;|[ \t\r\n]+|.""", re.DOTALL
)
#: What gets into an answer, or comes instead of something in it.
PIECES = [
    *(b"<", b">", b"&", b"&amp;", b"&lt;", b"&#x41;", b"&nbsp;", b"<xml>", b"</xml>", b"<xml/>", b"<x>", b"</x>"),
    *(b"<![CDATA[", b"]]>", b"<![CDATA[]]>", b"<!DOCTYPE xml>", b"<!--x-->", b"<?x y?>", b"<?xml version='1.0'?>"),
    *(b"<!DOCTYPE xml [<!ENTITY a 'gh_97417a04a28d'>]>", b"&a;", b" a='b'", b" xmlns='x'", b"x:", b"encoding='GBK'"),
    *(b"{", b"}", b"[", b"]", b'"', b"'", b",", b":", b"\\", b"\\u0041", b"\\ud800", b"\\n", b"/", b"//x\n", b"null"),
    *(b"true", b"NaN", b"1e9", b"1.0", b"-1", b"0", b"00", b".5", b'"x":1,', b'"MsgType":1,', b",,", b"{}", b"[]"),
    *(b" ", b"\n", b"\r", b"\t", b"\x00", b"\x0b", b"\x1b", b"\x7f", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe3\x80\x80"),
    *(b"\xef\xbb\xbf", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xb9\xa4", b"\xef\xbf\xbf", b"\xd0\xb5", b"\xc2\xa0"),
    *(b"ToUserName", b"FromUserName", b"CreateTime", b"MsgType", b"ToUser", b"touser", b"Encrypt", b"TimeStamp"),
    *(b"transfer_customer_service", b"text", b"event", b"gh_97417a04a28d", b"o9AgO5Kd5ggOC-bXrbNODIiE3bGY", b"cough"),
    *(b"1714112445", b"1714112445000", b"1714112445.5", b"2024-04-26", b"success", b"SUCCESS", b"Warning: x\n", b"/>"),
    *(b"<MsgType>text</MsgType>", b"<TransInfo><KfAccount>a@b</KfAccount></TransInfo>", b"<Content></Content>"),
]  # fmt: skip
#: What a token is taken for, and what of its kind stands instead of it: such an answer mostly still parses.
LIKE = [
    (re.compile(rb"[A-Za-z_]+"), [
        b"ToUserName", b"FromUserName", b"CreateTime", b"MsgType", b"ToUser", b"msgtype", b"x", b"text", b"event",
        b"TRANSFER_CUSTOMER_SERVICE", b"transfer", b"null", b"Encrypt", b"transfer_customer_service", b"", b"MsgType ",
    ]),
    (re.compile(rb"[0-9]+"), [
        b"0", b"007", b"1714112445", b"1714112446", b"1714112445000", b"1714112445.0", b"-1", b"", b"17141124\xd9\xa5",
        b"1e9", b"99999999999999999999", b"1714112445 ", b"null", b"true", b'"1714112445"', b"1714112445.5",
    ]),
    (re.compile(rb'".*"', re.DOTALL), [
        b'"ToUserName"', b'"FromUserName"', b'"CreateTime"', b'"MsgType"', b'""', b'"x"', b"1", b"null", b"{}", b"[]",
        b'"o9AgO5Kd5ggOC-bXrbNODIiE3bGY"', b'"gh_97417a04a28d"', b'"o9AgO5Kd5ggOC-bXrbNODIiE3bGY "', b'"\\u0000"',
    ]),
    (re.compile(rb"[ \t\r\n]+"), [b"", b" ", b"\n", b"\t", b"\r\n", b"\x0b", b"\xc2\xa0"]),
]  # fmt: skip
#: What one edit does; the last by far the oftenest, as the others mostly leave what is no document at all.
EDITS = ["flip", "case", "delete", "insert", "replace", "drop", "double", "swap", "cut", "around", *["like"] * 10]


def mutated(random: Random, body: bytes) -> bytes:
    """The body after one to three edits; now and then they undo each other, or change nothing that matters."""
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        body = _edited(random, body)
    return body


def _edited(random: Random, body: bytes) -> bytes:
    at = random.randint(0, len(body))
    match random.choice(EDITS):
        case "flip" if at < len(body):
            return body[:at] + bytes([body[at] ^ (1 << random.randint(0, 7))]) + body[at + 1 :]
        case "case":
            return body[:at] + body[at : at + 1].swapcase() + body[at + 1 :]
        case "delete":
            return body[:at] + body[at + random.choice([1, 1, 2, 5, 13]) :]
        case "insert":
            return body[:at] + random.choice(PIECES) + body[at:]
        case "cut":
            return body[:at] if random.random() < 0.5 else body[at:]
        case "around":
            return random.choice(PIECES) + body if random.random() < 0.5 else body + random.choice(PIECES)
        case what:
            return _with_tokens(random, body, what)


def _with_tokens(random: Random, body: bytes, what: str) -> bytes:
    tokens: list[bytes] = _TOKEN.findall(body)
    if not tokens:
        return body
    at, other = random.randrange(len(tokens)), random.randrange(len(tokens))
    match what:
        case "drop":
            del tokens[at]
        case "double":
            tokens.insert(other, tokens[at])
        case "swap":
            tokens[at], tokens[other] = tokens[other], tokens[at]
        case "like":
            _rename(random, tokens)
        case _:
            tokens[at] = random.choice(PIECES)
    return b"".join(tokens)


def _rename(random: Random, tokens: list[bytes]) -> None:
    """Something of its kind instead of a name, number, string or blank: everywhere, or only in the first place."""
    known = [(token, pieces) for token in tokens for kind, pieces in LIKE if kind.fullmatch(token)]
    if not known:
        return
    token, pieces = random.choice(known)
    new = random.choice(pieces)
    if random.random() < 0.2:
        tokens[tokens.index(token)] = new
    else:
        tokens[:] = [new if each == token else each for each in tokens]
