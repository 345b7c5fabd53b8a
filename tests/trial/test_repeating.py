"""What is said of a push that came more than once: what differs to WeChat is found, and nothing else."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lint.texts import check_message
from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.redelivery_findings import REDELIVERY_FINDINGS
from wxkf_cli.lint.rule import EXAMPLE_SEAL, Example
from wxkf_cli.lint.run_findings import Delivered, Redelivery
from wxkf_cli.trial.repeating import acted_twice, differing, known
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wechat.verdict import Verdict
from wxkf_cli.wire.envelope import sealed_reply
from wxkf_cli.wire.exchange import Exchange, Failure, Response

BAD = [
    pytest.param(each.code, push, id=f"{each.code}-{n}")
    for each in REDELIVERY_FINDINGS
    for n, push in enumerate(each.bad)
]
GOOD = [pytest.param(push, id=f"{each.code}-{n}") for each in REDELIVERY_FINDINGS for n, push in enumerate(each.good)]

TRANSFER, SUCCESS, EMPTY = Example(RIGHT_XML), Example("success"), Example("")
BROKEN, BUSY = Example("<xml>"), Example("busy", status=503)
LATE, GONE = Example(failure=Outcome.TIMEOUT_FIRST_BYTE), Example(failure=Outcome.NET_RESET)


def exchanges(push: Redelivery) -> list[Exchange]:
    found: list[Exchange] = []
    for each in push.deliveries:
        delivery = found[-1].delivery + (not each.is_copy) if found else 1
        exchange = each.answer.exchange()._replace(id="e1", case="lost-answer", delivery=delivery)
        if each.is_lost:
            assert isinstance(exchange.answer, Response)
            exchange = exchange.answered(Failure(Outcome.LOCAL_FAULT, Phase.LOCAL, 0.018, lost=exchange.answer))
        found.append(exchange)
    return found


def found_in(push: Redelivery) -> list[Finding]:
    sent = exchanges(push)
    twice = acted_twice(push.acted, 1, sent[-1:]) if push.acted is not None else None
    return [each for each in (differing(known(sent)), twice) if each is not None]


def lost(answer: Example) -> Delivered:
    return Delivered(answer, is_lost=True)


def codes(*deliveries: Delivered) -> list[str]:
    return [each.code for each in found_in(Redelivery(deliveries))]


@pytest.mark.parametrize(("code", "push"), BAD)
def test_a_bad_example_shows_its_own_finding_and_no_other(code: str, push: Redelivery) -> None:
    (finding,) = found_in(push)
    about = next(each for each in REDELIVERY_FINDINGS if each.code == code)
    assert (finding.code, finding.severity, finding.source) == (code, about.severity, about.source)
    assert (finding.exchange, finding.case) == ("e1", "lost-answer")
    check_message(finding.message)


@pytest.mark.parametrize("push", GOOD)
def test_a_good_example_shows_none(push: Redelivery) -> None:
    assert found_in(push) == []


#: The answer that got lost, the one that came to the redelivery -> what is found.
PAIRS: list[tuple[Example, Example, list[str]]] = [
    (TRANSFER, TRANSFER, []),
    (TRANSFER, Example(RIGHT_XML.replace("1714112446", "1714112451")), []),
    (TRANSFER, Example(RIGHT_XML.replace("transfer_customer_service", "<![CDATA[transfer_customer_service]]>")), []),
    (TRANSFER, Example(RIGHT_XML.replace("<xml>", "<xml>\n  ")), []),
    (TRANSFER, SUCCESS, ["KF406"]),
    (TRANSFER, EMPTY, ["KF406"]),
    (TRANSFER, BROKEN, ["KF407"]),
    (TRANSFER, BUSY, ["KF407"]),
    # Nobody answered, which has a finding of its own.
    (TRANSFER, LATE, []),
    (TRANSFER, GONE, []),
    (SUCCESS, SUCCESS, []),
    (SUCCESS, EMPTY, []),
    (SUCCESS, TRANSFER, ["KF407"]),
    (BUSY, TRANSFER, ["KF407"]),
    (BUSY, BROKEN, []),
]


@pytest.mark.parametrize(("first", "second", "found"), PAIRS)
def test_an_answer_that_got_lost_is_held_against_the_one_that_arrived(
    first: Example, second: Example, found: list[str]
) -> None:
    assert codes(lost(first), Delivered(second)) == found


#: Deliveries in their order -> what is found.
COURSES: list[tuple[list[Delivered], list[str]]] = [
    # Who answers nothing the first time cannot be held to it.
    ([Delivered(LATE), Delivered(SUCCESS)], []),
    ([Delivered(GONE), Delivered(TRANSFER)], []),
    ([Delivered(LATE), lost(TRANSFER), Delivered(SUCCESS)], ["KF406"]),
    # What arrived abnormal is said already, and mended.
    ([Delivered(BUSY), Delivered(TRANSFER)], []),
    # The agents have the message by one of the two.
    ([Delivered(TRANSFER), Delivered(SUCCESS, is_copy=True)], ["KF407"]),
    ([Delivered(SUCCESS), Delivered(TRANSFER, is_copy=True)], ["KF407"]),
    ([lost(TRANSFER), lost(SUCCESS), Delivered(TRANSFER)], ["KF407"]),
    # The transfer got lost, its copy too, and what ends it is no transfer.
    ([lost(TRANSFER), Delivered(SUCCESS, is_lost=True, is_copy=True), Delivered(SUCCESS)], ["KF406"]),
    ([lost(SUCCESS), lost(TRANSFER), Delivered(SUCCESS)], ["KF406"]),
    ([lost(TRANSFER), lost(TRANSFER), lost(SUCCESS)], ["KF407"]),
    ([Delivered(TRANSFER)], []),
]


@pytest.mark.parametrize(("deliveries", "found"), COURSES)
def test_all_deliveries_are_looked_at(deliveries: list[Delivered], found: list[str]) -> None:
    assert codes(*deliveries) == found


def test_it_is_said_what_differs() -> None:
    with_more = Example(RIGHT_XML.replace("</xml>", "<A>1</A></xml>"))
    said = {
        "a field": found_in(Redelivery((lost(with_more), Delivered(TRANSFER)))),
        "a copy": found_in(Redelivery((Delivered(TRANSFER), Delivered(SUCCESS, is_copy=True)))),
        "a status": found_in(Redelivery((lost(TRANSFER), Delivered(BUSY)))),
        "nobody": found_in(Redelivery((lost(TRANSFER), Delivered(SUCCESS)))),
    }
    assert {name: [each.message.en for each in found] for name, found in said.items()} == {
        "a field": [
            "delivery 1 was answered with the transfer, which got lost, and delivery 2 of the same push with another "
            'reply: "A" differs'
        ],
        "a copy": ["delivery 1 was answered with the transfer, and its copy at the same time with an acknowledgement"],
        "a status": [
            "delivery 1 was answered with the transfer, which got lost, and delivery 2 of the same push with status 503"
        ],
        "nobody": [
            "delivery 1 was answered with the transfer, which got lost, and delivery 2 of the same message with an "
            "acknowledgement: no agent ever gets it"
        ],
    }


@pytest.mark.parametrize("data", DataFormat)
@pytest.mark.parametrize(("extra", "found"), [("", []), ("A", ["KF407"])])
def test_a_seal_is_opened_before_replies_are_compared(data: DataFormat, extra: str, found: list[str]) -> None:
    plain = RIGHT_XML if data is DataFormat.XML else RIGHT_JSON
    other = plain.replace("</xml>", f"<{extra}>1</{extra}></xml>") if extra else plain
    other = other.replace("}", f',"{extra}":1}}') if extra else other

    def sealed(reply: str, nonce: str) -> Exchange:
        random16 = nonce.encode() * 2
        body = sealed_reply(reply.encode(), data, EXAMPLE_SEAL, timestamp=1714112446, nonce=nonce, random16=random16)
        return Example(body, mode=Mode.SECURE, data=data).exchange()

    first, second = sealed(plain, "15147114"), sealed(other, "98765432")
    assert isinstance(first.answer, Response)
    gone = first.answered(Failure(Outcome.LOCAL_FAULT, Phase.LOCAL, 0.0, lost=first.answer))
    deliveries = known([gone, second._replace(delivery=2)], seal=EXAMPLE_SEAL)
    assert [each.verdict for each in deliveries] == [Verdict.TRANSFERRED] * 2
    finding = differing(deliveries, EXAMPLE_SEAL)
    assert [finding.code if finding else ""] == (found or [""])
    # Without the key nothing is known, and nothing is said.
    assert known([gone, second]) == []


ANSWERS = st.sampled_from([TRANSFER, SUCCESS, EMPTY, BROKEN, BUSY, LATE, GONE])


@given(ANSWERS, st.integers(1, 4), st.lists(st.booleans(), min_size=4, max_size=4))
def test_the_same_answer_to_every_delivery_is_never_a_finding(answer: Example, times: int, gone: list[bool]) -> None:
    is_whole = answer.failure is None
    assert codes(*(Delivered(answer, is_lost=is_whole and each) for each in gone[:times])) == []


@given(st.lists(st.tuples(st.sampled_from([TRANSFER, SUCCESS]), st.booleans()), min_size=1, max_size=5))
def test_a_message_is_lost_if_and_only_if_wechat_got_an_acknowledgement_and_no_transfer(
    answers: list[tuple[Example, bool]],
) -> None:
    was_transferred = any(answer is TRANSFER for answer, _ in answers)
    arrived = [answer for answer, is_lost in answers if not is_lost]
    is_lost = was_transferred and SUCCESS in arrived and TRANSFER not in arrived
    found = codes(*(Delivered(answer, gone) for answer, gone in answers))
    assert (found == ["KF406"]) is is_lost
    assert (found == []) is (len({answer.body for answer, _ in answers}) == 1)


def test_acting_once_for_each_push_is_right_and_more_than_that_is_not() -> None:
    (exchange,) = exchanges(Redelivery((Delivered(TRANSFER),)))
    for moved, allowed in product(range(6), range(1, 5)):
        finding = acted_twice(moved, allowed, [exchange])
        assert (finding is not None) is (moved > allowed)
    assert acted_twice(9, 1, []) is None, "where nothing came twice, nothing is known of repeating"
