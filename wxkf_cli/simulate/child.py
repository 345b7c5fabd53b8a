"""A handler that is a program: started on a free port, waited for, and stopped with everything that it started."""

import asyncio
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from typing import Any

from wxkf_cli.errors import HandlerDown, UsageError
from wxkf_cli.simulate.complaint import Complaints
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire.commandline import command_line
from wxkf_cli.wire.escape import quoted, safe

#: What stands for the port in a command.
PORT = "{port}"
#: Seconds between SIGTERM and SIGKILL (ours).
GRACE_SECONDS = 5.0
_RETRY_SECONDS = 0.05
#: What a program that has closed its port gets to end by itself (ours).
_ENDING_SECONDS = 1.0
#: What its last words get to come in once it has ended, where something else may hold its output (ours).
_HELD_SECONDS = 0.5
_HELD = "(something that it started has left its process group and still holds its output: it goes on)"
_HOSTS = ("127.0.0.1", "::1")
_LINE_LIMIT = 8_192
_LAST_LINES = 3


class Child:
    """A program that runs.

    Attributes:
        host: The address that answers: 127.0.0.1, or ::1 where only that does.
        port: Where it listens.
    """

    def __init__(self, process: asyncio.subprocess.Process, port: int, complaints: Complaints) -> None:
        self.host = _HOSTS[0]
        self.port = port
        self._process = process
        self._complaints = complaints
        self._last: deque[str] = deque(maxlen=_LAST_LINES)
        self._reading = asyncio.create_task(self._read())
        self._ending = asyncio.create_task(process.wait())
        self._is_stopping = False

    async def settle(self) -> tuple[Text, ...]:
        """Whether it has ended by itself; one that no longer listens may be just about to."""
        until = asyncio.get_running_loop().time() + _ENDING_SECONDS
        if not self._ending.done() and await self._answering(until) is None:
            await asyncio.wait([self._ending], timeout=_ENDING_SECONDS)
        if self._process.returncode is None:
            return ()
        how = ending(self._process.returncode)
        return (Text(f"the command {how.en} during the run", f"命令在运行期间{how.zh}"),)

    async def listen(self, limit: float, *, is_named: bool) -> None:
        """Wait until the port answers while the program lives.

        Args:
            limit: Seconds.
            is_named: Whether the command was told the port in its own words.

        Raises:
            HandlerDown: It ended, or the port does not answer.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + limit
        while True:
            answers = await self._answering(until)
            # In this order: another program may have taken the port that ours could not have.
            if self._ending.done():
                raise await self._gone()
            if answers is not None:
                self.host = answers
                return
            if loop.time() + _RETRY_SECONDS >= until:
                message = f"the command runs, but nothing answers on port {self.port} after {limit:g} s"
                hint = "it must listen on 127.0.0.1 and that port; --wait 60s gives it longer"
                if not is_named:
                    hint = f"it was told the port only by PORT in its environment; say it in the command: {PORT}"
                raise HandlerDown(message, hint)
            await asyncio.wait([self._ending], timeout=_RETRY_SECONDS)

    async def stop(self) -> None:
        """End it and all of its process group: kindly, then not."""
        self._is_stopping = True
        loop = asyncio.get_running_loop()
        try:
            if _signal_group(self._process, kindly=True):
                until = loop.time() + GRACE_SECONDS
                # Once nobody can write to its output any more, all that it started has ended too.
                while not self._reading.done() and loop.time() < until:
                    await asyncio.wait([self._reading], timeout=_RETRY_SECONDS)
                    if self._process.returncode is not None and not _is_alive(self._process):
                        break
        finally:
            # Whatever happened meanwhile, a second signal too, nothing of the group is left behind.
            _signal_group(self._process, kindly=False)
            until = loop.time() + GRACE_SECONDS
            # Its end alone: asyncio takes it for ended only when nobody can write to its output either.
            while self._process.returncode is None and loop.time() < until:
                await asyncio.wait([self._ending], timeout=_RETRY_SECONDS)
            await asyncio.wait([self._ending, self._reading], timeout=_HELD_SECONDS)
            if self._process.returncode is not None and not self._reading.done():
                self._complaints.say(_HELD)
            self._reading.cancel()
            self._process._transport.close()  # type: ignore[attr-defined] # asyncio has no other name for it

    async def _answering(self, until: float) -> str | None:
        """The address at which the port takes connections; None when none does."""
        for host in _HOSTS:
            try:
                async with asyncio.timeout_at(until):
                    _, writer = await asyncio.open_connection(host, self.port)
            except OSError:
                continue
            writer.close()
            return host
        return None

    async def _gone(self) -> HandlerDown:
        await asyncio.wait([self._reading], timeout=GRACE_SECONDS)  # its last words
        assert self._process.returncode is not None  # noqa: S101 - it has ended
        how = ending(self._process.returncode).en
        hint = " / ".join(safe(line, 300) for line in self._last)
        message = f"the command {how} before anything answered on port {self.port}"
        return HandlerDown(message, f"it said last: {hint}" if hint else "it said nothing")

    async def _read(self) -> None:
        """Hand on what it prints, line by line."""
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        rest = b""
        while data := await self._process.stdout.read(65_536):
            *lines, rest = (rest + data).split(b"\n")
            if len(rest) > _LINE_LIMIT:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._say(line)
        if rest:
            self._say(rest)
        await self._ending
        if not self._is_stopping and self._process.returncode is not None:
            self._complaints.say(f"({ending(self._process.returncode).en})")

    def _say(self, line: bytes) -> None:
        text = decoded(line.rstrip(b"\r"))
        if text.strip():
            self._last.append(text)
        self._complaints.say(text)


def decoded(line: bytes) -> str:
    """What a program has printed: UTF-8, or on Windows what its code page makes of it."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        if sys.platform == "win32":
            import locale  # noqa: PLC0415 - hardly ever needed

            return line.decode(locale.getencoding(), "backslashreplace")
        return line.decode("utf-8", "surrogateescape")


