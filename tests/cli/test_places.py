"""Where a handler is: by URL, in this process, or behind a command; what holds for one place holds for all."""

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Wxkf, codes
from wxkf_cli.cli.handler import HandlerOptions, placed, same_handler
from wxkf_cli.errors import UsageError
from wxkf_cli.settings import Setting, Settings
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.vocab.choices import AppKind, Client, Demo

ROOT = Path(__file__).parents[2]
WAITRESS = f"{sys.executable} -m waitress --host 127.0.0.1 --port {{port}} --call tests.apps.with_flask"
UVICORN = (
    f"{sys.executable} -m uvicorn --log-level warning --no-access-log --port {{port}} --factory tests.apps.with_fastapi"
)

#: Place -> the options for the handler that is right, and for the one that forwards events.
PLACES: dict[str, tuple[list[str], list[str]]] = {
    "wsgi, Flask": (["--app", "tests.apps.with_flask:app"], ["--app", "tests.apps.with_flask:forwarding()"]),
    "asgi, FastAPI": (["--app", "tests.apps.with_fastapi:app"], ["--app", "tests.apps.with_fastapi:forwarding()"]),
    "wsgi, Django": (
        ["--app", "tests.apps.with_django:application"],
        ["--app", "tests.apps.with_django:application", "--path", "/forwarding"],
    ),
    "asgi, Django": (
        ["--app", "tests.apps.with_django:asgi"],
        ["--app", "tests.apps.with_django:asgi", "--path", "/forwarding"],
    ),
    "function": (["--app", "tests.apps.plain:handle"], ["--app", "tests.apps.plain:forwarding"]),
    "async function": (["--app", "tests.apps.plain:handle_async"], ["--app", "tests.apps.plain:forwarding"]),
    "command, waitress": (["--exec", f"{WAITRESS}:create_app"], ["--exec", f"{WAITRESS}:forwarding"]),
    "command, uvicorn": (["--exec", f"{UVICORN}:create_app"], ["--exec", f"{UVICORN}:forwarding"]),
}
#: The messages and events that every place is asked with.
ASKED = ("text", "image", "miniprogrampage", "user_enter_tempsession", "known-event", "unknown-event")
ASKING = ["--data", "json", *(word for case in ASKED for word in ("--only", case))]


SECRETS = ("WXKF_TOKEN", "WXKF_AES_KEY", "WXKF_APPID")


