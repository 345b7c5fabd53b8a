"""What happens to a push, in everybody's eyes: WeChat's, the user's and the agents'.

Only the consequences are settled here. What exactly is wrong with an answer, and how to mend it, is `lint`'s business;
the two are held together by a law: a verdict is abnormal if and only if lint finds an error in the answer itself.
"""

from enum import StrEnum
from typing import NamedTuple

from wxkf_cli.vocab import policy, sources
from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.outcomes import NEVER_CONNECTED, Outcome
from wxkf_cli.vocab.policy import DEFAULT_POLICY, NOTICE_FAULT, Policy
from wxkf_cli.vocab.terms import Evidence, Mode, Route, Text
from wxkf_cli.wechat.answers import (
    is_acknowledgement,
    is_empty_capture,
    is_envelope,
    is_official_form,
    is_reply_like,
    is_transfer,
)
from wxkf_cli.wechat.opening import read
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import Document
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.exchange import Exchange, Response


class Verdict(StrEnum):
    """What became of a push."""

    TRANSFERRED = "transferred"
    ACKNOWLEDGED = "acknowledged"
    EVENT_TRANSFERRED = "event-transferred"
    ABNORMAL = "abnormal"
    LATE = "late"
    UNREACHABLE = "unreachable"
    VOID = "void"
    VERIFIED = "verified"
    NOT_VERIFIED = "not-verified"
    REFUSED = "refused"
    ACCEPTED_FORGERY = "accepted-forgery"


class Judgement(NamedTuple):
    """A verdict and what follows from it.

    Attributes:
        verdict: One word.
        wechat: What WeChat does.
        user_sees: The grey notice; None when the user sees nothing of it.
        agents_see: What appears on the agents' desk; None when nothing does.
        evidence: How well this consequence is known.
        source: Where it is known from.
    """

    verdict: Verdict
    wechat: Text
    user_sees: Text | None
    agents_see: Text | None
    evidence: Evidence
    source: str


#: What follows from each verdict.
TABLE: dict[Verdict, Judgement] = {
    row.verdict: row
    for row in (
        Judgement(
            Verdict.TRANSFERRED,
            Text("puts this message into the queue or the session", "将这条消息放入排队或会话"),
            None,
            None,
            Evidence.DOCUMENTED,
            sources.TRANSFER,
        ),
        Judgement(
            Verdict.ACKNOWLEDGED,
            Text("does nothing more", "不再做任何事"),
            None,
            None,
            Evidence.DOCUMENTED,
            sources.MESSAGE_PUSH,
        ),
        Judgement(
            Verdict.EVENT_TRANSFERRED,
            Text("shows it to the agents, as the official page warns", "如官方文档所提醒，会显示给客服"),
            None,
            Text("a meaningless entry", "一条无意义的消息"),
            Evidence.DOCUMENTED,
            sources.TRANSFER,
        ),
        Judgement(
            Verdict.ABNORMAL,
            Text("shows the notice at once and does not push again", "立即显示提示，不再推送"),
            policy.NOTICE,
            None,
            Evidence.ASSUMED,
            sources.RECEIVE_OLD,
        ),
        Judgement(
            Verdict.LATE,
            Text("drops the connection and pushes again, three deliveries in all", "断开连接并重新推送，总共三次"),
            policy.NOTICE,
            None,
            Evidence.DOCUMENTED_OLD,
            sources.RECEIVE_OLD,
        ),
        Judgement(
            Verdict.UNREACHABLE,
            Text("pushes again, three deliveries in all", "重新推送，总共三次"),
            policy.NOTICE,
            None,
            Evidence.ASSUMED,
            sources.RECEIVE_OLD,
        ),
        Judgement(
            Verdict.VOID,
            Text("was not asked: the trouble is on this machine", "未参与判定：问题出在本机"),
            None,
            None,
            Evidence.COMPUTED,
            sources.MESSAGE_PUSH,
        ),
        Judgement(
            Verdict.VERIFIED,
            Text("accepts the URL", "接受该 URL"),
            None,
            None,
            Evidence.DOCUMENTED,
            sources.MESSAGE_PUSH,
        ),
        Judgement(
            Verdict.NOT_VERIFIED,
            Text("does not accept the URL; nothing is pushed", "不接受该 URL，不会推送任何内容"),
            None,
            None,
            Evidence.DOCUMENTED,
            sources.MESSAGE_PUSH,
        ),
        Judgement(
            Verdict.REFUSED,
            Text("never sends this: the signature is forged", "不会发送此请求：签名是伪造的"),
            None,
            None,
            Evidence.COMPUTED,
            sources.MESSAGE_PUSH,
        ),
        Judgement(
            Verdict.ACCEPTED_FORGERY,
            Text("never sent this: anybody can make the handler act", "并未发送此请求：任何人都能驱使处理程序"),
            None,
            None,
            Evidence.COMPUTED,
            sources.MESSAGE_PUSH,
        ),
    )
}

#: Why an answer that came is not judged all the same.
_SEALED = Text("cannot be told: the answer is sealed and there is no key", "无法判定：应答已加密，没有密钥")
#: What WeChat makes of an answer that was taken away on its way to it.
_LOST = Text(
    "never got the answer, which was lost on purpose, and pushes again, three deliveries in all",
    "没有收到应答（故意丢弃），会重新推送，总共三次",
)


_BY_FAMILY = {
    "http": Verdict.ABNORMAL,
    "limit": Verdict.ABNORMAL,
    "timeout": Verdict.LATE,
    "net": Verdict.UNREACHABLE,
    "tls": Verdict.UNREACHABLE,
    # What the platform tells WeChat of a function that failed is in no page; it is no answer (assumed).
    "function": Verdict.ABNORMAL,
    "local": Verdict.VOID,
}


