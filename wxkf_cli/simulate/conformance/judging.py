"""What an answer to a probe shows: acted on, refused, crashed, and the sentences that say so."""

from collections.abc import Iterable

from wxkf_cli.simulate.conformance.asker import Asker
from wxkf_cli.simulate.conformance.check import Fault, Letter
from wxkf_cli.vocab.conformance import ACKNOWLEDGED
from wxkf_cli.vocab.outcomes import MEANING, NEVER_CONNECTED
from wxkf_cli.vocab.terms import Flaw, Text
from wxkf_cli.wechat.answers import is_envelope
from wxkf_cli.wechat.opening import read
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import Document
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.exchange import Exchange, Failure, Response

#: A user's message may be answered with either, as the handler pleases.
RIGHT = (Verdict.TRANSFERRED, Verdict.ACKNOWLEDGED)
_TRANSFER = Text("a transfer", "转发回复")


def verdict_of(asker: Asker, exchange: Exchange) -> Verdict:
    """What becomes of it, taken as if WeChat had sent it."""
    return judge(exchange._replace(flaw=None), asker.policy, asker.sender.seal).verdict


def was_acted_on(asker: Asker, exchange: Exchange) -> bool:
    """Whether the answer is a transfer, under whatever status, or has the echostr of a GET."""
    answer = exchange.answer
    if not isinstance(answer, Response):
        return False
    accepted = answer._replace(status=asker.policy.accepted_statuses[0])
    probed = exchange._replace(flaw=Flaw.PROBE, answer=accepted)
    return judge(probed, asker.policy, asker.sender.seal).verdict is Verdict.ACCEPTED_FORGERY


def status_of(exchange: Exchange) -> int | None:
    """The status; None without an answer."""
    return exchange.answer.status if isinstance(exchange.answer, Response) else None


def is_late(exchange: Exchange) -> bool:
    """Whether there was no answer within the deadline."""
    return isinstance(exchange.answer, Failure) and exchange.answer.outcome.family == "timeout"


def has_crashed(exchange: Exchange) -> bool:
    """Whether the handler failed over it: a 5xx, no answer in time, or none at all."""
    status = status_of(exchange)
    return status >= 500 if status is not None else True


def plain_answer(asker: Asker, exchange: Exchange) -> bytes:
    """The body, and what was sealed in it where it is an envelope."""
    body = exchange.answer.body if isinstance(exchange.answer, Response) else b""
    data_format = codec.sniff(body)
    document = codec.parse(body, data_format) if data_format else None
    if asker.sender.seal is not None and isinstance(document, Document) and is_envelope(document):
        return read(document, asker.sender.seal, None).message or body
    return body


def got(asker: Asker, exchange: Exchange) -> Text:
    """What came back, to be put behind `was answered with`."""
    answer = exchange.answer
    if isinstance(answer, Failure):
        meaning = MEANING[answer.outcome]
        return Text(f"nothing ({answer.outcome}: {meaning.en})", f"没有应答（{answer.outcome}：{meaning.zh}）")
    was_acted = was_acted_on(asker, exchange)
    transferred = was_acted and not exchange.is_verification
    if answer.status != 200:
        more = Text(" and a transfer", "和转发回复") if transferred else Text("", "")
        if was_acted and exchange.is_verification:
            more = Text(" and the echostr in the body", "，正文中有 echostr")
        return Text(f"status {answer.status}{more.en}", f"状态码 {answer.status}{more.zh}")
    if transferred:
        return _TRANSFER
    if not answer.body:
        return Text("an empty body", "空正文")
    shown = quoted(plain_answer(asker, exchange))
    return Text(shown, shown)


def answered(what: Text, asker: Asker, exchange: Exchange, letter: Letter | None = None) -> Fault:
    """`WHAT was answered with …`."""
    came = got(asker, exchange)
    return Fault(
        Text(f"{what.en} was answered with {came.en}", f"{what.zh}得到的应答是 {came.zh}"), exchange, letter=letter
    )


def unless_refused(what: Text, asker: Asker, exchange: Exchange, *, may_crash: bool = True) -> list[Fault]:
    """What is wrong unless it was refused.

    Refused is a status of 400 or more without a transfer or an echo, or a connection that is closed. A status below
    that cannot be told from silent acceptance, so it is a warning.
    """
    if was_acted_on(asker, exchange):
        return [answered(what, asker, exchange)]
    answer = exchange.answer
    if isinstance(answer, Failure):
        is_gone = answer.outcome in NEVER_CONNECTED
        is_closed = answer.outcome.family in ("net", "http", "limit") and not is_gone
        return [] if is_closed and (may_crash or answer.outcome.family != "net") else [answered(what, asker, exchange)]
    status = answer.status or 0
    if status >= 500 and not may_crash:
        return [answered(what, asker, exchange)]
    if status >= 400:
        return []
    came = got(asker, exchange)
    return [
        Fault(
            Text(
                f"{what.en} was answered with {came.en}: silence and acceptance look the same; answer 403",
                f"{what.zh}得到的应答是 {came.zh}：看不出是拒绝还是接受；请返回 403",
            ),
            exchange,
            ACKNOWLEDGED,
            Letter.MEDIUM,
        )
    ]


def unless_right(what: Text, asker: Asker, exchange: Exchange) -> list[Fault]:
    """What is wrong unless a user's message was transferred or acknowledged."""
    return [] if verdict_of(asker, exchange) in RIGHT else [answered(what, asker, exchange)]


def unless_sound(what: Text, asker: Asker, exchange: Exchange) -> list[Fault]:
    """What is wrong if the handler failed over it; it may refuse it."""
    return [answered(what, asker, exchange)] if has_crashed(exchange) else []


async def next_one(asker: Asker) -> list[Fault]:
    """What is wrong unless an ordinary push is answered as ever."""
    after = await asker.ask(asker.push(is_genuine=True))
    return unless_right(Text("an ordinary push after that", "此后的普通推送"), asker, after)


async def touched(what: Text, asker: Asker, urls: Iterable[str], exchange: Exchange) -> list[Fault]:
    """What is wrong if somebody asked for one of the canary's addresses."""
    await asker.canary.settled()
    if not any(map(asker.canary.is_touched, urls)):
        return []
    return [
        Fault(
            Text(
                f"{what.en}: the handler fetched the address in it (a canary on this machine's loopback)",
                f"{what.zh}：处理程序访问了其中的地址（本机回环上的探测服务）",
            ),
            exchange,
        )
    ]


def died(exchange: Exchange) -> bool:
    """Whether nobody listens any more."""
    return isinstance(exchange.answer, Failure) and exchange.answer.outcome in NEVER_CONNECTED
