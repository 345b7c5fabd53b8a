"""Readings of an answer that more than one rule needs, so that the rules agree on whose cause is whose."""

import re
from difflib import SequenceMatcher

from wxkf_cli.lint.subject import Probe, Sealed
from wxkf_cli.vocab.message import TRANSFER
from wxkf_cli.vocab.terms import DataFormat, Flaw, Text
from wxkf_cli.wechat.answers import is_reply_like
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
    *("KF310", "KF311", "KF312", "KF313", "KF314", "KF315"),
)
#: MsgTypes of passive replies, which official accounts have, and of messages, which people copy from the push.
PASSIVE = frozenset(
    {"text", "image", "voice", "video", "shortvideo", "music", "news", "mpnews", "link", "location", "miniprogrampage"}
)
_CLOSE = 0.75
_LONGEST_NAME = 40
_MARKS = re.compile(r"[\s_.:-]")
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


def misspelt(document: Document) -> dict[str, str]:
    """The required names that are missing, each with the name in the document that seems to be meant for it."""
    missing = [name for name in REQUIRED if name not in document.names]
    if not missing:
        return {}
    others = [name for name in dict.fromkeys(document.names) if name not in REQUIRED and len(name) <= _LONGEST_NAME]
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
    wanted, other = wanted.lower(), _MARKS.sub("", other).lower()
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
