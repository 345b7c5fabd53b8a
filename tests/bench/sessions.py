"""How fast sessions are played: our platform beside SimPy, the same model with the same seed, interleaved.

Every user sends a message that is transferred; after a while an agent accepts him; he sends two more, which go to the
agent; then the agent closes the session, or nobody does and it ends by itself. What happens when is settled
beforehand, the same for both: ours is told of it in order of time, SimPy has a process for each user. Also how much
memory a million users take, over the two days in which their quotas hold.

Run: python -m tests.bench.sessions (needs SimPy: pip install '.[bench]')
"""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Generator
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import simpy

from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.wechat.platform import Platform

USERS, ROUNDS, MILLION = 20_000, 5, 1_000_000
MESSAGE = make(PUSHES["text"])
LIMIT = 1800.0


class Life(NamedTuple):
    """When a user writes, and how long he waits: for the agent, then before each of two messages."""

    openid: str
    at: float
    waits: tuple[float, float, float]
    closed: bool


def lives(seed: int) -> list[Life]:
    chance = random.Random(seed)  # noqa: S311 - a model
    return [
        Life(
            f"oUser{number:023d}",
            chance.uniform(0, 36_000),
            (chance.expovariate(1 / 60), chance.expovariate(1 / 60), chance.expovariate(1 / 60)),
            chance.random() < 0.7,
        )
        for number in range(USERS)
    ]


def ours(model: list[Life]) -> int:
    """Plays the model by triggers in order of time; returns how many messages reached agents without a push."""
    platform = Platform()

    def writes(openid: str, at: float) -> int:
        platform.sends(openid, MESSAGE, at)
        platform.transferred(openid, MESSAGE, at)
        return 0

    def accepted(openid: str, at: float) -> int:
        platform.accepts(openid, at)
        return 0

    def writes_again(openid: str, at: float) -> int:
        return not platform.sends(openid, MESSAGE, at)

    def closed(openid: str, at: float) -> int:
        if platform.is_served(openid, at):
            platform.closes(openid, at)
        return 0

    triggers = []
    for openid, at, (waits, first, second), is_closed in model:
        triggers.append((at, openid, writes))
        triggers.append((at := at + waits, openid, accepted))
        triggers.append((at := at + first, openid, writes_again))
        triggers.append((at := at + second, openid, writes_again))
        if is_closed:
            triggers.append((at + 300.0, openid, closed))
    triggers.sort(key=itemgetter(0))
    return sum(happen(openid, at) for at, openid, happen in triggers)


def theirs(model: list[Life]) -> int:
    """The same with a SimPy process for each user."""
    env = simpy.Environment()
    served = 0

    def user(at: float, waits: tuple[float, ...], closed: bool) -> Generator[Any, Any, None]:
        nonlocal served
        yield env.timeout(at)
        waiting, desk = [MESSAGE], []
        yield env.timeout(waits[0])
        desk, waiting, since = waiting, [], env.now
        for each in waits[1:]:
            yield env.timeout(each)
            if env.now - since < LIMIT:
                desk.append(MESSAGE)
                served += 1
            else:
                waiting.append(MESSAGE)
        yield env.timeout(300.0)
        if closed:
            desk.clear()

    for _, at, waits, closed in model:
        env.process(user(at, waits, closed))
    env.run()
    return served


def a_million() -> None:
    """Has a million users come, be served and go, a hundred a second, and prints the peak in MiB."""
    platform = Platform()
    for number in range(MILLION):
        at, openid = number / 100, f"oUser{number:023d}"
        platform.sends(openid, MESSAGE, at)
        platform.transferred(openid, MESSAGE, at)
        platform.accepts(openid, at)
        if number >= 1000:
            platform.closes(f"oUser{number - 1000:023d}", at)
    status = Path("/proc/self/status").read_text("ascii")
    print(int(status.split("VmHWM:")[1].split()[0]) // 1024)


def main() -> None:
    model = lives(1)
    assert ours(model) == theirs(model), "the two do not play the same model"
    took: dict[str, list[float]] = {"ours": [], "theirs": []}
    for seed in range(ROUNDS):
        model = lives(seed)
        for name, play in (("ours", ours), ("theirs", theirs)):
            started = time.perf_counter()
            play(model)
            took[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(times) for name, times in took.items()}
    for name, seconds in medians.items():
        print(f"{name:<8}{USERS / seconds:10,.0f} users a second")
    print(f"wxkf / SimPy: {medians['theirs'] / medians['ours']:.2f} (goal: at least 2)")
    peak = subprocess.run(
        [sys.executable, "-c", "from tests.bench.sessions import a_million; a_million()"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    print(f"a million users: {peak} MiB (goal: under 256)")


if __name__ == "__main__":
    main()
