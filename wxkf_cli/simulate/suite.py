"""The standard suite: which pushes a handler is asked with, in which order. What they must lead to is `trial`'s."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from typing import NamedTuple

from wxkf_cli.vocab.message import Value
from wxkf_cli.vocab.terms import SEALED_MODES, DataFormat, Flaw, Mode, Text
from wxkf_cli.wire.crypto import BLOCK

#: What users write unless `--text` says otherwise.
TEXTS = ("你好", "人工")
VERIFICATION, OPENING, MISLABELLED = "url-verification", "text", "json-as-text-xml"


class Shot(NamedTuple):
    """One push to make.

    Attributes:
        case: The case it belongs to.
        kind: The catalogue's kind; empty for the GET that verifies the URL.
        data: The data format.
        values: What differs from the samples.
        mode: The encryption mode.
        flaw: What is wrong with a probe.
        content_type: Another Content-Type than the format's own; empty for none.
        without: Fields left out.
    """

    case: str
    kind: str
    data: DataFormat
    values: Mapping[str, Value] = {}
    mode: Mode = Mode.PLAINTEXT
    flaw: Flaw | None = None
    content_type: str | None = None
    without: tuple[str, ...] = ()


class Case(NamedTuple):
    """One case of the suite.

    Attributes:
        name: What `--only` and `--skip` take.
        about: What it asks.
        kind: The kind that is pushed; empty for URL verification.
        formats: The data formats it is played in.
        is_user_message: Whether it may and should be transferred.
        modes: The encryption modes it is played in.
        is_alone: Whether it is played only where its mode is the only one.
        is_sandwich: Whether it is played once, between two pushes in plaintext.
        flaw: What is wrong with a probe.
        texts: What is written, each in a push of its own.
        content_type: As for Shot.
        values: As for Shot.
        without: As for Shot.
        repeat: How often it is pushed, each time as a message of its own.
    """

    name: str
    about: Text
    kind: str
    formats: tuple[DataFormat, ...] = tuple(DataFormat)
    is_user_message: bool = False
    modes: tuple[Mode, ...] = tuple(Mode)
    is_alone: bool = False
    is_sandwich: bool = False
    flaw: Flaw | None = None
    texts: tuple[str, ...] = ()
    content_type: str | None = None
    values: Mapping[str, Value] = {}
    without: tuple[str, ...] = ()
    repeat: int = 1

    def is_for(self, mode: Mode, among: Sequence[Mode]) -> bool:
        """Whether it is played in this one of the modes of a run."""
        if mode not in self.modes or (self.is_alone and len(among) > 1):
            return False
        if not self.is_sandwich:
            return True
        # A handler that serves one mode only need not know what to do with the other.
        serves_both = Mode.COMPATIBLE in among or Mode.PLAINTEXT in among
        return serves_both and mode is next(each for each in among if each in self.modes)

    def shots(
        self, data: DataFormat, texts: Sequence[str], count: int | None = None, mode: Mode = Mode.PLAINTEXT
    ) -> Iterator[Shot]:
        """What is pushed in one format: a text case once for each text, a user message `count` times if given."""
        if not self.kind:
            yield Shot(self.name, "", data, mode=mode)
            yield Shot(self.name, "", data, mode=mode, flaw=Flaw.SIGNATURE)
            return
        shot = Shot(self.name, self.kind, data, self.values, mode, self.flaw, self.content_type, self.without)
        if self.is_sandwich:
            plain = shot._replace(mode=Mode.PLAINTEXT)
            yield from (plain, shot, plain)
            return
        shots = [shot] * self.repeat
        if written := self.texts or (texts if self.name == OPENING else ()):
            shots = [shot._replace(values={**self.values, "Content": text}) for text in written]
        yield from islice(cycle(shots), count) if count and self.is_user_message else shots


_JSON_ONLY = (DataFormat.JSON,)
_SECURE = (Mode.SECURE,)

#: In the order they are played.
CASES: dict[str, Case] = {
    case.name: case
    for case in (
        Case(
            VERIFICATION,
            Text("echoes the echostr to a right signature, and to no other", "签名正确时原样返回 echostr，否则不返回"),
            "",
            (DataFormat.XML,),
        ),
        Case(OPENING, Text("a user writes", "用户发来文字"), "text", is_user_message=True),
        Case("image", Text("a user sends a picture", "用户发来图片"), "image", is_user_message=True),
        Case(
            "miniprogrampage",
            Text("a user sends a mini program card", "用户发来小程序卡片"),
            "miniprogrampage",
            is_user_message=True,
        ),
        Case(
            "user_enter_tempsession",
            Text("a user opens the session: an event, never to be transferred", "用户进入会话：事件，不应转发"),
            "user_enter_tempsession",
        ),
        Case("known-event", Text("another documented event", "另一个有文档的事件"), "subscribe_msg_popup_event"),
        Case("unknown-event", Text("an event of tomorrow", "将来可能出现的事件"), "unknown_event"),
        Case("unknown-message", Text("a MsgType of tomorrow", "将来可能出现的消息类型"), "unknown_message"),
        Case(
            "bad-signature",
            Text("a forged push: another signature, or msg_signature", "伪造的推送：signature 或 msg_signature 错误"),
            "text",
            flaw=Flaw.SIGNATURE,
        ),
        Case(
            MISLABELLED,
            Text("JSON that calls itself text/xml, as has been seen", "标为 text/xml 的 JSON，确实出现过"),
            "text",
            _JSON_ONLY,
            is_user_message=True,
            content_type="text/xml",
        ),
        Case(
            "paddings",
            Text(
                "sealed messages of 32 lengths in a row, which makes every padding",
                "32 种长度的加密消息，覆盖每一种填充",
            ),
            "text",
            is_user_message=True,
            modes=_SECURE,
            texts=tuple("x" * length for length in range(1, BLOCK + 1)),
        ),
        Case(
            "other-appid",
            Text("sealed for another mini program", "为另一个小程序加密的推送"),
            "text",
            modes=_SECURE,
            flaw=Flaw.APPID,
        ),
        Case(
            "truncated-encrypt",
            Text("Encrypt without its end, rightly signed", "Encrypt 缺少末尾，签名正确"),
            "text",
            modes=_SECURE,
            flaw=Flaw.TRUNCATED,
        ),
        Case(
            "encrypt-not-base64",
            Text("Encrypt that is not base64, rightly signed", "Encrypt 不是 base64，签名正确"),
            "text",
            modes=_SECURE,
            flaw=Flaw.BASE64,
        ),
        Case(
            "plaintext-body",
            Text("a push that is not sealed, where secure is the only mode", "仅安全模式时，未加密的推送"),
            "text",
            modes=_SECURE,
            is_alone=True,
            flaw=Flaw.UNSEALED,
        ),
        Case(
            "plain-sealed-plain",
            Text(
                "plaintext, sealed, plaintext: the modes do not rub off on one another",
                "明文、加密、明文交替推送，互不影响",
            ),
            "text",
            is_user_message=True,
            modes=SEALED_MODES,
            is_sandwich=True,
        ),
    )
}
