"""What the plugin costs a run of pytest that is not about wxkf: `--collect-only -q` in an empty folder.

    .venv/bin/python -m tests.bench.plugin [pairs]

Runs with the plugin and with `-p no:wxkf` take turns, in an order that changes, so that a busy machine is as busy for
one as for the other. Told are the medians, their difference (15 ms at most), and the median difference within a pair.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

PAIRS = 40
LIMIT_MS = 15.0
#: Other plugins of this environment would only add to the noise.
QUIET = [
    "-p",
    "no:locust",
    "-p",
    "no:hypothesispytest",
    "-p",
    "no:pytest_cov",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:anyio",
]
WITH, WITHOUT = [], ["-p", "no:wxkf"]


def run_ms(options: list[str], folder: str) -> float:
    """Milliseconds of one run."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *QUIET, *options],
        cwd=folder,
        capture_output=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))},
    )
    assert done.returncode == 5, done.stdout.decode() + done.stderr.decode()  # nothing was collected
    return (time.perf_counter() - started) * 1000


def main() -> int:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS
    order = random.Random(1)  # noqa: S311 - of a bench
    times: dict[bool, list[float]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as folder:
        for options in (WITH, WITHOUT):
            run_ms(options, folder)  # the first one compiles
        for _ in range(pairs):
            for has_plugin in order.sample((True, False), 2):
                times[has_plugin].append(run_ms(WITH if has_plugin else WITHOUT, folder))
    medians = {has_plugin: statistics.median(values) for has_plugin, values in times.items()}
    within = statistics.median(a - b for a, b in zip(times[True], times[False], strict=True))
    added = medians[True] - medians[False]
    print(f"{pairs} pairs: {medians[True]:.1f} ms with the plugin, {medians[False]:.1f} ms without")
    print(
        f"added: {added:.1f} ms between the medians, {within:.1f} ms in the median pair; the limit is {LIMIT_MS:g} ms"
    )
    return added > LIMIT_MS


if __name__ == "__main__":
    sys.exit(main())
