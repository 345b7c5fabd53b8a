"""A cloud function: every push is an event that one process of Node.js is handed, and what it returns is the answer.

The process is started again when it has ended or hangs; in it runs `cloudfn/runner.js`. What `wx-server-sdk` is there
is `cloudfn/sdk.js`, whose calls are answered by `wechat/service_api.py`, unless the function's own is asked for.
"""

import asyncio
import json
import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from wxkf_cli.errors import HandlerDown
from wxkf_cli.simulate.cloudanswer import answer_of, environment, event_of, reason_of_end, unloadable
from wxkf_cli.simulate.complaint import Complaints
from wxkf_cli.simulate.lag import LagMeter
from wxkf_cli.simulate.node import NodeProcess
from wxkf_cli.simulate.transport import DELIVERING
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT, SLOW_SHARE
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wechat.callrecord import delivery_of, kept
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.service_api import Call, ServiceApi
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest

#: Seconds that a function has to load.
_LOAD_SECONDS = 10.0
#: Seconds after which a process that says nothing, though it was asked to, hangs.
_SILENCE_SECONDS = 1.0
#: Calls that are kept, the last ones, and as many that nobody has taken yet.
_KEPT_CALLS = 1000
_HEAP = b"heap out of memory"


class _Pending(NamedTuple):
    """A push that the function has and that is not answered."""

    answer: asyncio.Future[Answer]
    started: float
    at: float


