"""What seals and opens, from options, environment and settings file."""

from dataclasses import dataclass

import typer

from wxkf_cli.errors import UsageError
from wxkf_cli.settings import here
from wxkf_cli.wire.crypto import decoded_key
from wxkf_cli.wire.envelope import Seal


@dataclass(frozen=True, slots=True, repr=False)
class SealOptions:
    """The options that name secrets, as given; None where they were not."""

    token: str | None = None
    aes_key: str | None = None
    appid: str | None = None
    previous_aes_key: str | None = None


def seal_of(options: SealOptions) -> Seal:
    """What seals and opens.

    Raises:
        UsageError: Something is missing, or the key is none; no message shows a secret.
    """
    warn_of_keys(options.aes_key, options.previous_aes_key)
    settings = here()
    values = {
        "--token": settings.pick("token", options.token, ""),
        "--aes-key": settings.pick("aes_key", options.aes_key, ""),
        "--appid": settings.pick("appid", options.appid, ""),
    }
    missing = [name for name, value in values.items() if not value]
    if missing:
        message = f"sealing and opening need {' and '.join(missing)}"
        variables = " ".join(f"WXKF_{name[2:].replace('-', '_').upper()}" for name in missing)
        raise UsageError(message, f"set {variables}, or add the option")
    previous = decoded_key(options.previous_aes_key) if options.previous_aes_key else None
    return Seal(values["--token"], decoded_key(values["--aes-key"]), values["--appid"], previous)


def warn_of_keys(*given: str | None) -> None:
    """Warn once of keys that were given on the command line."""
    if any(given):
        typer.echo("wxkf: a key on the command line can be seen by others (ps); WXKF_AES_KEY cannot", err=True)
