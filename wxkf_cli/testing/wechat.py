"""WeChat for a test: users, agents and story time on one side, the handler under test on the other."""

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from wxkf_cli.errors import UsageError, WxkfError
from wxkf_cli.simulate.story import DEFAULT_USER
from wxkf_cli.testing.agents import Agent
from wxkf_cli.testing.answer import Answer
from wxkf_cli.testing.connecting import GRACE_SECONDS, App, connected
from wxkf_cli.testing.course import Course, closed
from wxkf_cli.testing.mistakes import bare
from wxkf_cli.testing.options import Options, chosen
from wxkf_cli.testing.users import AsyncUser, Delivery, Said, Says, User
from wxkf_cli.wechat.session import State

# As in `users`.
__tracebackhide__ = True

T = TypeVar("T")
_NOT_OPEN = "it opens by async with AsyncWeChat(app) as wechat; in pytest: async with wxkf_async as wechat"


class _Base(ABC):
    """What both have in common: story time, agents, and what is demanded at the end."""

    def __init__(self) -> None:
        self._course: Course | None = None
        self._settled = 0

    @property
    @abstractmethod
    def course(self) -> Course:
        """What goes on. Raises what opening raises."""

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Everything that was pushed so far, and what came of it, in order."""
        return tuple(self._course.answers) if self._course is not None else ()

    @property
    def agent(self) -> Agent:
        """The agents."""
        return Agent(self.course)

    @property
    def now(self) -> float:
        """Story time, seconds since the epoch: it begins with the real one; deliveries move it by what they took."""
        return self.course.clock()

    def waits(self, seconds: float) -> None:
        """Let story time pass; nobody waits for it. Sessions with agents end by themselves after 1800 seconds.

        Raises:
            ValueError: A number below 0.
        """
        self.course.clock.elapse(seconds)
        self.course.platform.advance(self.course.clock())

    def session(self, user: Says[Any]) -> State:
        """Whom a user talks to: `handler`, `waiting` (the handler, until an agent accepts) or `human`."""
        return self.course.platform.user(user.openid).state

    def __repr__(self) -> str:
        where = f" of {self._course.url}, seed {self._course.seed}" if self._course is not None else ""
        return f"<{type(self).__name__}{where}: {len(self.answers)} pushes>"

    def check(self) -> None:
        """Fail for what was found in any answer so far and not expected; each is told once.

        Raises:
            Failed: There is such a finding.
        """
        fresh, self._settled = self.answers[self._settled :], len(self.answers)
        for answer in fresh:
            answer.check()


class _AsyncUser(AsyncUser):
    def __init__(self, name: str, wechat: "AsyncWeChat") -> None:
        super().__init__(name, wechat.course.openid(name))
        self._wechat = wechat

    async def _give(self, said: Said) -> Answer:
        return await outward(self._wechat.course.push(said))


class _User(User):
    def __init__(self, name: str, wechat: "WeChat") -> None:
        super().__init__(name, wechat.course.openid(name))
        self._wechat = wechat

    def _give(self, said: Said) -> Answer:
        return self._wechat.run(self._wechat.course.push(said))


async def outward(pushing: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives; mistakes are told without the way through wxkf, and with what would be right."""
    try:
        return await pushing
    except WxkfError as error:
        raise bare(error) from error.__cause__


