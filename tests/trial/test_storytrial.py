"""Stories played against real handlers: who is pushed, who is served, what comes again, and what is said of it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scripted import TOKEN, Reply, Request, correct, scripted
from wxkf_cli.report.event import CaseDone, Done, Event, Found, Sent, Summary
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.story import Story
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.storyfile import load, parse
from wxkf_cli.trial.trial import Trial
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import DataFormat, Mode

STORIES = [
    path
    for path in sorted((Path(__file__).parents[2] / "wxkf_cli" / "stories").glob("*.story.toml"))
    if Mode.PLAINTEXT in (load(str(path)).modes or Mode)
]


def story(text: str) -> Story:
    return parse(text.encode(), "a.story.toml")


def play(
    *stories: Story,
    answer: Callable[[Request], Reply] = correct,
    seed: int = 1,
    policy: Policy | None = None,
    data: tuple[DataFormat, ...] = (DataFormat.XML,),
) -> tuple[list[Event], list[Request]]:
    """Everything that was told, and everything that the handler got."""
    told: list[Event] = []

    async def run(url: str) -> None:
        target = parse_url(url)
        wire = Wire(target)
        plan = Plan(
            formats=data, mandatory=True, stories=stories, is_named=True, expect=Expect.NONE, policy=policy or Policy()
        )
        trial = Trial(plan, Sender(TOKEN), target.host_header, wire, told.append, seed=seed)
        try:
            await trial.run()
        finally:
            wire.close()

    with scripted(answer) as handler:
        asyncio.run(run(handler.url))
    return told, handler.requests


def lacking(told: list[Event]) -> list[str]:
    """What expectations lack, in English."""
    return [each.finding.message.en for each in told if isinstance(each, Found) and each.finding.code == "KF904"]


def summary(told: list[Event]) -> Summary:
    assert isinstance(told[-1], Summary)
    return told[-1]


SESSION = """
[[step]]
user = "xiaoming"
send = { kind = "text", Content = "人工" }
expect = { verdict = "transferred", session = "waiting", waiting = ["人工"], within = "1s" }
[[step]]
agent = "accept"
expect = { session = "human", desk = ["人工"] }
[[step]]
send = { kind = "text", Content = "在吗" }
expect = { pushed = false, desk = ["人工", "在吗"] }
[[step]]
advance = "31m"
expect = { session = "handler", desk = [] }
[[step]]
send = { kind = "text", Content = "还在吗" }
expect = { pushed = true, deliveries = 1, user_sees = "nothing" }
"""


def test_after_thirty_minutes_the_handler_is_back_and_nobody_waited() -> None:
    told, requests = play(story(SESSION))
    assert lacking(told) == []
    assert [request.push.values["Content"] for request in requests] == ["人工", "还在吗"]
    times = [int(str(request.push.values["CreateTime"])) for request in requests]
    assert 31 * 60 <= times[1] - times[0] <= 31 * 60 + 5
    # Signatures are of the real time, which handlers compare with their own.
    assert abs(int(requests[1].query["timestamp"]) - int(requests[0].query["timestamp"])) < 60
    assert summary(told).exit_code == 0


def test_what_a_step_lacks_is_said_with_its_place() -> None:
    told, _ = play(story(SESSION.replace('verdict = "transferred"', 'verdict = "acknowledged"')))
    assert lacking(told) == ["step 1: expected verdict acknowledged, got transferred"]
    (found,) = [each.finding for each in told if isinstance(each, Found)]
    assert (found.file, found.place.line if found.place else 0, found.exchange) == ("a.story.toml", 2, "e1")
    (done,) = [each for each in told if isinstance(each, CaseDone)]
    assert done.failed == 1
    assert summary(told).exit_code == 1


def test_a_demand_on_a_step_that_pushed_nothing_is_told_with_the_push_before_it() -> None:
    told, _ = play(story(SESSION.replace("pushed = false", "pushed = true")), data=(DataFormat.XML, DataFormat.JSON))
    assert lacking(told) == ["step 3: expected pushed true, got false"] * 2
    exchanges = [each.finding.exchange for each in told if isinstance(each, Found)]
    done = [each for each in told if isinstance(each, CaseDone)]
    assert [each.data for each in done] == [DataFormat.XML, DataFormat.JSON]
    assert exchanges == [each.done[0].exchange.id for each in done]


def test_a_demand_before_any_push_names_its_story_and_format() -> None:
    told, _ = play(story('[[step]]\nagent = "accept"\n' + SESSION))
    (lack,) = lacking(told)
    assert lack.startswith("a, xml, step 1: no agent can accept ")
    (found,) = [each.finding for each in told if isinstance(each, Found)]
    assert (found.exchange, found.case) == (None, "a")


LOST = """
[[step]]
send = "人工"
fault = "drop-answer"
expect = { deliveries = 2, verdict = "transferred", user_sees = "nothing", waiting = ["人工"] }
"""


def test_a_lost_answer_brings_the_same_message_again_at_once() -> None:
    told, requests = play(story(LOST))
    assert lacking(told) == []
    assert len(requests) == 2
    assert requests[0].body == requests[1].body
    assert requests[0].query["nonce"] != requests[1].query["nonce"]
    exchanges = [each.exchange for each in told if isinstance(each, Done)]
    assert [(each.id, each.delivery) for each in exchanges] == [("e1", 1), ("e1", 2)]


def test_a_signature_can_be_kept_where_the_story_says_so() -> None:
    _, requests = play(story(f"settings = {{ is_signed_anew = false }}\n{LOST}"))
    assert requests[0].query == requests[1].query


def test_a_push_is_given_up_after_three_deliveries_and_the_user_sees_the_notice() -> None:
    told, requests = play(
        story(LOST.replace('"drop-answer"', '{ kind = "drop-answer", times = 5 }').replace(
            'deliveries = 2, verdict = "transferred", user_sees = "nothing", waiting = ["人工"]',
            'deliveries = 3, verdict = "void", user_sees = "notice", session = "handler"',
        ))
    )  # fmt: skip
    assert lacking(told) == []
    assert len(requests) == 3


def test_a_late_transfer_is_not_honoured() -> None:
    told, requests = play(story(LOST.replace('"drop-answer"', '{ kind = "delay", seconds = "6s", times = 3 }')))
    assert len(requests) == 3
    assert 'step 1: expected waiting ["人工"], got []' in lacking(told)


def test_duplicates_come_at_the_same_time_and_each_is_judged() -> None:
    told, requests = play(story('[[step]]\nsend = "a"\nfault = { kind = "duplicate", copies = 2 }\n'))
    assert len(requests) == 3
    assert len({request.body for request in requests}) == 1
    assert sum(isinstance(each, Done) for each in told) == 3
    assert summary(told).pushes == 3


def test_an_answer_to_the_wrong_user_is_an_error() -> None:
    first: list[Request] = []

    def mixes_users_up(request: Request) -> Reply:
        first.append(request)
        reply = first[0].transferred()
        return Reply(reply)

    two = '[[step]]\nuser = "a"\nsend = "1"\n[[step]]\nuser = "b"\nsend = "2"\n'
    told, requests = play(story(two), answer=mixes_users_up)
    assert requests[0].push.from_user != requests[1].push.from_user
    assert [each.finding.code for each in told if isinstance(each, Found)] == ["KF314"]


def test_the_same_seed_gives_the_same_run() -> None:
    bodies = []
    for seed in (1, 1, 2):
        _, requests = play(story('[[step]]\nrepeat = 3\n[[step.step]]\nsend = "a"\n'), seed=seed)
        bodies.append([(request.push.values["MsgId"], request.query["nonce"]) for request in requests])
    assert bodies[0] == bodies[1] != bodies[2]
    assert len(set(bodies[0])) == 3


def test_an_agent_who_has_nobody_to_accept_ends_the_story_and_says_so() -> None:
    told, requests = play(story(SESSION), answer=lambda _: Reply(b"success"))
    assert len(requests) == 1
    assert lacking(told)[-1] == 'step 2: no agent can accept "xiaoming", who is with the handler and does not wait'
    assert summary(told).exit_code == 1


def test_a_story_may_begin_with_time() -> None:
    told, requests = play(story('[[step]]\nadvance = "1h"\n[[step]]\nsend = "a"\n'))
    assert len(requests) == 1
    assert summary(told).exit_code == 0


def test_agents_can_accept_by_themselves() -> None:
    told, requests = play(
        story('agents = "auto:1"\n[[step]]\nsend = "a"\nexpect = { session = "human" }\n'
              '[[step]]\nsend = "b"\nexpect = { pushed = false }\n')
    )  # fmt: skip
    assert lacking(told) == []
    assert len(requests) == 1


def test_overlapping_steps_are_under_way_together() -> None:
    text = '[[step]]\nuser = "a"\nsend = "1"\n[[step]]\nuser = "b"\nsend = "2"\nat_once = true\n'
    told, requests = play(story(text))
    assert len(requests) == 2
    order = [type(each) for each in told if isinstance(each, Sent | Done)]
    assert order == [Sent, Sent, Done, Done]


@pytest.mark.parametrize("path", STORIES, ids=[path.name.removesuffix(".story.toml") for path in STORIES])
def test_every_story_of_the_package_passes_on_a_right_handler(path: Path) -> None:
    told, _ = play(load(str(path)), data=(DataFormat.XML, DataFormat.JSON))
    assert lacking(told) == []
    assert summary(told).exit_code == 0
