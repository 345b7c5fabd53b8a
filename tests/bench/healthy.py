"""No innocent blamed: 100,000 pushes at 256 in flight to a healthy handler, by the command that people run.

Three times: recorded, recorded with `--durability sync`, and not recorded. For each: pushes a second (one core for
wxkf, one for the handler), seconds of processor time, verdicts, and the memory of wxkf: when 10,000 pushes were done,
and at most. The record is written where this is run, so that it is a disk that is synced.

Run: python -m tests.bench.healthy
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

COUNT, IN_FLIGHT, SETTLED = 100_000, 256, 10_000
#: The options of each run, and how many pushes a second are the goal.
RUNS = {("--record",): 5000, ("--record", "--durability", "sync"): 2000, ("--no-record",): 0}
_RATE = re.compile(r"([0-9]+) pushes in ([0-9.]+) s")


def command(url: str, *options: str) -> list[str]:
    """The command that a person would type."""
    return [
        sys.executable, "-m", "wxkf_cli", "simulate", "--url", url, "--token", "AAAAA", "--data", "xml",
        "--only", "text", "--count", str(COUNT), "--concurrency", str(IN_FLIGHT), "--keep-alive", *options,
    ]  # fmt: skip


def memory_of(process: subprocess.Popen[str]) -> Iterator[int]:
    """The KiB that it takes, ten times a second until it ends."""
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        found = re.search(r"VmRSS:\s*([0-9]+)", status.read_text("ascii"))
        if found is not None:
            yield int(found[1])
        time.sleep(0.1)


def verdicts(folder: str) -> dict[str, int] | None:
    """What the record in a folder says at its end; None where there is none."""
    for path in Path(folder).glob(".wxkf/runs/*.ndjson"):
        last = path.read_bytes().splitlines()[-1]
        return dict(json.loads(last)["verdicts"])
    return None


def play(url: str, options: tuple[str, ...], goal: int) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}  # noqa: PTH109 - as text
    with tempfile.TemporaryDirectory(dir=".") as folder:
        with subprocess.Popen(
            command(url, *options), stdout=subprocess.PIPE, text=True, cwd=folder, env=environment
        ) as wxkf:
            taken = list(memory_of(wxkf))
            assert wxkf.stdout is not None
            said = wxkf.stdout.read()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = _RATE.search(said)
        assert found is not None, said
        count, seconds = int(found[1]), float(found[2])
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        settled = taken[min(len(taken) - 1, len(taken) * SETTLED // COUNT + 1)]
        print(" ".join(options))
        aim = f" (goal: at least {goal:,})" if goal else ""
        print(f"  {count / seconds:,.0f} pushes a second{aim}, {cpu:.1f} s of CPU")
        print(f"  exit code {wxkf.returncode}, verdicts {verdicts(folder) or 'not recorded'}")
        print(f"  memory {settled / 1024:.0f} MiB after the first {SETTLED:,}, at most {max(taken) / 1024:.0f} MiB")


def main() -> None:
    with subprocess.Popen([sys.executable, "-m", "tests.bench.handler"], stdout=subprocess.PIPE, text=True) as handler:
        assert handler.stdout is not None
        url = f"http://127.0.0.1:{int(handler.stdout.readline())}/wx"
        for options, goal in RUNS.items():
            play(url, options, goal)
        handler.terminate()


if __name__ == "__main__":
    main()
