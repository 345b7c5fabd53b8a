"""What an app writes past Python's streams does not get into the report on stdout."""

import json
import subprocess
import sys

import pytest

ASKING = ("--data", "json", "--only", "image", "--no-record")


def asked(app: str, *more: str, prefix: str = "") -> subprocess.CompletedProcess[str]:
    """A run in a process of its own, whose descriptors are its own too; `prefix` is Python that comes first."""
    code = f"import sys\n{prefix}\nfrom wxkf_cli.cli.start import main\nmain()"
    command = [sys.executable, "-c", code, "simulate", "--app", app, *ASKING, *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("app", "said"),
    [
        ("writes_past_python", ["[app] on descriptor 1", "[app] kept back"]),
        ("lets_a_child_print", ["[app] from a child"]),
        ("leaves_a_child", []),
        ("closes_descriptor_1", []),
    ],
)
def test_stdout_stays_ours(app: str, said: list[str]) -> None:
    ran = asked(f"tests.apps.past_python:{app}", "--format", "json")
    assert json.loads(ran.stdout)["exit_code"] == ran.returncode == 0, ran.stderr
    assert [line for line in said if line not in ran.stderr.splitlines()] == []


def test_what_is_written_after_the_run_is_on_stdout_again() -> None:
    prefix = "import atexit, os; atexit.register(os.write, 1, b'the end')"
    ran = asked("tests.apps.past_python:writes_past_python", "--quiet", prefix=prefix)
    assert ran.stdout.endswith("the end")
    assert "passed" in ran.stdout


def test_a_run_whose_stdout_was_closed_before_it_runs_too() -> None:
    ran = asked("tests.apps.past_python:writes_past_python", prefix="import os; os.close(1); sys.stdout = None")
    assert ran.returncode == 0, ran.stderr
    assert "[app] on descriptor 1" in ran.stderr
