"""What the outgoing API answers when it refuses: errcode -> errmsg, and how well that is known."""

from enum import IntEnum
from typing import NamedTuple

from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import Evidence


class ErrCode(IntEnum):
    """An errcode that wxkf answers with."""

    INVALID_OPENID = 40003
    INVALID_MEDIA_TYPE = 40004
    INVALID_MEDIA_SIZE = 40006
    INVALID_MEDIA_ID = 40007
    INVALID_MESSAGE_TYPE = 40008
    MEDIA_MISSING = 41005
    EMPTY_CONTENT = 44004
    CONTENT_TOO_LONG = 45002
    OUT_OF_TIME = 45015
    OUT_OF_COUNT = 45047
    INVALID_COMMAND = 45072
    NO_INTERACTION = 45080
    ALREADY_TYPING = 45081
    INVALID_TYPE = 45162


class Meaning(NamedTuple):
    """What an errcode says.

    Attributes:
        message: The errmsg, without the ` rid: …` that the platform puts behind it.
        evidence: How well it is known when it comes.
        source: Where it is known from.
    """

    message: str
    evidence: Evidence
    source: str


def _documented(message: str) -> Meaning:
    return Meaning(message, Evidence.DOCUMENTED, sources.ERROR_CODES)


MEANINGS: dict[ErrCode, Meaning] = {
    ErrCode.INVALID_OPENID: _documented("invalid openid"),
    ErrCode.INVALID_MEDIA_TYPE: _documented("invalid media type"),
    ErrCode.INVALID_MEDIA_SIZE: _documented("invalid media size"),
    ErrCode.INVALID_MEDIA_ID: _documented("invalid media_id"),
    ErrCode.INVALID_MESSAGE_TYPE: _documented("invalid message type"),
    ErrCode.MEDIA_MISSING: _documented("media data missing"),
    ErrCode.EMPTY_CONTENT: _documented("empty content"),
    ErrCode.CONTENT_TOO_LONG: Meaning("content size out of limit", Evidence.ASSUMED, sources.ERROR_CODES),
    ErrCode.OUT_OF_TIME: _documented("response out of time limit or subscription is canceled"),
    ErrCode.OUT_OF_COUNT: _documented("out of response count limit"),
    ErrCode.INVALID_COMMAND: _documented("invalid command"),
    ErrCode.NO_INTERACTION: _documented("no interaction with the user in the last 30 seconds"),
    ErrCode.ALREADY_TYPING: _documented("already typing"),
    ErrCode.INVALID_TYPE: Meaning("invalid type", Evidence.REPORTED, sources.ERROR_CODES),
}
