"""Opening sealed answers: each fault by itself, what shows it, and that nothing makes the reader raise."""

import base64
import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lint.sealing import (
    APPID,
    KEY,
    KEY_TEXT,
    NAMES,
    NONCE,
    OLD_KEY,
    SEAL,
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
from tests.wire import test_sealrecipes
from wxkf_cli.lint.linter import all_rules, lint
from wxkf_cli.lint.subject import Setting
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wechat.opening import HARMLESS, Fault, Opening, Shown, read
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import Document, Node
from wxkf_cli.wire.envelope import Seal, sealed_reply
from wxkf_cli.wire.exchange import Exchange, Response

XML, JSON = DataFormat.XML, DataFormat.JSON
#: Of a length that takes another padding to 16 than to 32, and with more bytes than characters.
REPLY = '{"Remark":"转人工来接待"}'.encode()
COUNT = len(REPLY).to_bytes(4, "big")
RIGHT = encrypted(REPLY)


def opened(body: bytes, expected: DataFormat | None = JSON, by: Seal = SEAL) -> Opening:
    data_format = codec.sniff(body)
    assert data_format is not None
    document = codec.parse(body, data_format)
    assert isinstance(document, Document)
    return read(document, by, expected)


def envelope(encrypt: str = RIGHT, **signing: Any) -> bytes:
    return as_json(fields(encrypt, **signing))


def renamed(**names: str) -> bytes:
    return as_json([(names.get(name, name), value) for name, value in fields(RIGHT)])


def with_field(name: str, value: object) -> bytes:
    return as_json([(each, value if each == name else right) for each, right in fields(RIGHT)])


def without(*names: str) -> bytes:
    return as_json([(each, value) for each, value in fields(RIGHT) if each not in names])


def little_endian(message: bytes) -> bytes:
    return len(message).to_bytes(4, "little")


def padding_of(text_length: int, block: int = 32) -> int:
    return block - text_length % block


TEXT_LENGTH = 16 + 4 + len(REPLY) + len(APPID)
DUE = f"{padding_of(TEXT_LENGTH):02x}"
BROKEN = base64.encodebytes(base64.b64decode(RIGHT)).decode()
OVER_THREE, UPPER = signed(TOKEN, TIME, NONCE), signed(TOKEN, TIME, NONCE, RIGHT).upper()
NOT_SORTED = hashlib.sha1(f"{NONCE}{RIGHT}{TIME}{TOKEN}".encode(), usedforsecurity=False).hexdigest()

#: The fault, an answer with it, what came, what was due, the beginning of the reason, and the field.
FAULTS = [
    (Fault.SEALED_SUCCESS, envelope(encrypted(b"success")), '"success"', "", "", "Encrypt"),
    (Fault.SEALED_SUCCESS, envelope(encrypted(b"")), '""', "", "", "Encrypt"),
    (Fault.SEALED_SUCCESS, envelope(encrypted(b'"SUCCESS"\n')), '""SUCCESS"\\n"', "", "", "Encrypt"),
    (Fault.NAMES, renamed(TimeStamp="Timestamp"), '"Timestamp"', "TimeStamp", "", "Timestamp"),
    (Fault.NAMES, renamed(Encrypt="encrypt", Nonce="nonce"), '"encrypt", "nonce"', "Encrypt, Nonce", "", "encrypt"),
    (Fault.NAMES, renamed(MsgSignature="msg_signature"), '"msg_signature"', "MsgSignature", "", "msg_signature"),
    (Fault.NAMES, renamed(MsgSignature="signature"), '"signature"', "MsgSignature", "", "signature"),
    (Fault.FIELDS, without("Nonce"), "Nonce", "", "Nonce missing", "Encrypt"),
    (Fault.FIELDS, without("MsgSignature", "TimeStamp"), "MsgSignature, TimeStamp", "", "MsgSignature, T", "Encrypt"),
    (Fault.FIELDS, as_json([*fields(RIGHT), ("Nonce", "1")]), '"Nonce"', "", '"Nonce" stands more', "Nonce"),
    (Fault.FIELDS, with_field("TimeStamp", "now"), '"now"', "", 'TimeStamp is "now"', "TimeStamp"),
    (Fault.FIELDS, with_field("TimeStamp", -1), "-1", "", "TimeStamp is -1", "TimeStamp"),
    (Fault.FIELDS, with_field("TimeStamp", True), "true", "", "TimeStamp is true", "TimeStamp"),
    (Fault.FIELDS, with_field("Nonce", None), "null", "", "Nonce is null", "Nonce"),
    (Fault.FIELDS, with_field("MsgSignature", []), "[…]", "", "MsgSignature is […]", "MsgSignature"),
    (Fault.FIELDS, with_field("Encrypt", {"a": 1}), "{…}", "", "Encrypt is {…}", "Encrypt"),
    (Fault.FORMAT, as_xml(fields(RIGHT)), "XML", "JSON", "", ""),
    (Fault.MILLISECONDS, envelope(timestamp=TIME * 1000 + 7), f"{TIME}007", f"{TIME}", "", "TimeStamp"),
    (Fault.THREE_VALUES, envelope(signature=OVER_THREE), f'"{OVER_THREE}"', "", "three values", "MsgSignature"),
    (Fault.SIGNATURE, envelope(signature="x"), '"x"', "", "", "MsgSignature"),
    (Fault.SIGNATURE, envelope(signature=UPPER), f'"{UPPER}"', "", "right, but in upper-case", "MsgSignature"),
    (Fault.SIGNATURE, envelope(signature=NOT_SORTED), f'"{NOT_SORTED}"', "", "the values were joined", "MsgSignature"),
    (Fault.BASE64, envelope(f"{RIGHT[:8]}-{RIGHT[9:]}"), '"-"', "8", "", "Encrypt"),
    (Fault.BASE64, envelope(RIGHT[:-1]), f'"{RIGHT[-5:-1]}"', "", "", "Encrypt"),
    (Fault.BASE64, envelope(BROKEN), '"\\n"', "76", "", "Encrypt"),
    (Fault.BASE64, envelope(BROKEN, signature=signed(TOKEN, TIME, NONCE, RIGHT)), '"\\n"', "76", "", "Encrypt"),
    (Fault.BLOCKS, envelope(base64.b64encode(bytes(70)).decode()), "70", "", "", "Encrypt"),
    (Fault.KEY, envelope(encrypted(REPLY, key=bytes(range(32)))), None, "", "", "Encrypt"),
    (Fault.KEY, envelope(encrypted(REPLY, key=OLD_KEY)), None, "", "sealed with the previous key", "Encrypt"),
    (Fault.KEY, envelope(encrypted(REPLY, key=KEY_TEXT[:32].encode())), None, "", "the EncodingAESKey was", "Encrypt"),
    (Fault.KEY, envelope(encrypted(REPLY, ecb=True)), None, "", "the cipher's mode is ECB", "Encrypt"),
    (Fault.APPID, envelope(encrypted(REPLY, appid="wx0")), '"wx0"', f'"{APPID}"', "", "Encrypt"),
    (Fault.APPID, envelope(encrypted(REPLY, appid=f"{APPID}0")), f'"{APPID}0"', f'"{APPID}"', "", "Encrypt"),
    (Fault.APPID, envelope(encrypted(REPLY, appid="")), '""', f'"{APPID}"', "", "Encrypt"),
    (
        Fault.APPID,
        envelope(encrypted(REPLY, appid="wx0", pad=lambda data: data + bytes(-len(data) % 32))),
        '"wx0"', f'"{APPID}"', "", "Encrypt",
    ),
    (
        Fault.LENGTH_AS_TEXT,
        envelope(encrypted(REPLY, count=lambda message: str(len(message)).encode())),
        '33 31 7b 22 ("31{"")', COUNT.hex(" "), "the length is decimal text", "Encrypt",
    ),
    (
        Fault.LITTLE_ENDIAN,
        envelope(encrypted(REPLY, count=little_endian)),
        little_endian(REPLY).hex(" "), COUNT.hex(" "), "the length is little-endian", "Encrypt",
    ),
    (
        Fault.CHARACTERS,
        envelope(encrypted(REPLY, count=lambda message: len(message.decode()).to_bytes(4, "big"))),
        "00 00 00 13", COUNT.hex(" "), "the length counts characters", "Encrypt",
    ),
    (
        Fault.LENGTH,
        envelope(encrypted(REPLY, count=lambda _: b"")),
        REPLY[:4].hex(" "), COUNT.hex(" "), "the four bytes of length are missing", "Encrypt",
    ),
    *(
        (Fault.LENGTH, envelope(encrypted(REPLY, count=lambda _, n=n: n)), n.hex(" "), COUNT.hex(" "), "", "Encrypt")
        for n in [(len(REPLY) + len(APPID)).to_bytes(4, "big"), b"\0\0\0\1", b"\0\0\0\0", b"\xff\xff\xff\xff"]
    ),
    (
        Fault.LENGTH,
        envelope(encrypted(REPLY * 9, encode=lambda data: base64.b64encode(data[:64]))),
        (9 * len(REPLY)).to_bytes(4, "big").hex(" "), "", "", "Encrypt",
    ),
    (
        Fault.PADDING_16,
        envelope(encrypted(REPLY, pad=lambda data: pkcs7(data, 16))),
        f"{padding_of(TEXT_LENGTH, 16):02x}", DUE, "", "Encrypt",
    ),
    (
        Fault.PADDING,
        envelope(encrypted(REPLY, pad=lambda data: data + bytes(-len(data) % 32))),
        bytes(-TEXT_LENGTH % 32).hex(" "), DUE, "", "Encrypt",
    ),
    (
        Fault.PADDING,
        envelope(encrypted(REPLY, pad=lambda data: pkcs7(pkcs7(data), 16))),
        f"{' '.join([DUE] * padding_of(TEXT_LENGTH))} {' '.join(['10'] * (32 - padding_of(TEXT_LENGTH)))} …",
        DUE, "", "Encrypt",
    ),
    (
        Fault.PADDING,
        envelope(encrypted(REPLY + b" " * (-TEXT_LENGTH % 16), pad=bytes)),
        "", f"{padding_of(TEXT_LENGTH + -TEXT_LENGTH % 16):02x}", "", "Encrypt",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "body", "got", "due", "because", "where"), FAULTS)
def test_each_fault_is_found_by_itself_with_what_shows_it(
    fault: Fault, body: bytes, got: str | None, due: str, because: str, where: str
) -> None:
    opening = opened(body)
    assert list(opening.faults) == [fault]
    shown = opening.faults[fault]
    # What comes out with another key is sixteen bytes of nothing, and four more.
    assert shown.got == got if got is not None else len(bytes.fromhex(shown.got)) == 20
    assert (shown.due, shown.where) == (due, where)
    assert shown.because.en.startswith(because)
    assert bool(shown.because.en) == bool(because)
    assert opening.is_open == (fault in HARMLESS)


def test_every_fault_is_among_the_cases_and_has_its_rule() -> None:
    assert {case[0] for case in FAULTS} == set(Fault)
    assert set(Fault) <= {rule.name for rule in all_rules()}


def test_a_message_for_another_appid_is_read_all_the_same() -> None:
    assert opened(envelope(encrypted(REPLY, appid="wx0"))).message == REPLY
    assert opened(envelope(encrypted(REPLY, key=OLD_KEY))).message is None


def test_one_cause_is_one_fault_and_two_are_two() -> None:
    both = as_xml([("Encrypt", encrypted(REPLY, appid="")), ("MsgSignature", "x"), *fields("")[2:]])
    assert set(opened(both).faults) == {Fault.FORMAT, Fault.SIGNATURE, Fault.APPID}
    assert set(opened(b'{"encrypt":""}').faults) == {Fault.NAMES, Fault.FIELDS}


def test_what_is_the_same_either_way_is_no_fault() -> None:
    """Half of all messages are padded alike to 16 and to 32; nobody reads the sixteen random bytes."""
    longer = REPLY + b" " * 16
    assert opened(envelope(encrypted(longer, pad=lambda data: pkcs7(data, 16)))).faults == {}
    assert opened(envelope(encrypted(REPLY, iv=bytes(16)))) == Opening({}, "Encrypt", REPLY)


@pytest.mark.parametrize(
    "body",
    [with_field("Nonce", int(NONCE)), with_field("TimeStamp", str(TIME)), as_json([*fields(RIGHT), ("x", 1)][::-1])],
)
def test_numbers_as_text_text_as_numbers_other_orders_and_further_fields_are_no_fault(body: bytes) -> None:
    assert opened(body) == Opening({}, "Encrypt", REPLY)


#: The codes of the recipes for wrong seals. The IV spoils nothing but bytes that nobody reads.
CODES = {
    "key-without-equals": ["KF516"], "key-as-text": ["KF516"], "previous-key": ["KF516"], "padding-16": ["KF514"],
    "appid-missing": ["KF508"], "another-appid": ["KF508"], "length-missing": ["KF513"],
    "length-as-text": ["KF509"], "length-little-endian": ["KF511"], "length-in-characters": ["KF512"],
    "iv-zero": [], "ecb": ["KF516"],
}  # fmt: skip


def test_every_recipe_has_a_code() -> None:
    assert list(CODES) == list(test_sealrecipes.WRONG)
    assert (test_sealrecipes.KEY, test_sealrecipes.OLD_KEY, test_sealrecipes.APPID.decode()) == (KEY, OLD_KEY, APPID)


@pytest.mark.parametrize(("name", "encrypt"), test_sealrecipes.CASES)
@pytest.mark.parametrize("mode", [Mode.COMPATIBLE, Mode.SECURE])
def test_each_wrong_recipe_gives_its_one_code(name: str, encrypt: str, mode: Mode) -> None:
    exchange = Exchange(Response(200, (), envelope(encrypt)), mode=mode, data=JSON)
    codes = [finding.code for finding in lint(exchange, Setting(seal=SEAL)).findings]
    assert [code for code in codes if code.startswith("KF5")] == CODES[name]


@given(st.integers(0, 2000), st.text(min_size=1), st.sampled_from(DataFormat), st.binary(min_size=16, max_size=16))
def test_a_right_envelope_has_no_fault(length: int, text: str, data_format: DataFormat, random16: bytes) -> None:
    message = b"<" + (text * length).encode("utf-8", "replace")[: max(length - 1, 0)]
    body = sealed_reply(message, data_format, SEAL, timestamp=TIME, nonce=NONCE, random16=random16)
    assert opened(body, data_format) == Opening({}, "Encrypt", message)


def test_a_right_envelope_of_any_length_has_no_fault() -> None:
    for length in range(2001):
        body = envelope(encrypted(b"x" * length))
        expected = {} if length else {Fault.SEALED_SUCCESS: Shown('""', where="Encrypt")}
        assert opened(body).faults == expected, length


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**18), 10**18), st.floats(0, 1), st.text(),
    st.binary(max_size=80).map(lambda data: base64.b64encode(data).decode()), st.just(RIGHT),
    st.binary(min_size=16, max_size=64).map(lambda data: encrypted(data, count=lambda _: b"", appid="", pad=pkcs7)),
    st.binary(max_size=64).map(lambda data: encrypted(data, pad=lambda each: each[: len(each) // 16 * 16])),
)  # fmt: skip


@settings(max_examples=1000)
@given(
    # A document has 32 fields at most, or is none.
    st.lists(st.tuples(st.sampled_from([*NAMES, "encrypt", "msg_signature", "Timestamp", "x"]), VALUES), max_size=30),
    VALUES,
)
def test_nothing_makes_the_reader_raise_and_all_it_shows_is_one_line(pairs: Pairs, encrypt: object) -> None:
    opening = opened(as_json([("Encrypt", encrypt), *pairs]))
    assert opening.encrypt_name in ("Encrypt", "encrypt")
    assert opening.message is not None or opening.faults
    for shown in opening.faults.values():
        assert not set("\n\r\t\x1b\u2028\u202e").intersection(f"{shown.got}{shown.due}{''.join(shown.because)}")


@settings(max_examples=1000)
@given(st.one_of(st.text(), st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode())))
def test_any_text_as_encrypt_is_a_fault_and_never_raises(encrypt: str) -> None:
    nodes = tuple(Node(name, value) for name, value in [("Encrypt", encrypt), *fields("")[1:]])
    assert read(Document(JSON, nodes), SEAL, JSON).faults


def test_secrets_are_in_nothing_that_is_shown() -> None:
    for case in FAULTS:
        said = str(opened(case[1]).faults)
        assert KEY_TEXT not in said
        assert KEY.hex() not in said.replace(" ", "")
        assert TOKEN not in said
