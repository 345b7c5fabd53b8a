"""`wxkf replay`: the same pushes once more, signed anew; FIXED or FAILED; or as a script, tests or a story."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import TOKEN, Wxkf
from tests.cli.test_resume import STOPPING, Slow, heard, start
from tests.scripted import Reply, Request, correct, scripted
from wxkf_cli.simulate.demo import serving
from wxkf_cli.vocab.choices import Demo

#: The sample values of the official page.
SEALED = {"WXKF_AES_KEY": "A" * 43, "WXKF_APPID": "wxba5fad812f8e6fb9"}
#: What is left out where each push is to be delivered once, and to its answer.
ONCE = [word for name in ("lost-answer", "slow-answer", "two-users", "session") for word in ("--skip", name)]
Answer = Callable[[Request], Reply]


def forwards_events(request: Request) -> Reply:
    return Reply(request.transferred()) if request.method == "POST" and request.signed else correct(request)


class Mended:
    """A handler that changes between a run and its replay."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: Request) -> Reply:
        return self.answer(request)


def words(out: str) -> list[tuple[str, ...]]:
    """(word, id, case) of each replayed push."""
    return re.findall(r"^  (FIXED|FAILED|PASS)\s+(e\d+)\s+(\S+)", out, re.MULTILINE)


def test_without_arguments_the_failures_of_the_last_run_are_fixed_or_failed(wxkf: Wxkf) -> None:
    answer = Mended(forwards_events)
    with scripted(answer) as handler:
        wxkf("simulate", "--url", handler.url, "--data", "xml")
        recorded = [request for request in handler.requests if request.method == "POST" and request.signed]
        handler.requests.clear()
        still = wxkf("replay")
        again = list(handler.requests)
        answer.answer = correct
        mended = wxkf("replay")
    cases = ["user_enter_tempsession", "known-event", "unknown-event"]
    assert (still.code, [(word, case) for word, _, case in words(still.out)]) == (1, [("FAILED", c) for c in cases])
    assert (mended.code, [(word, case) for word, _, case in words(mended.out)]) == (0, [("FIXED", c) for c in cases])
    assert "KF401 event-transferred" in still.out
    assert mended.out.splitlines()[-1].startswith("3 pushes: 3 fixed, 0 failed, 0 right as before")
    by_body = {request.body: request for request in recorded}
    for request in again:
        before = by_body[request.body]  # the same fields, MsgId and CreateTime, to the byte
        assert request.signed
        assert request.query["nonce"] != before.query["nonce"]
        assert request.headers == before.headers
    assert not [path for path in Path(".wxkf/runs").iterdir() if path.stem in mended.out and path.suffix != ".ndjson"]
    assert len(list(Path(".wxkf/runs").iterdir())) == 1, "a replay is no run of its own: the last one stays the last"


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["e3"], ["e3"]),
        (["e3..e5"], ["e3", "e4", "e5"]),
        (["e9", "e3..4"], ["e9", "e3", "e4"]),
        (["last", "e1"], ["e1"]),
        (["last"], [f"e{number}" for number in range(1, 12)]),
    ],
)
def test_exchanges_and_runs_are_named(wxkf: Wxkf, arguments: list[str], ids: list[str]) -> None:
    with scripted() as handler:
        wxkf("simulate", "--url", handler.url, "--data", "xml", *ONCE)
        (path,) = Path(".wxkf/runs").iterdir()
        for run in ([], [path.stem], [path.stem[:12]], [str(path)]) if "last" not in arguments else ([],):
            ran = wxkf("replay", *run, *arguments)
            assert (ran.code, [name for _, name, _ in words(ran.out)]) == (0, ids), ran.err
    assert {word for word, _, _ in words(ran.out)} == {"PASS"}


def test_an_answer_is_compared_with_the_recorded_one_but_for_times_and_ids(wxkf: Wxkf) -> None:
    answer = Mended(lambda request: Reply(request.transferred().replace(b"<CreateTime>1", b"<CreateTime>2")))
    with scripted(correct) as handler:
        wxkf("simulate", "--url", handler.url, "--only", "text", "--data", "xml")
        same = wxkf("replay", "e1", "--diff")
    assert "= the same answer as recorded" in same.out
    with scripted(answer) as other:
        passing = wxkf("replay", "e1", "--diff", "--url", other.url)
        answer.answer = lambda _: Reply(b"success\x1b[31m", 201)
        changed = wxkf("replay", "e1", "--diff", "--url", other.url)
    assert "- Content-Type" not in passing.out
    assert "= the same answer as recorded" in passing.out
    assert "          - HTTP 200\n" in changed.out
    assert "          + HTTP 201\n" in changed.out
    assert "          + success\\x1b[31m\n" in changed.out
    assert changed.code == 1


