"""Where stdout is piped, what other programs read is UTF-8, whatever the console's encoding is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_start import WRONG
from wxkf_cli.vocab.choices import Output

#: wxkf where stdout has the encoding that a Chinese Windows gives it.
IN_CODE_PAGE = """
import sys
sys.stdout.reconfigure(encoding="gbk", errors="backslashreplace")
from wxkf_cli.cli import main
main()
"""


def ran(
    folder: Path, *arguments: str, stdout: int = subprocess.PIPE, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONIOENCODING"}
    return subprocess.run(
        [sys.executable, "-c", IN_CODE_PAGE, *arguments, "--lang", "zh"],
        stdout=stdout,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        timeout=60,
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.xml").write_text(WRONG, "utf-8")
    return tmp_path


@pytest.mark.parametrize("output", [each for each in Output if each is not Output.TEXT])
def test_a_format_for_programs_is_utf_8(folder: Path, output: Output) -> None:
    done = ran(folder, "lint-response", "a.xml", "--format", output, "--report", f"{output}=out")
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout == (folder / "out").read_bytes()


@pytest.mark.parametrize("arguments", [("rules",), ("explain", "KF301")])
def test_so_are_pages_in_markdown(folder: Path, arguments: tuple[str, ...]) -> None:
    done = ran(folder, *arguments, "--format", "markdown")
    assert (done.returncode, done.stderr) == (0, b"")
    assert any(ord(each) > 0x2E80 for each in done.stdout.decode("utf-8"))


def test_what_somebody_asks_for_is_what_comes(folder: Path) -> None:
    done = ran(folder, "rules", "--format", "markdown", PYTHONIOENCODING="gbk")
    assert any(ord(each) > 0x2E80 for each in done.stdout.decode("gbk"))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of its own")
@pytest.mark.parametrize("output", ["concise", "text"])
def test_a_terminal_gets_what_it_can_show(folder: Path, output: str) -> None:
    leader, follower = os.openpty()
    try:
        assert ran(folder, "lint-response", "a.xml", "--format", output, stdout=follower).returncode == 1
        assert any(ord(each) > 0x2E80 for each in os.read(leader, 65_536).decode("gbk"))
    finally:
        os.close(leader)
        os.close(follower)
