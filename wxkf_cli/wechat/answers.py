"""What an answer is, in WeChat's eyes: an acknowledgement, a transfer, an envelope; told from its bytes alone."""

import re

from wxkf_cli.vocab.catalog import USER_MESSAGES
from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.policy import ACKNOWLEDGEMENT, TRANSFER_MSGTYPE
from wxkf_cli.vocab.terms import DataFormat, Route
from wxkf_cli.wire.document import Document, NodeValue
from wxkf_cli.wire.exchange import Exchange, Response

#: White space that may follow `success` and only earns a warning.
BLANKS = b" \t\r\n"
#: What a damaged translation of the official page shows where an openid belongs; nobody's openid.
PLACEHOLDER_OPENID = "cough"
_ORIGINAL_ID = re.compile(r"gh_[0-9a-z]{6,30}")
_OFFICIAL_START = b"<xml><ToUserName><![CDATA["
_OFFICIAL_FROM = b"]]></ToUserName><FromUserName><![CDATA["
_OFFICIAL_TIME = b"]]></FromUserName><CreateTime>"
_OFFICIAL_END = b"</CreateTime><MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>"


def is_official_form(body: bytes, exchange: Exchange) -> bool:
    """Whether a body is, byte for byte, the official page's XML transfer of this user message.

    Most right answers are; telling them without a parser makes judging five times as fast. What is not is parsed.
    """
    push = exchange.push
    if push is None or push.is_event or exchange.data is not DataFormat.XML:
        return False
    if not body.startswith(_OFFICIAL_START) or not body.endswith(_OFFICIAL_END):
        return False
    addresses, _, created = body[len(_OFFICIAL_START) : -len(_OFFICIAL_END)].rpartition(_OFFICIAL_TIME)
    to_user, from_user = push.from_user, push.to_user
    return (
        created.isdigit()
        and len(created) <= 20
        and isinstance(to_user, str)
        and isinstance(from_user, str)
        and (both := to_user + from_user).isprintable()
        and "]" not in both  # no CDATA section ends early
        and " " not in both
        and to_user != ""
        and from_user != ""
        and addresses == b"%b%b%b" % (to_user.encode(), _OFFICIAL_FROM, from_user.encode())
    )


def is_acknowledgement(body: bytes) -> bool:
    """Whether a body says that nothing more is to be done: zero bytes, or `success` and at most blanks after it."""
    return body == b"" or body.rstrip(BLANKS) == ACKNOWLEDGEMENT


def is_empty_capture(exchange: Exchange) -> bool:
    """Whether nothing at all was captured: no byte, no status line, and no push that silence could answer."""
    answer = exchange.answer
    return isinstance(answer, Response) and answer.body == b"" and answer.status is None and exchange.push is None


def is_envelope(document: Document) -> bool:
    """Whether a document is sealed: an `Encrypt`, in any case, and no MsgType beside it in the open."""
    names = {name.strip().lower() for name in document.names}
    return "encrypt" in names and "msgtype" not in names


#: A document with one of these names, in any case, is an attempt at a reply.
REPLY_NAMES = frozenset({"tousername", "fromusername", "createtime", "msgtype", "touser", "fromuser"})


def is_reply_like(document: Document) -> bool:
    """Whether a document has something of a reply."""
    return not REPLY_NAMES.isdisjoint(name.strip().lower() for name in document.names)


def is_from(value: NodeValue, exchange: Exchange) -> bool:
    """Whether a reply's FromUserName is the mini program that the push went to.

    A cloud function is pushed the appid, and the official page asks for the original id: either is taken (assumed).
    """
    push = exchange.push
    if push is None or value == push.to_user:
        return True
    if exchange.route is not Route.CLOUD_FUNCTION:
        return False
    return value == exchange.original_id if exchange.original_id else is_original_id(value)


def is_original_id(value: object) -> bool:
    """Whether a value looks like a mini program's original id."""
    return isinstance(value, str) and _ORIGINAL_ID.fullmatch(value) is not None


def is_transfer(document: Document, exchange: Exchange) -> bool:
    """Whether a reply hands the push to the agents. Fields beyond the four, in any order, do not matter."""
    if document.repeated:
        return False
    to_user, from_user = document.get("ToUserName"), document.get("FromUserName")
    if not (is_address(to_user) and is_address(from_user)):
        return False
    push = exchange.push
    if push is None:
        exchanged = not str(to_user).startswith("gh_") and to_user != PLACEHOLDER_OPENID
    else:
        exchanged = to_user == push.from_user and is_from(from_user, exchange)
    return (
        exchanged
        and document.get("MsgType") == TRANSFER_MSGTYPE
        and is_create_time(document.get("CreateTime"), document.format)
    )


def is_address(value: NodeValue) -> bool:
    """Whether a value can be an openid or an original id: text with nothing blank around it."""
    return isinstance(value, str) and value != "" and value == value.strip()


def is_create_time(value: NodeValue, data_format: DataFormat) -> bool:
    """Whether a CreateTime is an integer: digits in XML; a number, or digits as a string, in JSON."""
    if isinstance(value, str):
        return value.isascii() and value.isdigit() and len(value) <= 20
    return data_format is DataFormat.JSON and isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_user_message(push: Message) -> bool:
    """Whether a user sent this, so that it may be transferred."""
    return push.msgtype in USER_MESSAGES
