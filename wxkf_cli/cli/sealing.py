"""What seals and opens, as commands take it: with a warning of keys on the command line."""

from collections.abc import Sequence

import typer

from wxkf_cli.configured import sealing
from wxkf_cli.configured.sealing import SECRET_NAMES, Console, SealOptions, opener_of, secret_values, secrets_of
from wxkf_cli.settings import Settings
from wxkf_cli.vocab.terms import Mode
from wxkf_cli.wire.envelope import Seal

__all__ = [
    "SECRET_NAMES",
    "Console",
    "SealOptions",
    "console_of",
    "opener_of",
    "seal_of",
    "secret_values",
    "secrets_of",
    "warn_of_keys",
]


def console_of(
    modes: Sequence[Mode] | None, options: SealOptions, settings: Settings, *, samples: bool = False
) -> Console:
    """As `configured.sealing.console_of`."""
    warn_of_keys(options.aes_key, options.previous_aes_key)
    return sealing.console_of(modes, options, settings, samples=samples)


def seal_of(options: SealOptions, settings: Settings) -> Seal:
    """As `configured.sealing.seal_of`."""
    warn_of_keys(options.aes_key, options.previous_aes_key)
    return sealing.seal_of(options, settings)


def warn_of_keys(*given: str | None) -> None:
    """Warn once of keys that were given on the command line."""
    if any(given):
        typer.echo("wxkf: a key on the command line can be seen by others (ps); WXKF_AES_KEY cannot", err=True)
