"""A cloud function in a folder, run by Node.js on this machine."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import typer

from wxkf_cli.cli.assumptions import policy_of
from wxkf_cli.cli.handler import Handler, HandlerOptions
from wxkf_cli.cli.places.apart import complaints_on_stderr
from wxkf_cli.cli.sealing import secret_values, secrets_of
from wxkf_cli.errors import UsageError
from wxkf_cli.report.call_text import told
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.cloudfolder import check_real_sdk, checked_folder
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.simulate.node import find_node
from wxkf_cli.simulate.over_cloudfn import CloudFunction
from wxkf_cli.simulate.target import Reach, Target
from wxkf_cli.vocab.catalog import SAMPLE_OPENID, SAMPLE_ORIGINAL_ID
from wxkf_cli.vocab.policy import EVENT_USER_INFO
from wxkf_cli.vocab.terms import SEALED_MODES, DataFormat, Language, Mode, Route, Text
from wxkf_cli.vocab.unseen import FUNCTION
from wxkf_cli.wechat.service_api import Call, ServiceApi
from wxkf_cli.wire.escape import Redactor


@asynccontextmanager
async def opened(options: HandlerOptions, settings: Settings, *, shows_calls: bool) -> AsyncIterator[Handler]:
    """Load the function, and end its process at the end.

    Args:
        options: Where it is.
        settings: What the environment and the file say.
        shows_calls: Whether its calls of the API are shown on stderr beside what it prints.

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

    def on_call(call: Call) -> None:
        if shows_calls:
            complaints.say(told(call, Language.EN).replace("\n", " "))

    function = CloudFunction(
        folder,
        await find_node(),
        ServiceApi(policy),
        uses_real_sdk=options.real_sdk,
        complaints=complaints,
        on_call=on_call,
        redact=redact,
    )
    said: list[Text] = []

    async def settle() -> Sequence[Text]:
        said[:] = await function.settle()
        return said

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
            function.take_calls,
        )
    finally:
        last = await function.settle()
        await function.aclose()
    for each in last:
        if each not in said:
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
