"""Deliveries and what came of them, for tests of more than one transport."""

import httpx

from tests.simulate.hostile import AMPLE, PUSH, run
from wxkf_cli.simulate.over_httpx import Httpx
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest


def push(url: str, deadline: float = AMPLE) -> Answer:
    """One push over our own wire."""
    return run(Wire(parse_url(url))(PUSH, deadline))


async def through(made: httpx.AsyncClient, url: str, request: PushRequest = PUSH, deadline: float = AMPLE) -> Answer:
    """One push through an httpx client, which is closed."""
    transport = Httpx(parse_url(url), made)
    try:
        return await transport(request, deadline)
    finally:
        await transport.aclose()


def failed(answer: Answer) -> tuple[Outcome, Phase]:
    """The word for a delivery without an answer, and how far it got."""
    assert isinstance(answer, Failure), answer
    return answer.outcome, answer.phase
