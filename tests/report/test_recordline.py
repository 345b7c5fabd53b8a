"""The lines that are written in one go say, to the byte, what JSON makes of the values of a record."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from wxkf_cli.report.event import Done, Sent
from wxkf_cli.report.fitting import fitted
from wxkf_cli.report.machine import dumps, ndjson
from wxkf_cli.report.recordline import done_line, sent_line
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import DEFAULT_POLICY
from wxkf_cli.vocab.terms import DataFormat, Flaw, Mode, Route
from wxkf_cli.wechat.record import exchange_to_json, sent_to_json
from wxkf_cli.wechat.verdict import TABLE, Judgement
from wxkf_cli.wire.exchange import Exchange, Failure, PushRequest, Response

TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", "secret", "##[error]", "###", "</script><!--", 'a"b\\c', "你好\u2028", "\x00"]),
)
HEADERS = st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple)
BODIES = st.one_of(st.binary(max_size=12), TEXTS.map(str.encode), st.just(b"x" * 9000), st.just("好".encode() * 90_000))
SECONDS = st.floats(0, 2e9)
REQUESTS = st.builds(
    PushRequest,
    st.sampled_from(["POST", "GET"]),
    st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
    HEADERS,
    BODIES,
)
ANSWERS = st.one_of(
    st.builds(
        Response, st.one_of(st.none(), st.integers(100, 599)), HEADERS, BODIES, SECONDS, TEXTS,
        st.sampled_from([(), ("a folded header line",), None]),
    ),
    st.builds(Failure, st.sampled_from(Outcome), st.sampled_from(Phase), SECONDS, TEXTS),
)  # fmt: skip
EXCHANGES = st.builds(
    Exchange,
    ANSWERS,
    id=TEXTS,
    case=TEXTS,
    push=st.one_of(st.none(), st.sampled_from([make(PUSHES["text"]), make(PUSHES["image"])])),
    request=st.one_of(st.none(), REQUESTS),
    mode=st.one_of(st.none(), st.sampled_from(Mode)),
    data=st.one_of(st.none(), st.sampled_from(DataFormat)),
    delivery=st.integers(1, 3),
    flaw=st.one_of(st.none(), st.sampled_from(Flaw)),
    sent_at=st.one_of(st.none(), SECONDS),
    route=st.one_of(st.just(Route.URL), st.sampled_from(Route)),
)


def masked(text: str) -> str:
    return text.replace("secret", "***")


@settings(max_examples=500, deadline=None)
@given(EXCHANGES, st.sampled_from(list(TABLE.values())), st.integers(1, 10**6))
def test_a_line_is_what_json_makes_of_its_values(exchange: Exchange, judgement: Judgement, number: int) -> None:
    sent: dict[str, Any] = {"type": "sent", "n": number, **sent_to_json(exchange)}
    done = {"type": "done", "n": number, **exchange_to_json(exchange, judgement, DEFAULT_POLICY, masked)}
    assert list(ndjson(Sent(exchange), number)) == [fitted(sent, dumps)]
    assert list(ndjson(Done(exchange, judgement), number, DEFAULT_POLICY, masked)) == [fitted(done, dumps)]


def test_most_are_written_in_one_go() -> None:
    request = PushRequest("POST", (("nonce", "1"),), (("Host", "h"),), b"<xml></xml>")
    exchange = Exchange(Response(200, (), b"success", 0.01), "e1", request=request, sent_at=1.5)
    assert sent_line(exchange, 1) is not None
    assert done_line(exchange, next(iter(TABLE.values())), 2) is not None