@pytest.mark.parametrize("modes", [["secure"], ["compatible", "plaintext"]])
def test_sealed_pushes_are_sealed_anew(wxkf: Wxkf, modes: list[str]) -> None:
    wxkf("simulate", "--demo", "buggy", *[word for mode in modes for word in ("--mode", mode)], "--data", "json")
    failed = words(wxkf("replay").out)
    assert failed
    assert {word for word, _, _ in failed} == {"FAILED"}
    mended = wxkf("replay", "--demo", "correct", "--diff")
    assert (mended.code, {word for word, _, _ in words(mended.out)}) == (0, {"FIXED"})
    assert "+ success" in mended.out
    whole = wxkf("replay", "last", "--demo", "correct")
    assert whole.code == 0


def test_a_replay_has_every_format(wxkf: Wxkf) -> None:
    wxkf("simulate", "--demo", "buggy", "--data", "xml")
    shape = wxkf.json("replay", "--report", "junit=replay.xml")
    assert [each["case"] for each in shape["exchanges"]] == ["user_enter_tempsession", "known-event", "unknown-event"]
    assert shape["exit_code"] == 1
    assert Path("replay.xml").exists()


def test_a_handler_that_is_down_is_exit_3(wxkf: Wxkf) -> None:
    with scripted(forwards_events) as handler:
        wxkf("simulate", "--url", handler.url, "--data", "xml")
    ran = wxkf("replay")
    assert (ran.code, "could not be reached" in ran.err) == (3, True)


def test_where_nothing_failed_nothing_is_checked_and_that_is_exit_2(wxkf: Wxkf) -> None:
    assert wxkf("replay").code == 2
    wxkf("simulate", "--demo", "correct")
    ran = wxkf("replay")
    assert (ran.code, "no push failed in" in ran.err) == (2, True)


def test_what_failed_of_the_run_as_a_whole_is_said(wxkf: Wxkf) -> None:
    def acknowledges(request: Request) -> Reply:
        return correct(request) if request.method == "GET" or not request.signed else Reply()

    with scripted(acknowledges) as handler:
        wxkf("simulate", "--url", handler.url, "--data", "xml")
        ran, in_chinese = wxkf("replay"), wxkf("replay", "--lang", "zh")
    assert "KF403 is about the run as a whole" in ran.err
    assert "KF403 针对整次运行" in in_chinese.err
    assert (ran.code, in_chinese.code) == (2, 2)


@pytest.mark.parametrize("arguments", [["e99"], ["e0"], ["no-such-run"], ["last", "also"], ["./no.ndjson"]])
def test_mistakes_are_one_line_and_a_hint(wxkf: Wxkf, arguments: list[str]) -> None:
    wxkf("simulate", "--demo", "correct")
    ran = wxkf("replay", *arguments)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 2), ran.err


def test_another_token_is_what_the_handler_is_pushed_with(wxkf: Wxkf) -> None:
    """The Token may have been changed since: a replay is signed with that of now."""
    with scripted() as handler:
        wxkf("simulate", "--url", handler.url, "--only", "text", "--data", "xml")
        wxkf("replay", "e1", "--token", "another")
        assert not handler.requests[-1].signed


def test_a_failure_of_a_recorded_run_names_its_exchange_and_of_another_the_options(wxkf: Wxkf) -> None:
    recorded = wxkf("simulate", "--demo", "buggy", "--data", "xml").out
    assert "reproduce: wxkf replay e7\n" in recorded
    assert "reproduce: wxkf simulate --demo buggy" in wxkf("simulate", "--demo", "buggy", "--no-record").out


def test_after_the_first_signal_a_replay_pushes_nothing_more(wxkf: Wxkf) -> None:
    answer, slow = Mended(correct), Slow()
    with scripted(answer) as handler:
        wxkf("simulate", "--url", handler.url, "--only", "text", "--data", "xml", "--text", "a", "--text", "b")
        answer.answer = slow
        handler.requests.clear()
        with start("replay", "last", stdout=subprocess.PIPE) as running:
            assert slow.asked.wait(60)
            running.send_signal(signal.SIGTERM)
            assert heard(running) == STOPPING
            slow.go_on.set()
            out, err = running.communicate(timeout=60)
        assert (running.returncode, len(handler.requests)) == (143, 1)
    assert out.decode().splitlines()[-1].startswith("1 push: 0 fixed, 0 failed, 1 right as before")
    assert err.decode() == "wxkf: interrupted by SIGTERM\n"


# --- printed instead of pushed ---


