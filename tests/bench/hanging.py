"""A thousand pushes at once to a handler that never answers: each must end between 5.0 and 5.1 seconds.

Run: python -m tests.bench.hanging
"""

import asyncio
import statistics
from collections import Counter

from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.exchange import Answer, Failure

COUNT, DEADLINE = 1000, 5.0


async def pushed(count: int, deadline: float) -> list[Answer]:
    """The answers of so many pushes at once to a handler that accepts connections and says nothing."""
    talking: set[asyncio.StreamWriter] = set()
    async with await asyncio.start_server(
        lambda _, writer: talking.add(writer), "127.0.0.1", 0, backlog=count
    ) as server:
        wire = Wire(parse_url(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/wx"))
        push = Channel("AAAAA").push(make(PUSHES["text"]), timestamp=1714112445, nonce="1514711492")
        answers = await asyncio.gather(*(wire(push, deadline) for _ in range(count)))
        wire.close()
        for writer in talking:
            writer.close()
    return answers


def main() -> None:
    answers = asyncio.run(pushed(COUNT, DEADLINE))
    took = sorted(answer.elapsed for answer in answers)
    outcomes = Counter(answer.outcome.value if isinstance(answer, Failure) else "ok" for answer in answers)
    print(f"{COUNT} pushes: {dict(outcomes)}")
    print(f"{took[0]:.3f} to {took[-1]:.3f} s, median {statistics.median(took):.3f} (goal: 5.0 to 5.1)")


if __name__ == "__main__":
    main()
