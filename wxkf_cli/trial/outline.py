"""The outline of an answer: what is left of it when the two addresses and the time are struck out.

A handler's answers differ in these and in nothing else. What is struck out has one exact form, which is that of all
real addresses, and always the same length, so that what stands behind it keeps its place.
"""

from typing import Any, NamedTuple, TypeAlias

from wxkf_cli.vocab.late import pattern

#: Whatever tells two answers apart, as far as a rule may see it.
Outline: TypeAlias = tuple[Any, ...]

_ADDRESSES = pattern(r"o[A-Za-z0-9_-]{27} gh_[0-9a-f]{12}")
#: Seconds, or milliseconds.
_TIME = pattern(r"(?<![A-Za-z0-9_.-])(1[0-9]{9})([0-9]{3})?(?![A-Za-z0-9_.-])")
#: Seconds between a time in the answer and that of the push: far from where a rule begins to mind.
_NEAR = 3600
#: What stands for what is struck out.
USER, PROGRAM, SECONDS, MILLISECONDS = "\x01", "\x02", "\x03", "\x04"
#: Characters of the answers that have an outline.
_LONGEST = 1000

_WORD = pattern(r"[a-z0-9_-]{3,}")
#: What is no piece of an address though it stands in answers.
_VOCABULARY = frozenset(
    {"xml", "cdata", "tousername", "fromusername", "createtime", "msgtype", "transfer_customer_service", "success"}
)
_LIKE_AN_ADDRESS = frozenset({*range(13, 18), *range(26, 31)})
_MANY_DIGITS = pattern(r"[0-9]{6}")
#: What may be a push that came back: its ToUserName is not exchanged, and it has more than a reply.
_MAYBE_UNEXCHANGED = pattern(rf"ToUserName[^{USER}{PROGRAM}]*+{PROGRAM}|\\\\u")
_MAYBE_ECHOED = pattern(r"MsgId|Event|Content|PicUrl|MediaId|PagePath|\\\\u")


class Struck(NamedTuple):
    """What is struck out of an answer.

    Attributes:
        user: The openid.
        program: The original id.
        time: The time, digits as they stand in the answer; empty without one.
    """

    user: str
    program: str
    time: str


def outlined(answer: str, user: str, program: str, pushed: int, sent_at: float | None) -> tuple[str, str] | None:
    """An answer with addresses and time struck out, and the time as it stood there, empty without one.

    None where they are not plain to see.

    Args:
        answer: The answer's body.
        user: The FromUserName of the push.
        program: Its ToUserName.
        pushed: Its CreateTime.
        sent_at: When it was sent; None where that is not known.
    """
    if len(answer) > _LONGEST or _ADDRESSES.fullmatch(f"{user} {program}") is None:
        return None
    if USER in answer or PROGRAM in answer or SECONDS in answer or MILLISECONDS in answer:
        return None
    if sent_at is not None and abs(sent_at - pushed) > _NEAR:
        return None
    place = answer.find("CreateTime")
    time = _TIME.search(answer, place) if place >= 0 else None
    answer = answer.replace(user, USER).replace(program, PROGRAM)
    if time is None or abs(int(time[1]) - pushed) > _NEAR:
        return answer, ""
    written = time[0]
    return answer.replace(written, SECONDS if len(written) == 10 else MILLISECONDS), written


def words_of(answer: str) -> frozenset[str] | None:
    """The words in what is left of an answer that might be a piece of somebody's address.

    None where one might be a whole address with a letter changed, or a time, and where it may be the push itself that
    came back: for these, what an answer means depends on the push it answers.
    """
    if _MAYBE_UNEXCHANGED.search(answer) and _MAYBE_ECHOED.search(answer):
        return None
    text = answer.lower()
    words = frozenset(_WORD.findall(text)) - _VOCABULARY
    if _MANY_DIGITS.search(text) or any(len(word) in _LIKE_AN_ADDRESS for word in words):
        return None
    return words


def are_akin(words: frozenset[str], struck: Struck) -> bool:
    """Whether one of the words might be a piece of one of these addresses."""
    addresses = f"{struck.user} {struck.program}".lower()
    return any(word in addresses for word in words)


def marked(text: str, struck: Struck) -> str:
    """What was said of an answer, with the same struck out."""
    text = text.replace(struck.user, USER).replace(struck.program, PROGRAM)
    if not struck.time:
        return text
    if len(struck.time) > 10:
        text = text.replace(struck.time, MILLISECONDS)
    return text.replace(struck.time[:10], SECONDS)


def filled(text: str, struck: Struck) -> str:
    """The same said of another answer."""
    text = text.replace(USER, struck.user).replace(PROGRAM, struck.program)
    return text.replace(MILLISECONDS, struck.time).replace(SECONDS, struck.time[:10])


#: Every character becomes another of its kind, so that no piece of an address is left as it was.
_OTHER = str.maketrans("0123456789abcdefABCDEF", "1234567890bcdefaBCDEFA")
_OTHER_LETTERS = str.maketrans(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-",
    "1234567890bcdefghijklmnopqrstuvwxyzaBCDEFGHIJKLMNOPQRSTUVWXYZA-_",
)


def twin_of(struck: Struck, seconds: int) -> Struck:
    """Other addresses and another time, of the same form."""
    user, program = f"o{struck.user[1:].translate(_OTHER_LETTERS)}", f"gh_{struck.program[3:].translate(_OTHER)}"
    time = f"{int(struck.time[:10]) + seconds}{struck.time[10:].translate(_OTHER)}" if struck.time else ""
    return Struck(user, program, time)
