"""The standard suite: which pushes a handler is asked with, in which order. What they must lead to is `trial`'s."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from typing import NamedTuple

from wxkf_cli.vocab.message import Value
from wxkf_cli.vocab.terms import DataFormat, Text

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
        genuine: False for a wrong signature.
        content_type: Another Content-Type than the format's own; empty for none.
        without: Fields left out.
    """

    case: str
    kind: str
    data: DataFormat
    values: Mapping[str, Value] = {}
    genuine: bool = True
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
        genuine: False for a probe.
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
    genuine: bool = True
    content_type: str | None = None
    values: Mapping[str, Value] = {}
    without: tuple[str, ...] = ()
    repeat: int = 1

    def shots(self, data: DataFormat, texts: Sequence[str], count: int | None = None) -> Iterator[Shot]:
        """What is pushed in one format: a text case once for each text, a user message `count` times if given."""
        if not self.kind:
            yield Shot(self.name, "", data)
            yield Shot(self.name, "", data, genuine=False)
            return
        shot = Shot(self.name, self.kind, data, self.values, self.genuine, self.content_type, self.without)
        shots = [shot] * self.repeat
        if self.name == OPENING and texts:
            shots = [shot._replace(values={**self.values, "Content": text}) for text in texts]
        yield from islice(cycle(shots), count) if count and self.is_user_message else shots


_JSON_ONLY = (DataFormat.JSON,)

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
        Case("bad-signature", Text("a forged push", "伪造的推送"), "text", genuine=False),
        Case(
            MISLABELLED,
            Text("JSON that calls itself text/xml, as has been seen", "标为 text/xml 的 JSON，确实出现过"),
            "text",
            _JSON_ONLY,
            is_user_message=True,
            content_type="text/xml",
        ),
    )
}
