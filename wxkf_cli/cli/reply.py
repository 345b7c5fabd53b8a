"""`wxkf reply`: the transfer reply, or an acknowledgement, byte exact on stdout."""

from typing import TYPE_CHECKING, Annotated

import typer

from wxkf_cli.errors import Refusal, UsageError
from wxkf_cli.vocab.terms import DataFormat

if TYPE_CHECKING:
    from wxkf_cli.vocab.message import Message


def command(
    reply_format: Annotated[
        DataFormat | None, typer.Option("--format", help="What the reply is; that of the push, or xml without one.")
    ] = None,
    to_user: Annotated[str | None, typer.Option("--to", help="The user's openid.", metavar="OPENID")] = None,
    from_user: Annotated[str | None, typer.Option("--from", help="The mini program, gh_...", metavar="GH_ID")] = None,
    answer: Annotated[
        str | None,
        typer.Option("--answer", help="A push in a file, or - for stdin: its addresses, exchanged.", metavar="PUSH"),
    ] = None,
    create_time: Annotated[
        int | None, typer.Option("--create-time", help="Seconds since the epoch; now without it.", metavar="SECONDS")
    ] = None,
    ack: Annotated[bool, typer.Option("--ack", help="Write success: handled, nobody gets it.")] = False,
) -> None:
    """The transfer reply, or an acknowledgement, as XML or JSON."""
    if ack:
        if to_user or from_user or answer or reply_format or create_time is not None:
            message = "--ack is the word success, which has no addresses and no format"
            raise UsageError(message, "leave the other options out")
        _write(b"success")
        return
    push, push_format = _opened(answer) if answer is not None else (None, None)
    chosen = reply_format or push_format or DataFormat.XML
    if push_format is not None and chosen is not push_format:
        message = f"the push is {push_format}, and a reply in another format than the push is abnormal data to WeChat"
        raise UsageError(message, f"leave --format out, or say --format {push_format}")
    _write(_reply(push, to_user, from_user, create_time, chosen))


def _reply(
    push: "Message | None", to_user: str | None, from_user: str | None, create_time: int | None, chosen: DataFormat
) -> bytes:
    import time

    from wxkf_cli.vocab.message import transfer
    from wxkf_cli.wire import codec

    given = {"--to": to_user, "--from": from_user}
    blank = [name for name, value in given.items() if value is not None and not value.strip()]
    missing = [name for name, value in given.items() if value is None] if push is None else []
    if missing or blank:
        what = f"{' and '.join(missing)} missing" if missing else f"{' and '.join(blank)} empty"
        message = f"a reply needs two addresses: {what}"
        raise UsageError(message, "give --to OPENID --from GH_ID, or --answer PUSH to take them from a push")
    created = create_time if create_time is not None else int(time.time())
    if created < 0:
        message = f"--create-time {created} lies before the epoch"
        raise UsageError(message, "give seconds since 1970, such as 1714112446")
    to_name = to_user or _address(push, "FromUserName")
    from_name = from_user or _address(push, "ToUserName")
    return codec.render(transfer(to_name, from_name, created), chosen)


def _address(push: "Message | None", name: str) -> str:
    from wxkf_cli.wire.escape import quoted

    value = push.values.get(name) if push is not None else None
    if not isinstance(value, str) or not value.strip():
        message = f"the push has no {name}" if value is None else f"the push has {name} {quoted(value)}, not an address"
        raise UsageError(message, "is it the body that WeChat posted?")
    return value


def _opened(path: str) -> "tuple[Message, DataFormat]":
    from wxkf_cli.trial.pushes import read_push
    from wxkf_cli.wire.escape import quoted

    push, data_format = read_push(path, "--answer")
    if push.is_event:
        event = quoted(push.values.get("Event"))
        message = (
            f"the push is the event {event}, and events are never transferred: agents would see a meaningless entry"
        )
        raise Refusal(message, "answer it with success: wxkf reply --ack")
    return push, data_format


def _write(data: bytes) -> None:
    """The bytes and nothing else; on a terminal a newline, so that the prompt stands on a line of its own."""
    import sys

    sys.stdout.flush()
    sys.stdout.buffer.write(data + b"\n" if sys.stdout.isatty() else data)
    sys.stdout.buffer.flush()
