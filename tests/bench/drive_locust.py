"""Push with Locust's FastHttpUser: argv is the URL and the seconds. Prints requests and CPU seconds."""

import sys
import time

import gevent
from locust import FastHttpUser, constant, task
from locust.env import Environment

from tests.bench.pushes import IN_FLIGHT


def main() -> None:
    url, seconds = sys.argv[1], float(sys.argv[2])
    from wxkf_cli.vocab.catalog import PUSHES
    from wxkf_cli.vocab.message import make
    from wxkf_cli.wire.channel import Channel

    push = Channel("AAAAA").push(make(PUSHES["text"]), timestamp=1714112445, nonce="1514711492")
    path = f"/wx?{push.query_string}"
    headers = {name: value for name, value in push.headers if name not in ("Host", "Content-Length")}

    class User(FastHttpUser):
        host = url
        wait_time = constant(0)

        @task
        def push(self) -> None:
            self.client.post(path, data=push.body, headers=headers, name="push")

    environment = Environment(user_classes=[User])
    environment.create_local_runner()
    environment.runner.start(IN_FLIGHT, spawn_rate=10_000)
    gevent.sleep(1.0)
    environment.stats.reset_all()
    cpu, wall = time.process_time(), time.perf_counter()
    gevent.sleep(seconds)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    total = environment.stats.total
    print(total.num_requests, total.num_failures, cpu, wall)
    sys.stdout.flush()
    environment.runner.quit()


if __name__ == "__main__":
    main()
