"""A cloud function in a folder, run by Node.js on this machine."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import typer

from wxkf_cli.cli.assumptions import policy_of
from wxkf_cli.cli.handler import Handler, HandlerOptions
from wxkf_cli.cli.places.apart import complaints_on_stderr
from wxkf_cli.cli.sealing import secret_values, secrets_of
from wxkf_cli.errors import UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.cloudfolder import check_real_sdk, checked_folder
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.simulate.node import find_node
from wxkf_cli.simulate.over_cloudfn import CloudFunction
from wxkf_cli.simulate.target import Reach, Target
from wxkf_cli.vocab.catalog import SAMPLE_OPENID, SAMPLE_ORIGINAL_ID
from wxkf_cli.vocab.policy import EVENT_USER_INFO
from wxkf_cli.vocab.terms import SEALED_MODES, DataFormat, Mode, Route, Text
from wxkf_cli.vocab.unseen import FUNCTION
from wxkf_cli.wechat.service_api import Call, ServiceApi
from wxkf_cli.wire.escape import Redactor

#: Characters of a text that are shown.
_LONGEST_TEXT = 60


@asynccontextmanager
async def opened(options: HandlerOptions, settings: Settings) -> AsyncIterator[Handler]:
    """Load the function, and end its process at the end.

    Raises:
        UsageError: There is no such function, or an option that has no meaning for one.
        HandlerDown: Node.js is missing or too old, or the function cannot be loaded.
    """
    assert options.cloud_function is not None  # noqa: S101 - that is what led here
    _refuse_what_needs_http(options)
    modes_chosen = _check_modes(options, settings)
    folder = checked_folder(options.cloud_function)
    if options.real_sdk:
        check_real_sdk(folder)
    values = secret_values(options.seal, settings, samples=True)
    redact = Redactor(secrets_of(values["token"], None))
    policy = policy_of(options.deadline, settings)
    complaints = complaints_on_stderr("function", redact)
    function = CloudFunction(
        folder,
        await find_node(),
        ServiceApi(policy),
        uses_real_sdk=options.real_sdk,
        complaints=complaints,
        on_call=lambda call: complaints.say(_shown(call)),
    )
    told: list[Text] = []

    async def settle() -> Sequence[Text]:
        told[:] = await function.settle()
        return told

    try:
        await function.start()
        yield Handler(
            "cloud-function",
            _target(folder, options.cloud_function),
            _sender(options, settings, values),
            (Mode.PLAINTEXT,),
            modes_chosen,
            function,
            policy,
            Reach.LOCAL,
            redact,
            FUNCTION,
            (DataFormat.JSON,),
            settle,
        )
    finally:
        last = await function.settle()
        await function.aclose()
    for each in last:
        if each not in told:
            typer.echo(f"wxkf: {each.en}", err=True)


def _sender(options: HandlerOptions, settings: Settings, values: dict[str, str]) -> Sender:
    # An original id that nobody named is not the only one that a reply may hold.
    return Sender(
        values["token"],
        original_id=settings.pick("original_id", options.original_id, SAMPLE_ORIGINAL_ID),
        openid=settings.pick("openid", options.openid, SAMPLE_OPENID),
        route=Route.CLOUD_FUNCTION,
        appid=values["appid"],
        knows_original_id=options.original_id is not None or settings.find("original_id") is not None,
        has_user_info=settings.pick("event_user_info", None, EVENT_USER_INFO),
    )


def _target(folder: Path, named: str) -> Target:
    """What stands for the address of a function."""
    return Target(f"cloud-function://{named}", secure=False, host="127.0.0.1", port=80, path=f"/{folder.name}")


def _check_modes(options: HandlerOptions, settings: Settings) -> bool:
    """Whether a mode is named, which must be that of functions.

    Raises:
        UsageError: It is not.
    """
    named = [Mode(each) for each in settings.pick("mode", options.mode or None, [])]
    for mode in named:
        if mode in SEALED_MODES:
            message = f"--mode {mode}: a cloud function is handed an object, so nothing is sealed for it"
            raise UsageError(message, "leave --mode out; a handler that opens what is sealed has a URL")
    return bool(named)


def _refuse_what_needs_http(options: HandlerOptions) -> None:
    given = (("--header", bool(options.header)), ("--content-type", options.content_type is not None))
    for option, is_given in given:
        if is_given:
            message = f"{option} has no place beside --cloud-function"
            raise UsageError(message, "an event has no HTTP headers")


def _shown(call: Call) -> str:
    """One call of the API in a line, and what it was answered; as it came, not yet safe to show."""
    words = [call.api]
    kind, to_user = call.arguments.get("msgtype"), call.arguments.get("touser")
    if isinstance(kind, str):
        words.append(kind)
        part = call.arguments.get(kind)
        content = part.get("content") if isinstance(part, dict) else None
        words += [json.dumps(content[:_LONGEST_TEXT], ensure_ascii=False)] if isinstance(content, str) else []
    if isinstance(to_user, str):
        words.append(f"to {to_user}")
    answer = f"refused: {call.result['errcode']} {call.result['errmsg']}" if call.is_refused else "ok"
    return f"{' '.join(words)}: {answer}".replace("\n", " ")
