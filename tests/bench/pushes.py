"""Pushes per CPU-second of the driver at 64 in flight over kept connections: wxkf against Locust's FastHttpUser.

Run: python -m tests.bench.pushes      (needs the extras `bench`)
"""

import statistics
import subprocess
import sys

IN_FLIGHT = 64
ROUNDS = 5
SECONDS = 3.0
DRIVERS = {
    "locust FastHttpUser": ["tests.bench.drive_locust"],
    "wxkf, asyncio": ["tests.bench.drive_wxkf", "asyncio"],
    "wxkf, uvloop": ["tests.bench.drive_wxkf", "uvloop"],
}
GOALS = {"wxkf, asyncio": 1.5, "wxkf, uvloop": 3.0}


def main() -> None:
    with subprocess.Popen([sys.executable, "-m", "tests.bench.handler"], stdout=subprocess.PIPE, text=True) as handler:
        assert handler.stdout is not None
        url = f"http://127.0.0.1:{int(handler.stdout.readline())}"
        rates: dict[str, list[float]] = {name: [] for name in DRIVERS}
        for _ in range(ROUNDS):
            for name, (module, *more) in DRIVERS.items():
                command = [sys.executable, "-m", module, url, str(SECONDS), *more]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                count, failed, cpu, wall = map(float, done.stdout.split())
                rates[name].append(count / cpu)
                print(f"{name:<22}{count / cpu:9.0f} per CPU-s {count / wall:9.0f} per s  {failed:.0f} failed")
        handler.terminate()
    base = statistics.median(rates["locust FastHttpUser"])
    for name, goal in GOALS.items():
        print(f"{name} / locust FastHttpUser: {statistics.median(rates[name]) / base:.2f} (goal: at least {goal})")


if __name__ == "__main__":
    main()
