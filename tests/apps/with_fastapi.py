"""The handler on FastAPI, with a lifespan, a background task, and its answer in pieces."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import BackgroundTasks, FastAPI, Request
from fastapi.responses import PlainTextResponse, Response, StreamingResponse

from tests.apps import logic

#: What happened, for tests.
EVENTS: list[str] = []


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    EVENTS.append("started")
    yield
    EVENTS.append("ended")


def create_app(*, forwards_events: bool = False) -> FastAPI:
    made = FastAPI(lifespan=lifespan)

    async def afterwards() -> None:
        await asyncio.sleep(0)
        EVENTS.append("afterwards")

    @made.get("/", response_class=PlainTextResponse)
    async def verify(request: Request) -> Response:
        if not logic.is_signed(request.query_params):
            return PlainTextResponse("no", 403)
        return PlainTextResponse(request.query_params["echostr"])

    @made.post("/")
    async def wechat(request: Request, tasks: BackgroundTasks) -> Response:
        if not logic.is_signed(request.query_params):
            return PlainTextResponse("no", 403)
        body = logic.answer(await request.body(), forwards_events=forwards_events)
        tasks.add_task(afterwards)

        async def pieces() -> AsyncIterator[bytes]:
            yield body[:3]
            await asyncio.sleep(0)
            yield body[3:]

        return StreamingResponse(pieces())

    return made


def forwarding() -> FastAPI:
    return create_app(forwards_events=True)


app = create_app()
