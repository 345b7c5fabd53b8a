"""What an app says besides its answers comes as whole lines, each traceback once, and not without end."""

import sys
import threading

import pytest

from wxkf_cli.cli import leaving
from wxkf_cli.cli.places.apart import complaints_on_stderr, prints_apart
from wxkf_cli.simulate import complaint
from wxkf_cli.simulate.complaint import Complaints, Lines
from wxkf_cli.wire.escape import Redactor


def in_a_thread(what: object) -> None:
    thread = threading.Thread(target=what)  # type: ignore[arg-type] # a function
    thread.start()
    thread.join()


def test_pieces_of_a_line_wait_for_its_end() -> None:
    said: list[str] = []
    lines = Lines(Complaints(said.append))
    for piece in ("a", "b\nc", "", "\n\nd"):
        lines.write(piece)
    assert said == ["ab", "c", " "]


def test_a_line_without_end_is_cut() -> None:
    said: list[str] = []
    lines = Lines(Complaints(said.append))
    lines.write("x" * (complaint.LINE_LIMIT + 1))
    assert len(said) == 1


def test_bytes_are_lines_too() -> None:
    said: list[str] = []
    buffer = Lines(Complaints(said.append)).buffer
    buffer.write("你好\n".encode())
    buffer.write(b"\xff\n")
    assert said == ["你好", "\\xff"]


def test_lines_end_at_the_limit_and_say_so() -> None:
    said: list[str] = []
    complaints = Complaints(said.append)
    for number in range(complaint.LINES + 50):
        complaints.say(str(number))
    assert len(said) == complaint.LINES
    assert said[-1] == f"more than {complaint.LINES} lines; the rest is not shown"


def test_what_other_threads_print_is_apart_and_what_we_print_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    complaints = complaints_on_stderr("app", Redactor(["s3cret"]))

    def foreign() -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.write("of the app s3cret \x1b[31m\n")
            stream.flush()
            assert stream.writable()

    with prints_apart(complaints):
        sys.stdout.write("ours\n")
        in_a_thread(foreign)
        sys.stderr.write("ours too\n")
    sys.stdout.write("after\n")
    out, err = capsys.readouterr()
    assert out == "ours\nafter\n"
    assert err == "[app] of the app *** \\x1b[31m\n" * 2 + "ours too\n"


def test_the_streams_come_back_after_a_failure() -> None:
    before = sys.stdout, sys.stderr
    with pytest.raises(LookupError), prints_apart(Complaints(lambda _: None)):
        raise LookupError
    assert (sys.stdout, sys.stderr) == before


def test_leaving_is_an_exit_unless_something_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "_held_up", [])
    with pytest.raises(SystemExit) as ended:
        leaving.leave(3)
    assert ended.value.code == 3
    left: list[int] = []
    monkeypatch.setattr(leaving.os, "_exit", left.append)
    leaving.holds_up("a thread")
    with pytest.raises(SystemExit):  # only because the stand-in comes back
        leaving.leave(4)
    assert left == [4]
