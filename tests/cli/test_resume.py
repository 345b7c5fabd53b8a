"""`wxkf simulate --resume`: however a run ended, it is finished as it was planned."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import threading
from collections import Counter
from typing import Any

import pytest

from tests.cli.recorded import SEALED, answered, cut, lines, message_ids, record, untimed
from tests.cli.running import TOKEN, Wxkf
from tests.scripted import Reply, Request, correct, scripted
from wxkf_cli.trial.runlock import lock_of

KINDS = ("sent", "done")
PROGRAM = [sys.executable, "-m", "wxkf_cli"]


def start(*arguments: str, **more: Any) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "WXKF_TOKEN": TOKEN, "LANG": "C.UTF-8"}
    return subprocess.Popen([*PROGRAM, *arguments], stderr=subprocess.PIPE, env=environment, **more)


# The last four: in the middle of a lost answer, behind it, among two users at once, in the session.
@pytest.mark.parametrize("keep", [1, 2, 3, 8, 15, 23, 25, 26, 27, 34, 42])
def test_a_run_that_was_cut_off_is_finished_as_it_was_planned(wxkf: Wxkf, keep: int) -> None:
    with scripted() as handler:
        whole = wxkf("simulate", "--url", handler.url, "--data", "xml", "--seed", "5")
        path = record()
        planned, ids = answered(path), sorted(message_ids(path, "done"))
        cut(path, keep, b'{"type":"done","n"')
        before = [json.loads(each) for each in path.read_bytes().splitlines()[1:keep]]
        kinds = {kind: [(each["id"], each["delivery"]) for each in before if each["type"] == kind] for kind in KINDS}
        handler.requests.clear()
        ran = wxkf("simulate", "--resume", "last")
        assert len(handler.requests) == sum(planned.values()) - len(kinds["done"])
    assert (ran.code, answered(path)) == (0, planned)
    assert sorted(message_ids(path, "done")) == ids
    in_doubt = [(name, delivery + 1) for name, delivery in kinds["sent"] if (name, delivery) not in kinds["done"]]
    new = [line for line in lines(path)[keep:] if line["type"] == "sent"]
    assert set(in_doubt) <= {(line["id"], line["delivery"]) for line in new}
    assert "is torn: its 18 bytes are dropped" in ran.err
    assert untimed(ran.out) == untimed(whole.out)


def test_numbers_go_on_and_findings_come_once(wxkf: Wxkf) -> None:
    wxkf("simulate", "--demo", "buggy", "--seed", "5")
    path = record()
    found = [line for line in lines(path) if line["type"] == "finding"]
    cut(path, 25)
    wxkf("simulate", "--resume", path.stem)
    again = lines(path)
    assert [line["n"] for line in again] == list(range(1, len(again) + 1))
    assert [(each["code"], each["exchange"]) for each in again if each["type"] == "finding"] == [
        (each["code"], each["exchange"]) for each in found
    ]
    assert [line["type"] for line in again].count("run") == 2


def test_many_in_flight_are_finished_too(wxkf: Wxkf) -> None:
    many = ["--only", "text", "--data", "xml", "--count", "60", "--concurrency", "8", "--record", "--keep-alive"]
    with scripted() as handler:
        wxkf("simulate", "--url", handler.url, *many, "--seed", "3")
        path = record()
        ids = set(message_ids(path, "done"))
        cut(path, 41)
        assert wxkf("simulate", "--resume", "last").code == 0
    assert set(answered(path).values()) == {1}
    assert set(message_ids(path, "done")) == ids
    assert len(ids) == 60


def test_with_every_record_synced_a_run_is_the_same(wxkf: Wxkf) -> None:
    many = ["--only", "text", "--data", "xml", "--count", "40", "--concurrency", "8", "--record", "--keep-alive"]
    with scripted() as handler:
        ran = wxkf("simulate", "--url", handler.url, *many, "--durability", "sync")
    assert (ran.code, len(answered(record()))) == (0, 40)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--url", "http://127.0.0.1:1/other"], "the run was made with"),
        (["--demo", "correct"], "not with --demo correct"),
        (["--count", "3"], "so --count has no place beside it"),
        (["--text", "hello"], "so --text has no place beside it"),
        (["--select", "KF3"], "select is"),
        (["--token", "another"], "were signed with another Token"),
    ],
)
def test_what_does_not_fit_the_record_is_refused(wxkf: Wxkf, arguments: list[str], complaint: str) -> None:
    with scripted() as handler:
        wxkf("simulate", "--url", handler.url, "--data", "xml")
        path = record()
        cut(path, 9)
        before = path.read_bytes()
        handler.requests.clear()
        ran = wxkf("simulate", "--resume", "last", *arguments)
        assert not handler.requests
    assert (ran.code, complaint in ran.err) == (2, True), ran.err
    assert path.read_bytes() == before
    assert not lock_of(path).exists()


def test_a_key_that_does_not_open_what_was_sealed_is_refused(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SEALED.items():
        monkeypatch.setenv(name, value)
    with scripted() as handler:
        wxkf("simulate", "--url", handler.url, "--only", "text", "--data", "xml", "--expect", "none")
        cut(record(), 2)
        monkeypatch.setenv("WXKF_AES_KEY", "B" * 43)
        ran = wxkf("simulate", "--resume", "last")
    assert (ran.code, "were sealed with another key" in ran.err) == (2, True), ran.err


def test_a_record_with_a_hole_is_refused(wxkf: Wxkf) -> None:
    wxkf("simulate", "--demo", "correct")
    path = record()
    whole = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(whole[:4] + whole[5:]))
    ran = wxkf("simulate", "--resume", "last")
    assert (ran.code, "the record is not whole" in ran.err) == (2, True)


def test_a_record_without_secrets_can_be_resumed(wxkf: Wxkf) -> None:
    with scripted() as handler:
        wxkf("simulate", "--url", handler.url)
    assert TOKEN not in record().read_text("ascii")


# --- ends of every kind, in a process of its own ---


STOPPING = "wxkf: nothing more is pushed; what is in flight has a second, a second signal ends it\n"


def heard(running: "subprocess.Popen[bytes]") -> str:
    """The next line on stderr."""
    assert running.stderr is not None
    return running.stderr.readline().decode()


class Slow:
    """A right handler that answers a text when it is told to."""

    def __init__(self) -> None:
        self.asked, self.go_on = threading.Event(), threading.Event()

    def __call__(self, request: Request) -> Reply:
        if request.method == "POST":
            self.asked.set()
            assert self.go_on.wait(60)
        return correct(request)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.usefixtures("wxkf")
def test_after_the_first_signal_nothing_is_pushed_and_what_is_in_flight_ends(number: signal.Signals, code: int) -> None:
    answer = Slow()
    with scripted(answer) as handler, start("simulate", "--url", handler.url, stdout=subprocess.PIPE) as running:
        assert answer.asked.wait(60)
        running.send_signal(number)
        assert heard(running) == STOPPING
        answer.go_on.set()
        out, err = running.communicate(timeout=60)
        posts = [request for request in handler.requests if request.method == "POST"]
    assert (running.returncode, len(posts)) == (code, 1)
    assert re.search(rb"checks: .* 0 failed, .*  3 pushes in", out.splitlines()[-1])
    assert err.decode().splitlines() == [
        f"wxkf: interrupted by {number.name}",
        f"      what was done is recorded; go on with: wxkf simulate --resume {record().stem}",
    ]
    kinds = Counter(line["type"] for line in lines(record()))
    assert (kinds["sent"], kinds["done"], kinds["summary"]) == (3, 3, 1)
    assert lines(record())[-1]["exit_code"] == code


@pytest.mark.usefixtures("wxkf")
def test_the_second_signal_ends_it_at_once() -> None:
    answer = Slow()
    with scripted(answer) as handler, start("simulate", "--url", handler.url, stdout=subprocess.DEVNULL) as running:
        assert answer.asked.wait(60)
        running.send_signal(signal.SIGINT)
        assert heard(running) == STOPPING
        running.send_signal(signal.SIGTERM)
        _, err = running.communicate(timeout=60)
        answer.go_on.set()
    assert running.returncode == 130, err
    kinds = Counter(line["type"] for line in lines(record()))
    assert (kinds["sent"], kinds["done"], kinds["summary"]) == (3, 2, 1)


def test_a_closed_pipe_ends_quietly_and_the_record_can_be_resumed(wxkf: Wxkf) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with scripted() as handler:
        with start("simulate", "--url", handler.url, stdout=writer) as running:
            _, err = running.communicate(timeout=60)
        os.close(writer)
        assert (running.returncode, err) == (141, b"")
        assert wxkf("simulate", "--resume", "last").code == 0


def test_a_full_disk_stops_the_run_and_with_room_it_goes_on(wxkf: Wxkf) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))

    with scripted() as handler:
        with start("simulate", "--url", handler.url, stdout=subprocess.PIPE, preexec_fn=small_files) as running:
            _, err = running.communicate(timeout=60)
        path = record()
        seen = len(handler.requests)
        assert running.returncode == 4
        assert err.decode().startswith(f"wxkf: the record {path} cannot be written: File too large (local.disk)\n")
        assert f"this goes on: wxkf simulate --resume {path.stem}" in err.decode()
        sent = [each for each in path.read_bytes().splitlines() if each.startswith(b'{"type":"sent"')]
        assert len(sent) in (seen, seen + 1)  # the last one may be torn
        assert wxkf("simulate", "--resume", "last").code == 0
    # Two of them are delivered twice: a lost answer and a slow one, in each format.
    assert sorted(answered(path).values())[-5:] == [1, 2, 2, 2, 2]