def seen_by(handler_requests: list[Request]) -> list[tuple[object, ...]]:
    return [
        (request.method, request.body, request.signed, request.query.get("openid"), request.query.get("echostr"))
        for request in handler_requests
    ]


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="needs curl and openssl")
def test_the_curl_script_pushes_the_same(wxkf: Wxkf) -> None:
    text = "it's \"$HOME\" `id` \\ 你好\n%s 'x' !"
    with scripted() as handler:
        wxkf("simulate", "--url", handler.url, "--text", text, "--header", "X-Env: it's", *ONCE)
        recorded = list(handler.requests)
        script = wxkf("replay", "last", "--as", "curl")
        assert script.code == 0
        assert TOKEN not in script.out
        handler.requests.clear()
        done = subprocess.run(["sh"], input=script.out, text=True, capture_output=True, timeout=120, check=True)
        assert done.stderr == ""
        assert seen_by(handler.requests) == seen_by(recorded)
        headers = [{k: v for k, v in request.headers.items() if k != "Host"} for request in handler.requests]
        assert headers == [{k: v for k, v in request.headers.items() if k != "Host"} for request in recorded]


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="needs curl and openssl")
@pytest.mark.parametrize("mode", ["secure", "compatible"])
def test_the_curl_script_seals_as_wechat_does(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    import asyncio
    import threading

    from wxkf_cli.wire.crypto import decoded_key
    from wxkf_cli.wire.envelope import Seal

    monkeypatch.setenv("WXKF_TOKEN", "AAAAA")
    for name, value in SEALED.items():
        monkeypatch.setenv(name, value)
    seal = Seal("AAAAA", decoded_key(SEALED["WXKF_AES_KEY"]), SEALED["WXKF_APPID"])
    ready, url, loop, ended = threading.Event(), [], asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with serving(Demo.CORRECT, "AAAAA", seal, takes_plaintext=mode != "secure") as where:
            url.append(where)
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(60)
        told = wxkf.json("simulate", "--url", url[0], "--mode", mode, *ONCE)
        script = wxkf("replay", "last", "--as", "curl").out
        done = subprocess.run(["sh"], input=script.encode(), capture_output=True, timeout=120, check=True)
        assert done.stderr == b""
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()
    assert SEALED["WXKF_AES_KEY"] not in script
    statuses = [int(each) for each in re.findall(rb"^HTTP/1\.1 (\d+)", done.stdout, re.MULTILINE)]
    assert statuses == [each["response"]["status"] for each in told["exchanges"]]


def test_the_tests_fail_until_the_handler_is_mended(wxkf: Wxkf) -> None:
    answer = Mended(forwards_events)
    with scripted(answer) as handler:
        wxkf("simulate", "--url", handler.url)
        printed = wxkf("replay", "--as", "pytest").out
        Path("test_replayed.py").write_text(printed, "utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_replayed.py"]
        environment = {**os.environ, "WXKF_TOKEN": TOKEN}

        def tested() -> str:
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)
            return done.stdout.splitlines()[-1]

        assert tested().startswith("6 failed")
        answer.answer = correct
        assert tested().startswith("6 passed")


def test_the_tests_open_and_seal_with_the_key_of_the_environment(wxkf: Wxkf) -> None:
    wxkf("simulate", "--demo", "buggy", "--mode", "secure", "--data", "xml")
    printed = wxkf("replay", "--as", "pytest").out
    compile(printed, "test_replayed.py", "exec")
    assert 'decoded_key(os.environ["WXKF_AES_KEY"])' in printed
    assert SEALED["WXKF_AES_KEY"] not in printed


def test_the_story_sends_the_same_fields_and_expects_what_is_right(wxkf: Wxkf) -> None:
    import tomllib

    with scripted(forwards_events) as handler:
        wxkf("simulate", "--url", handler.url, "--text", 'a "quoted"\ttext \\ 你好')
        story = tomllib.loads(wxkf("replay", "e3", "e1", "e2", "e10", "--as", "story").out)
    text, verified, forged, event = story["step"]
    assert text["send"] == {"kind": "text", "Content": 'a "quoted"\ttext \\ 你好'}
    assert text["expect"] == {"verdict": "transferred"}
    assert (verified["verify"], forged["flaw"]) == (True, "signature")
    assert event["expect"] == {"verdict": "acknowledged"}


@pytest.mark.parametrize("as_what", ["curl", "pytest"])
def test_nothing_is_printed_that_would_push_to_an_app_in_this_process(wxkf: Wxkf, as_what: str) -> None:
    assert wxkf("simulate", "--app", "tests.apps.plain:forwarding", "--data", "json", "--only", "known-event").code == 1
    refused = wxkf("replay", "--as", as_what)
    assert refused.code == 2
    assert f"--as {as_what} writes requests to a URL, and app://tests.apps.plain:forwarding is called" in refused.err
    assert "--as story" in refused.err
    assert wxkf("replay", "--as", "story").code == 0
    with scripted() as handler:
        assert handler.url in wxkf("replay", "--as", as_what, "--url", handler.url).out
