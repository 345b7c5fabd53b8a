"""Handlers that go on working after they have answered, and handlers that answer too late, in every form.

Their answers are right, and come from `logic` like all others; of signatures they know nothing.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from fastapi import BackgroundTasks, FastAPI, Request
from fastapi.responses import Response
from flask import Flask, request
from flask import Response as FlaskResponse

# Django has one settings for the process; they are made there.
from tests.apps import logic, with_django

#: Seconds that are longer than the deadlines that the tests give: for what is waited for, and for an answer.
WORKS, LATE = 1.2, 0.5
#: No work is longer than that.
_LONGEST = 30.0


class Work:
    """What goes on behind the answers.

    Attributes:
        begun: How often it has begun.
        ended: How often it has ended, be it that it was cancelled.
    """

    def __init__(self) -> None:
        self.begun = self.ended = 0
        self._changed = threading.Condition()
        self._may_end = threading.Event()
        # A loop holds its tasks but weakly.
        self._tasks: set[asyncio.Task[None]] = set()

    def in_thread(self) -> None:
        """Begin it in a thread of its own, for as long as the test wants."""
        threading.Thread(target=self.to_its_end).start()

    def in_task(self) -> None:
        """Begin it in a task of its own."""
        task = asyncio.create_task(self.waited_for())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def to_its_end(self, seconds: float = _LONGEST) -> None:
        """Do it here and now, for so long or as long as the test wants."""
        with self._counted():
            self._may_end.wait(seconds)

    async def waited_for(self) -> None:
        """Do it where something waits for it, so that it has to be short."""
        with self._counted():
            await asyncio.sleep(WORKS)

    def has_begun(self) -> bool:
        """Whether it begins once: a server may begin it when its answer is out already."""
        with self._changed:
            return self._changed.wait_for(lambda: self.begun > 0, _LONGEST) and self.begun == 1

    def finish(self) -> None:
        """Let all of it end, and count anew."""
        self._may_end.set()
        with self._changed:
            assert self._changed.wait_for(lambda: self.begun == self.ended, _LONGEST)
            self.begun = self.ended = 0
        self._may_end.clear()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._changed:
            self.begun += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self.ended += 1
                self._changed.notify_all()


WORK = Work()
_NEVER = threading.Event()


def _flask(*, is_late: bool) -> Flask:
    made = Flask(__name__)

    @made.post("/")
    def wechat() -> bytes:
        _NEVER.wait(LATE) if is_late else WORK.in_thread()
        return logic.answer(request.get_data())

    return made


flask_background = partial(_flask, is_late=False)
flask_late = partial(_flask, is_late=True)


def flask_on_close() -> Flask:
    """Works when its response is closed, in the thread that answers."""
    made = Flask(__name__)

    @made.post("/")
    def wechat() -> FlaskResponse:
        response = FlaskResponse(logic.answer(request.get_data()))
        response.call_on_close(partial(WORK.to_its_end, WORKS))
        return response

    return made


def wsgi_close(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The same without a framework."""
    body = logic.answer(environ["wsgi.input"].read())
    start_response("200 OK", [("Content-Length", str(len(body)))])

    class Answer(list[bytes]):
        def close(self) -> None:
            WORK.to_its_end(WORKS)

    return Answer([body])


def fastapi_background() -> FastAPI:
    made = FastAPI()

    @made.post("/")
    async def wechat(request: Request, tasks: BackgroundTasks) -> Response:
        tasks.add_task(WORK.waited_for)
        return Response(logic.answer(await request.body()), background=tasks)

    return made


def fastapi_late() -> FastAPI:
    made = FastAPI()

    @made.post("/")
    async def wechat(request: Request) -> Response:
        await asyncio.sleep(LATE)
        return Response(logic.answer(await request.body()))

    return made


@csrf_exempt
def _django_background(request: HttpRequest) -> HttpResponse:
    WORK.in_thread()
    return HttpResponse(logic.answer(request.body))


@csrf_exempt
def _django_late(request: HttpRequest) -> HttpResponse:
    _NEVER.wait(LATE)
    return HttpResponse(logic.answer(request.body))


@csrf_exempt
async def _django_background_async(request: HttpRequest) -> HttpResponse:
    WORK.in_task()
    return HttpResponse(logic.answer(request.body))


@csrf_exempt
async def _django_late_async(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(LATE)
    return HttpResponse(logic.answer(request.body))


urlpatterns = [
    path("background", _django_background),
    path("late", _django_late),
    path("background-async", _django_background_async),
    path("late-async", _django_late_async),
]


class _Here:
    """Django with the paths of this module."""

    def resolve_request(self, request: HttpRequest) -> Any:
        request.urlconf = __name__
        return super().resolve_request(request)  # type: ignore[misc] # it stands before a handler of Django


class _Wsgi(_Here, WSGIHandler):
    pass


class _Asgi(_Here, ASGIHandler):
    pass


assert with_django.application is not None, "Django is set up"
django_wsgi = _Wsgi()
django_asgi = _Asgi()


def function_background(push: dict[str, Any]) -> dict[str, Any] | None:
    WORK.in_thread()
    return logic.reply(push)


def function_late(push: dict[str, Any]) -> dict[str, Any] | None:
    _NEVER.wait(LATE)
    return logic.reply(push)


async def coroutine_background(push: dict[str, Any]) -> dict[str, Any] | None:
    WORK.in_task()
    return logic.reply(push)


async def coroutine_late(push: dict[str, Any]) -> dict[str, Any] | None:
    await asyncio.sleep(LATE)
    return logic.reply(push)
