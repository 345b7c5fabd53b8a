"""Pushes that are made from what they have in common with one before are, to the byte, what they would be without."""

from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.simulate.engine import Engine, Sender
from wxkf_cli.simulate.shot import Shot
from wxkf_cli.vocab.terms import DataFormat, Flaw, Mode
from wxkf_cli.wire.crypto import decoded_key
from wxkf_cli.wire.envelope import Seal

SEAL = Seal("t", decoded_key("A" * 43), "wx0123456789abcdef")
#: What differs from the samples: text, numbers that compare like one another, what is no key, what is no MsgId.
VALUES = [
    {}, {"Content": "你好"}, {"Content": "]]>\"\\\n"}, {"Content": "1"}, {"Content": 1}, {"Content": True},
    {"Content": 1.0}, {"FromUserName": "oX"}, {"FromUserName": 7}, {"CreateTime": 5}, {"MsgId": 5}, {"MsgId": "5"},
    {"More": ["a"]}, {"More": {"a": "b"}}, {"Content": "a", "More": "b"}, {"More": "b", "Content": "a"},
]  # fmt: skip
SHOTS = st.builds(
    Shot,
    case=st.sampled_from(["x", "y"]),
    kind=st.sampled_from(["text", "image", "miniprogrampage", "user_enter_tempsession"]),
    data=st.sampled_from(DataFormat),
    values=st.sampled_from(VALUES),
    mode=st.sampled_from([Mode.PLAINTEXT, Mode.PLAINTEXT, Mode.COMPATIBLE, Mode.SECURE]),
    flaw=st.sampled_from([None, None, Flaw.SIGNATURE]),
    content_type=st.sampled_from([None, "", "text/plain"]),
    without=st.sampled_from([(), ("Content",), ("MsgId",)]),
)


@given(st.lists(st.tuples(SHOTS, st.sampled_from([100.0, 100.5, 101.0])), min_size=1, max_size=4))
def test_a_push_does_not_depend_on_those_before_it(pushes: list[tuple[Shot, float]]) -> None:
    now = 0.0
    sender = Sender("t", SEAL, extra_headers=(("X-More", "1"),))
    used = Engine(sender, host="h", clock=lambda: now, seed=1)
    for number, (shot, now) in enumerate(pushes * 3, 1):
        fresh = Engine(sender, host="h", clock=lambda: now, seed=1)  # noqa: B023 - asked at once
        one, other = used.prepare(shot, number), fresh.prepare(shot, number)
        assert one == other
        assert one.push is not None
        assert other.push is not None
        assert list(one.push.values.items()) == list(other.push.values.items())
