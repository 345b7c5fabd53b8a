"""The door to httpx says the same words as our own wire, as far as httpx can tell."""

import pytest

from tests.simulate.faults import FAULTS, Fault
from tests.simulate.hostile import AMPLE, PUSH, SHORT, Hostile, Script, hostile, run
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


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_has_the_word_that_httpx_can_tell(fault: Fault) -> None:
    answer, _ = run(delivered(fault.script, SHORT if said(fault).family == "timeout" else AMPLE))
    assert isinstance(answer, Failure), answer
    assert answer.outcome is said(fault), answer.detail


@pytest.mark.parametrize("taken", TAKEN, ids=lambda taken: taken.name)
def test_an_answer_is_taken_as_it_is(taken: Taken) -> None:
    answer, server = run(delivered(taken.script))
    assert isinstance(answer, Response), answer
    assert (answer.status, answer.body, answer.leniencies) == (taken.status, taken.body, ())
    assert Exchange(answer).outcome((200,)) is taken.outcome
    assert len(server.requests) <= 1, "nothing is followed"
