"""Pushes into a handler in this process: the transports into its threads, and what they do at the end."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from contextlib import suppress
from contextvars import Context, copy_context
from typing import Any, Protocol, TypeAlias

from wxkf_cli.simulate.appthread import AppLoop
from wxkf_cli.simulate.call import Call
from wxkf_cli.simulate.handover import Handover
from wxkf_cli.simulate.standstill import Standstill
from wxkf_cli.simulate.workers import Workers
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Answer, PushRequest

#: Seconds beyond what a coroutine is given, and never more than that, after which its loop counts as blocked (ours).
_SLACK_SECONDS = 5.0

#: Seconds that a call has at the end whose time was over before: what hangs is not waited for as what works is (ours).
_HUNG_SECONDS = 2.0

#: Answers one call in the thread of a worker; raises nothing.
Job: TypeAlias = Callable[[Call], None]


class InProcess(Protocol):
    """A transport into a handler in this process."""

    async def __call__(self, request: PushRequest, deadline: float) -> Answer:
        """Deliver one request; the deadline is in seconds from now."""

    async def start(self) -> None:
        """Let the handler start. Raises HandlerDown."""

    async def settle(self, grace: float) -> tuple[Text, ...]:
        """Wait so many seconds for what the handler still does after its answers; what has no end then is told."""

    async def close(self) -> None:
        """Let the handler end."""


class Threaded:
    """A transport into what blocks: each call has a worker for as long as it takes."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._home = Handover(asyncio.get_running_loop())
        self._standstill = Standstill()
        self._workers = Workers(self._home)
        self._running: set[Call] = set()
        self._hung: set[Call] = set()
        self._waiting: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    async def start(self) -> None:
        """Nothing has to be started."""

    async def __call__(self, request: PushRequest, deadline: float) -> Answer:
        """Deliver one request; the deadline is in seconds from now."""
        call = Call(request, deadline, self._home, self._standstill)
        self._running.add(call)
        self._workers.run(lambda: self._work(call))
        return await call.answer(lambda: self._give_up(call))

    async def settle(self, grace: float) -> tuple[Text, ...]:
        """Wait so many seconds for workers that are not done; those that are stuck then are told."""
        done = asyncio.Event()
        self._waiting = asyncio.get_running_loop(), done
        with suppress(TimeoutError):
            async with asyncio.timeout(min(grace, _HUNG_SECONDS)):
                while self._running:
                    done.clear()
                    await done.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, grace - _HUNG_SECONDS)):
                while self._running - self._hung:
                    done.clear()
                    await done.wait()
        stuck = list(self._running)
        if not stuck:
            return ()
        longest = max(call.elapsed for call in stuck)
        english = "1 worker of the app is" if len(stuck) == 1 else f"{len(stuck)} workers of the app are"
        return (
            Text(
                f"{english} still stuck in a request, the first since {longest:.1f} s: a thread cannot be ended",
                f"应用有 {len(stuck)} 个工作线程仍卡在请求中，最早的已卡 {longest:.1f} 秒：线程无法被结束",
            ),
        )

    async def close(self) -> None:
        """Let the workers that have nothing to do end."""
        self._workers.close()
        self._standstill.close()

    def _give_up(self, call: Call) -> None:
        self._hung.add(call)
        self._workers.give_up()

    def _work(self, call: Call) -> None:
        """In the thread of a worker."""
        try:
            self._job(call)
        finally:
            self._running.discard(call)
            if call in self._hung:
                self._hung.discard(call)
                self._workers.given_back()
            if self._waiting is not None and not self._running - self._hung:
                loop, done = self._waiting
                with suppress(RuntimeError):  # the loop that waited is closed
                    loop.call_soon_threadsafe(done.set)


