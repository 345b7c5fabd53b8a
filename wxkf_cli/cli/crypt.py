"""`wxkf crypt`: sign, verify, encrypt, decrypt, and why a signature or a seal is wrong."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from wxkf_cli.cli import options
from wxkf_cli.errors import Refusal, UsageError

if TYPE_CHECKING:
    from wxkf_cli.cli.crypt_actions import Given
    from wxkf_cli.report.crypt_text import Outcome
    from wxkf_cli.vocab.terms import Language


class Action(StrEnum):
    """What is to be done."""

    WHY = "why"
    SIGN = "sign"
    VERIFY = "verify"
    ENCRYPT = "encrypt"
    DECRYPT = "decrypt"


class Shape(StrEnum):
    """What stdout is."""

    TEXT = "text"
    JSON = "json"


def command(
    action: Annotated[Action, typer.Argument(help="What to do.")],
    source: Annotated[
        str | None,
        typer.Argument(
            help="A file, or - for stdin: the message to encrypt; otherwise an Encrypt or a whole push or reply.",
            metavar="[FILE]",
        ),
    ] = None,
    token: options.Token = None,
    timestamp: Annotated[str | None, typer.Option("--timestamp", help="As in the query string.")] = None,
    nonce: Annotated[str | None, typer.Option("--nonce", help="As in the query string.")] = None,
    encrypt: Annotated[str | None, typer.Option("--encrypt", help="The Encrypt of the body.", metavar="TEXT")] = None,
    signature: Annotated[str | None, typer.Option("--signature", help="Over three values.", metavar="HEX")] = None,
    msg_signature: Annotated[
        str | None, typer.Option("--msg-signature", help="Over four values: Encrypt too.", metavar="HEX")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", help="The URL that WeChat called, or its query string.", metavar="URL")
    ] = None,
    values: Annotated[
        int | None, typer.Option("--values", help="How many are signed; 4 with an Encrypt.", min=3, max=4)
    ] = None,
    got: Annotated[str | None, typer.Option("--got", help="why: what your handler computed.", metavar="HEX")] = None,
    aes_key: Annotated[
        str | None, typer.Option("--aes-key", help="The EncodingAESKey; better in WXKF_AES_KEY.", metavar="KEY")
    ] = None,
    previous_aes_key: Annotated[
        str | None,
        typer.Option("--previous-aes-key", help="decrypt, why: the key before the last change.", metavar="KEY"),
    ] = None,
    appid: Annotated[str | None, typer.Option("--appid", help="wx...; or in WXKF_APPID.")] = None,
    random16: Annotated[
        str | None, typer.Option("--random16", help="encrypt: the 16 bytes before the message; by chance without it.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Every value on the way, on stderr.")] = False,
    show_key: Annotated[bool, typer.Option("--show-key", help="Do not mask Token, key and IV.")] = False,
    shape: Annotated[Shape, typer.Option("--format", help="What is written on stdout.")] = Shape.TEXT,
    lang: options.Lang = None,
) -> None:
    """Sign, verify, encrypt or decrypt, and why a signature or a seal is wrong."""
    from wxkf_cli.cli.crypt_actions import Given, first
    from wxkf_cli.cli.language import language
    from wxkf_cli.cli.sealing import warn_of_keys
    from wxkf_cli.cli.stdout import write_bytes
    from wxkf_cli.report.crypt_text import as_json, as_text
    from wxkf_cli.settings import here

    warn_of_keys(aes_key, previous_aes_key)
    settings = here()
    query = _query(url) if url is not None else {}
    data = _read(source) if source is not None else None
    # What is to be encrypted is a message, whatever fields it has.
    body = _body(data) if data is not None and action is not Action.ENCRYPT else {}
    given = Given(
        data,
        settings.pick("token", token, None),
        first(timestamp, query.get("timestamp"), body.get("TimeStamp")),
        first(nonce, query.get("nonce"), body.get("Nonce")),
        first(encrypt, body.get("Encrypt")),
        first(signature, query.get("signature")),
        first(msg_signature, query.get("msg_signature"), body.get("MsgSignature")),
        query.get("encrypt_type"),
        query.get("echostr"),
        query.get("openid"),
        values,
        settings.pick("appid", appid, None),
        settings.pick("aes_key", aes_key, None),
        previous_aes_key,
        random16,
        got,
        show_key,
    )
    outcome = _done(action, given, language(settings, lang))
    if shape is Shape.JSON:
        typer.echo(as_json(action, outcome, explain))
        raise typer.Exit(1 if outcome.complaint else 0)
    for note in outcome.notes:
        _warn(note)
    if explain:
        typer.echo(as_text(outcome.steps), err=True)
    if action is Action.DECRYPT:
        write_bytes(outcome.result)
    elif outcome.result:
        typer.echo(outcome.result.decode())  # in the encoding of the console
    if outcome.complaint:
        raise Refusal(outcome.complaint, outcome.hint)


def _done(action: Action, given: "Given", language: "Language") -> "Outcome":
    from wxkf_cli.cli import crypt_actions

    if action is Action.ENCRYPT:
        return crypt_actions.encrypted(given)
    if action is Action.DECRYPT:
        return crypt_actions.decrypted(given)
    if action is Action.SIGN:
        return crypt_actions.signed(given)
    return (crypt_actions.verified if action is Action.VERIFY else crypt_actions.explained)(given, language)


def _query(url: str) -> dict[str, str]:
    """The parameters of a URL or of a query string alone, decoded; of what is repeated, the first."""
    from urllib.parse import parse_qsl

    before, mark, behind = url.strip().partition("?")
    query = behind if mark else before
    # A URL without a query string would be the name of a parameter without a value.
    pairs = parse_qsl(query.partition("#")[0], keep_blank_values=True) if mark or "://" not in query else []
    if not pairs:
        message = "--url has no query string"
        raise UsageError(message, "give what WeChat called: 'https://.../wx?signature=...&timestamp=...&nonce=...'")
    return dict(reversed(pairs))


def _read(path: str) -> bytes:
    from wxkf_cli.trial import files
    from wxkf_cli.vocab.policy import BODY_LIMIT

    data = files.read(path, BODY_LIMIT)
    if len(data) > BODY_LIMIT:
        message = f"{files.shown(path)} is larger than {BODY_LIMIT} bytes"
        raise UsageError(message)
    return data


def _body(data: bytes) -> dict[str, str]:
    """The fields of an envelope or push; what is neither XML nor JSON is an Encrypt alone."""
    from wxkf_cli.wire import codec
    from wxkf_cli.wire.document import PUSH_LIMITS, Malformed
    from wxkf_cli.wire.escape import quoted

    if not data.strip():
        message = "the input is empty"
        raise UsageError(message, "give an Encrypt, or the body of a push or reply as it came")
    data_format = codec.sniff(data)
    if data_format is None:
        return {"Encrypt": data.strip().decode("utf-8", "surrogateescape")}
    document = codec.parse(data, data_format, PUSH_LIMITS)
    if isinstance(document, Malformed):
        message = f"the body is not {data_format.upper()}: {document.defect} {quoted(document.detail)} (-40002)"
        raise Refusal(message, "give it as it came, without headers")
    names = ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
    leaves = {name: document.get(name) for name in names}
    return {name: str(value) for name, value in leaves.items() if isinstance(value, str | int)}


def _warn(text: str) -> None:
    typer.echo(f"wxkf: {text}", err=True)
