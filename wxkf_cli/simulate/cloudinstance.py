"""One process of Node.js in which a cloud function is loaded: it is handed events until it ends or hangs.

What is said to it and by it is described in `cloudfn/runner.js`.
"""

import asyncio
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from wxkf_cli.errors import HandlerDown
from wxkf_cli.simulate.cloudanswer import environment, reason_of_end, unloadable
from wxkf_cli.simulate.node import Node, NodeProcess
from wxkf_cli.vocab.policy import BODY_LIMIT

#: Seconds that a function has to load.
_LOAD_SECONDS = 10.0
#: Seconds after which a process that says nothing, though it was asked to, hangs.
_SILENCE_SECONDS = 1.0
#: Seconds from its last answer that a function has for what it still does; much of it never ends, an interval for one.
_REST_SECONDS = 1.0
_HEAP = b"heap out of memory"
#: Bytes of the number of a push.
_NUMBER = 4


class Listeners(NamedTuple):
    """Who is told what an instance says and does.

    Attributes:
        answer: Takes what came of an event.
        call: Takes a call of the API, and gives its result.
        output: Takes a line that was printed, as it came.
        end: Takes why the process has ended by itself.
    """

    answer: Callable[[Mapping[str, Any]], None]
    call: Callable[[Mapping[str, Any]], object]
    output: Callable[[str], None]
    end: Callable[[str], None]


class Instance:
    """A process with a function in it.

    Args:
        folder: Where the function is, an absolute path.
        listeners: Who is told.
        uses_real_sdk: Whether its own `wx-server-sdk` stays.
    """

    def __init__(self, folder: Path, listeners: Listeners, *, uses_real_sdk: bool) -> None:
        self._folder, self._listeners, self._uses_real_sdk = folder, listeners, uses_real_sdk
        self._process = NodeProcess(self._take, self._take_output, self._ended)
        self._loaded: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._stirred = asyncio.Event()
        self._last: Mapping[str, Any] = {}
        self._was_out_of_memory = False
        self._at: int | None = None
        self._place = -1
        self.is_loaded = False
        self._is_ended_by_us = False

    @property
    def is_ending(self) -> bool:
        """Whether nobody can talk to it any more."""
        return self._process.is_ending

    @property
    def is_gone(self) -> bool:
        """Whether it has ended."""
        return self._process.is_gone

    @property
    def at(self) -> int | None:
        """The number of the push whose code runs, or ran last; None where it was that of no push."""
        return self._at if self._place < 0 else _read(self._place)

    async def start(self, node: Node) -> None:
        """Start the process and load the function.

        Raises:
            HandlerDown: It cannot be loaded; the message says why in Node's words.
        """
        scripts = files("wxkf_cli") / "cloudfn"
        stand_in = "" if self._uses_real_sdk else str(scripts / "sdk.js")
        arguments = (str(self._folder), str(BODY_LIMIT), stand_in)
        try:
            with tempfile.TemporaryFile() as place:
                self._place = os.dup(place.fileno())
            await self._process.start(
                node,
                str(scripts / "runner.js"),
                arguments,
                str(self._folder),
                environment(os.environ),
                handed=self._place,
            )
        except OSError as error:
            self._forget_place()
            message = f"node cannot be started: {error.strerror}"
            raise HandlerDown(message) from error
        try:
            async with asyncio.timeout(_LOAD_SECONDS):
                said = await asyncio.shield(self._loaded)
        except TimeoutError:
            await self.aclose()
            message = f"the cloud function did not load within {_LOAD_SECONDS:g} s"
            raise HandlerDown(message, "what stands at the top of index.js must come to an end") from None
        if said["kind"] != "loaded":
            await self.aclose()
            raise unloadable(said, self._folder)
        self.is_loaded = True

    def send(self, line: bytes) -> None:
        """Send one line; nothing where the process is gone."""
        self._process.send(line)

    async def takes_turns(self) -> bool:
        """Whether it comes back, after what was due has had its turn; not so where it hangs, or ends."""
        return await self._comes_back(0.0)

    async def comes_to_rest(self) -> bool:
        """The same, after what it still does has had its time.

        What takes longer is let be, and not told of: no platform waits for it.
        """
        return await self._comes_back(_REST_SECONDS)

    async def _comes_back(self, patience: float) -> bool:
        self._stirred.clear()
        self.send(b'{"ping":%r}\n' % patience)
        with suppress(TimeoutError):
            async with asyncio.timeout(patience + _SILENCE_SECONDS):
                await self._stirred.wait()
        return self._stirred.is_set() and not self.is_ending

    async def gone(self) -> None:
        """Wait until a process that is ending has ended."""
        await self._process.gone()

    async def aclose(self) -> None:
        """End it, and whatever it has started; nobody is told of this end."""
        self._is_ended_by_us = True
        await self._process.aclose()
        self._forget_place()

    def _take(self, said: Mapping[str, Any]) -> None:
        """One line of the runner."""
        # A function that found the channel may write on it what it likes.
        with suppress(KeyError, TypeError):
            self._heed(said)

    def _heed(self, said: Mapping[str, Any]) -> None:
        match said.get("kind"):
            case "loaded" | "unloadable":
                if not self._loaded.done():
                    self._loaded.set_result(said)
            case "pong":
                self._stirred.set()
            case "call":
                line = json.dumps({"call": said["call"], "result": self._listeners.call(said)}, ensure_ascii=True)
                self.send(f"{line}\n".encode())
            case "exit":
                self._last = said
            case "returned" | "oversize" | "threw":
                self._listeners.answer(said)

    def _take_output(self, line: bytes) -> None:
        self._was_out_of_memory |= _HEAP in line
        self._listeners.output(line.rstrip(b"\r").decode("utf-8", "surrogateescape"))

    def _ended(self, code: int) -> None:
        """The process is gone."""
        self._forget_place()
        self._stirred.set()
        reason = reason_of_end(code, self._last, self._folder, was_out_of_memory=self._was_out_of_memory)
        if not self._loaded.done():
            self._loaded.set_result({"kind": "ended", "reason": reason})
        elif self.is_loaded and not self._is_ended_by_us:
            self._listeners.end(reason)

    def _forget_place(self) -> None:
        """Keep what the file said, and close it."""
        if self._place >= 0:
            self._at, place = self.at, self._place
            self._place = -1
            os.close(place)


def _read(place: int) -> int | None:
    """The number in a file that the function may have written to as well."""
    return int.from_bytes(os.pread(place, _NUMBER, 0), "little") or None
