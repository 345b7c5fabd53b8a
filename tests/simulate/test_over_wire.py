"""What our own wire makes of every fault over one exchange, on a fresh connection and on one that is kept."""

import asyncio

import pytest

from tests.simulate.faults import FAULTS, HANGS, Fault
from tests.simulate.hostile import AMPLE, GOOD, PUSH, SHORT, Do, Script, hostile, run
from tests.simulate.taken import TAKEN, Taken
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, Response

AFTER_A_GOOD_EXCHANGE = pytest.mark.parametrize("prelude", [(), (Do.READ, GOOD)], ids=["fresh", "kept"])


async def delivered(script: Script, prelude: Script, deadline: float) -> tuple[Answer, int]:
    """The answer, and how many requests the server saw for it."""
    async with hostile(*script, prelude=prelude) as server:
        wire = Wire(server.target(), keep_alive=bool(prelude))
        if prelude:
            good = await wire(PUSH, AMPLE)
            assert isinstance(good, Response)
            assert good.body == b"success"
        seen = len(server.requests)
        answer = await wire(PUSH, deadline)
        wire.close()
        await server.all_hung_up()
        return answer, len(server.requests) - seen


@AFTER_A_GOOD_EXCHANGE
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in HANGS], ids=lambda fault: fault.name)
def test_a_fault_has_its_word(fault: Fault, prelude: Script) -> None:
    answer, _ = run(delivered(fault.script, prelude, AMPLE))
    assert isinstance(answer, Failure), answer
    assert answer.outcome is fault.outcome, answer.detail
    assert len(answer.raw) < 4 * BODY_LIMIT, "what is kept has a bound"
    if fault.phase is not None:
        assert answer.phase is fault.phase


@AFTER_A_GOOD_EXCHANGE
def test_a_deadline_has_the_word_of_its_phase(prelude: Script) -> None:
    async def word(fault: Fault) -> tuple[Outcome, Phase | None]:
        answer, _ = await delivered(fault.script, prelude, SHORT)
        assert isinstance(answer, Failure), (fault.name, answer)
        return answer.outcome, answer.phase

    async def body() -> list[tuple[Outcome, Phase | None]]:
        return await asyncio.gather(*map(word, HANGS))

    words = dict(zip((fault.name for fault in HANGS), run(body()), strict=True))
    assert words == {fault.name: (fault.outcome, fault.phase) for fault in HANGS}


@AFTER_A_GOOD_EXCHANGE
@pytest.mark.parametrize("taken", TAKEN, ids=lambda taken: taken.name)
def test_an_answer_is_taken_as_it_is(taken: Taken, prelude: Script) -> None:
    answer, requests = run(delivered(taken.script, prelude, AMPLE))
    assert isinstance(answer, Response), answer
    assert (answer.status, answer.body, answer.leniencies) == (taken.status, taken.body, taken.leniencies)
    assert Exchange(answer).outcome((200,)) is taken.outcome
    assert requests <= 1, "nothing is followed, nothing is sent twice"
