"""Pushes per CPU-second of all processes: an app in this process against the same app on a server, over our wire.

Run: python -m tests.bench.inprocess      (needs the extras `test`)
"""

import statistics
import subprocess
import sys

ROUNDS = 5
SECONDS = 2.0
IN_FLIGHT = 8
APPS = "tests.bench.inprocess_apps"
UVICORN = f"{sys.executable} -m uvicorn --log-level warning --no-access-log --port {{port}} {APPS}:"
WAITRESS = f"{sys.executable} -m waitress --host 127.0.0.1 --port {{port}} {APPS}:"
#: App -> the server it is compared on, and how many times as many pushes there must be.
PAIRS = {
    "raw_asgi": (UVICORN, 1.2),
    "fastapi_app": (UVICORN, 1.2),
    "raw_wsgi": (WAITRESS, 3.0),
    "flask_app": (WAITRESS, 3.0),
}


def main() -> None:
    rates: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for app, (server, _) in PAIRS.items():
            ways = {"in process": ("app", f"{APPS}:{app}"), "served": ("exec", f"{server}{app}")}
            ways["served, kept connections"] = ways["served"]
            for way, (kind, what) in ways.items():
                more = ["keep"] if "kept" in way else []
                command = [sys.executable, "-m", "tests.bench.drive_inprocess", kind, what, str(SECONDS)]
                done = subprocess.run([*command, str(IN_FLIGHT), *more], check=True, capture_output=True, text=True)
                count, failed, cpu, wall = map(float, done.stdout.split())
                rates.setdefault((app, way), []).append(count / cpu)
                print(f"{app:<12} {way:<25}{count / cpu:9.0f} per CPU-s {count / wall:9.0f} per s  {failed:.0f} failed")
    for app, (_, goal) in PAIRS.items():
        ours, served, kept = (
            statistics.median(rates[app, way]) for way in ("in process", "served", "served, kept connections")
        )
        told = f"{app} in process / served: {ours / served:.2f} (goal: at least {goal})"
        print(f"{told}; / over kept connections: {ours / kept:.2f}")


if __name__ == "__main__":
    main()
