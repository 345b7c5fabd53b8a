"""A program is started, waited for, listened to, and ended with everything that it started."""

import asyncio
import os
import select
import signal
import sys
from pathlib import Path

import pytest

from tests.simulate.inprocess import REQUEST, SOON, shown
from wxkf_cli.errors import HandlerDown, UsageError
from wxkf_cli.simulate import child as child_module
from wxkf_cli.simulate.child import running, words_of
from wxkf_cli.simulate.complaint import Complaints
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import parse_url

SERVER = """
import http.server, os, signal, subprocess, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith("/crash"):
            print("going down", flush=True)
            os._exit(7)
        body = ",".join(os.environ[name] for name in ("WXKF_TOKEN", "PORT", "PYTHON_COLORS")).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *arguments): ...
port = int(sys.argv[1]) if len(sys.argv) > 1 else int(os.environ["PORT"])
if "grandchild" in sys.argv:
    stubborn = "import signal as s, time; s.signal(s.SIGTERM, s.SIG_IGN); print('there', flush=True); time.sleep(600)"
    inner = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE)
    inner.stdout.readline()
    print("started", inner.pid, flush=True)
if "apart" in sys.argv:
    inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    print("started", inner.pid, flush=True)
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("listening \\x1b[31m", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


@pytest.fixture
def server(tmp_path: Path) -> str:
    """A command that serves, but for the port."""
    path = tmp_path / "server of a test.py"
    path.write_text(SERVER, "utf-8")
    return f"{sys.executable} '{path}'"


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not end by itself is not waited for long."""
    monkeypatch.setattr(child_module, "GRACE_SECONDS", 0.5)


