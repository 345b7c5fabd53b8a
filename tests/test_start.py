"""Starting and ending wxkf: one line and the right exit code, whatever ends it."""

import ast
import errno
import io
import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from wxkf_cli import __version__
from wxkf_cli.cli import start
from wxkf_cli.cli.crash import save
from wxkf_cli.cli.start import COMMANDS, run

PROGRAM = [sys.executable, "-m", "wxkf_cli"]
REPLY = ("reply", "--to", "oUser", "--from", "gh_x")
#: A reply that goes to the mini program itself, with text that no ASCII and no GBK console can show.
WRONG = "<xml><备注>你好 😀 ✓</备注><ToUserName>gh_x</ToUserName></xml>"


def wxkf(*arguments: str, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        cwd=folder,
        env={**os.environ, **environment},
        check=False,
    )


def test_the_version_is_printed_on_stdout() -> None:
    done = wxkf("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"wxkf {__version__}\n".encode(), b"")


def test_without_arguments_the_help_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    out, err = capfd.readouterr()
    assert out.startswith("Usage: wxkf [OPTIONS] COMMAND")
    assert (err, all(f"  {name} " in out for name in COMMANDS)) == ("", True)


@pytest.mark.parametrize("arguments", [["no-such"], ["--no-such"], ["reply", "--no-such"], ["reply", "extra"]])
def test_a_mistake_is_one_line_a_hint_and_exit_2(capfd: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(arguments) == 2
    out, err = capfd.readouterr()
    assert out == ""
    first, hint = err.splitlines()
    assert re.match(r"wxkf: (No such|Got unexpected)", first)
    assert hint.startswith("      see: wxkf")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_table_is_the_docstring_of_the_command(name: str) -> None:
    path = Path(start.__file__).with_name(f"{name.replace('-', '_')}.py")
    functions = [each for each in ast.parse(path.read_text("utf-8")).body if isinstance(each, ast.FunctionDef)]
    (command,) = (each for each in functions if each.name == "command")
    assert ast.get_docstring(command) == COMMANDS[name]


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8", "cp1252"])
def test_every_help_can_be_shown_by_every_console(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    for arguments in ([], *([name] for name in COMMANDS)):
        shown = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", shown)
        assert run([*arguments, "--help"]) == 0
        assert b"Usage: wxkf" in shown.buffer.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_a_finding_can_be_shown_by_every_console(tmp_path: Path, encoding: str, lang: str) -> None:
    (tmp_path / "a.xml").write_text(WRONG, "utf-8")
    done = wxkf("lint-response", "a.xml", "--lang", lang, folder=tmp_path, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (1, b"")
    assert rb"\U0001f600" in done.stdout
    assert ("你好" in done.stdout.decode(encoding)) == (encoding == "gbk")


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_a_pipe_gets_colour_only_by_force(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    environment: dict[str, str],
    coloured: bool,
) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "a.xml"
    path.write_text(WRONG, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["lint-response", "a.xml"]) == 1
    assert ("\x1b[" in capfd.readouterr().out) is coloured


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
)
def test_a_terminal_gets_colour_unless_it_is_dumb_or_says_no(
    tmp_path: Path, environment: dict[str, str], coloured: bool
) -> None:
    (tmp_path / "a.xml").write_text(WRONG, "utf-8")
    clean = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "NO_COLOR")}
    leader, follower = os.openpty()
    try:
        program = [*PROGRAM, "lint-response", "a.xml"]
        subprocess.run(program, stdout=follower, timeout=60, cwd=tmp_path, env={**clean, **environment}, check=False)
        shown = os.read(leader, 65_536)
    finally:
        os.close(leader)
        os.close(follower)
    assert (b"\x1b[" in shown) is coloured


def closed_pipe() -> int:
    """The end to write into of a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


@pytest.mark.parametrize("arguments", [REPLY, ("--help",), ("reply", "--help"), ("lint-response", "a.xml")])
def test_a_closed_pipe_is_exit_141_and_no_word(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "a.xml").write_text(WRONG, "utf-8")
    writer = closed_pipe()
    done = subprocess.run(
        [*PROGRAM, *arguments], stdout=writer, stderr=subprocess.PIPE, timeout=60, cwd=tmp_path, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_closed_pipe_is_exit_141_on_windows_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "platform", "win32")
    fail_in(monkeypatch, OSError(errno.EINVAL, "Invalid argument"))
    assert run(list(REPLY)) == 141
    assert capfd.readouterr() == ("", "")
    assert not list(tmp_path.iterdir())


def test_a_closed_pipe_for_complaints_leaves_the_exit_code() -> None:
    writer = closed_pipe()
    done = subprocess.run([*PROGRAM, "no-such"], stdout=subprocess.PIPE, stderr=writer, timeout=60, check=False)
    os.close(writer)
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize(("redirection", "code"), [(">&-", 0), (">&- 2>&-", 0), ("--no-such 2>&-", 2)])
def test_streams_that_are_closed_are_no_crash(tmp_path: Path, redirection: str, code: int) -> None:
    shell = f"'{sys.executable}' -m wxkf_cli {' '.join(REPLY)} {redirection}"
    done = subprocess.run(shell, shell=True, capture_output=True, timeout=60, cwd=tmp_path, check=False)  # noqa: S602
    assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_line_and_exit_2() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*PROGRAM, *REPLY], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr == b"wxkf: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGINT, 130, b"wxkf: interrupted\n"),
        (signal.SIGTERM, 143, b"wxkf: interrupted by SIGTERM\n"),
        (signal.SIGHUP, 129, b"wxkf: interrupted by SIGHUP\n"),
    ],
)
def test_a_signal_ends_it_with_128_and_its_number(number: int, code: int, said: bytes) -> None:
    # It reads from stdin when what it writes on stdout has come: then the signal finds it waiting.
    program = [*PROGRAM, "lint-response", "-", "--format", "ndjson"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout
        assert running.stderr
        assert running.stdout.readline().startswith(b'{"type":"run"')
        running.send_signal(number)
        assert running.wait(60) == code
        assert running.stderr.read() == said


def test_what_nohup_has_ignored_stays_ignored() -> None:
    code = "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); sys.argv = ['wxkf', '--version']\n"
    code += "from wxkf_cli.cli import main\ntry:\n main()\nexcept SystemExit:\n print(signal.getsignal(signal.SIGHUP))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[1] == str(signal.SIG_IGN)


def fail_in(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("wxkf_cli.cli.reply.write_bytes", broken)


def test_our_own_failure_is_exit_4_and_a_traceback_for_the_owner_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    fail_in(monkeypatch, ZeroDivisionError("secret\x1b[31m \udcff"))
    assert run(list(REPLY)) == 4
    out, err = capfd.readouterr()
    (path,) = (tmp_path / ".wxkf").glob("crash-*.txt")
    assert out == ""
    assert err.splitlines() == [
        "wxkf: wxkf itself failed: ZeroDivisionError; please report it",
        f"      the traceback is in .wxkf/{path.name}",
    ]
    text = path.read_text("utf-8")
    assert text.startswith(f"wxkf {__version__}\nTraceback")
    assert r"\udcff" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert (path.parent / ".gitignore").read_text("ascii") == "*\n"


def test_a_traceback_that_cannot_be_kept_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".wxkf").write_text("a file", "utf-8")
    assert re.fullmatch(r"the traceback could not be written to \.wxkf: [\w ]+", save(ValueError("x")))


@pytest.mark.parametrize("error", [KeyError("x"), RecursionError(), MemoryError(), OSError(5000, "no such error")])
def test_no_failure_of_ours_looks_like_a_finding(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    monkeypatch.chdir(tmp_path)
    fail_in(monkeypatch, error)
    assert run(list(REPLY)) == 4


def test_python_m_and_the_script_are_one_program() -> None:
    script = Path(sys.executable).with_name("wxkf")
    done = subprocess.run([script, "--version"], capture_output=True, timeout=60, check=True)
    assert done.stdout == wxkf("--version").stdout
