"""Sign, push and judge into one app: argv is `app` or `exec`, the app or the command, the seconds and how many at once.

Prints pushes, failures, CPU-seconds of all processes, and seconds.
"""

import asyncio
import sys
import time

from wxkf_cli.cli.handler import Handler, HandlerOptions, opened
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.clock import system_clock
from wxkf_cli.simulate.engine import Engine
from wxkf_cli.simulate.shot import Shot
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire.exchange import PushRequest, Response

_WARM_UP_SECONDS = 1.0


async def _main(kind: str, what: str, seconds: float, in_flight: int, *, keep_alive: bool) -> None:
    where = HandlerOptions(app=what) if kind == "app" else HandlerOptions(exec_=what, keep_alive=keep_alive)
    async with opened(where, Settings({})) as handler:
        engine = Engine(handler.sender, host=handler.target.host_header, clock=system_clock, seed=1)
        shot = Shot("text", "text", DataFormat.XML)
        done = failed = 0
        ending = False

        async def work() -> None:
            nonlocal done, failed
            while not ending:
                exchange = await engine.deliver(shot, handler.transport, 5.0, lambda _: None)
                done += 1
                failed += judge(exchange).verdict is not Verdict.TRANSFERRED

        workers = [asyncio.create_task(work()) for _ in range(in_flight)]
        await asyncio.sleep(_WARM_UP_SECONDS)
        done = failed = 0
        cpu, wall = time.process_time() + await _cpu_of(handler), time.perf_counter()
        await asyncio.sleep(seconds)
        counted = done, failed
        cpu, wall = time.process_time() + await _cpu_of(handler) - cpu, time.perf_counter() - wall
        ending = True
        await asyncio.gather(*workers)
        print(*counted, cpu, wall)


async def _cpu_of(handler: Handler) -> float:
    """CPU-seconds of the handler's own process, as it tells them; 0 where it is this one."""
    if handler.kind == "app":
        return 0.0
    from dataclasses import replace

    from wxkf_cli.simulate.over_wire import Wire

    wire = Wire(replace(handler.target, path="/cpu"))
    answer = await wire(PushRequest("GET", (), (("Host", ""),)), 5.0)
    assert isinstance(answer, Response), answer
    return float(answer.body)


if __name__ == "__main__":
    asyncio.run(
        _main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]), keep_alive=sys.argv[5:] == ["keep"])
    )
