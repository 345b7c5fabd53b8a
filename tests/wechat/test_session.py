"""The session table, and the platform that plays by it: nothing leaves the table, nothing is lost or doubled."""

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import Message, make
from wxkf_cli.vocab.policy import DEFAULT_POLICY, Policy
from wxkf_cli.wechat.platform import Platform
from wxkf_cli.wechat.quota import Refusal
from wxkf_cli.wechat.session import IMPOSSIBLE, TRANSITIONS, Impossible, Session, State, Trigger

NOW = 1714112445.0
LI, WANG = "o-li", "o-wang"


def text(number: int) -> Message:
    return make(PUSHES["text"], {"MsgId": number, "Content": str(number)})


def numbers(messages: Iterable[Message]) -> list[object]:
    return [message.values["MsgId"] for message in messages]


def test_every_trigger_and_every_state_is_in_the_table() -> None:
    assert {trigger for _, trigger in TRANSITIONS} == set(Trigger)
    assert {state for state, _ in TRANSITIONS} == set(TRANSITIONS.values()) == set(State)


def test_what_is_not_in_the_table_has_words_of_its_own() -> None:
    rest = {(state, trigger) for state in State for trigger in Trigger} - TRANSITIONS.keys()
    assert set(IMPOSSIBLE) == rest
    assert len({text.en for text in IMPOSSIBLE.values()} | {text.zh for text in IMPOSSIBLE.values()}) == 2 * len(rest)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("trigger", list(Trigger))
def test_what_is_not_in_the_table_cannot_happen(state: State, trigger: Trigger) -> None:
    session = Session(state, NOW if state is State.HUMAN else None)
    if (state, trigger) in TRANSITIONS:
        session.fire(trigger, NOW)
        assert session.state is TRANSITIONS[state, trigger]
    else:
        with pytest.raises(Impossible) as caught:
            session.fire(trigger, NOW)
        en, zh = caught.value.of("小明")
        assert "小明" in en
        assert "小明" in zh
        assert str(caught.value) == en.replace("小明", "the user")
        assert session.state is state
    assert (session.open_since is not None) == (session.state is State.HUMAN)


def test_a_message_is_pushed_until_an_agent_accepts_and_again_after_thirty_minutes() -> None:
    platform = Platform()
    assert platform.sends(LI, text(1), NOW)
    platform.transferred(LI, text(1), NOW + 1)
    assert platform.sends(LI, text(2), NOW + 2)
    assert numbers(platform.user(LI).waiting) == [1]
    platform.accepts(LI, NOW + 3)
    assert numbers(platform.user(LI).desk) == [1]
    assert not platform.sends(LI, text(3), NOW + 4)
    assert numbers(platform.user(LI).desk) == [1, 3]
    # The second message was answered only after the agent had come (assumed: he gets it too).
    platform.transferred(LI, text(2), NOW + 5)
    assert numbers(platform.user(LI).desk) == [1, 3, 2]
    assert platform.advance(NOW + 3 + 1799) == []
    assert not platform.sends(LI, text(4), NOW + 3 + 1799)
    assert platform.advance(NOW + 3 + 1800) == [LI]
    assert platform.sends(LI, text(5), NOW + 3 + 1800)
    assert platform.user(LI).desk == ()


def test_thirty_minutes_can_be_counted_from_the_last_message() -> None:
    platform = Platform(Policy(session_counts_from_message=True))
    platform.sends(LI, text(1), NOW)
    platform.transferred(LI, text(1), NOW)
    platform.accepts(LI, NOW)
    assert not platform.sends(LI, text(2), NOW + 1000)
    assert not platform.sends(LI, text(3), NOW + 2700)
    assert platform.advance(NOW + 4499) == []
    assert platform.advance(NOW + 4500) == [LI]


def test_seats_are_filled_by_those_who_waited_longest() -> None:
    platform = Platform(seats=1)
    for openid in (LI, WANG):
        platform.sends(openid, text(1), NOW)
        platform.transferred(openid, text(1), NOW)
    states = [platform.user(openid).state for openid in (LI, WANG)]
    assert states == [State.HUMAN, State.WAITING]
    platform.closes(LI, NOW + 10)
    assert platform.user(LI).state is State.HANDLER
    assert platform.user(WANG).state is State.HUMAN
    assert numbers(platform.user(WANG).desk) == [1]
    assert platform.advance(NOW + 10 + 1800) == [WANG]


