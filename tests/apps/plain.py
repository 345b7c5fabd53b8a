"""The handler as a function, blocking and not."""

from typing import Any

from tests.apps import logic


def handle(push: dict[str, Any]) -> dict[str, Any] | str:
    return logic.reply(push) or "success"


async def handle_async(push: dict[str, Any]) -> dict[str, Any] | None:
    return logic.reply(push)


def forwarding(push: dict[str, Any]) -> dict[str, Any] | None:
    return logic.reply(push, forwards_events=True)
