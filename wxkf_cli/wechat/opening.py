"""What is in a sealed answer, and what is wrong with its envelope: read once, for the verdict and for every rule."""

import base64
import codecs
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from wxkf_cli.vocab.policy import ACKNOWLEDGEMENT
from wxkf_cli.vocab.terms import DataFormat, Text
from wxkf_cli.wire import codec
from wxkf_cli.wire.crypto import BLOCK, Opened, SealDefect, Unopened, open_sealed
from wxkf_cli.wire.document import Document, NodeValue
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.signature import verify

#: The four names of an envelope, by what people write for them in small letters without marks.
_NAMES = {
    "encrypt": "Encrypt",
    "msgsignature": "MsgSignature",
    "signature": "MsgSignature",
    "timestamp": "TimeStamp",
    "nonce": "Nonce",
}
FOUR = ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
_MARKS = re.compile(r"[\s_.-]")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")
_MILLISECONDS = range(10**12, 10**13)
_LENGTH = slice(16, 20)
_DIGITS = re.compile(rb"[0-9]*")
#: Bytes that PKCS#7 pads with, and zero.
_PADDINGS = bytes(range(BLOCK + 1))


class Fault(StrEnum):
    """One thing that is wrong with a sealed answer, by the name of its rule."""

    SEALED_SUCCESS = "sealed-success"
    NAMES = "envelope-names"
    FIELDS = "envelope-fields"
    FORMAT = "envelope-in-other-format"
    MILLISECONDS = "timestamp-milliseconds"
    THREE_VALUES = "msgsignature-over-three-values"
    SIGNATURE = "msgsignature-wrong"
    BASE64 = "encrypt-not-base64"
    BLOCKS = "encrypt-not-whole-blocks"
    KEY = "another-key"
    PADDING = "padding-wrong"
    PADDING_16 = "padding-16"
    APPID = "another-appid"
    LENGTH = "length-wrong"
    LENGTH_AS_TEXT = "length-as-text"
    LITTLE_ENDIAN = "length-little-endian"
    CHARACTERS = "length-in-characters"


#: What WeChat opens all the same, as far as is known.
HARMLESS = frozenset({Fault.MILLISECONDS, Fault.PADDING_16})

_BY_RECIPE = {
    "key-without-equals": Fault.KEY,
    "key-as-text": Fault.KEY,
    "previous-key": Fault.KEY,
    "ecb": Fault.KEY,
    "appid-missing": Fault.APPID,
    "another-appid": Fault.APPID,
    "length-missing": Fault.LENGTH,
    "length-as-text": Fault.LENGTH_AS_TEXT,
    "length-little-endian": Fault.LITTLE_ENDIAN,
    "length-in-characters": Fault.CHARACTERS,
}
_NOTHING = Text("", "")


class Shown(NamedTuple):
    """What shows a fault, safe to print.

    Attributes:
        got: What came: quoted text, or bytes in hexadecimal.
        due: What would have been right, in the same way; empty where that is not one value.
        because: What seems to have been done; empty where that is not known.
        where: The field that shows it, by its name in the document.
    """

    got: str
    due: str = ""
    because: Text = _NOTHING
    where: str = ""


class Opening(NamedTuple):
    """A sealed answer as it was read.

    Attributes:
        faults: What is wrong with the envelope, and what shows it.
        encrypt_name: The name under which Encrypt stands.
        message: What was sealed, for whichever appid; None where it does not open.
    """

    faults: Mapping[Fault, Shown]
    encrypt_name: str
    message: bytes | None

    @property
    def is_open(self) -> bool:
        """Whether WeChat gets at the message, as far as is known."""
        return self.message is not None and HARMLESS.issuperset(self.faults)


