"""How far away a handler is decides what it may be asked."""

import pytest

from tests.cli.running import Wxkf
from wxkf_cli.cli.handler import Handler
from wxkf_cli.cli.playing import within_reach
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.simulate.target import Reach, parse_url
from wxkf_cli.trial.plan import Plan
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import Mode
from wxkf_cli.wire.escape import Redactor
from wxkf_cli.wire.exchange import Answer, PushRequest


async def nowhere(request: PushRequest, deadline: float) -> Answer:
    raise AssertionError((request, deadline))


def handler_at(host: str, reach: Reach | None) -> Handler:
    target = parse_url(f"https://{host}/wx")
    return Handler("url", target, Sender("AAAAA"), (Mode.PLAINTEXT,), False, nowhere, Policy(), reach, Redactor([]))


@pytest.mark.parametrize("reach", [Reach.LOCAL, None])
def test_a_handler_nearby_gets_the_plan_as_it_is(reach: Reach | None) -> None:
    plan = Plan(count=10, concurrency=64)
    assert within_reach(plan, handler_at("127.0.0.1", reach), None) == plan


def test_a_public_host_gets_the_suite_at_five_a_second_and_four_in_flight() -> None:
    slowed = within_reach(Plan(concurrency=64), handler_at("staging.example.com", Reach.PUBLIC), None)
    assert (slowed.pace, slowed.concurrency) == (5.0, 4)


REFUSED = [
    ("--burst", ["--burst", "3"]),
    ("--count", ["--count", "3", "--concurrency", "3"]),
    ("--chaos", ["--burst", "3", "--chaos", "default"]),
]


@pytest.mark.parametrize(("option", "options"), REFUSED)
def test_the_option_that_was_given_is_named(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, option: str, options: list[str]
) -> None:
    async def far(*_: object) -> Reach:
        return Reach.PUBLIC

    monkeypatch.setattr("wxkf_cli.simulate.over_wire.Wire.reach", far)
    ran = wxkf("simulate", "--url", "http://staging.example.com/wx", *options)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == f"wxkf: {option} towards the public host staging.example.com"


@pytest.mark.parametrize("allowed", [None, "example.com"])
def test_count_towards_a_public_host_wants_it_named_again(allowed: str | None) -> None:
    with pytest.raises(UsageError, match=r"--count towards the public host staging\.example\.com"):
        within_reach(Plan(count=10), handler_at("staging.example.com", Reach.PUBLIC), allowed)


def test_a_public_host_that_is_named_again_gets_the_plan_as_it_is() -> None:
    plan = Plan(count=10, concurrency=8)
    assert within_reach(plan, handler_at("staging.example.com", Reach.PUBLIC), "staging.example.com") == plan