@pytest.fixture(autouse=True)
def no_token(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Handlers that wxkf starts have the documented samples, once nothing else is set."""
    assert wxkf, "its token is set by now"
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def verdicts(shape: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["case"], each["verdict"]) for each in shape["exchanges"]]


@pytest.mark.parametrize("place", PLACES)
def test_a_right_handler_gets_the_same_verdicts_in_every_place(wxkf: Wxkf, place: str) -> None:
    shape = wxkf.json("simulate", *PLACES[place][0], *ASKING, "--no-record")
    assert shape["exit_code"] == 0
    assert codes(shape) == []
    messages = ("text", "image", "miniprogrampage")
    wanted = {case: "transferred" if case in messages else "acknowledged" for case in ASKED}
    assert dict(verdicts(shape)) == wanted


@pytest.mark.parametrize("place", PLACES)
def test_a_handler_that_forwards_events_is_found_out_in_every_place(wxkf: Wxkf, place: str) -> None:
    shape = wxkf.json("simulate", *PLACES[place][1], *ASKING, "--no-record")
    assert shape["exit_code"] == 1
    assert sorted(codes(shape)) == ["KF401", "KF401", "KF402"]


@pytest.mark.parametrize("place", PLACES)
def test_the_whole_suite_is_clean_in_every_place(wxkf: Wxkf, place: str) -> None:
    shape = wxkf.json("simulate", *PLACES[place][0], "--no-record", "--skip", "slow-answer")
    assert shape["exit_code"] == 0, codes(shape)


@pytest.mark.parametrize("app", ["late_wsgi", "late_asgi", "late_plain"])
def test_an_app_that_answers_after_the_deadline_fails(wxkf: Wxkf, app: str) -> None:
    asking = ["--data", "json", "--only", "image", "--deadline", "0.2", "--no-record"]
    shape = wxkf.json("simulate", "--app", f"tests.apps.odd:{app}", *asking)
    assert shape["exit_code"] == 1
    assert "KF003" in codes(shape)


def test_an_app_with_a_slow_background_task_passes(wxkf: Wxkf) -> None:
    asking = ["--data", "json", "--only", "image", "--deadline", "0.5", "--no-record"]
    ran = wxkf("simulate", "--app", "tests.apps.odd:slow_afterwards", *asking)
    assert (ran.code, ran.err) == (0, "")
    assert not [name for name in SECRETS if name in os.environ], "what the app was told by is taken back"


def test_what_cannot_be_seen_is_skipped_with_the_reason(wxkf: Wxkf) -> None:
    shape = wxkf.json(
        "simulate", "--app", "tests.apps.plain:handle", "--data", "json", "--no-record", "--skip", "slow-answer"
    )
    reasons = {each["why"] for each in shape["skipped"]}
    assert {"there is no URL to verify here", "no signature comes with the push here"} <= reasons


def test_what_an_app_prints_is_apart_escaped_and_without_secrets(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WXKF_TOKEN", "s3cret-token")
    ran = wxkf(
        "simulate",
        "--app",
        "tests.apps.odd:prints",
        "--data",
        "json",
        "--only",
        "image",
        "--no-record",
        "--format",
        "json",
    )
    assert json.loads(ran.out)["exit_code"] == ran.code == 0
    # Nor is it a command to the runner of a CI system.
    assert r"[app] on stdout \x1b[31m #\x23[error] of mine" in ran.err
    assert "[app] bytes on stdout" in ran.err
    assert "[app] on stderr ***" in ran.err
    assert "s3cret" not in ran.out + ran.err


#: The options -> the exit code, what is said, and the hint.
WRONG: dict[str, tuple[list[str], int, str, str]] = {
    "no module": (["--app", "nowhere_at_all:app"], 2, 'there is no module "nowhere_at_all" here', "looked for in"),
    "no such app": (["--app", "tests.apps.plain:handel"], 2, 'has no "handel"', "did you mean handle?"),
    "a startup that fails": (
        ["--app", "tests.apps.odd:does_not_start"],
        3,
        "the startup of the app failed: no database",
        "above",
    ),
    "no path": (["--app", "tests.apps.plain:handle", "--path", "wx"], 2, '--path "wx" is not a path', "--path /wechat"),
    "a path with a blank": (["--app", "tests.apps.plain:handle", "--path", "/w x"], 2, "is not a path", "blank"),
    "sealing for a function": (
        ["--app", "tests.apps.plain:handle", "--mode", "secure"],
        2,
        "--mode secure: a plain function",
        "unseals",
    ),
    "a program that is not there": (
        ["--exec", "wxkf-no-such-program"],
        2,
        "cannot be started",
        "no shell reads the command",
    ),
    "a command that ends": (
        ["--exec", f"{sys.executable} -c 'print(42); exit(5)'"],
        3,
        "ended with exit status 5 before",
        "it said last: 42",
    ),
    "a command that does not listen": (
        ["--exec", f"{sys.executable} -c 'import time; time.sleep(600)'", "--wait", "300ms"],
        3,
        "nothing answers on port",
        "say it in the command: {port}",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_handler_that_is_not_there_is_one_clear_line(wxkf: Wxkf, name: str) -> None:
    options, code, said, hint = WRONG[name]
    ran = wxkf("simulate", *options, "--no-record")
    own = [line for line in ran.err.splitlines() if not line.startswith("[")]
    assert (ran.code, ran.out) == (code, "")
    assert len(own) == 2, own
    assert said in own[0]
    assert hint in own[1]


def wxkf_process(*arguments: str, **more: Any) -> subprocess.Popen[str]:
    """wxkf in a process of its own."""
    command = [sys.executable, "-m", "wxkf_cli", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


@pytest.mark.parametrize("app", ["hung", "hung_in_pool"])
def test_an_app_that_hangs_is_late_is_told_of_and_does_not_hold_up_the_end(app: str) -> None:
    asking = ["--data", "json", "--only", "image", "--deadline", "0.2", "--no-record"]
    with wxkf_process("simulate", "--app", f"tests.apps.odd:{app}", *asking) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert "KF003" in out
    assert "still stuck in a request" in out + err


def test_a_background_task_without_end_is_told_of_and_the_run_passes(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wxkf_cli.cli.places.app.GRACE_SECONDS", 0.1)
    monkeypatch.setattr("wxkf_cli.cli.leaving._held_up", [])
    ran = wxkf("simulate", "--app", "tests.apps.odd:without_end", "--data", "json", "--only", "image", "--no-record")
    assert ran.code == 0
    assert "background task" in ran.out + ran.err


SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        print("asked", flush=True)
        import threading; threading.Event().wait(600)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_command_too(tmp_path: Path, number: signal.Signals) -> None:
    script = tmp_path / "server.py"
    script.write_text(f"import os, sys\nprint('pid', os.getpid(), file=sys.stderr, flush=True)\n{SERVER}")
    command = f"{sys.executable} {script} {{port}}"
    with wxkf_process(
        "simulate", "--exec", command, "--data", "json", "--only", "image", "--deadline", "60", cwd=tmp_path
    ) as process:
        assert process.stderr is not None
        said = ""
        while "[handler] asked" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        process.send_signal(number)
        rest = process.communicate(timeout=60)[1]
    assert process.returncode == 128 + number, rest
    child = next(int(line.split()[2]) for line in said.splitlines() if line.startswith("[handler] pid"))
    try:
        handle = os.pidfd_open(child)
    except ProcessLookupError:
        return
    assert select.select([handle], [], [], 10)[0], "the command lives on"


# --- which place is meant ---


def settings(**values: object) -> Settings:
    return Settings({name: Setting(value, "wxkf.toml") for name, value in values.items()})


NO_PLACES: dict[str, tuple[HandlerOptions, Settings, str]] = {
    "none": (HandlerOptions(), settings(), "no handler given"),
    "two options": (
        HandlerOptions(url="http://127.0.0.1/", app="a:b"),
        settings(),
        "--url and --app both name a handler",
    ),
    "other two": (HandlerOptions(demo=Demo.BUGGY, exec_="x"), settings(), "--demo and --exec both name a handler"),
    "two settings": (HandlerOptions(), settings(url="http://127.0.0.1/", exec="x"), "url and exec both name a handler"),
    "a kind without an app": (
        HandlerOptions(exec_="x", app_kind=AppKind.WSGI),
        settings(),
        "--app-kind has no place beside --exec",
    ),
    "a path beside a URL": (
        HandlerOptions(url="http://127.0.0.1/", path="/x"),
        settings(),
        "--path has no place beside --url",
    ),
    "a client for an app": (
        HandlerOptions(app="a:b", client=Client.HTTPX),
        settings(),
        "--client httpx has no place beside --app",
    ),
    "connections of an app": (
        HandlerOptions(app="a:b", keep_alive=True),
        settings(),
        "--keep-alive has no place beside --app",
    ),
    "an SDK of a URL": (
        HandlerOptions(url="http://127.0.0.1/", real_sdk=True),
        settings(),
        "--real-sdk has no place beside --url",
    ),
}


@pytest.mark.parametrize("name", NO_PLACES)
def test_one_place_is_named_and_what_stands_beside_it_is_its_own(name: str) -> None:
    options, given, said = NO_PLACES[name]
    with pytest.raises(UsageError) as caught:
        placed(options, given)
    assert said in str(caught.value)
    assert caught.value.hint


def test_an_option_goes_before_every_setting() -> None:
    options, _ = placed(HandlerOptions(app="a:b"), settings(url="http://127.0.0.1/", path="/wx", app_kind="wsgi"))
    assert (options.url, options.app, options.path, options.app_kind) == (None, "a:b", "/wx", AppKind.WSGI)


def test_a_setting_is_enough() -> None:
    assert placed(HandlerOptions(), settings(app="a:b"))[0].app == "a:b"
    assert placed(HandlerOptions(), settings(exec="run {port}", path="/x"))[0] == HandlerOptions(
        exec_="run {port}", path="/x"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (HandlerOptions(app="a:b", path="/"), ["--app", "a:b"]),
        (
            HandlerOptions(app="a:b()", app_kind=AppKind.WSGI, path="/x"),
            ["--app", "a:b()", "--app-kind", "wsgi", "--path", "/x"],
        ),
        (HandlerOptions(exec_="run --port {port}", deadline=2.0), ["--exec", "run --port {port}", "--deadline", "2.0"]),
    ],
)
def test_the_same_handler_is_named_again(options: HandlerOptions, words: list[str]) -> None:
    class Known:
        kind = "exec" if options.exec_ else "app"
        target = parse_url("http://127.0.0.1/")

    assert same_handler(options, Known()) == words  # type: ignore[arg-type] # all of a handler that is looked at
