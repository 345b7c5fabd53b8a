"""Many pushes at once to a handler that never answers: each ends, and each by the deadline."""

import asyncio

from tests.bench.hanging import pushed
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.wire.exchange import Failure


def test_every_push_that_hangs_ends_by_the_deadline() -> None:
    answers = asyncio.run(pushed(200, 0.5))
    assert len(answers) == 200
    assert {answer.outcome if isinstance(answer, Failure) else None for answer in answers} == {
        Outcome.TIMEOUT_FIRST_BYTE
    }
