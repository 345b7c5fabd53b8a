"""The door to httpx says the same words as our own wire, as far as httpx can tell."""

import asyncio

import pytest

from tests.simulate.faults import FAULTS, Fault
from tests.simulate.hostile import AMPLE, PUSH, SHORT, Endless, Hostile, Script, hostile, run
from tests.simulate.taken import TAKEN, Taken
from wxkf_cli.simulate.over_httpx import Httpx, client
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, Response


async def delivered(script: Script, deadline: float = AMPLE) -> tuple[Answer, Hostile]:
    async with hostile(*script) as server:
        transport = Httpx(server.target(), client(insecure=True))
        answer = await transport(PUSH, deadline)
        await server.all_hung_up()
        await transport.aclose()
        return answer, server


def said(fault: Fault) -> Outcome:
    return fault.over_httpx or fault.outcome


#: What does nothing but wait; what floods would keep the others from their turn.
SILENT = [
    fault
    for fault in FAULTS
    if said(fault).family == "timeout" and not any(isinstance(step, Endless) for step in fault.script)
]


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in SILENT], ids=lambda fault: fault.name)
def test_a_fault_has_the_word_that_httpx_can_tell(fault: Fault) -> None:
    answer, _ = run(delivered(fault.script, SHORT if said(fault).family == "timeout" else AMPLE))
    assert isinstance(answer, Failure), answer
    assert answer.outcome is said(fault), answer.detail


def test_a_deadline_strikes_whatever_httpx_waits_for() -> None:
    async def word(fault: Fault) -> Outcome:
        answer, _ = await delivered(fault.script, 2 * SHORT)
        assert isinstance(answer, Failure), (fault.name, answer)
        return answer.outcome

    async def body() -> list[Outcome]:
        return await asyncio.gather(*map(word, SILENT))

    words = dict(zip((fault.name for fault in SILENT), run(body()), strict=True))
    assert words == {fault.name: said(fault) for fault in SILENT}


@pytest.mark.parametrize("taken", TAKEN, ids=lambda taken: taken.name)
def test_an_answer_is_taken_as_it_is(taken: Taken) -> None:
    answer, server = run(delivered(taken.script))
    assert isinstance(answer, Response), answer
    assert (answer.status, answer.body, answer.leniencies) == (taken.status, taken.body, ())
    assert Exchange(answer).outcome((200,)) is taken.outcome
    assert len(server.requests) <= 1, "nothing is followed"
