"""Starting wxkf: the command exists both ways, and a mistake is one line and exit 2."""

import subprocess
import sys

import pytest

from wxkf_cli import __version__

PROGRAM = [sys.executable, "-m", "wxkf_cli"]


def wxkf(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, encoding="utf-8", timeout=60)


def test_the_version_is_printed_on_stdout() -> None:
    done = wxkf("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"wxkf {__version__}\n", "")


def test_without_arguments_the_help_is_shown() -> None:
    done = wxkf()
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: wxkf [OPTIONS] COMMAND")


@pytest.mark.parametrize("arguments", [("no-such",), ("--no-such",)])
def test_a_mistake_is_one_line_and_exit_2(arguments: tuple[str, ...]) -> None:
    done = wxkf(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[0].startswith("wxkf: No such ")
    assert "Traceback" not in done.stderr
