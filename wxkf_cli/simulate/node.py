"""Node.js: where it is, and one process of it that is talked to in lines of JSON.

What the lines say is the runner's and its transport's business (`cloudfn/runner.js`, `over_cloudfn.py`).
"""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from wxkf_cli.errors import HandlerDown
from wxkf_cli.wire.escape import quoted

#: The oldest major version that cloud functions are run with.
OLDEST = 18
_VERSION = re.compile(r"v(\d{1,4})\.(\d{1,4})\.\d{1,6}")
_VERSION_SECONDS = 10.0
_NO_MODULES = ("--no-experimental-detect-module", "--no-experimental-require-module")
#: Bytes of a version.
_VERSION_LIMIT = 1_024
#: Bytes of one line from the process; one that is longer is no answer of the runner.
_LINE_LIMIT = 4_194_304
_PIECE = 65_536
#: Bytes of a line of output, after which it is cut.
_OUTPUT_LINE_LIMIT = 8_192
#: Seconds that a process has to be gone after it was killed.
_GONE_SECONDS = 5.0


class Node(NamedTuple):
    """A Node.js on this machine.

    Attributes:
        path: Where it is.
        options: Those with which every version of it runs a function in the same way.
    """

    path: str
    options: tuple[str, ...]


async def find_node() -> Node:
    """A Node.js that is new enough.

    Raises:
        HandlerDown: There is none.
    """
    if sys.platform == "win32":
        message = "cloud functions are not run on Windows yet"
        raise HandlerDown(message, "run wxkf in WSL")
    path = shutil.which("node")
    needed = f"a cloud function runs on Node.js {OLDEST} or later"
    if path is None:
        message = "node is not on the PATH"
        raise HandlerDown(message, f"{needed}: https://nodejs.org")
    said = await _version_of(path)
    version = _VERSION.match(said)
    if version is None:
        message = f"node --version says {quoted(said)}, which is no version"
        raise HandlerDown(message, needed)
    if int(version[1]) < OLDEST:
        message = f"node is {said}, which is too old"
        raise HandlerDown(message, needed)
    return Node(path, _options(int(version[1]), int(version[2])))


def _options(major: int, minor: int) -> tuple[str, ...]:
    """Newer versions let `require` load ES modules, also those that only look like one; older ones refuse them."""
    requires_modules = (major == 20 and minor >= 19) or (major, minor) >= (22, 7)
    # Not the whole memory of the machine: a cloud function has 256 MB.
    return ("--max-old-space-size=256", *(_NO_MODULES if requires_modules else ()))


async def _version_of(path: str) -> str:
    """What it says its version is, in one line; it is ended then, and all that it has started."""
    ours, theirs = socket.socketpair()
    try:
        # No pipe of asyncio's, for whose end it would wait: what has left the group may hold it for long.
        process = await asyncio.create_subprocess_exec(
            path, "--version", stdin=asyncio.subprocess.DEVNULL, stdout=theirs.fileno(), start_new_session=True
        )
    except OSError as error:
        ours.close()
        message = f"node cannot be started: {error.strerror}"
        raise HandlerDown(message) from error
    finally:
        theirs.close()
    reader, writer = await asyncio.open_connection(sock=ours, limit=_VERSION_LIMIT)
    try:
        async with asyncio.timeout(_VERSION_SECONDS):
            line = await reader.readline()
    except TimeoutError as error:
        message = f"node --version does not end within {_VERSION_SECONDS:g} s"
        raise HandlerDown(message) from error
    except ValueError:
        line = b"more than a line"
    finally:
        writer.close()
        _kill_group(process.pid)
        await process.wait()
    return line.decode("utf-8", "replace").strip()


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


class NodeProcess:
    """One process of Node.js, in a process group of its own.

    Args:
        on_line: Takes each object that comes over the channel.
        on_output: Takes each line that the process writes to stdout or stderr, as it came.
        on_end: Called once the channel is closed and the process is gone, with its exit code: below zero for a signal.
    """

    def __init__(
        self,
        on_line: Callable[[Mapping[str, Any]], None],
        on_output: Callable[[bytes], None],
        on_end: Callable[[int], None],
    ) -> None:
        self._on_line, self._on_output, self._on_end = on_line, on_output, on_end
        self._process: asyncio.subprocess.Process | None = None
        self._channel: asyncio.Transport | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self.is_gone = False

    @property
    def is_ending(self) -> bool:
        """Whether its channel is closed: it has ended, or is about to."""
        return self._ending is not None

    async def start(
        self,
        node: Node,
        script: str,
        arguments: Sequence[str],
        folder: str,
        environment: Mapping[str, str],
        *,
        handed: int,
    ) -> None:
        """Start it; the first arguments of the script are the file descriptors of the channel, and of what is handed.

        Raises:
            OSError: It cannot be started.
        """
        ours, theirs = socket.socketpair()
        try:
            command = (node.path, *node.options, script, str(theirs.fileno()), str(handed), *arguments)
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                cwd=folder,
                env=dict(environment),
                pass_fds=(theirs.fileno(), handed),
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        loop = asyncio.get_running_loop()
        self._channel, _ = await loop.create_connection(lambda: _Lines(self._on_line, self._closed), sock=ours)
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        self._reading = loop.create_task(self._drain(self._process.stdout))

    def send(self, line: bytes) -> None:
        """Send one line; nothing where the process is gone."""
        if self._channel is not None and not self._channel.is_closing():
            self._channel.write(line)

    def kill(self) -> None:
        """End it, and what it has started."""
        if self._process is not None and self._process.returncode is None:
            _kill_group(self._process.pid)

    async def gone(self) -> None:
        """Wait for the end of one that is ending."""
        if self._ending is not None:
            await asyncio.shield(self._ending)

    async def aclose(self) -> None:
        """End it, and wait until it is gone."""
        self.kill()
        if self._channel is not None:
            self._channel.close()
        if self._ending is None and self._process is not None:
            self._closed()
        await self.gone()

    def _closed(self) -> None:
        if self._ending is None and self._process is not None:
            self._ending = asyncio.get_running_loop().create_task(self._end(self._process))

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """Wait for the process after its channel closed; one that stays although nobody can talk to it is killed."""
        try:
            async with asyncio.timeout(_GONE_SECONDS / 10):
                code = await process.wait()
        except TimeoutError:
            self.kill()
            code = await process.wait()
        # What it started may still hold its pipes.
        _kill_group(process.pid)
        if self._reading is not None:
            await asyncio.wait([self._reading], timeout=_GONE_SECONDS)
            self._reading.cancel()
        self.is_gone = True
        self._on_end(code)

    async def _drain(self, stream: asyncio.StreamReader) -> None:
        rest = b""
        while piece := await stream.read(_PIECE):
            *lines, rest = (rest + piece).split(b"\n")
            if len(rest) > _OUTPUT_LINE_LIMIT:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._on_output(line)
        if rest:
            self._on_output(rest)


class _Lines(asyncio.Protocol):
    """Cuts what comes into lines, and reads each."""

    def __init__(self, on_line: Callable[[Mapping[str, Any]], None], on_closed: Callable[[], None]) -> None:
        self._on_line, self._on_closed = on_line, on_closed
        self._held = bytearray()
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        if b"\n" in data:
            *lines, last = self._held.split(b"\n")
            self._held = last
            for line in lines:
                self._read(bytes(line))
        if len(self._held) > _LINE_LIMIT and self._transport is not None:
            self._held.clear()
            self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        self._on_closed()

    def _read(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            return  # the function found the channel, and wrote on it
        if isinstance(message, dict):
            self._on_line(message)
