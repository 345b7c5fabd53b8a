"""The answers to one push that came more than once, held against each other with WeChat's eyes.

WeChat takes the one answer that reaches it. So deliveries are to be answered alike, and a transfer that got lost must
come again: an acknowledgement in its place ends the matter, and no agent gets the message.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from wxkf_cli.lint.finding import Finding
from wxkf_cli.trial.notes import run_finding
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wechat.answers import is_envelope
from wxkf_cli.wechat.opening import read
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import Document, NodeValue
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.exchange import Exchange, Failure, Response

#: What comparing answers can find.
COMPARED = ("KF406", "KF407")
#: What an answer was, for a sentence; without one of these there was none that could be compared.
_NAMES: dict[Verdict, Text] = {
    Verdict.TRANSFERRED: Text("the transfer", "转发回复"),
    Verdict.EVENT_TRANSFERRED: Text("a transfer", "转发回复"),
    Verdict.ACKNOWLEDGED: Text("an acknowledgement", "确认"),
    Verdict.ABNORMAL: Text("abnormal data", "异常数据"),
}
#: Pushes that one sentence names.
_TOLD = 3
#: What may differ from one right answer to the next.
_MAY_DIFFER = "CreateTime"


class Known(NamedTuple):
    """One delivery whose answer is known.

    Attributes:
        exchange: It, with the answer that the handler gave, also where that was taken away.
        verdict: What becomes of the push if this answer arrives.
        has_arrived: Whether it did.
    """

    exchange: Exchange
    verdict: Verdict
    has_arrived: bool


def known(exchanges: Iterable[Exchange], policy: Policy = DEFAULT_POLICY, seal: Seal | None = None) -> list[Known]:
    """The deliveries of one push that can be compared: not those that nobody answered, or not in time.

    Args:
        exchanges: All of them, copies included, in the order in which they left.
        policy: What answers are judged by.
        seal: What opens sealed ones.
    """
    found = []
    for exchange in exchanges:
        answer = exchange.answer
        lost = answer.lost if isinstance(answer, Failure) else None
        given = exchange if lost is None else exchange.answered(lost)
        verdict = judge(given, policy, seal).verdict
        if verdict in _NAMES:
            found.append(Known(given, verdict, lost is None))
    return found


def differing(deliveries: Sequence[Known], seal: Seal | None = None) -> Finding | None:
    """The gravest way in which the answers to one push differ; None where they are alike.

    That is the message which no agent gets (KF406), else the first answer that is not like the first one (KF407).
    """
    return _message_lost(deliveries) or next(
        (found for later in deliveries[1:] if (found := _unlike(deliveries[0], later, seal)) is not None), None
    )


def _message_lost(deliveries: Sequence[Known]) -> Finding | None:
    """A transfer that WeChat never got, and an acknowledgement that it got instead."""
    transfers = [each for each in deliveries if each.verdict is Verdict.TRANSFERRED]
    ended = next((each for each in deliveries if each.verdict is Verdict.ACKNOWLEDGED and each.has_arrived), None)
    if ended is None or not transfers or any(each.has_arrived for each in transfers):
        return None
    first, last = transfers[0].exchange.delivery, ended.exchange.delivery
    return _found(
        "KF406",
        Text(
            f"delivery {first} was answered with the transfer, which got lost, and delivery {last} of the same message "
            "with an acknowledgement: no agent ever gets it",
            f"第 {first} 次推送得到转发回复，但途中丢失；同一条消息的第 {last} 次推送只得到确认：客服永远收不到它",
        ),
        ended,
    )


def _unlike(first: Known, later: Known, seal: Seal | None) -> Finding | None:
    """A later answer that is not like the first."""
    if first.verdict is later.verdict:
        names = _fields_that_differ(first, later, seal) if first.verdict is Verdict.TRANSFERRED else []
        if not names:
            return None
        fields = ", ".join(quoted(each) for each in names)
        how = Text(f"with another reply: {fields} differs", f"另一种回复：{fields} 不同")
    elif first.verdict is Verdict.ABNORMAL and first.has_arrived:
        return None  # what is wrong with that one is said already, and the later one mends it
    else:
        name = _named(later)
        how = Text(f"with {name.en}", name.zh)
    before = _named(first)
    lost = Text("", "") if first.has_arrived else Text(", which got lost", "（途中丢失）")
    if later.exchange.delivery == first.exchange.delivery:
        which = Text("its copy at the same time", "同时到达的副本")
    else:
        which = Text(f"delivery {later.exchange.delivery} of the same push", f"第 {later.exchange.delivery} 次推送")
    number = first.exchange.delivery
    return _found(
        "KF407",
        Text(
            f"delivery {number} was answered with {before.en}{lost.en}, and {which.en} {how.en}",
            f"第 {number} 次推送得到的应答是{before.zh}{lost.zh}，{which.zh}得到的是{how.zh}",
        ),
        later,
    )


def _named(delivery: Known) -> Text:
    answer = delivery.exchange.answer
    if delivery.verdict is Verdict.ABNORMAL and isinstance(answer, Response) and answer.status != 200:
        return Text(f"status {answer.status}", f"状态码 {answer.status}")
    return _NAMES[delivery.verdict]


def _fields_that_differ(first: Known, later: Known, seal: Seal | None) -> list[str]:
    """The fields in which two transfers of one message are not the same; how they are written does not matter."""
    before, after = (_fields(each.exchange, seal) for each in (first, later))
    return [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]


def _fields(exchange: Exchange, seal: Seal | None) -> dict[str, NodeValue]:
    document = _document(exchange.answer.body) if isinstance(exchange.answer, Response) else None
    if document is not None and is_envelope(document) and seal is not None:
        document = _document(read(document, seal, None).message or b"")
    nodes = document.nodes if document is not None else ()
    return {node.name: node.value for node in nodes if node.name != _MAY_DIFFER}


def _document(body: bytes) -> Document | None:
    data_format = codec.sniff(body)
    document = codec.parse(body, data_format) if data_format else None
    return document if isinstance(document, Document) else None


def acted_twice(moved: int, allowed: int, repeated: Collection[Exchange]) -> Finding | None:
    """The error that a push was acted on more than once.

    Args:
        moved: By how much a witness's count has grown.
        allowed: How many pushes may have been acted on, each once, to make it grow.
        repeated: Those of them that came more than once and are not told of yet, one delivery of each.
    """
    if moved <= allowed or not repeated:
        return None
    ids = ", ".join(quoted(_id_of(each)) for each in list(repeated)[:_TOLD])
    found = run_finding(
        "KF408",
        Text(
            f"the witness counts {moved} actions, and {allowed} was the most: a push that came more than once was "
            f"acted on more than once (one of {ids})",
            f"计数为 {moved} 次处理，而最多应为 {allowed} 次：多次到达的推送被重复处理（{ids} 之一）",
        ),
    )
    first = next(iter(repeated))
    return found._replace(exchange=first.id, case=first.case)


def _id_of(exchange: Exchange) -> str:
    """What tells a push from others: its MsgId, or whose event it is and when."""
    push = exchange.push
    values = push.values if push is not None else {}
    return str(values.get("MsgId") or f"{values.get('FromUserName')} {values.get('CreateTime')}")


def _found(code: str, message: Text, delivery: Known) -> Finding:
    return run_finding(code, message)._replace(exchange=delivery.exchange.id, case=delivery.exchange.case)