def judge(exchange: Exchange, policy: Policy = DEFAULT_POLICY, seal: Seal | None = None) -> Judgement:
    """What becomes of a push that was answered like this; `seal` opens a sealed answer."""
    outcome = exchange.outcome(policy.accepted_statuses)
    by_outcome = None if outcome is Outcome.OK else _BY_FAMILY[outcome.family]
    if by_outcome is Verdict.VOID:
        return TABLE[Verdict.VOID]._replace(wechat=_LOST) if outcome is Outcome.LOCAL_FAULT else TABLE[Verdict.VOID]
    if by_outcome and not exchange.genuine and outcome in NEVER_CONNECTED:
        # Nobody was there to refuse it; and as WeChat never sends it, nobody waits for its answer.
        return TABLE[by_outcome]._replace(wechat=TABLE[Verdict.REFUSED].wechat, user_sees=None)
    if exchange.is_verification:
        return TABLE[_verified(exchange, outcome)]
    if exchange.is_path_check:
        confirmed = outcome is Outcome.OK and is_acknowledgement(_body(exchange))
        return TABLE[Verdict.VERIFIED if confirmed else Verdict.NOT_VERIFIED]
    if not exchange.genuine:
        return _probed(exchange, seal) if by_outcome is None else TABLE[Verdict.REFUSED]
    verdict, is_seal_wrong = (by_outcome, False) if by_outcome else _answered(exchange, seal)
    judgement = TABLE[verdict]
    if verdict is Verdict.TRANSFERRED:
        _, wechat, user_sees, _, evidence, source = judgement
        if exchange.route is Route.CONTAINER:
            # No page says that a container can transfer: it is taken to be like a server in this.
            evidence, source = Evidence.ASSUMED, sources.CONTAINER_PUSH
        return Judgement(verdict, wechat, user_sees, on_the_desk(exchange.push), evidence, source)
    if verdict is Verdict.VOID:
        return judgement._replace(wechat=_SEALED)
    if is_seal_wrong:
        return judgement._replace(user_sees=NOTICE_FAULT, evidence=Evidence.REPORTED, source=sources.SEALED_SUCCESS)
    return judgement


def _verified(exchange: Exchange, outcome: Outcome) -> Verdict:
    echostr = exchange.request.parameter("echostr").encode() if exchange.request else b""
    body = exchange.answer.body if isinstance(exchange.answer, Response) and outcome is Outcome.OK else b""
    if exchange.genuine:
        return Verdict.VERIFIED if outcome is Outcome.OK and body == echostr else Verdict.NOT_VERIFIED
    return Verdict.ACCEPTED_FORGERY if echostr and echostr in body else Verdict.REFUSED


def _document(body: bytes) -> Document | None:
    data_format = codec.sniff(body)
    document = codec.parse(body, data_format) if data_format else None
    return document if isinstance(document, Document) else None


def _probed(exchange: Exchange, seal: Seal | None) -> Judgement:
    """Whether a handler acted on what WeChat never sent; sealed or not does not matter then."""
    document = _document(_body(exchange))
    if document is not None and is_envelope(document):
        if seal is None:
            return TABLE[Verdict.VOID]._replace(wechat=_SEALED)
        document = _document(read(document, seal, None).message or b"")
    accepted = document is not None and is_transfer(document, exchange)
    return TABLE[Verdict.ACCEPTED_FORGERY if accepted else Verdict.REFUSED]


def _body(exchange: Exchange) -> bytes:
    assert isinstance(exchange.answer, Response)  # noqa: S101 - every other outcome has a family of its own
    return exchange.answer.body


def _answered(exchange: Exchange, seal: Seal | None) -> tuple[Verdict, bool]:
    """The verdict on an answer that came, and whether it is the sealing that is wrong."""
    body = _body(exchange)
    if is_acknowledgement(body):
        return Verdict.ABNORMAL if is_empty_capture(exchange) else Verdict.ACKNOWLEDGED, False
    if exchange.mode is not Mode.SECURE and is_official_form(body, exchange):
        return Verdict.TRANSFERRED, False
    document = _document(body)
    if document is not None and is_envelope(document):
        if exchange.mode is Mode.PLAINTEXT:
            return Verdict.ABNORMAL, True
        if seal is None:
            return Verdict.VOID, False
        opening = read(document, seal, exchange.data)
        if not opening.is_open:
            return Verdict.ABNORMAL, True
        document = _document(opening.message or b"")
    elif exchange.mode is Mode.SECURE:
        return Verdict.ABNORMAL, document is not None and is_reply_like(document)
    return _transferred(document, exchange), False


def _transferred(document: Document | None, exchange: Exchange) -> Verdict:
    if document is None or exchange.data not in (None, document.format) or not is_transfer(document, exchange):
        return Verdict.ABNORMAL
    return Verdict.EVENT_TRANSFERRED if exchange.push is not None and exchange.push.is_event else Verdict.TRANSFERRED


def on_the_desk(push: Message | None) -> Text | None:
    """How the agents' tool shows a transferred message."""
    if push is None:
        return None
    match push.msgtype:
        case "text":
            content = str(push.values.get("Content", ""))
            return Text(content, content)
        case "image":
            return Text("[image]", "[图片]")
        case "miniprogrampage":
            title = str(push.values.get("Title", ""))
            return Text(f"[mini program card] {title}", f"[小程序卡片] {title}")
        case _:
            return Text("an entry of unknown kind", "一条未知类型的消息")
