"""How fast one process of Node.js is handed events, and how long it takes to start.

python -m tests.bench.drive_cloudfn [FOLDER] [EVENTS]
"""

import asyncio
import sys
import time
from pathlib import Path

from wxkf_cli.simulate.complaint import Complaints
from wxkf_cli.simulate.node import find_node
from wxkf_cli.simulate.over_cloudfn import CloudFunction
from wxkf_cli.wechat.service_api import ServiceApi
from wxkf_cli.wire.exchange import PushRequest, Response

EVENT = (
    b'{"FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","ToUserName":"wxba5fad812f8e6fb9","Content":"hi",'
    b'"CreateTime":1714112445,"MsgId":"49d72d67b16d115e7935ac386f2f0fa41535298877_1555684067","MsgType":"text"}'
)
IN_FLIGHT = 16


async def drive(folder: Path, events: int) -> None:
    node = await find_node()
    function = CloudFunction(folder, node, ServiceApi(), complaints=Complaints(print))
    started = time.perf_counter()
    await function.start()
    cold = time.perf_counter() - started
    left = iter(range(events))
    request = PushRequest("POST", (), (), EVENT)

    async def work() -> None:
        for _ in left:
            answer = await function(request, 5.0)
            assert isinstance(answer, Response)

    started = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
    took = time.perf_counter() - started
    await function.aclose()
    print(f"cold start {cold * 1000:.0f} ms; {events / took:.0f} events a second, {IN_FLIGHT} in flight")


if __name__ == "__main__":
    default = Path(__file__).parents[2] / "fixtures" / "cloudfn" / "mended"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    asyncio.run(drive(folder, int(sys.argv[2]) if len(sys.argv) > 2 else 20_000))