def lives(process: int) -> bool:
    """Whether a process goes on: a signal that has been sent needs its moment, but no more than that."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return False
    ended, _, _ = select.select([handle], [], [], 5)
    os.close(handle)
    return not ended


async def _push(host: str, port: int, path: str = "/") -> object:
    wire = Wire(parse_url(f"http://{host}:{port}{path}"))
    try:
        return shown(await wire(REQUEST, 30))
    finally:
        wire.close()


@pytest.mark.parametrize("port", [" {port}", ""], ids=["named", "in the environment"])
def test_a_command_is_started_waited_for_and_ended(server: str, port: str) -> None:
    said: list[str] = []

    async def main() -> int:
        async with running(server + port, {"WXKF_TOKEN": "T"}, Complaints(said.append), limit=30) as child:
            assert await _push(child.host, child.port) == (200, f"T,{child.port},0".encode())
            assert await child.settle() == ()
            return child._process.pid

    assert not lives(asyncio.run(main()))
    assert said == ["listening \x1b[31m"], "escaping is for whoever shows it"


@pytest.mark.parametrize("how", ["normal", "exception", "cancelled"])
@pytest.mark.parametrize("manner", ["grandchild", "stubborn", "grandchild stubborn"])
def test_nothing_is_left_behind(server: str, manner: str, how: str) -> None:
    said: list[str] = []
    processes: list[int] = []

    async def main() -> None:
        async with running(f"{server} {{port}} {manner}", {}, Complaints(said.append), limit=30) as child:
            processes.append(child._process.pid)
            if how == "exception":
                raise LookupError
            if how == "cancelled":
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
                await asyncio.sleep(60)

    if how == "normal":
        asyncio.run(main())
    else:
        with pytest.raises((LookupError, asyncio.CancelledError)):
            asyncio.run(main())
    processes += [int(line.split()[1]) for line in said if line.startswith("started")]
    assert len(processes) == 1 + ("grandchild" in manner)
    assert not [each for each in processes if lives(each)]


def test_a_second_cancellation_while_it_ends_leaves_nothing_either(server: str) -> None:
    said: list[str] = []
    processes: list[int] = []

    async def main() -> None:
        async with running(f"{server} {{port}} stubborn", {}, Complaints(said.append), limit=30) as child:
            processes.append(child._process.pid)
            task = asyncio.current_task()
            assert task is not None
            # Again as soon as the kind signal has been sent and is waited for.
            loop = asyncio.get_running_loop()
            task.cancel()
            loop.call_later(0.1, task.cancel)
            await asyncio.sleep(60)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())
    assert not lives(processes[0])


def test_what_has_left_the_group_is_not_waited_for_and_is_told(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "GRACE_SECONDS", 3600)
    said: list[str] = []

    async def main() -> int:
        async with running(f"{server} {{port}} apart", {}, Complaints(said.append), limit=30) as child:
            return child._process.pid

    process = asyncio.run(main())
    (apart,) = (int(line.split()[1]) for line in said if line.startswith("started"))
    os.kill(apart, signal.SIGKILL)
    assert not lives(process)
    assert said[-1] == "(something that it started has left its process group and still holds its output: it goes on)"


def test_a_crash_during_the_run_is_told(server: str) -> None:
    said: list[str] = []

    async def main() -> None:
        async with running(server + " {port}", {"WXKF_TOKEN": "T"}, Complaints(said.append), limit=30) as child:
            await _push(child.host, child.port, "/crash")
            await child._ending
            (told,) = await child.settle()
            assert told.en == "the command ended with exit status 7 during the run"
            await child._reading

    asyncio.run(main())
    assert said[-2:] == ["going down", "(ended with exit status 7)"]


def failing(command: str, limit: float = 30.0) -> Exception:
    async def main() -> None:
        async with running(command, {}, Complaints(lambda _: None), limit=limit):
            pass

    with pytest.raises((HandlerDown, UsageError)) as caught:
        asyncio.run(main())
    return caught.value


def python(code: str) -> str:
    return f'{sys.executable} -c "{code}"'


def test_a_command_that_ends_is_no_handler() -> None:
    error = failing(python("print(1); print('no \\x1b[31mdatabase'); exit(3)") + " {port}")
    assert isinstance(error, HandlerDown)
    assert str(error).startswith("the command ended with exit status 3 before anything answered on port")
    assert error.hint == r"it said last: 1 / no \x1b[31mdatabase"


def test_a_command_that_is_killed_says_by_what() -> None:
    error = failing(python("import os; os.kill(os.getpid(), 9)"))
    assert isinstance(error, HandlerDown)
    assert str(error).startswith("the command was ended by SIGKILL before")
    assert error.hint == "it said nothing"


@pytest.mark.parametrize(
    ("more", "hint"), [(" {port}", "it must listen on 127.0.0.1"), ("", "say it in the command: {port}")]
)
def test_a_port_that_never_answers_is_no_handler(more: str, hint: str) -> None:
    error = failing(python("import time; time.sleep(600)") + more, SOON)
    assert isinstance(error, HandlerDown)
    assert "nothing answers on port" in str(error)
    assert hint in error.hint


def test_a_port_that_another_program_took_is_no_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        other = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        port = other.sockets[0].getsockname()[1]
        monkeypatch.setattr(child_module, "free_port", lambda: port)
        async with other, running(python("exit(98)"), {}, Complaints(lambda _: None), limit=30) as child:
            # It answered while the command still lived; that it is gone is seen at the end.
            await child._ending
            assert await child.settle()
            raise HandlerDown("gone")  # noqa: EM101

    with pytest.raises(HandlerDown):
        asyncio.run(main())


#: Command -> what the message has.
NO_COMMANDS = {
    "": "names no program",
    "  ": "names no program",
    "''": "names no program",
    "python 'x": "has a quotation mark without its partner",
    "wxkf-no-such-program {port}": '"wxkf-no-such-program" cannot be started: No such file or directory',
    "/ {port}": "cannot be started: Permission denied",
    "a\0b": "cannot be started",
}


@pytest.mark.parametrize("command", NO_COMMANDS)
def test_what_is_no_command_is_a_mistake(command: str) -> None:
    error = failing(command)
    assert isinstance(error, UsageError)
    assert NO_COMMANDS[command] in str(error)
    assert str(error).isprintable()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("python app.py {port}", ["python", "app.py", "5000"]),
        (
            "node server.js --port={port} --at 127.0.0.1:{port}",
            ["node", "server.js", "--port=5000", "--at", "127.0.0.1:5000"],
        ),
        ("'my program' \"a b\" c\\ d", ["my program", "a b", "c d"]),
        ("echo $HOME && rm * | cat > x", ["echo", "$HOME", "&&", "rm", "*", "|", "cat", ">", "x"]),
        ("x '{\"a\": {port}}' {other}", ["x", '{"a": 5000}', "{other}"]),
    ],
)
def test_a_command_is_words_and_no_shell(command: str, words: list[str]) -> None:
    assert words_of(command, 5000) == words


def test_signals_have_names() -> None:
    assert child_module.ending(-signal.SIGTERM).en == "was ended by SIGTERM"
    assert child_module.ending(-250).en == "ended with exit status -250"
