"""The outgoing customer-service API: what WeChat answers a handler that sends, types or handles media.

No I/O and no clock: each call is handed the story time at which it comes. Whoever pushes says so here too, since what
may be sent follows from what the user did.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from wxkf_cli.vocab.errcodes import MEANINGS, ErrCode
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.wechat.quota import NEVER, Refusal, granted, spent

#: What a mini program can send (documented), and the part of each that may not be missing.
_PARTS = {"text": "content", "image": "media_id", "link": "url", "miniprogrampage": "thumb_media_id"}
#: What an official account can send beside these: refused by a mini program with a code of its own (reported).
_OTHER_PARTS = frozenset({"voice", "video", "music", "news", "mpnews", "mpnewsarticle", "msgmenu", "wxcard"})
#: Bytes of a text (assumed: no page says how many), and of a picture (documented-old).
_LONGEST_TEXT, _LARGEST_PICTURE = 2048, 2 * 1024 * 1024
#: Seconds for which typing shows, and from the user's last action in which it may be shown (documented).
_TYPING_SECONDS, _NEAR_SECONDS = 15.0, 30.0
#: Fields of a push that name media.
_MEDIA_FIELDS = ("MediaId", "ThumbMediaId")
_ENTRY = "user_enter_tempsession"

Result: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class _User:
    may_send: int = 0
    until: float = NEVER
    seen: float = NEVER
    typing_until: float = NEVER


class Call(NamedTuple):
    """One call of the API, and what it was answered.

    Attributes:
        api: As in `customerServiceMessage.send`.
        arguments: What came with it, under the names of the HTTP interface.
        result: `errcode` 0 and what the call is for, or another `errcode` and `errmsg`.
        at: When, in story time.
        exchange: The id of the push that was being handled; None where that is not known.
        delivery: Which delivery of it that was.
        is_cut: Whether arguments were left out or shortened.
    """

    api: str
    arguments: Mapping[str, Any]
    result: Mapping[str, Any]
    at: float
    exchange: str | None = None
    delivery: int | None = None
    is_cut: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether WeChat would not do it."""
        return bool(self.result["errcode"])


class ServiceApi:
    """The API towards the users of one mini program; only those are known who were in a push."""

    def __init__(self, policy: Policy = DEFAULT_POLICY) -> None:
        self._policy = policy
        self._users: dict[str, _User] = {}
        self._media: dict[str, None] = {}
        self._count = 0

    def pushed(self, push: Mapping[str, Any], at: float) -> None:
        """A push leaves: the user did something, which may let the handler send."""
        user = self._users.setdefault(str(push.get("FromUserName")), _User())
        for name in _MEDIA_FIELDS:
            if isinstance(media := push.get(name), str):
                self._media[media] = None
        is_event = push.get("MsgType") == "event"
        if is_event and push.get("Event") != _ENTRY:
            return
        grant = self._policy.quota_entry if is_event else self._policy.quota_message
        user.may_send, user.until = granted(user.may_send, user.until, grant, at)
        user.seen = max(user.seen, at)

    def call(self, api: str, arguments: Mapping[str, Any], at: float) -> Call:
        """What a call is answered."""
        self._count += 1
        answer = _ANSWERS.get(api)
        result = answer(self, arguments, at) if answer is not None else _INVALID_TYPE
        if isinstance(result, ErrCode):
            # Never to be compared as a whole: the platform puts a number behind it.
            rid = f"rid: {int(at):08x}-{self._count:08x}-00000000"
            result = {"errcode": int(result), "errmsg": f"{MEANINGS[result].message} {rid}"}
        return Call(api, arguments, {"errcode": 0, "errmsg": "ok", **result}, at)

    def _user(self, arguments: Mapping[str, Any]) -> _User | None:
        openid = arguments.get("touser")
        return self._users.get(openid) if isinstance(openid, str) else None

    def _send(self, arguments: Mapping[str, Any], at: float) -> "Result | ErrCode":
        user = self._user(arguments)
        if user is None:
            return ErrCode.INVALID_OPENID
        wrong = self._wrong_message(arguments)
        if wrong is not None:
            return wrong
        left = spent(user.may_send, user.until, at)
        if isinstance(left, Refusal):
            return ErrCode(left.value)
        user.may_send, user.typing_until = left, NEVER
        return {}

    def _wrong_message(self, arguments: Mapping[str, Any]) -> ErrCode | None:
        kind = arguments.get("msgtype")
        if not isinstance(kind, str) or kind not in _PARTS:
            return ErrCode.INVALID_TYPE if kind in _OTHER_PARTS else ErrCode.INVALID_MESSAGE_TYPE
        part = arguments.get(kind)
        value = part.get(_PARTS[kind]) if isinstance(part, Mapping) else None
        if kind == "text":
            if not isinstance(value, str) or not value:
                return ErrCode.EMPTY_CONTENT
            return ErrCode.CONTENT_TOO_LONG if len(value.encode("utf-8", "replace")) > _LONGEST_TEXT else None
        if kind == "link":
            return None
        return None if isinstance(value, str) and value in self._media else ErrCode.INVALID_MEDIA_ID

    def _set_typing(self, arguments: Mapping[str, Any], at: float) -> "Result | ErrCode":
        user = self._user(arguments)
        if user is None:
            return ErrCode.INVALID_OPENID
        match arguments.get("command"):
            case "Typing" if at - user.seen > _NEAR_SECONDS:
                return ErrCode.NO_INTERACTION
            case "Typing" if at < user.typing_until:
                return ErrCode.ALREADY_TYPING
            case "Typing":
                user.typing_until = at + _TYPING_SECONDS
            case "CancelTyping":
                user.typing_until = NEVER
            case _:
                return ErrCode.INVALID_COMMAND
        return {}

    def _upload(self, arguments: Mapping[str, Any], at: float) -> "Result | ErrCode":
        if arguments.get("type") != "image":
            return ErrCode.INVALID_MEDIA_TYPE
        media = arguments.get("media")
        size = media.get("size") if isinstance(media, Mapping) else None
        if not isinstance(size, int) or not size:
            return ErrCode.MEDIA_MISSING
        if size > _LARGEST_PICTURE:
            return ErrCode.INVALID_MEDIA_SIZE
        name = f"wxkf-media-{self._count}"
        self._media[name] = None
        return {"type": "image", "media_id": name, "created_at": int(at)}

    def _get(self, arguments: Mapping[str, Any], _at: float) -> "Result | ErrCode":
        media = arguments.get("media_id")
        return {} if isinstance(media, str) and media in self._media else ErrCode.INVALID_MEDIA_ID


_INVALID_TYPE = ErrCode.INVALID_TYPE
_ANSWERS: dict[str, Callable[[ServiceApi, Mapping[str, Any], float], Result | ErrCode]] = {
    "customerServiceMessage.send": ServiceApi._send,
    "customerServiceMessage.setTyping": ServiceApi._set_typing,
    "customerServiceMessage.uploadTempMedia": ServiceApi._upload,
    "customerServiceMessage.getTempMedia": ServiceApi._get,
}