@pytest.mark.parametrize("call", ["accepts", "closes"])
def test_nobody_can_be_accepted_or_closed_who_is_not_there(call: str) -> None:
    with pytest.raises(Impossible):
        getattr(Platform(), call)(LI, NOW)


def test_story_time_only_moves_forward() -> None:
    platform = Platform()
    platform.advance(NOW)
    with pytest.raises(Impossible, match="story time goes back"):
        platform.sends(LI, text(1), NOW - 1)


def test_what_the_handler_may_send_follows_from_what_the_user_did() -> None:
    platform = Platform()
    assert platform.handler_sends(LI, NOW) is Refusal.OUT_OF_TIME
    platform.enters(LI, NOW)
    assert [platform.handler_sends(LI, NOW) for _ in range(3)] == [None, None, Refusal.OUT_OF_COUNT]
    platform.sends(LI, text(1), NOW)
    assert [platform.handler_sends(LI, NOW) for _ in range(6)] == [None] * 5 + [Refusal.OUT_OF_COUNT]


STEPS = st.tuples(
    st.sampled_from(["send", "send", "transfer", "transfer", "accept", "close", "enter", "wait"]),
    st.sampled_from([LI, WANG, "o-zhao"]),
    st.floats(0, 1200),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(STEPS, max_size=60), st.integers(0, 2), st.booleans())
def test_no_sequence_leaves_the_table_and_nothing_is_lost_or_doubled(
    steps: list[tuple[str, str, float]], seats: int, from_message: bool
) -> None:
    policy = Policy(session_counts_from_message=from_message)
    platform = Platform(policy, seats=seats)
    at = NOW
    pushed: dict[str, list[Message]] = {LI: [], WANG: [], "o-zhao": []}
    given_to_human: Counter[object] = Counter()
    handed_over: Counter[object] = Counter()
    for number, (what, openid, passed) in enumerate(steps):
        at += passed
        platform.advance(at)
        state = platform.user(openid).state
        match what:
            case "send":
                is_pushed = platform.sends(openid, text(number), at)
                assert is_pushed == (state is not State.HUMAN)
                if is_pushed:
                    pushed[openid].append(text(number))
                else:
                    given_to_human[number] += 1
                    assert numbers(platform.user(openid).desk)[-1] == number
            case "transfer" if pushed[openid]:
                message = pushed[openid].pop()
                platform.transferred(openid, message, at)
                handed_over[message.values["MsgId"]] += 1
                seen = platform.user(openid)
                assert numbers([*seen.waiting, *seen.desk]).count(message.values["MsgId"]) == 1
            case "accept" if state is State.WAITING:
                waited = numbers(platform.user(openid).waiting)
                platform.accepts(openid, at)
                assert numbers(platform.user(openid).desk) == waited
            case "close" if state is not State.HANDLER:
                platform.closes(openid, at)
            case "enter":
                platform.enters(openid, at)
            case _:
                pass
        check(platform, policy, at, seats)
    assert given_to_human.keys().isdisjoint(handed_over)
    assert set(given_to_human.values()) | set(handed_over.values()) <= {1}


def check(platform: Platform, policy: Policy, at: float, seats: int) -> None:
    users = [platform.user(openid) for openid in (LI, WANG, "o-zhao")]
    for user in users:
        # Agents see somebody's messages only while they serve him; what waits, waits.
        assert not (user.waiting and user.state is not State.WAITING)
        assert not (user.desk and user.state is not State.HUMAN)
        end = user.expires_at(policy)
        assert end is None or end > at
    served = sum(user.state is State.HUMAN for user in users)
    if seats and any(user.state is State.WAITING for user in users):
        assert served >= seats


def test_the_policy_has_the_documented_figures() -> None:
    assert (DEFAULT_POLICY.deliveries, DEFAULT_POLICY.session_seconds) == (3, 1800)
    assert (DEFAULT_POLICY.quota_message, DEFAULT_POLICY.quota_entry) == ((5, 172800), (2, 60))
