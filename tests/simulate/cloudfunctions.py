"""Cloud functions for tests: a folder with an index.js of few lines, and what comes back from it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from wxkf_cli.simulate.clock import Clock
from wxkf_cli.simulate.complaint import Complaints
from wxkf_cli.simulate.engine import Engine, Sender
from wxkf_cli.simulate.node import find_node
from wxkf_cli.simulate.over_cloudfn import CloudFunction
from wxkf_cli.simulate.shot import Shot
from wxkf_cli.vocab.catalog import SAMPLE_APPID
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import ACCEPTED_STATUSES
from wxkf_cli.vocab.terms import DataFormat, Route
from wxkf_cli.wechat.service_api import Call, ServiceApi
from wxkf_cli.wire.exchange import Exchange, Response

T = TypeVar("T")
NOW = 1714112445.0
SENDER = Sender("", route=Route.CLOUD_FUNCTION, appid=SAMPLE_APPID)
FIXTURES = Path(__file__).parents[2] / "fixtures" / "cloudfn"


def written(folder: Path, source: str) -> Path:
    """A folder with that index.js."""
    folder.mkdir(exist_ok=True)
    (folder / "index.js").write_text(source, encoding="utf-8")
    return folder


class Handed:
    """A function that is running, and what was heard of it."""

    def __init__(self, function: CloudFunction, lines: list[str], clock: Clock = lambda: NOW) -> None:
        self.function, self.lines = function, lines
        self._engine = Engine(SENDER, host="", clock=clock, seed=7)

    async def push(self, kind: str = "text", content: str | None = None, *, deadline: float = 5.0) -> Exchange:
        values = {"Content": content} if content is not None else {}
        shot = Shot(kind, kind, DataFormat.JSON, values)
        return await self._engine.deliver(shot, self.function, deadline, lambda _: None)

    @property
    def calls(self) -> list[Call]:
        return list(self.function.calls)


def running(
    folder: Path, play: Callable[[Handed], Awaitable[T]], *, uses_real_sdk: bool = False, clock: Clock = lambda: NOW
) -> T:
    """Run a function, play, and end it."""

    async def whole() -> T:
        lines: list[str] = []
        function = CloudFunction(
            folder, await find_node(), ServiceApi(), uses_real_sdk=uses_real_sdk, complaints=Complaints(lines.append)
        )
        try:
            await function.start()
            return await play(Handed(function, lines, clock))
        finally:
            await function.aclose()

    return asyncio.run(whole())


def pushed(folder: Path, contents: Sequence[str], *, deadline: float = 5.0) -> list[Exchange]:
    """What comes of texts with these contents, one after the other."""

    async def play(handed: Handed) -> list[Exchange]:
        return [await handed.push(content=each, deadline=deadline) for each in contents]

    return running(folder, play)


def short(exchange: Exchange) -> bytes | Outcome:
    """The body of an answer, or why there is none."""
    answer = exchange.answer
    return answer.body if isinstance(answer, Response) else exchange.outcome(ACCEPTED_STATUSES)


def is_alive(process: str) -> bool:
    """Whether there is a process by this number that has not ended."""
    try:
        state = Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # nobody may be there to look after it
