"""How fast captures are linted: records beside `wechatpy.parse_message`, small files beside `xmllint --noout`.

The best of several rounds counts, for either side, and the sides take turns: others may be at work on the machine.

Records: 200,000 exchanges as NDJSON, nine in ten right, and all faulty. One side lints the file, in this process, as
`wxkf lint-response --format concise` does, with its output going nowhere; the other takes each line apart with
json.loads and both bodies with parse_message (which reads XML alone, so it gets the XML twin of what is JSON). Rates
are of processor time; those of several jobs are of wall-clock time, by the command itself. Peaks of memory are those of
the command over what it takes for one exchange.

Small files: the answers of such exchanges that are XML, seven in eight of them right, each beside its push. xmllint
gets the answers, as arguments of one call; the command gets the folder, and reads the pushes too.

Run: python -m tests.bench.linting [EXCHANGES]      (xmllint: apt-get install libxml2-utils)
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from wechatpy import parse_message  # type: ignore[import-untyped]

from tests.bench.exchanges import exchanges, line
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.concise import Concise
from wxkf_cli.report.event import Event
from wxkf_cli.trial.capture import Context
from wxkf_cli.trial.checking import Linting
from wxkf_cli.trial.jobs import lint_files
from wxkf_cli.vocab.terms import Language
from wxkf_cli.wire.escape import Redactor

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
FILES = 20_000
ROUNDS = 5
PEAK = """
import re, sys
from wxkf_cli.cli.start import run
# Not ru_maxrss, which begins with that of the process that started this one.
def peak(): return int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
run(["lint-response", sys.argv[1], "--format", "concise"])
before = peak()
run(["lint-response", sys.argv[2], "--format", "concise"])
print((peak() - before) / 1024, file=sys.stderr)
"""


def ours(path: Path) -> None:
    shown = Concise(Language.EN)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:

        def tell(event: Event) -> None:
            for text in shown.take(event):
                nowhere.write(text)

        linting = Linting(Setting(), redact=Redactor([]))
        lint_files([str(path)], Context(), linting, tell, 1, tells_clean=False)


def theirs(path: Path) -> None:
    with path.open("rb") as file:
        for each in file:
            record = json.loads(each)
            for half in ("push", "response"):
                with contextlib.suppress(Exception):  # what is no XML, it refuses
                    parse_message(record[half]["body"])


def seconds(work: Callable[[Path], object], path: Path, clock: Callable[[], float] = time.process_time) -> float:
    started = clock()
    work(path)
    return clock() - started


def command(*arguments: str, cwd: Path) -> float:
    wxkf = str(Path(sys.executable).with_name("wxkf"))
    started = time.perf_counter()
    subprocess.run([wxkf, "lint-response", *arguments], stdout=subprocess.DEVNULL, cwd=cwd, check=False)
    return time.perf_counter() - started


def write_records(folder: Path, name: str, *, faulty: bool) -> tuple[Path, Path]:
    own, twin = folder / f"{name}.ndjson", folder / f"{name}-twin.ndjson"
    with own.open("w", encoding="utf-8") as first, twin.open("w", encoding="utf-8") as second:
        for each in exchanges(COUNT, faulty=faulty):
            first.write(line(each.own))
            second.write(line(each.twin))
    return own, twin


def compare(name: str, own: Path, twin: Path, goal: float) -> None:
    took = [(seconds(ours, own), seconds(theirs, twin)) for _ in range(ROUNDS)]
    mine, other = (COUNT / min(each) for each in zip(*took, strict=True))
    print(f"{name:<22} wxkf {mine:9,.0f}/s   wechatpy {other:9,.0f}/s   {mine / other:.2f} (goal: at least {goal})")


def compare_jobs(own: Path, folder: Path) -> None:
    took = [
        [command(own.name, "--format", "concise", "--jobs", jobs, cwd=folder) for jobs in "12"] for _ in range(ROUNDS)
    ]
    one, two = (min(each) for each in zip(*took, strict=True))
    print(f"--jobs 2               one {one:.2f} s, two {two:.2f} s: {one / two:.2f} (goal: at least 1.7)")


def write_har(folder: Path) -> Path:
    path = folder / "all.har"
    with path.open("w", encoding="utf-8") as file:
        file.write('{"log": {"version": "1.2", "entries": [')
        for number, each in enumerate(exchanges(COUNT, faulty=False)):
            entry = {
                "request": {"method": "POST", "url": "http://x/wx", "postData": {"text": each.own.push}},
                "response": {"status": 200, "content": {"size": len(each.own.answer), "text": each.own.answer}},
            }
            file.write(("," if number else "") + json.dumps(entry))
        file.write("]}}")
    return path


def peak_of(path: Path, one: Path) -> None:
    run = [sys.executable, "-c", PEAK, str(one), str(path)]
    done = subprocess.run(run, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True, text=True)
    print(f"memory, {path.name:<14} {float(done.stderr.split()[-1]):6.1f} MiB above start (goal: at most 64)")


def compare_files(folder: Path) -> None:
    if shutil.which("xmllint") is None:
        print("small files: xmllint is missing (apt-get install libxml2-utils)")
        return
    small = folder / "small"
    small.mkdir()
    in_xml = (each.twin for each in exchanges(2 * FILES, faulty=False, seed=2) if each.twin.answer.startswith("<xml"))
    for number, each in enumerate(islice(in_xml, FILES)):
        (small / f"{number}.push.xml").write_text(each.push, encoding="utf-8")
        (small / f"{number}.response.xml").write_text(each.answer, encoding="utf-8")
    names = [str(path) for path in small.glob("*.response.xml")]
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run(["xmllint", "--noout", *names], check=False, capture_output=True)
        other = time.perf_counter() - started
        took.append((command("small", "--format", "concise", cwd=folder), other))
    mine, other = (min(each) for each in zip(*took, strict=True))
    print(
        f"{len(names)} small files      wxkf {mine:.2f} s, xmllint {other:.2f} s: {mine / other:.1f} (goal: at most 4)"
    )


def load() -> str:
    """How busy the machine is, this bench included."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors" if hasattr(os, "getloadavg") else "load ?"


def main() -> None:
    print(f"best of {ROUNDS} rounds, taking turns; {load()} before")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mixed, faulty = write_records(folder, "mixed", faulty=False), write_records(folder, "faulty", faulty=True)
        compare("nine in ten right", *mixed, 3.0)
        compare("all faulty", *faulty, 0.8)
        compare_jobs(mixed[0], folder)
        one = folder / "one.ndjson"
        one.write_text(line(next(exchanges(1, faulty=True)).own), encoding="utf-8")
        for path in (mixed[0], faulty[0], write_har(folder)):
            peak_of(path, one)
        compare_files(folder)
    print(f"{load()} after")


if __name__ == "__main__":
    main()
