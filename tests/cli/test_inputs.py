"""`wxkf lint-response`: HAR, stdin under a name, several processes, and what becomes of a rule that fails."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bench.exchanges import exchanges
from tests.bench.exchanges import line as of_bench
from tests.cli.captured import RIGHT, WRONG, line, push, put, type_in
from tests.cli.running import Wxkf, codes
from wxkf_cli.errors import RuleCrash
from wxkf_cli.lint import linter
from wxkf_cli.lint.rule import Rule
from wxkf_cli.trial import jobs


def har(*pairs: tuple[bytes, bytes]) -> bytes:
    entries: list[dict[str, Any]] = [
        {
            "request": {"method": "POST", "url": "http://x/wx", "postData": {"text": pushed.decode()}},
            "response": {"status": 200, "content": {"size": len(answer), "text": answer.decode()}},
        }
        for pushed, answer in pairs
    ]
    other = {"request": {"method": "GET", "url": "http://x/"}, "response": {"status": 200, "content": {"size": 0}}}
    return json.dumps({"log": {"entries": [*entries, other]}}, indent=1).encode()


def test_a_har_is_linted_and_what_is_no_push_is_counted(wxkf: Wxkf) -> None:
    put("c/a.har", har((push(), WRONG), (push("user_enter_tempsession"), RIGHT), (push(), RIGHT)))
    shape = wxkf.json("lint-response", "c")
    assert codes(shape) == ["KF301", "KF401"]
    assert shape["skipped"] == [{"what": "entries", "why": "no push and no verification", "count": 1}]
    assert len(shape["exchanges"]) == 3
    lines = Path("c/a.har").read_text("utf-8").split("\n")
    assert all(lines[finding["line"] - 1].strip() == "{" for finding in shape["findings"])


def test_a_har_without_a_push_is_nothing_checked(wxkf: Wxkf) -> None:
    assert wxkf("lint-response", put("a.har", har())).code == 2


def test_stdin_has_the_name_the_format_and_the_push_of_the_file_it_stands_for(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("c/a.push.xml", push("user_enter_tempsession"))
    type_in(monkeypatch, RIGHT)
    shape = wxkf.json("lint-response", "-", "--stdin-filename", "c/a.response.xml")
    assert codes(shape) == ["KF401"]
    assert shape["findings"][0]["file"] == "c/a.response.xml"
    type_in(monkeypatch, b"no record\n")
    ran = wxkf("lint-response", "-", "--stdin-filename", "b.ndjson")
    assert (ran.code, '"b.ndjson":1 is not JSON' in ran.err) == (2, True)


ENTER = "user_enter_tempsession"
LINES = [
    line(), line(WRONG), line(b"success", ENTER), line(RIGHT, ENTER), b"\n", b'{"type": "run"}\n', line(kind=None),
    line(b"<html>"), line(id="own", delivery=2), line(b"success", sent_at=1.5),
]  # fmt: skip


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_BYTES", 700)
    monkeypatch.setattr(jobs, "_FILES", 2)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("output", ["text", "concise", "json", "ndjson", "sarif", "junit"])
def test_two_processes_say_what_one_says_byte_for_byte(wxkf: Wxkf, output: str) -> None:
    put("c/a.ndjson", b"".join(LINES * 4).rstrip(b"\n"))
    put("c/b.har", har((push(), WRONG), (push(), RIGHT)))
    put("c/c.ndjson", "".join(of_bench(each.own) for each in exchanges(60, faulty=True)).encode())
    for number in range(5):
        put(f"c/{number}.response.xml", WRONG if number % 2 else RIGHT)
    command = ("lint-response", "c", "--format", output, "--expect", "any")
    alone, together = wxkf(*command), wxkf(*command, "--jobs", "2")
    assert alone.out
    assert alone == together


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("bad", [b"broken\n", b" " * 600_000 + b"\n"])
def test_two_processes_end_at_the_same_line_as_one(wxkf: Wxkf, bad: bytes) -> None:
    put("a.ndjson", b"".join([*LINES, bad, line(WRONG)]))
    alone, together = wxkf("lint-response", "a.ndjson"), wxkf("lint-response", "a.ndjson", "--jobs", "2")
    assert alone == together
    assert (alone.code, '"a.ndjson":11' in alone.err) == (2, True)


def test_a_record_on_stdin_is_linted_by_two(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, count in (("a.ndjson", "2"), ("a.ndjson", "1"), ("a", "2")):
        type_in(monkeypatch, b"".join(LINES))
        shape = wxkf.json("lint-response", "-", "--stdin-filename", name, "--jobs", count)
        assert codes(shape) == ["KF301", "KF401", "KF209"]


def crashing(code: str, error: BaseException | None = None) -> Rule:
    def check(_: object) -> Any:
        if error is None:
            os._exit(9)
        raise error

    return linter.rule(code)._replace(check=check)


@pytest.fixture
def exchange_rule(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Rules may be exchanged, and are back afterwards."""
    whole = linter.all_rules()

    def exchange(rule: Rule) -> None:
        rules = tuple(rule if each.code == rule.code else each for each in whole)
        monkeypatch.setattr(linter, "all_rules", lambda: rules)
        forget()

    def forget() -> None:
        linter._rules_on.cache_clear()
        linter._plan.cache_clear()

    yield exchange
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize(
    "arguments",
    [
        ("lint-response", "a.ndjson"),
        ("lint-response", "a.ndjson", "--jobs", "2"),
        ("simulate", "--demo", "correct"),
        ("simulate", "--demo", "correct", "--count", "3", "--only", "text"),
    ],
)
def test_a_rule_that_fails_is_our_fault_and_is_named(
    wxkf: Wxkf, exchange_rule: Any, arguments: tuple[str, ...]
) -> None:
    put("a.ndjson", line())
    exchange_rule(crashing("KF303", ZeroDivisionError("of ours")))
    ran = wxkf(*arguments)
    assert ran.code == 4
    assert "the rule KF303 createtime-milliseconds itself failed" in ran.err
    (kept,) = Path(".wxkf").glob("crash-*.txt")
    assert kept.name in ran.err
    assert "ZeroDivisionError: of ours" in kept.read_text("utf-8")