def words_of(command: str, port: int) -> list[str]:
    """A command as a program and its arguments, by the rules of a shell for quotes and for nothing else.

    Raises:
        UsageError: There is none, or a quotation mark is missing.
    """
    try:
        words = _words_on_windows(command) if sys.platform == "win32" else shlex.split(command)
    except ValueError as error:
        message = f"--exec {quoted(command)} has a quotation mark without its partner"
        raise UsageError(message, "no shell reads it; quotes only keep words together") from error
    if not words or not words[0]:
        message = f"--exec {quoted(command)} names no program"
        raise UsageError(message, f"for example {command_line(('--exec', f'python app.py --port {PORT}'))}")
    return [word.replace(PORT, str(port)) for word in words]


def _words_on_windows(command: str) -> list[str]:
    """The same where the backslash stands in paths, and escapes nothing."""
    lexer = shlex.shlex(command, posix=True)
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", ""
    words = list(lexer)
    # Windows itself finds no npm.cmd, and what lies beside the Python of wxkf before what is on the PATH.
    return [shutil.which(words[0]) or words[0], *words[1:]] if words else words


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind((_HOSTS[0], 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def running(
    command: str, environment: Mapping[str, str], complaints: Complaints, *, limit: float
) -> AsyncIterator[Child]:
    """Start a program and wait until it listens; whatever happens after that, it and all it started are ended.

    Args:
        command: The program and its arguments, `{port}` in them; its environment has the port as `PORT` too.
        environment: What it gets beside the environment of this process.
        complaints: Whom to tell what it prints.
        limit: Seconds that it has to start.

    Raises:
        UsageError: There is no such program.
        HandlerDown: It ended, or never listened.
    """
    port = free_port()
    words = words_of(command, port)
    # Or its words would come when it has ended, and in colours if ours do.
    inherited = {"PYTHONUNBUFFERED": "1", "PYTHON_COLORS": "0", **os.environ}
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**inherited, **environment, "PORT": str(port)},
            **_ITS_OWN_GROUP,
        )
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        message = f"--exec {quoted(command)}: {quoted(words[0])} cannot be started: {safe(reason)}"
        raise UsageError(message, "no shell reads the command; name a program that is on the PATH") from error
    child = Child(process, port, complaints)
    try:
        await child.listen(limit, is_named=PORT in command)
        yield child
    finally:
        await child.stop()


def ending(status: int) -> Text:
    """How a program ended."""
    if status < 0:
        with suppress(ValueError):
            name = signal.Signals(-status).name
            return Text(f"was ended by {name}", f"被 {name} 终止")
    return Text(f"ended with exit status {status}", f"以退出码 {status} 结束")


if sys.platform == "win32":
    _ITS_OWN_GROUP: dict[str, Any] = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}

    def _signal_group(process: asyncio.subprocess.Process, *, kindly: bool) -> bool:
        """Tell a program to end; Windows knows no group that could be told, only its tree."""
        if process.returncode is not None:
            return False
        with suppress(OSError):
            if kindly:
                process.send_signal(signal.CTRL_BREAK_EVENT)
            else:
                subprocess.run(  # noqa: S603 - a number is all that varies
                    ["taskkill", "/F", "/T", "/PID", str(process.pid)],  # noqa: S607 - it is the system's
                    check=False,
                    capture_output=True,
                )
        return True

    def _is_alive(process: asyncio.subprocess.Process) -> bool:
        return process.returncode is None

else:
    _ITS_OWN_GROUP: dict[str, Any] = {"start_new_session": True}

    def _signal_group(process: asyncio.subprocess.Process, *, kindly: bool) -> bool:
        """Tell a program and all that it started to end; False when nothing of it is left."""
        try:
            os.killpg(process.pid, signal.SIGTERM if kindly else signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # macOS says the latter where only the dead are left
            return False
        return True

    def _is_alive(process: asyncio.subprocess.Process) -> bool:
        """Whether anything of its group is left."""
        try:
            os.killpg(process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True
