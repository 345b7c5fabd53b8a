"""Nothing lost: kill a run at a random instant, resume it, and compare its record with what the handler saw.

Run: python -m tests.nothing_lost --kills 200      (`--pushes 2000 --in-flight 64` are the defaults)

The witness is a handler in a process of its own, which keeps its own log; wxkf cannot write there. After each kill the
record must know every push that the handler saw: each was acknowledged as recorded before it left. After the resumed
run every push of the plan must have one answer in the record, and the ids must be those of a run that nobody killed.
Every tenth kill is two in a row: the resumed run is killed as well.
"""

import argparse
import asyncio
import json
import math
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

_TOKEN = "test-token-42"
_MESSAGE_ID = re.compile(rb"<MsgId>(\d+)</MsgId>")
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)


class Witness(asyncio.Protocol):
    """Answers `success`, and logs the MsgId of each push before it does."""

    log: int

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment] # uvloop's is of no class
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._buffer[:end])
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            found = _MESSAGE_ID.search(self._buffer[end:whole])
            self._buffer = self._buffer[whole:]
            if found:
                os.write(self.log, found[1] + b"\n")
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess")


async def serve(log: str) -> None:
    """Be the witness: its log is the file, its port the first line on stdout."""
    Witness.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    server = await asyncio.get_running_loop().create_server(Witness, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - what the other process reads
    await server.serve_forever()


class Load(NamedTuple):
    """What is pushed in each round."""

    pushes: int = 2000
    in_flight: int = 64
    durability: str = "write"


class Round(NamedTuple):
    """What one round showed; all but the first three must be zero. A gap in a record would end the resumed run."""

    kills: int
    in_doubt: int
    torn: int
    unknown: int
    not_once: int
    other_ids: int


class Proof:
    """Rounds against one witness.

    Args:
        folder: Where everything is kept.
        load: What is pushed.
        port: The witness's.
        log: Its log.
    """

    def __init__(self, folder: Path, load: Load, port: int, log: Path) -> None:
        self._folder = folder
        self._load = load
        self._log = log
        self._environment = {**os.environ, "WXKF_TOKEN": _TOKEN, "LANG": "C.UTF-8"}
        self._start = [
            "simulate", "--url", f"http://127.0.0.1:{port}/wx", "--only", "text", "--data", "xml", "--expect", "none",
            "--count", str(load.pushes), "--concurrency", str(load.in_flight), "--record", "--keep-alive", "--quiet",
            "--seed", "1",
        ]  # fmt: skip
        self.whole: set[str] = set()
        self.seconds = 0.0

    def uninterrupted(self) -> None:
        """Learn the ids of the plan, and how long it takes."""
        started = time.monotonic()
        home = self._home("uninterrupted")
        code = self._running(home, self._start).wait()
        self.seconds = time.monotonic() - started
        assert code == 0, f"the run that is not killed ended with {code}"
        self.whole = set(_message_ids(_lines(home), "done"))
        assert len(self.whole) == self._load.pushes

    def round(self, number: int, chance: random.Random, *, twice: bool) -> Round:
        """Kill, look, resume, look."""
        home = self._home(str(number))
        self._log.write_bytes(b"")
        torn = unknown = in_doubt = kills = 0
        resume = ["simulate", "--resume", "last", "--quiet"]
        for _ in range(2 if twice else 1):
            # Evenly over the logarithm: starting, first pushes and the long middle all have their share.
            delay = math.exp(chance.uniform(math.log(0.005), math.log(self.seconds)))
            running = self._running(home, resume if _lines(home) else self._start)
            self._kill(running, home, delay)
            kills += 1
            record = _record(home)
            data = record.read_bytes() if record is not None else b""
            torn += bool(data) and not data.endswith(b"\n")
            sent, done = _message_ids(_lines(home), "sent"), _message_ids(_lines(home), "done")
            unknown += len(self._seen() - set(sent))
            in_doubt += len(set(sent) - set(done))
        code = self._running(home, resume if _lines(home) else self._start).wait()
        lines = _lines(home)
        done = Counter(_message_ids(lines, "done"))
        assert code == 0, f"round {number}: the resumed run ended with {code}"
        return Round(
            kills,
            in_doubt,
            torn,
            unknown + len(self._seen() - set(_message_ids(lines, "sent"))),
            sum(count != 1 for count in done.values()) + len(self.whole - set(done)),
            len(set(done) - self.whole) + len(self._seen() ^ self.whole),
        )

    def _home(self, name: str) -> Path:
        home = self._folder / name
        home.mkdir()
        return home

    def _running(self, home: Path, arguments: list[str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "wxkf_cli", *arguments, "--durability", self._load.durability]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, cwd=home, env=self._environment, stdout=quiet, stderr=quiet)

    def _kill(self, running: subprocess.Popen[bytes], home: Path, delay: float) -> None:
        """Wait for the first line of the record, then so many seconds, then kill -9; not later than its own end."""
        timer = threading.Event()
        known = len(_lines(home))
        while running.poll() is None and len(_lines(home)) == known:
            timer.wait(0.002)
        timer.wait(delay)
        running.send_signal(signal.SIGKILL)
        running.wait()

    def _seen(self) -> set[str]:
        return set(self._log.read_text("ascii").split())


def _record(home: Path) -> Path | None:
    return next(iter((home / ".wxkf" / "runs").glob("*.ndjson")), None)


def _lines(home: Path) -> list[bytes]:
    """The whole lines of the record."""
    record = _record(home)
    return record.read_bytes().split(b"\n")[:-1] if record is not None else []


def _message_ids(lines: list[bytes], kind: str) -> list[str]:
    start = f'{{"type":"{kind}"'.encode()
    bodies = (json.loads(line)["push"]["body"].encode() for line in lines if line.startswith(start))
    return [found[1].decode() for body in bodies if (found := _MESSAGE_ID.search(body))]


def prove(kills: int, load: Load, seed: int, *, every: int = 10) -> list[Round]:
    """So many rounds; every so manyth is killed twice."""
    chance = random.Random(seed)  # noqa: S311 - a proof must be repeatable
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "witness.log"
        command = [sys.executable, "-m", "tests.nothing_lost", "--serve", str(log)]
        root = Path(__file__).parents[1]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as witness:
            try:
                assert witness.stdout is not None
                proof = Proof(folder, load, int(witness.stdout.readline()), log)
                proof.uninterrupted()
                return [proof.round(number, chance, twice=number % every == 1) for number in range(1, kills + 1)]
            finally:
                witness.terminate()


def main() -> None:
    """The figures of so many rounds; exit 1 unless nothing was lost."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--pushes", type=int, default=2000)
    options.add_argument("--in-flight", type=int, default=64)
    options.add_argument("--durability", choices=["write", "sync"], default="write")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--serve", metavar="LOG", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        asyncio.run(serve(given.serve))
        return
    rounds = prove(given.kills, Load(given.pushes, given.in_flight, given.durability), given.seed)
    for line in figures(rounds):
        print(line)  # noqa: T201 - a script
    sys.exit(any(sum(each[3:]) for each in rounds))


def figures(rounds: list[Round]) -> list[str]:
    """What the rounds showed together."""
    names = {
        "kills": "kill -9",
        "in_doubt": "pushes in doubt after them, all pushed again",
        "torn": "torn last lines, all dropped with a notice",
        "unknown": "pushes that the handler saw and the record does not know",
        "not_once": "MsgIds with other than one answer after the end",
        "other_ids": "MsgIds that are not those of the plan",
    }
    most = max(each.in_doubt / each.kills for each in rounds)
    told = [f"{sum(getattr(each, name) for each in rounds):>8} {what}" for name, what in names.items()]
    return [f"{len(rounds):>8} runs killed and resumed", *told, f"{most:>8.0f} in doubt after one kill, at most"]


if __name__ == "__main__":
    main()