class Tasks:
    """What runs in the loop of the app's thread, one task for each request."""

    def __init__(self, apploop: AppLoop) -> None:
        self._apploop = apploop
        self._over = Handover(apploop.loop)
        self._tasks: dict[asyncio.Task[None], Call] = {}

    def begin(self, name: str, call: Call, make: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start the task for a call, from another thread."""
        context = copy_context()
        self._over.give(lambda: self._begin(name, call, make, context))

    def tell(self, callback: Callable[[], None]) -> None:
        """Call something in that thread."""
        with suppress(RuntimeError):  # it has ended
            self._over.give(callback)

    async def settle(self, grace: float) -> tuple[Text, ...]:
        """Wait so many seconds for tasks that are not done; those that are not then are told."""
        if not await self._apploop.run(lambda: self._joined(grace), grace + min(grace, _SLACK_SECONDS)):
            return (_BLOCKED,)
        left = dict(self._tasks)
        stuck = {task: call for task, call in left.items() if call.is_stuck}
        told = []
        if stuck:
            told.append(_stuck(stuck))
        if len(left) > len(stuck):
            told.append(_unended([task for task in left if task not in stuck], grace))
        return tuple(told)

    def _begin(self, name: str, call: Call, make: Callable[[], Coroutine[Any, Any, None]], context: Context) -> None:
        task = self._apploop.loop.create_task(make(), name=name, context=context)
        self._tasks[task] = call
        task.add_done_callback(self._tasks.pop)

    async def _joined(self, grace: float) -> None:
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=min(grace, _HUNG_SECONDS))
        working = [task for task, call in self._tasks.items() if not call.is_stuck]
        if working and grace > _HUNG_SECONDS:
            await asyncio.wait(working, timeout=grace - _HUNG_SECONDS)


def _stuck(tasks: Mapping[asyncio.Task[None], Call]) -> Text:
    """What is told of tasks that had not answered when their time was over; these are not waited for as long."""
    count, longest = len(tasks), max(call.elapsed for call in tasks.values())
    english = "1 call of the app is" if count == 1 else f"{count} calls of the app are"
    where = _names(tasks)
    return Text(
        f"{english} still stuck in a request, the first since {longest:.1f} s, and will be cancelled: {where}",
        f"应用有 {count} 个调用仍卡在请求中，最早的已卡 {longest:.1f} 秒，将被取消：{where}",
    )


def _unended(tasks: Collection[asyncio.Task[None]], grace: float) -> Text:
    """What is told of tasks that go on after their answer."""
    count, where = len(tasks), _names(tasks)
    english = "1 background task has" if count == 1 else f"{count} background tasks have"
    return Text(
        f"{english} not ended {grace:g} s after the last push, and will be cancelled: {where}",
        f"最后一次推送 {grace:g} 秒后仍有 {count} 个后台任务未结束，将被取消：{where}",
    )


def _names(tasks: Iterable[asyncio.Task[None]]) -> str:
    return safe(", ".join(sorted({task.get_name() for task in tasks})))


def is_ended(call: Call) -> bool:
    """Whether what failed just now in the running task is its end with the loop, and no failure of the app.

    A task that only waits for another that is cancelled is not cancelled itself, and one that cancels itself leaves
    somebody without an answer.
    """
    task = asyncio.current_task()
    return call.is_over and task is not None and task.cancelling() > 0


class Looped:
    """A transport into a coroutine function that answers calls."""

    def __init__(self, job: Callable[[Call], Coroutine[Any, Any, None]], apploop: AppLoop) -> None:
        self._job = job
        self._tasks = Tasks(apploop)
        self._home = Handover(asyncio.get_running_loop())
        self._standstill = Standstill()

    async def start(self) -> None:
        """Nothing has to be started."""

    async def __call__(self, request: PushRequest, deadline: float) -> Answer:
        """Deliver one request; the deadline is in seconds from now."""
        call = Call(request, deadline, self._home, self._standstill)
        self._tasks.begin("the function", call, lambda: self._job(call))
        return await call.answer()

    async def settle(self, grace: float) -> tuple[Text, ...]:
        """Wait so many seconds for what is not done; what has no end then is told."""
        return await self._tasks.settle(grace)

    async def close(self) -> None:
        """Nothing has to be ended but the loop, and what beats."""
        self._standstill.close()


#: A loop that is blocked cannot even be asked.
_BLOCKED = Text(
    "the app blocks its event loop and cannot be ended: an async function calls something that waits",
    "应用阻塞了自己的事件循环，无法结束：异步函数里调用了会等待的同步操作",
)
