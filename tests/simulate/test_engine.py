"""Pushes: the same seed and number give the same ids, in whatever order; a redelivery keeps its message."""

from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.simulate.engine import Chance, Engine, Sender
from wxkf_cli.simulate.shot import Shot
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.terms import DataFormat, Flaw, Mode
from wxkf_cli.wechat.record import exchange_from_json, sent_to_json
from wxkf_cli.wire.crypto import decoded_key
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.signature import verify

_SEAL = Seal("t", decoded_key("A" * 43), "wx0123456789abcdef")
_NUMBERS = st.integers(1, 10**9)
SHOTS = st.builds(
    Shot,
    case=st.just("x"),
    values=st.just({}),
    content_type=st.none(),
    without=st.just(()),
    kind=st.sampled_from(["", *sorted(PUSHES)]),
    data=st.sampled_from(DataFormat),
    mode=st.sampled_from(Mode),
    flaw=st.sampled_from([None, Flaw.SIGNATURE]),
)


def engine(seed: int = 1, at: float = 1714112445.0, host: str = "127.0.0.1") -> Engine:
    return Engine(Sender("t", _SEAL), host=host, clock=lambda: at, seed=seed)


@given(st.integers(), _NUMBERS, st.integers(1, 5))
def test_ids_are_of_their_kind_and_depend_on_nothing_else(seed: int, number: int, delivery: int) -> None:
    ids, again = Chance(seed, number, delivery), Chance(seed, number, delivery)
    assert (ids.nonce, ids.echostr, ids.message_id) == (again.nonce, again.echostr, again.message_id)
    assert ids.random16 == again.random16
    assert 10**8 <= int(ids.nonce) < 10**10
    assert 10**18 <= int(ids.echostr) < 10**19
    assert 10**18 <= ids.message_id < 2**63
    assert len(ids.random16) == 16


def test_no_two_of_many_messages_share_an_id() -> None:
    assert len({Chance(7, number, 1).message_id for number in range(50_000)}) == 50_000


@given(SHOTS, st.integers(1, 100), st.integers(1, 100))
def test_the_order_in_which_pushes_are_made_does_not_matter(shot: Shot, first: int, second: int) -> None:
    one, other = engine(), engine()
    forth = {number: one.prepare(shot, number) for number in (first, second)}
    back = {number: other.prepare(shot, number) for number in (second, first)}
    assert forth == back


def test_without_numbers_they_are_counted() -> None:
    shot, made = Shot("x", "text", DataFormat.XML), engine()
    assert [made.prepare(shot).id for _ in range(3)] == ["e1", "e2", "e3"]
    assert made.prepare(shot, 2) == engine().prepare(shot, 2)


@given(SHOTS, _NUMBERS)
def test_a_push_made_again_from_its_record_has_the_same_message_and_another_signature(shot: Shot, number: int) -> None:
    before = engine().prepare(shot, number)
    read = exchange_from_json({**sent_to_json(before), "outcome": "local.interrupted"}, _SEAL)
    again = engine(at=1714112450.0, host="localhost:8000").again(read, number, 2)
    assert again.request is not None
    assert before.request is not None
    assert again.push == before.push
    assert (again.id, again.delivery, again.flaw, again.mode) == (before.id, 2, before.flaw, before.mode)
    assert again.request.parameter("timestamp") == "1714112450"
    assert again.request.parameter("nonce") != before.request.parameter("nonce")
    assert again.request.parameter("echostr") == before.request.parameter("echostr")
    signed = ("t", "1714112450", again.request.parameter("nonce"))
    forged = shot.flaw is Flaw.SIGNATURE and not (shot.mode is Mode.SECURE and shot.kind)
    assert verify(again.request.parameter("signature"), *signed) is not forged
    headers = dict(again.request.headers)
    assert headers["Host"] == "localhost:8000"
    assert headers.keys() == dict(before.request.headers).keys()
    if shot.kind:
        assert headers["Content-Length"] == str(len(again.request.body))
        assert (again.request.body == before.request.body) is (shot.mode is Mode.PLAINTEXT)
