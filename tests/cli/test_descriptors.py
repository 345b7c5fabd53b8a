"""Open files are asked for, and where there are few, fewer pushes are in flight; none is void for want of one."""

import json
import os
import subprocess
import sys

import pytest

resource = pytest.importorskip("resource", reason="Windows has no limit of open files")

WANTED = 400


def limited(soft: int, hard: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A run of wxkf that may have so many open files at first, and at most."""
    return subprocess.run(
        [sys.executable, "-m", "wxkf_cli", *arguments],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("soft", "hard", "in_flight"), [(256, 4096, WANTED), (256, 256, 64), (70, 70, 2)], ids=["raised", "kept", "tiny"]
)
def test_pushes_in_flight_are_no_more_than_files_that_may_be_open(soft: int, hard: int, in_flight: int) -> None:
    options = ("--only", "text", "--data", "xml", "--burst", str(WANTED), "--no-record", "--format", "json")
    ran = limited(soft, hard, "simulate", "--demo", "correct", *options)
    assert ran.returncode == 0, ran.stderr
    assert len(json.loads(ran.stdout)["exchanges"]) == WANTED
    assert {each["outcome"] for each in json.loads(ran.stdout)["exchanges"]} <= {"ok", "local.overload"}
    said = f"wxkf: {in_flight} pushes in flight instead of {WANTED}: only {soft} files may be open here (ulimit -n)\n"
    assert ran.stderr == ("" if in_flight == WANTED else said)


def test_what_goes_over_no_socket_needs_none() -> None:
    app = ("--app", "tests.apps.plain:handle", "--data", "json")
    ran = limited(128, 128, "simulate", *app, "--only", "text", "--burst", "300", "--no-record", "--quiet")
    assert (ran.returncode, ran.stderr) == (0, "")