def read(document: Document, by: Seal, expected: DataFormat | None) -> Opening:
    """Open an envelope.

    Args:
        document: The envelope.
        by: What its signature and its seal are made with.
        expected: The data format of the push; None where it is not known.
    """
    faults: dict[Fault, Shown] = {}
    names = _names(document)
    misspelt = {right: name for right, name in names.items() if name != right}
    if misspelt:
        found = list(misspelt.values())
        shown = ", ".join(quoted(each, 40) for each in found)
        faults[Fault.NAMES] = Shown(shown, ", ".join(misspelt), where=found[0])
    if expected not in (None, document.format):
        faults[Fault.FORMAT] = Shown(document.format.upper(), expected.upper() if expected else "")
    values = {right: _text(document.get(name), right) for right, name in names.items()}
    wrong = _wrong_fields(document, names, values)
    if wrong is not None:
        faults[Fault.FIELDS] = wrong
    encrypt, timestamp = values.get("Encrypt"), values.get("TimeStamp")
    if timestamp is not None and int(timestamp) in _MILLISECONDS:
        faults[Fault.MILLISECONDS] = Shown(timestamp, str(int(timestamp) // 1000), where=names["TimeStamp"])
    message = None
    if encrypt is not None:
        for fault, evidence in _signature(values, encrypt, by).items():
            faults[fault] = evidence._replace(where=names["MsgSignature"])
        broken, evidence, message = _opened(encrypt, by)
        if broken is not None:
            faults[broken] = evidence._replace(where=names["Encrypt"])
    if message is not None and _is_success(message):
        faults[Fault.SEALED_SUCCESS] = Shown(quoted(message, 80), where=names["Encrypt"])
    return Opening(faults, names["Encrypt"], message)


def _is_success(message: bytes) -> bool:
    """Whether an acknowledgement was meant, quotes and capitals and all: then sealing it is the cause to name."""
    return message.strip(b" \t\r\n\"'").lower() in (b"", ACKNOWLEDGEMENT)


def _names(document: Document) -> dict[str, str]:
    """Each right name with the name in the document that stands for it."""
    found = {name: name for name in FOUR if name in document.names}
    for name in document.names:
        right = _NAMES.get(_MARKS.sub("", name).lower())
        if right is not None and right not in found:
            found[right] = name
    return found


def _text(value: NodeValue, name: str) -> str | None:
    """A field's value as it is signed; None where it cannot be that field's."""
    if isinstance(value, int) and not isinstance(value, bool) and name in ("TimeStamp", "Nonce"):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        return None
    is_number = value.isascii() and value.isdigit() and len(value) <= 20
    return value if is_number or name != "TimeStamp" else None


def _wrong_fields(document: Document, names: Mapping[str, str], values: Mapping[str, str | None]) -> Shown | None:
    missing = ", ".join(name for name in FOUR if name not in names)
    if missing:
        because = Text(f"{missing} missing", f"缺少 {missing.replace(', ', '、')}")
        return Shown(missing, because=because, where=names["Encrypt"])
    repeated = ", ".join(quoted(name, 40) for name in document.repeated)
    if repeated:
        because = Text(f"{repeated} stands more than once", f"{repeated} 出现了多次")
        return Shown(repeated, because=because, where=document.repeated[0])
    unusable = next((name for name, value in values.items() if value is None), None)
    if unusable is None:
        return None
    shown = _literal(document.get(names[unusable]))
    because = Text(f"{unusable} is {shown}", f"{unusable} 是 {shown}")
    return Shown(shown, because=because, where=names[unusable])


def _literal(value: NodeValue) -> str:
    """A value as JSON writes it, in short."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case tuple():
            return "{…}"
        case list():
            return "[…]"
    return quoted(value, 80)


def _signature(values: Mapping[str, str | None], encrypt: str, by: Seal) -> dict[Fault, Shown]:
    got, timestamp, nonce = (values.get(name) for name in ("MsgSignature", "TimeStamp", "Nonce"))
    if got is None or timestamp is None or nonce is None or verify(got, by.token, timestamp, nonce, encrypt):
        return {}
    unbroken = "".join(encrypt.split())
    if unbroken != encrypt and verify(got, by.token, timestamp, nonce, unbroken):
        return {}  # signed before white space got into it, which is the fault
    from wxkf_cli.wire.recipes import Signing, recognised  # noqa: PLC0415 - few signatures are wrong

    recipes = recognised(got, Signing(by.token, timestamp, nonce, encrypt, sealed=True, aes_key=_as_text(by.key)))
    fault = Fault.THREE_VALUES if any(each.name == "three-values" for each in recipes) else Fault.SIGNATURE
    return {fault: Shown(quoted(got, 60), because=recipes[0].text if recipes else _NOTHING)}


def _as_text(key: bytes) -> str:
    """The EncodingAESKey of a key, but for two bits that no key needs."""
    return base64.b64encode(key).decode().rstrip("=")


def _opened(encrypt: str, by: Seal) -> tuple[Fault | None, Shown, bytes | None]:
    """What is wrong with the seal, what shows it, and what was sealed."""
    result = open_sealed(encrypt, by.key, by.appid)
    if isinstance(result, Opened):
        size = sum(map(len, result[:3])) + 4 + result.padding
        if size % BLOCK == 0:
            return None, Shown(""), result.message
        due = BLOCK - (size - result.padding) % BLOCK
        return Fault.PADDING_16, Shown(f"{result.padding:02x}", f"{due:02x}"), result.message
    if result.defect is SealDefect.BASE64:
        odd = _NOT_BASE64.search(encrypt)
        return Fault.BASE64, Shown(quoted(odd[0] if odd else encrypt[-4:], 20), str(odd.start() if odd else "")), None
    if result.defect is SealDefect.CIPHERTEXT:
        return Fault.BLOCKS, Shown(str(len(base64.b64decode(encrypt)))), None
    fault, shown = _unopened(encrypt, result, by)
    message = result.plain[_LENGTH.stop : _end(result.plain)] if fault is Fault.APPID else None
    return fault, shown, message


def _unopened(encrypt: str, result: Unopened, by: Seal) -> tuple[Fault, Shown]:
    """The cipher gave something, but it is not right."""
    plain, appid = result.plain, by.appid.encode()
    end = _end(plain)
    behind = plain[end:] if end is not None else b""
    if behind.startswith(appid) and _is_padding(behind[len(appid) :], result.defect):
        padding = behind[len(appid) :]
        due = BLOCK - (len(plain) - len(padding)) % BLOCK
        return Fault.PADDING, Shown(f"{padding[:BLOCK].hex(' ')}{' …' if len(padding) > BLOCK else ''}", f"{due:02x}")
    from wxkf_cli.wire.sealrecipes import Sealing, recognised_seal  # noqa: PLC0415 - few seals are wrong

    sealing = Sealing(encrypt, _as_text(by.key), by.appid, _as_text(by.previous_key or b""))
    recipe = next((each for each in recognised_seal(sealing) if each.name in _BY_RECIPE), None)
    ends_right = sealing.text.endswith(appid)
    if recipe is not None and not (ends_right and _BY_RECIPE[recipe.name] is Fault.APPID):
        fault, because = _BY_RECIPE[recipe.name], recipe.text
    else:
        # Behind a length that counts too much or too little no appid is found, but it is there.
        by_length = Fault.LENGTH if ends_right or end is None else Fault.APPID
        fault, because = by_length if ends_right or _is_legible(plain) else Fault.KEY, _NOTHING
    if fault is Fault.KEY:
        return fault, Shown(plain[:20].hex(" "), because=because)
    if fault is Fault.APPID:
        found = sealing.text[end:] if sealing.text else behind.rstrip(_PADDINGS)
        return fault, Shown(quoted(found, 80), quoted(by.appid, 80))
    return fault, _length(plain, sealing.text, sealing.tail, fault)._replace(because=because)


def _end(plain: bytes) -> int | None:
    """Where the message ends by its length; None where that leads outside."""
    end = _LENGTH.stop + int.from_bytes(plain[_LENGTH], "big")
    return end if end <= len(plain) else None


def _is_padding(behind: bytes, defect: SealDefect) -> bool:
    """Whether what follows the right appid is padding of a wrong sort, rather than more of an appid."""
    return defect is SealDefect.PADDING or not behind.strip(_PADDINGS)


def _is_legible(plain: bytes) -> bool:
    """Whether there is text where the message should be: what another key gives is none."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(plain[_LENGTH.stop :]) != ""
    except UnicodeDecodeError:
        return False


def _length(plain: bytes, text: bytes, tail: bytes, fault: Fault) -> Shown:
    got = plain[_LENGTH]
    as_text = fault is Fault.LENGTH_AS_TEXT
    start = _LENGTH.start if fault is Fault.LENGTH and codec.sniff(got) else _LENGTH.stop  # no length, or some length
    if as_text and (digits := _DIGITS.match(plain, _LENGTH.start)):
        start = digits.end()
    message = text[start : len(text) - len(tail)]
    knows_due = codec.sniff(message) is not None and text.endswith(tail)
    return Shown(
        f"{got.hex(' ')} ({quoted(got)})" if as_text else got.hex(" "),
        len(message).to_bytes(4, "big").hex(" ") if knows_due else "",
    )
