"""C11 to C14 and C39: the same push again, two at the same time, ids that look alike, two users mixed.

Whether a handler acts twice cannot be seen from outside; that each delivery is answered as rightly as the first can.
"""

from collections.abc import Sequence

from wxkf_cli.simulate.conformance.asker import Asker
from wxkf_cli.simulate.conformance.check import Fault
from wxkf_cli.simulate.conformance.judging import answered, plain_answer, status_of, verdict_of
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wechat.verdict import Verdict
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import Document
from wxkf_cli.wire.exchange import Exchange

_DELIVERIES = 3
_AT_ONCE = 50


def _as_rightly(what: Text, asker: Asker, exchanges: Sequence[Exchange]) -> list[Fault]:
    """What is wrong unless all were answered in the same right way; those that were not are blamed."""
    verdicts = [verdict_of(asker, exchange) for exchange in exchanges]
    best = Verdict.TRANSFERRED if Verdict.TRANSFERRED in verdicts else Verdict.ACKNOWLEDGED
    return [
        answered(what, asker, exchange)
        for exchange, verdict in zip(exchanges, verdicts, strict=True)
        if verdict is not best
    ]


async def same_message(asker: Asker) -> list[Fault]:
    """C11."""
    values = {"MsgId": asker.message_id(), "CreateTime": asker.now}
    exchanges = [
        await asker.ask(asker.push(values=values, is_genuine=True, delivery=delivery))
        for delivery in range(1, _DELIVERIES + 1)
    ]
    return _as_rightly(Text("a delivery of one message, three in all", "同一条消息三次推送中的一次"), asker, exchanges)


async def same_event(asker: Asker) -> list[Fault]:
    """C12."""
    values = {"CreateTime": next(asker.moments)}
    exchanges = [
        await asker.ask(asker.push("user_enter_tempsession", values, is_genuine=True, delivery=delivery))
        for delivery in (1, 2)
    ]
    # What it is answered with is other checks' matter.
    first, again = (verdict_of(asker, each) for each in exchanges)
    what = Text("an event that came again", "重复推送的事件")
    return [] if again in (first, Verdict.ACKNOWLEDGED) else [answered(what, asker, exchanges[1])]


async def same_message_at_once(asker: Asker) -> list[Fault]:
    """C13."""
    values = {"MsgId": asker.message_id(), "CreateTime": asker.now}
    copies = [asker.push(values=values, is_genuine=True, delivery=delivery) for delivery in (1, 2)]
    what = Text("one of two copies at the same time", "同时到达的两份推送之一")
    return _as_rightly(what, asker, await asker.ask_at_once(copies))


async def near_message_ids(asker: Asker) -> list[Fault]:
    """C14."""
    # JavaScript's numbers keep 15 digits or so: there these two are one.
    first = asker.message_id() // 1000 * 1000
    exchanges = [await asker.ask(asker.push(values={"MsgId": first + last}, is_genuine=True)) for last in (0, 1)]
    what = Text("one of two messages whose MsgId differ in the last digit only", "MsgId 仅末位不同的两条消息之一")
    return _as_rightly(what, asker, exchanges)


async def two_users_mixed(asker: Asker) -> list[Fault]:
    """C39."""
    one = asker.sender.openid
    users = one, f"{one[:-1]}{'Z' if one[-1:] != 'Z' else 'Y'}"
    pushes = [asker.push(values={"FromUserName": users[turn % 2]}, is_genuine=True) for turn in range(_AT_ONCE)]
    exchanges = await asker.ask_at_once(pushes)
    found = []
    for turn, exchange in enumerate(exchanges):
        if _addressee(asker, exchange) == users[1 - turn % 2]:
            what = Text(
                f"of {_AT_ONCE} pushes at once, one answer went to the other user",
                f"{_AT_ONCE} 个同时的推送中，有应答发给了另一个用户",
            )
            found.append(Fault(what, exchange))
        # One that is late says nothing: some servers let in only a few at a time.
        elif (status_of(exchange) or 0) >= 500:
            what = Text(f"one of {_AT_ONCE} pushes at once", f"{_AT_ONCE} 个同时的推送之一")
            found.append(answered(what, asker, exchange))
    return found


def _addressee(asker: Asker, exchange: Exchange) -> object:
    body = plain_answer(asker, exchange)
    data_format = codec.sniff(body)
    document = codec.parse(body, data_format) if data_format else None
    return document.get("ToUserName") if isinstance(document, Document) else None
