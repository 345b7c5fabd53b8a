"""Readings of an answer that more than one rule needs, so that the rules agree on whose cause is whose."""

import unicodedata
from difflib import SequenceMatcher
from enum import Enum

from wxkf_cli.lint.subject import Probe, Replied, Sealed
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.message import TRANSFER
from wxkf_cli.vocab.policy import TRANSFER_MSGTYPE
from wxkf_cli.vocab.terms import DataFormat, Flaw, Text
from wxkf_cli.wechat.answers import is_create_time, is_from, is_reply_like, is_transfer
from wxkf_cli.wechat.opening import Fault, Shown
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import Document, NodeValue
from wxkf_cli.wire.escape import quoted

#: The four names of the reply, as the official page spells them.
REQUIRED = tuple(field.name for field in TRANSFER.fields)
#: Codes about single fields of a reply: pointless where the reply as a whole is of the wrong sort.
FIELD_RULES = (
    *("KF301", "KF302", "KF303", "KF304", "KF305", "KF306", "KF307", "KF308"),
    *("KF310", "KF311", "KF312", "KF313", "KF314", "KF315", "KF316", "KF317"),
    *("KF318", "KF319", "KF320", "KF321", "KF322"),
)
#: Codes about the shape of a document: pointless where it is no reply to begin with.
SHAPE_RULES = ("KF212", "KF224", "KF225", "KF226")
#: Codes about the bytes that text is written in.
ENCODING_RULES = ("KF205", "KF227")
#: MsgTypes of passive replies, which official accounts have, and of messages, which people copy from the push.
PASSIVE = frozenset(
    {"text", "image", "voice", "video", "shortvideo", "music", "news", "mpnews", "link", "location", "miniprogrampage"}
)
#: Letters of other alphabets that look like Latin ones; what Unicode itself calls compatible needs no entry.
_LOOKALIKES = str.maketrans(
    "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0455\u0501\u04bb\u0458\u04cf\u03bf\u03bd\u03c5\u03c1\u03b1\u03b9"
    "\u0410\u0412\u0421\u0415\u041d\u041a\u041c\u041e\u0420\u0422\u0425\u0423\u039c\u039d\u039f\u03a1\u03a4\u03a5",
    "aceopxyisdhjlovupaiABCEHKMOPTXYMNOPTY",
)
_PLACEHOLDER = pattern(r"\{\{|\}\}|\$\{|\A%[sd]\Z|\A%\(\w{1,40}\)[sd]\Z|\A\{\w{0,40}\}\Z|\A\$\w{1,40}\Z|<%|<\?")
_NOTHINGS = frozenset({"None", "null", "nil", "undefined", "NaN", "<nil>", "[object Object]"})
_DATE = pattern(r"\d{4}[-/年]\d{1,2}[-/月]\d{1,2}|\d{1,2}:\d{2}:\d{2}|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b")
_CLOSE = 0.75
_LONGEST_NAME = 40
_MARKS = pattern(r"[\s_.:-]")
_BYTE_ORDER_MARK = "\ufeff"


def is_empty(value: object) -> bool:
    """Whether a field holds nothing: null, blanks, no children, no items."""
    return value is None or value in ((), [], {}) or (isinstance(value, str) and not value.strip())


def shown(value: NodeValue) -> str:
    """A field's value from outside, for a sentence; what is not text as JSON writes it."""
    match value:
        case str():
            return quoted(value)
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case tuple():
            return "{…}"
        case list():
            return "[…]"
    return quoted(value)


def beginning(text: str, length: int = 40) -> str:
    """How a longer text from outside begins, for a sentence."""
    return quoted(text[:length], 12 * length) + ("…" if len(text) > length else "")


