"""`wxkf reply`: the transfer reply, or an acknowledgement, byte exact on stdout."""

from functools import cache
from typing import TYPE_CHECKING, Annotated

import typer

from wxkf_cli.cli import options
from wxkf_cli.cli.stdout import write_bytes
from wxkf_cli.errors import Refusal, UsageError
from wxkf_cli.vocab.terms import DataFormat, Mode

if TYPE_CHECKING:
    from collections.abc import Callable

    from wxkf_cli.trial.pushes import GivenPush
    from wxkf_cli.vocab.message import Message
    from wxkf_cli.wire.envelope import Seal


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
    mode: Annotated[
        Mode | None, typer.Option("--mode", help="Sealed or not; that of the push, or plaintext without one.")
    ] = None,
    token: options.Token = None,
    aes_key: options.AesKey = None,
    previous_aes_key: options.PreviousAesKey = None,
    appid: options.AppId = None,
    timestamp: Annotated[
        int | None,
        typer.Option("--timestamp", help="TimeStamp of the envelope; CreateTime without it.", metavar="SECONDS"),
    ] = None,
    nonce: Annotated[
        str | None, typer.Option("--nonce", help="Nonce of the envelope; random without it.", metavar="TEXT")
    ] = None,
    random16: Annotated[
        str | None, typer.Option("--random16", help="16 ASCII characters before the message.", metavar="TEXT")
    ] = None,
) -> None:
    """The transfer reply, or an acknowledgement, as XML or JSON."""
    if ack:
        if to_user or from_user or answer or reply_format or mode or create_time is not None:
            message = "--ack is the word success, which has no addresses and no format and is never sealed"
            raise UsageError(message, "leave the other options out")
        write_bytes(b"success")
        return

    @cache
    def seal() -> "Seal":
        from wxkf_cli.cli.sealing import SealOptions, seal_of
        from wxkf_cli.settings import here

        return seal_of(SealOptions(token, aes_key, appid, previous_aes_key), here())

    given = _opened(answer, seal) if answer is not None else None
    push, push_format = (given.message, given.data) if given is not None else (None, None)
    chosen = reply_format or push_format or DataFormat.XML
    if push_format is not None and chosen is not push_format:
        message = f"the push is {push_format}, and a reply in another format than the push is abnormal data to WeChat"
        raise UsageError(message, f"leave --format out, or say --format {push_format}")
    created = _created(create_time)
    reply = _reply(push, to_user, from_user, created, chosen)
    # A compatible push may be answered either way, so it is answered plainly unless asked for.
    if mode is Mode.SECURE or (mode is None and given is not None and given.mode is Mode.SECURE):
        reply = _sealed(reply, chosen, seal(), created if timestamp is None else timestamp, nonce, random16)
    write_bytes(reply)


def _sealed(
    reply: bytes, chosen: DataFormat, by: "Seal", timestamp: int, nonce: str | None, random16: str | None
) -> bytes:
    import secrets

    from wxkf_cli.wire.envelope import sealed_reply

    if random16 is not None and (len(random16) != 16 or not random16.isascii()):
        message = f"--random16 has {len(random16)} characters"
        raise UsageError(message, "it takes 16 ASCII characters")
    return sealed_reply(
        reply,
        chosen,
        by,
        timestamp=timestamp,
        nonce=nonce if nonce is not None else str(secrets.randbelow(9 * 10**9) + 10**9),
        random16=random16.encode() if random16 is not None else secrets.token_hex(8).encode(),
    )


def _created(create_time: int | None) -> int:
    import time

    created = create_time if create_time is not None else int(time.time())
    if created < 0:
        message = f"--create-time {created} lies before the epoch"
        raise UsageError(message, "give seconds since 1970, such as 1714112446")
    return created


def _reply(
    push: "Message | None", to_user: str | None, from_user: str | None, created: int, chosen: DataFormat
) -> bytes:
    from wxkf_cli.vocab.message import transfer
    from wxkf_cli.wire import codec

    given = {"--to": to_user, "--from": from_user}
    blank = [name for name, value in given.items() if value is not None and not value.strip()]
    missing = [name for name, value in given.items() if value is None] if push is None else []
    if missing or blank:
        what = f"{' and '.join(missing)} missing" if missing else f"{' and '.join(blank)} empty"
        message = f"a reply needs two addresses: {what}"
        raise UsageError(message, "give --to OPENID --from GH_ID, or --answer PUSH to take them from a push")
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


def _opened(path: str, seal: "Callable[[], Seal]") -> "GivenPush":
    from wxkf_cli.trial.pushes import read_push
    from wxkf_cli.wire.escape import quoted

    given = read_push(path, "--answer", seal)
    if given.message.is_event:
        event = quoted(given.message.values.get("Event"))
        message = (
            f"the push is the event {event}, and events are never transferred: agents would see a meaningless entry"
        )
        raise Refusal(message, "answer it with success: wxkf reply --ack")
    return given