class AsyncWeChat(_Base):
    """WeChat for asynchronous tests: `async with AsyncWeChat(app) as wechat: await wechat.user().text("人工")`.

    An ASGI app runs in the event loop of the test, so both may share what belongs to a loop; an app that blocks the
    loop blocks the test with it. At the end, background tasks of the app are waited for, 10 seconds at most.

    Args:
        app: An ASGI or WSGI app, a function from a push (a dict of wire names) to bytes, text, a dict or None, or the
            name of one: `module:app`. None where `url` or the settings say where the handler is.
        options: As `Options` lists them.

    Raises:
        UsageError: An option or a setting that cannot be used; when it is entered.
        HandlerDown: The startup of the app failed; when it is entered.
    """

    def __init__(self, app: App | str | None = None, **options: Unpack[Options]) -> None:
        super().__init__()
        self._app = app
        self._options = options
        self._stack = AsyncExitStack()
        self._settle: Any = None
        self._in_this_loop = True

    @property
    def course(self) -> Course:
        """What goes on."""
        if self._course is None:
            message = "this WeChat is not open"
            raise bare(UsageError(message, _NOT_OPEN))
        return self._course

    async def __aenter__(self) -> Self:
        try:
            what = chosen(self._app, self._options)
            context = connected(what.place, what.settings, in_this_loop=self._in_this_loop)
            connection = await self._stack.enter_async_context(context)
            self._settle = connection.settle
            course = Course(connection, what, self._options)
            await course.begin()
        except WxkfError as error:
            await self._stack.aclose()
            raise bare(error) from error.__cause__
        self._course = course
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._course is not None:
            self._course.is_over = True
        await self._stack.aclose()

    def user(self, name: str = DEFAULT_USER) -> AsyncUser:
        """A user by a name of the test's; the same name is the same user, without one the openid of the settings."""
        return _AsyncUser(name, self)

    async def verifies(self, **delivery: Unpack[Delivery]) -> Answer:
        """WeChat verifies the URL by a GET, as for `WeChat.verifies`."""
        return await outward(self.course.push(Said(DEFAULT_USER, "", {}, delivery)))

    async def settles(self, seconds: float = GRACE_SECONDS) -> tuple[str, ...]:
        """Wait for what the app still does after its answers, as for `WeChat.settles`."""
        return tuple(text.en for text in await self._settle(seconds)) if self._course is not None else ()


class WeChat(_Base):
    """WeChat for tests that block: `with WeChat(app) as wechat: answer = wechat.user("xiaoming").text("人工")`.

    It opens with the first push, or on `with`, and what belongs to it then runs in threads of its own. So it
    may be used while an event loop runs too, as long as the handler is not served by that very loop. `with` or `close`
    ends it.

    Args:
        app: As for `AsyncWeChat`.
        options: As `Options` lists them.

    Raises:
        UsageError: An option or a setting that cannot be used; when it opens.
        HandlerDown: The startup of the app failed; when it opens.
    """

    def __init__(self, app: App | str | None = None, **options: Unpack[Options]) -> None:
        super().__init__()
        self._inner = AsyncWeChat(app, **options)
        self._inner._in_this_loop = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def course(self) -> Course:
        """What goes on."""
        return self._course or self.open()

    def open(self) -> Course:
        """Get the handler ready now, instead of with the first push."""
        self.run(self._inner.__aenter__())
        self._course = self._inner.course
        return self._course

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the thread of this WeChat, and wait for what it gives."""
        if self._loop is None and self._course is not None:
            coroutine.close()
            raise bare(closed())
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="wxkf-wechat", daemon=True)
            self._thread.start()
        done = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return done.result()
        except WxkfError as error:
            raise bare(error) from error.__cause__

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Wait for what the app still does, 10 seconds at most, and end it; nothing can be pushed after that."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        try:
            self.run(self._inner.__aexit__(None, None, None))
            self.run(loop.shutdown_asyncgens())
            self.run(loop.shutdown_default_executor())
        finally:
            self._loop = self._thread = None
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def user(self, name: str = DEFAULT_USER) -> User:
        """A user by a name of the test's; the same name is the same user, without one the openid of the settings."""
        return _User(name, self)

    def verifies(self, **delivery: Unpack[Delivery]) -> Answer:
        """WeChat verifies the URL by a GET; the verdict is `verified` or `not-verified`."""
        return self.run(self.course.push(Said(DEFAULT_USER, "", {}, delivery)))

    def settles(self, seconds: float = GRACE_SECONDS) -> tuple[str, ...]:
        """Wait, so many seconds at most, for what the app still does after its answers, such as background tasks.

        Returns:
            A sentence for each thing that has no end; of a handler behind a URL nothing is known.
        """
        return self.run(self._inner.settles(seconds)) if self._course is not None else ()