def folded(text: str) -> str:
    """A text as it looks: full-width, Cyrillic and Greek letters as Latin ones, without what is not seen."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES)
    return "".join(each for each in plain if unicodedata.category(each) != "Cf")


def odd_character(text: str) -> str:
    """The first character that is not ASCII, by number and name, as in `U+0435 CYRILLIC SMALL LETTER IE`."""
    met = next(each for each in text if not each.isascii())
    return f"U+{ord(met):04X} {unicodedata.name(met, '')}".rstrip()


def wanted_value(name: str, subject: Replied) -> str | None:
    """What the value of a required field has to be; None where it is not one text, or not known."""
    if name == "MsgType":
        return TRANSFER_MSGTYPE
    push = subject.push
    wanted = None if push is None else {"ToUserName": push.from_user, "FromUserName": push.to_user}.get(name)
    return wanted if isinstance(wanted, str) else None


class Odd(Enum):
    """A way for a value to be wrong that tells more than what the field should hold."""

    LOOKALIKE = "characters that only look right, or are not seen"
    UNFILLED = "a placeholder, or what a language prints for nothing"
    CDATA = "the marks of a CDATA section, as text"


def oddity(name: str, value: NodeValue, subject: Replied) -> Odd | None:
    """What is odd about the value of a required field that is wrong; None where another rule says it best."""
    if not isinstance(value, str):
        return None
    odd = None
    if "[CDATA[" in value:
        odd = Odd.CDATA
    elif _PLACEHOLDER.search(value) or (name != "MsgType" and value in _NOTHINGS):
        odd = Odd.UNFILLED
    elif not value.isascii() and is_wrong(name, value.strip(), subject) and not is_wrong(name, folded(value), subject):
        return Odd.LOOKALIKE
    return odd if odd is not None and is_wrong(name, value, subject) else None


def oddities(subject: Replied) -> dict[str, Odd]:
    """The required fields whose value is odd, each with its way; empty for a right reply, which is told first."""
    document = subject.document
    if is_transfer(document, subject.exchange):
        return {}
    found = {name: oddity(name, document.get(name), subject) for name in REQUIRED}
    return {name: odd for name, odd in found.items() if odd is not None}


def is_date(value: NodeValue) -> bool:
    """Whether a value is a time as people or programs write it: a date as text, or an object with its parts."""
    return isinstance(value, tuple) or (isinstance(value, str) and _DATE.search(value[:_LONGEST_NAME]) is not None)


def is_wrong(name: str, value: NodeValue, subject: Replied) -> bool:
    """Whether the value of a required field is known to be wrong: of an address, only beside a push."""
    if name == "CreateTime":
        return not is_create_time(value, subject.document.format)
    wanted = wanted_value(name, subject)
    if wanted is None or value == wanted:
        return False
    return name != "FromUserName" or not is_from(value, subject.exchange)


def misspelt(document: Document) -> dict[str, str]:
    """The required names that are missing, each with the name in the document that seems to be meant for it."""
    names = document.names
    missing = [name for name in REQUIRED if name not in names]
    if not missing:
        return {}
    others = [name for name in dict.fromkeys(names) if name not in REQUIRED and len(name) <= _LONGEST_NAME]
    pairs = sorted(
        ((_likeness(wanted, other), wanted, other) for wanted in missing for other in others),
        key=lambda pair: -pair[0],
    )
    found: dict[str, str] = {}
    for likeness, wanted, other in pairs:
        if likeness >= _CLOSE and wanted not in found and other not in found.values():
            found[wanted] = other
    return found


def _likeness(wanted: str, other: str) -> float:
    wanted, other = wanted.lower(), _MARKS.sub("", folded(other)).lower()
    # The short names are closer in meaning than in letters.
    if wanted == other or wanted == f"{other}name":
        return 1.0
    return SequenceMatcher(None, wanted, other, autojunk=False).ratio()


def head_of(body: bytes, length: int = 4096) -> str:
    """The beginning of a body as text, without what may stand in front of it unseen."""
    return body[:length].decode("utf-8", "replace").lstrip(f"{_BYTE_ORDER_MARK} \t\r\n")


def embedded(body: bytes) -> tuple[int, int] | None:
    """Where the first whole reply stands in a body that is not one itself; None without one."""
    start = body.find(b"<xml")
    end = body.find(b"</xml>", start) + len(b"</xml>")
    if 0 <= start < end and _is_reply(body[start:end], DataFormat.XML):
        return start, end
    start = body.find(b"{")
    if start < 0:
        return None
    # A JSON parser says where the first value ends by complaining of what follows.
    read = codec.parse(body[start:], DataFormat.JSON)
    end = len(body) if isinstance(read, Document) else start + (read.offset or 0)
    return (start, end) if _is_reply(body[start:end], DataFormat.JSON) else None


def _is_reply(body: bytes, data_format: DataFormat) -> bool:
    document = codec.parse(body, data_format)
    return isinstance(document, Document) and is_reply_like(document)


def fault_in(subject: Sealed, fault: Fault) -> Shown | None:
    """What shows a fault of an envelope; None without the fault, and where nothing was opened."""
    return subject.opening.faults.get(fault) if subject.opening is not None else None


def reason(shown: Shown) -> Text:
    """What seems to have been done, to put behind a sentence; empty where that is not known."""
    return Text(f": {shown.because.en}", f"：{shown.because.zh}") if shown.because.en else shown.because


def expectation(shown: Shown) -> Text:
    """What would have been right, to put behind a sentence; empty where that is not one value."""
    return Text(f", not {shown.due}", f"，应为 {shown.due}") if shown.due else Text("", "")


#: What a probe of a push that is rightly signed was, for a sentence about what was done with it.
PROBED = {
    Flaw.APPID: Text("a push sealed for another appid", "为其他 appid 加密的推送"),
    Flaw.TRUNCATED: Text("a push with a truncated Encrypt", "Encrypt 被截断的推送"),
    Flaw.BASE64: Text("a push whose Encrypt is not base64", "Encrypt 不是 base64 的推送"),
    Flaw.UNSEALED: Text("a push in plaintext", "明文推送"),
}


def was_transferred(subject: Probe) -> bool:
    """Whether a probe that is a push got a transfer."""
    exchange, setting = subject.exchange, subject.setting
    verdict = judge(exchange, setting.policy, setting.seal).verdict
    return not exchange.is_verification and verdict is Verdict.ACCEPTED_FORGERY