def test_a_process_that_dies_is_no_verdict(wxkf: Wxkf, exchange_rule: Any) -> None:
    exchange_rule(crashing("KF303"))
    ran = wxkf("lint-response", put("a.ndjson", line()), "--jobs", "2")
    assert (ran.code, "ended before its time" in ran.err) == (4, True)


def test_a_crash_goes_from_one_process_to_another() -> None:
    import pickle

    assert str(pickle.loads(pickle.dumps(RuleCrash("KF001", "status", "r1")))) == str(  # noqa: S301
        RuleCrash("KF001", "status", "r1")
    )


PEAK = """
import re, sys
from wxkf_cli.cli.start import run
# Not ru_maxrss, which begins with that of the process that started this one.
def peak(): return int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
run(["lint-response", "one.ndjson", "--format", sys.argv[1]])
before = peak()
run(["lint-response", sys.argv[2], "--format", sys.argv[1]])
print(peak() - before, file=sys.stderr)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="VmHWM is Linux's")
@pytest.mark.parametrize("output", ["text", "ndjson"])
@pytest.mark.parametrize("name", ["many.ndjson", "many.har"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, output: str, name: str) -> None:
    (tmp_path / "one.ndjson").write_bytes(line(WRONG))
    many = b"".join([line(WRONG), line()] * 10_000) if name == "many.ndjson" else har(*[(push(), RIGHT)] * 20_000)
    (tmp_path / name).write_bytes(many)
    command = [sys.executable, "-c", PEAK, output, name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert int(done.stderr.split()[-1]) < 16 * 1024, "KiB more than for one exchange"
