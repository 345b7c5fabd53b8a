"""Sign, push, read and judge with wxkf: argv is the URL, the seconds, and `uvloop` or `asyncio`. No lint, no record."""

import asyncio
import sys
import time

from tests.bench.pushes import IN_FLIGHT
from wxkf_cli.simulate.clock import system_clock
from wxkf_cli.simulate.engine import Engine, Sender
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.shot import Shot
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wechat.verdict import Verdict, judge


async def _main(url: str, seconds: float) -> None:
    target = parse_url(url + "/wx")
    wire = Wire(target, keep_alive=True)
    engine = Engine(Sender("AAAAA"), host=target.host_header, clock=system_clock, seed=1)
    shot = Shot("text", "text", DataFormat.XML)
    done = failed = 0
    ending = False

    async def work() -> None:
        nonlocal done, failed
        while not ending:
            exchange = await engine.deliver(shot, wire, 5.0, lambda _: None)
            done += 1
            failed += judge(exchange).verdict is not Verdict.TRANSFERRED

    workers = [asyncio.create_task(work()) for _ in range(IN_FLIGHT)]
    await asyncio.sleep(1.0)
    done = failed = 0
    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.sleep(seconds)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    counted = done, failed
    ending = True
    await asyncio.gather(*workers)
    wire.close()
    print(*counted, cpu, wall)


if __name__ == "__main__":
    if sys.argv[3] == "uvloop":
        from uvloop import run
    else:
        from asyncio import run
    run(_main(sys.argv[1], float(sys.argv[2])))