class CloudFunction:
    """A transport to one cloud function.

    Safe for many pushes at a time on one event loop. `start` it before the first, `aclose` it after the last.

    Args:
        folder: Where its index.js is.
        node: The path of Node.js.
        api: Answers what it calls.
        uses_real_sdk: Whether its own `wx-server-sdk` stays.
        complaints: Whom to tell what it prints.
        on_call: Is told of each call of the API, as it came.
        redact: Masks secrets in calls that are kept.

    Attributes:
        cold_starts: How often a process was started.
        calls: The last calls of the API, as `callrecord.kept` gives them.
    """

    def __init__(
        self,
        folder: Path,
        node: str,
        api: ServiceApi,
        *,
        uses_real_sdk: bool = False,
        complaints: Complaints,
        on_call: Callable[[Call], None] = lambda _: None,
        redact: Redact = str,
    ) -> None:
        self._folder, self._node, self._api = folder.resolve(), node, api
        self._uses_real_sdk = uses_real_sdk
        self._complaints, self._on_call, self._redact = complaints, on_call, redact
        self._process: NodeProcess | None = None
        self._loaded: asyncio.Future[Mapping[str, Any]] | None = None
        self._starting = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None
        self._pending: dict[int, _Pending] = {}
        self._number = 0
        self._heard = asyncio.Event()
        self._at = 0.0
        self._last: Mapping[str, Any] | None = None
        self._was_out_of_memory = False
        self._ends_after_answers: list[str] = []
        self._lag = LagMeter()
        self.cold_starts = 0
        self.calls: deque[Call] = deque(maxlen=_KEPT_CALLS)
        self._untaken: deque[Call] = deque(maxlen=_KEPT_CALLS)

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and not self._process.is_gone

    async def start(self) -> None:
        """Start the process and load the function.

        Raises:
            HandlerDown: It cannot be loaded; the message says why in Node's words.
        """
        self._loaded = asyncio.get_running_loop().create_future()
        self._last, self._was_out_of_memory = None, False
        self._process = process = NodeProcess(self._take, self._take_output, self._ended)
        scripts = files("wxkf_cli") / "cloudfn"
        stand_in = "" if self._uses_real_sdk else str(scripts / "sdk.js")
        arguments = (str(self._folder), str(BODY_LIMIT), stand_in)
        try:
            await process.start(
                self._node, str(scripts / "runner.js"), arguments, str(self._folder), environment(os.environ)
            )
        except OSError as error:
            message = f"node cannot be started: {error.strerror}"
            raise HandlerDown(message) from error
        self.cold_starts += 1
        try:
            async with asyncio.timeout(_LOAD_SECONDS):
                said = await asyncio.shield(self._loaded)
        except TimeoutError:
            await process.aclose()
            message = f"the cloud function did not load within {_LOAD_SECONDS:g} s"
            raise HandlerDown(message, "what stands at the top of index.js must come to an end") from None
        if said["kind"] != "loaded":
            await process.aclose()
            raise unloadable(said, self._folder)

    async def __call__(self, request: PushRequest, deadline: float) -> Answer:
        """Hand the function one event.

        Args:
            request: The push; its body is the event.
            deadline: Seconds from when the process has it, which is after a cold start.
        """
        try:
            process = await self._ready()
        except HandlerDown as error:
            return Failure(Outcome.FUNCTION_EXIT, Phase.CONNECT, 0.0, str(error))
        loop = asyncio.get_running_loop()
        self._number += 1
        number, started = self._number, loop.time()
        event = event_of(request.body)
        if event is None:
            return Failure(Outcome.LOCAL_INTERRUPTED, Phase.LOCAL, 0.0, "a cloud function is handed objects only")
        pending = _Pending(loop.create_future(), started, self._know(event))
        self._pending[number] = pending
        self._lag.begin(loop)
        timer = loop.call_at(started + deadline, self._expire, number, deadline, process)
        head = b'{"id":%d,"of":%b,"deadline":%r,"event":' % (number, _delivering(), deadline)
        process.send(b"%b%b}\n" % (head, request.body.replace(b"\n", b" ")))
        try:
            return await pending.answer
        finally:
            timer.cancel()
            self._pending.pop(number, None)
            self._lag.end()

    def take_calls(self) -> Sequence[Call]:
        """The calls of the API since this was asked last, the last 1,000 of them."""
        taken = tuple(self._untaken)
        self._untaken.clear()
        return taken

    async def settle(self) -> Sequence[Text]:
        """What a person should know of the end: a process that ended although everything was answered."""
        return [
            Text(f"the function's process ended after it had answered: {each}", f"函数应答之后，其进程结束了：{each}")
            for each in dict.fromkeys(self._ends_after_answers)
        ]

    async def aclose(self) -> None:
        """End the process, and whatever it has started."""
        if self._looking is not None:
            self._looking.cancel()
        if self._process is not None:
            await self._process.aclose()

    async def _ready(self) -> NodeProcess:
        """A process that runs."""
        if self._looking is not None:
            await asyncio.shield(self._looking)
        async with self._starting:
            if self._process is None or self._process.is_gone:
                await self.start()
        assert self._process is not None  # noqa: S101 - it was started just now
        return self._process

    def _know(self, event: Mapping[str, Any]) -> float:
        """Tell the API who wrote, and when: story time is what the push says."""
        created = event.get("CreateTime")
        if isinstance(created, int):
            self._at = max(self._at, float(created))
        self._api.pushed(event, self._at)
        return self._at

    def _take(self, said: Mapping[str, Any]) -> None:
        """One line of the runner."""
        self._heard.set()
        # A function that found the channel may write on it what it likes.
        with suppress(KeyError, TypeError):
            self._heed(said)

    def _heed(self, said: Mapping[str, Any]) -> None:
        match said.get("kind"):
            case "loaded" | "unloadable":
                if self._loaded is not None and not self._loaded.done():
                    self._loaded.set_result(said)
            case "call":
                self._answer_call(said)
            case "exit":
                self._last = said
            case "returned" | "oversize" | "threw":
                pending = self._pending.get(said["id"])
                if pending is not None and not pending.answer.done():
                    elapsed = asyncio.get_running_loop().time() - pending.started
                    pending.answer.set_result(answer_of(said, elapsed, self._folder))

    def _answer_call(self, said: Mapping[str, Any]) -> None:
        pending = self._pending.get(said["id"])
        at = self._at
        if pending is not None:
            at = pending.at + asyncio.get_running_loop().time() - pending.started
        arguments = said["arguments"]
        call = self._api.call(str(said["api"]), arguments if isinstance(arguments, dict) else {}, at)
        of = said.get("of")
        exchange, delivery = delivery_of(of if isinstance(of, dict) else {})
        self._on_call(call)
        call = kept(call._replace(exchange=exchange, delivery=delivery), self._redact)
        self.calls.append(call)
        self._untaken.append(call)
        if self._process is not None:
            line = json.dumps({"call": said["call"], "result": call.result}, ensure_ascii=True)
            self._process.send(f"{line}\n".encode())

    def _take_output(self, line: bytes) -> None:
        self._was_out_of_memory |= _HEAP in line
        self._complaints.say(line.rstrip(b"\r").decode("utf-8", "surrogateescape"))

    def _expire(self, number: int, deadline: float, process: NodeProcess) -> None:
        """The deadline of a push has come."""
        pending = self._pending.get(number)
        if pending is None or pending.answer.done():
            return
        now = asyncio.get_running_loop().time()
        self._lag.note(pending.started + deadline, now)
        is_ours = self._lag.lagged_since(pending.started + SLOW_SHARE * deadline)
        outcome = Outcome.LOCAL_OVERLOAD if is_ours else Outcome.TIMEOUT_FIRST_BYTE
        detail = Outcome.TIMEOUT_FIRST_BYTE.value if is_ours else ""
        pending.answer.set_result(Failure(outcome, Phase.FIRST_BYTE, now - pending.started, detail))
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look_after(process))

    async def _look_after(self, process: NodeProcess) -> None:
        """Find out whether the process waits or hangs; one that hangs is ended, and nobody else is blamed for it."""
        self._heard.clear()
        process.send(b'{"ping":1}\n')
        try:
            async with asyncio.timeout(_SILENCE_SECONDS):
                await self._heard.wait()
        except TimeoutError:
            for pending in self._pending.values():
                self._void(pending, "an earlier push made the function hang")
            await process.aclose()

    def _void(self, pending: _Pending, why: str) -> None:
        if not pending.answer.done():
            elapsed = asyncio.get_running_loop().time() - pending.started
            pending.answer.set_result(Failure(Outcome.LOCAL_INTERRUPTED, Phase.LOCAL, elapsed, why))

    def _ended(self, code: int) -> None:
        """The process is gone."""
        said = self._last or {}
        reason = reason_of_end(code, said, self._folder, was_out_of_memory=self._was_out_of_memory)
        if self._loaded is not None and not self._loaded.done():
            self._loaded.set_result({"kind": "ended", "reason": reason})
        open_ones = {number: each for number, each in self._pending.items() if not each.answer.done()}
        guilty = said.get("id")
        if not open_ones:
            if self._last is not None:
                self._ends_after_answers.append(reason)
            return
        for number, pending in open_ones.items():
            if guilty is not None and guilty != number:
                self._void(pending, f"another push ended the process: {reason}")
                continue
            elapsed = asyncio.get_running_loop().time() - pending.started
            pending.answer.set_result(Failure(Outcome.FUNCTION_EXIT, Phase.FIRST_BYTE, elapsed, reason))


def _delivering() -> bytes:
    """What is being delivered, as JSON: it goes along with the push, and comes back with whatever is called for it."""
    exchange = DELIVERING.get()
    if exchange is None:
        return b"null"
    return json.dumps({"exchange": exchange.id, "delivery": exchange.delivery}).encode()
