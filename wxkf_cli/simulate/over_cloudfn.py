"""A cloud function: every push is an event that one process of Node.js is handed, and what it returns is the answer.

The process is started again when it has ended or hangs: the push whose code did that is blamed, and all others that it
had are handed to the new one. What `wx-server-sdk` is there is `cloudfn/sdk.js`, whose calls are answered by
`wechat/service_api.py`, unless the function's own is asked for.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from wxkf_cli.errors import HandlerDown
from wxkf_cli.simulate.cloudanswer import answer_of, event_of
from wxkf_cli.simulate.cloudinstance import Instance, Listeners
from wxkf_cli.simulate.cloudpending import Interruption, Pushes
from wxkf_cli.simulate.complaint import Complaints
from wxkf_cli.simulate.lag import LagMeter
from wxkf_cli.simulate.node import Node
from wxkf_cli.simulate.transport import DELIVERING
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import SLOW_SHARE
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wechat.callrecord import delivery_of, kept
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.service_api import Call, ServiceApi
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, PushRequest

#: Calls that are kept, the last ones, and as many that nobody has taken yet.
_KEPT_CALLS = 1000
_HANGS = Text("it hung, so it was ended", "进程失去响应，已被结束")


class CloudFunction:
    """A transport to one cloud function.

    Safe for many pushes at a time on one event loop. `start` it before the first, `aclose` it after the last.

    Args:
        folder: Where its index.js is.
        node: Which Node.js runs it.
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
        node: Node,
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
        self._instance: Instance | None = None
        self._starting = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None
        self._pushes = Pushes()
        self._at = 0.0
        self._lag = LagMeter()
        self.cold_starts = 0
        self.calls: deque[Call] = deque(maxlen=_KEPT_CALLS)
        self._untaken: deque[Call] = deque(maxlen=_KEPT_CALLS)

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self._instance is not None and self._instance.is_loaded and not self._instance.is_gone

    async def start(self) -> None:
        """Start the process and load the function.

        Raises:
            HandlerDown: It cannot be loaded; the message says why in Node's words.
        """
        listeners = Listeners(self._take_answer, self._take_call, self._complaints.say, self._ended)
        self._instance = Instance(self._folder, listeners, uses_real_sdk=self._uses_real_sdk)
        await self._instance.start(self._node)
        self.cold_starts += 1

    async def __call__(self, request: PushRequest, deadline: float) -> Answer:
        """Hand the function one event; again if something else ends the process before it is answered.

        Args:
            request: The push; its body is the event.
            deadline: Seconds from when the process has it, which is after a cold start.
        """
        event = event_of(request.body)
        if event is None:
            return Failure(Outcome.LOCAL_INTERRUPTED, Phase.LOCAL, 0.0, "a cloud function is handed objects only")
        await self._pushes.turn()
        at, is_suspect = self._know(event), False
        with ExitStack() as until_answered:
            while isinstance(answer := await self._hand_over(request.body, at, deadline), Interruption):
                # Once may be chance. What nobody else explains the second time is its own doing.
                if is_suspect and not answer.is_explained:
                    return answer.otherwise
                is_suspect |= not answer.is_explained
                until_answered.enter_context(self._pushes.going_first())
        return answer

    async def _hand_over(self, body: bytes, at: float, deadline: float) -> Answer | Interruption:
        try:
            instance = await self._ready()
        except HandlerDown as error:
            return Failure(Outcome.FUNCTION_EXIT, Phase.CONNECT, 0.0, str(error))
        loop, exchange = asyncio.get_running_loop(), DELIVERING.get()
        with self._pushes.begun(at, exchange.id if exchange is not None else "") as (number, pending):
            self._lag.begin(loop)
            timer = loop.call_at(pending.started + deadline, self._expire, number, deadline, instance)
            head = b'{"id":%d,"of":%b,"deadline":%r,"event":' % (number, _as_json(exchange), deadline)
            instance.send(b"%b%b}\n" % (head, body.replace(b"\n", b" ")))
            try:
                return await pending.answer
            finally:
                timer.cancel()
                self._lag.end()

    def take_calls(self) -> Sequence[Call]:
        """The calls of the API since this was asked last, the last 1,000 of them."""
        taken = tuple(self._untaken)
        self._untaken.clear()
        return taken

    async def settle(self) -> Sequence[Text]:
        """Wait, not for long, for what the function still does after its answers.

        Returns:
            What a person should know of the end: a process that ended, or hangs, although everything was answered.
        """
        if self._looking is not None:
            await asyncio.shield(self._looking)
        instance = self._instance
        if instance is not None and self.is_running and not await instance.comes_to_rest():
            if not instance.is_ending:
                self._pushes.stop(instance.at, _HANGS)
                await instance.aclose()
            await instance.gone()
        return self._pushes.ends()

    async def aclose(self) -> None:
        """End the process, and whatever it has started."""
        if self._looking is not None:
            self._looking.cancel()
        if self._instance is not None:
            await self._instance.aclose()

    async def _ready(self) -> Instance:
        """A process that runs."""
        if self._looking is not None:
            await asyncio.shield(self._looking)
        async with self._starting:
            if self._instance is not None and self._instance.is_ending:
                await self._instance.gone()
            if not self.is_running:
                await self.start()
        assert self._instance is not None  # noqa: S101 - it was started just now
        return self._instance

    def _know(self, event: Mapping[str, Any]) -> float:
        """Tell the API who wrote, and when: story time is what the push says."""
        created = event.get("CreateTime")
        if isinstance(created, int):
            self._at = max(self._at, float(created))
        self._api.pushed(event, self._at)
        return self._at

    def _take_answer(self, said: Mapping[str, Any]) -> None:
        pending = self._pushes.open(said["id"])
        if pending is not None and pending.late is None:
            elapsed = self._lag.awake(pending.started, asyncio.get_running_loop().time())
            pending.answer.set_result(answer_of(said, elapsed, self._folder))

    def _take_call(self, said: Mapping[str, Any]) -> object:
        pending = self._pushes.find(said["id"])
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
        return call.result

    def _expire(self, number: int, deadline: float, instance: Instance) -> None:
        """The deadline of a push has come; whose fault that is, the process must tell first."""
        pending = self._pushes.open(number)
        if pending is None:
            return
        now = asyncio.get_running_loop().time()
        self._lag.note(pending.started + deadline, now)
        is_ours = self._lag.lagged_since(pending.started + SLOW_SHARE * deadline)
        outcome = Outcome.LOCAL_OVERLOAD if is_ours else Outcome.TIMEOUT_FIRST_BYTE
        detail = Outcome.TIMEOUT_FIRST_BYTE.value if is_ours else ""
        pending.late = Failure(outcome, Phase.FIRST_BYTE, now - pending.started, detail)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look_after(instance))

    async def _look_after(self, instance: Instance) -> None:
        """Find out whether the process waits or hangs; one that hangs is ended, and nobody else is blamed for it."""
        before = instance.at
        while not await instance.takes_turns():
            if instance.is_ending:
                await instance.gone()
                return
            # One that hangs within its time may still come back.
            guilty, has_moved = self._pushes.open(instance.at), instance.at != before
            if not has_moved and (guilty is None or guilty.late is not None):
                self._pushes.stop(instance.at, _HANGS)
                await instance.aclose()
                return
            before = instance.at
        self._pushes.give_up_late()

    def _ended(self, reason: str) -> None:
        """The process is gone."""
        assert self._instance is not None  # noqa: S101 - it is the one that ended
        self._pushes.end(self._instance.at, Text(reason, reason))


def _as_json(exchange: Exchange | None) -> bytes:
    """What is being delivered: it goes along with the push, and comes back with whatever is called for it."""
    if exchange is None:
        return b"null"
    return json.dumps({"exchange": exchange.id, "delivery": exchange.delivery}).encode()
