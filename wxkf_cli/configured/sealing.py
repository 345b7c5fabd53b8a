"""What seals and opens, and in which modes, from options, environment and settings file."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.vocab.catalog import SAMPLE_AES_KEY, SAMPLE_APPID, SAMPLE_TOKEN
from wxkf_cli.vocab.terms import SEALED_MODES, Mode
from wxkf_cli.wire.crypto import KEY_CHARACTERS, decoded_key
from wxkf_cli.wire.envelope import Seal

#: The settings that seal and sign, and what the official pages have for each as an example.
_SAMPLES = {"token": SAMPLE_TOKEN, "aes_key": SAMPLE_AES_KEY, "appid": SAMPLE_APPID}
SECRET_NAMES = tuple(_SAMPLES)


@dataclass(frozen=True, slots=True, repr=False)
class SealOptions:
    """The options that name secrets, as given; None where they were not."""

    token: str | None = None
    aes_key: str | None = None
    appid: str | None = None
    previous_aes_key: str | None = None
    #: Whether somebody could add an option; else it is the settings of a test.
    are_options: bool = True


class Console(NamedTuple):
    """What the console of a handler says.

    Attributes:
        token: The Token; empty where none is known.
        modes: The encryption modes, in order.
        seal: What seals and opens; None where no mode needs it.
        is_chosen: Whether the modes were named, by option or setting.
    """

    token: str
    modes: tuple[Mode, ...]
    seal: Seal | None
    is_chosen: bool


def console_of(
    modes: Sequence[Mode] | None, options: SealOptions, settings: Settings, *, samples: bool = False
) -> Console:
    """The modes that were named, else those that the key suggests, and what seals in them.

    Args:
        modes: By option; None or empty for none.
        options: What names secrets.
        settings: What the environment and the file say.
        samples: Whether what is not named has the documented sample value: for handlers that wxkf starts itself.

    Raises:
        UsageError: A mode needs what is missing.
    """
    named = [Mode(each) for each in settings.pick("mode", list(modes) if modes else None, [])]
    values = secret_values(options, settings, samples=samples)
    has_key = bool(settings.pick("aes_key", options.aes_key, ""))
    chosen = tuple(dict.fromkeys(named)) or ((Mode.SECURE if has_key else Mode.PLAINTEXT),)
    needed = not set(SEALED_MODES).isdisjoint(chosen)
    return Console(values["token"], chosen, _seal(values, options) if needed else None, bool(named))


def opener_of(mode: Mode | None, options: SealOptions, settings: Settings) -> Seal | None:
    """What opens what is sealed in captures: None without a key, and where all is in plaintext.

    Raises:
        UsageError: There is a key, but not all that goes with it.
    """
    if mode is Mode.PLAINTEXT or not secret_values(options, settings)["aes_key"]:
        return None
    return seal_of(options, settings)


def secrets_of(token: str, seal: Seal | None) -> Iterator[str | bytes]:
    """What must not be shown; the documented samples may."""
    if token != SAMPLE_TOKEN:
        yield token
    for key in (seal.key, seal.previous_key) if seal is not None else ():
        if key is not None and key != decoded_key(SAMPLE_AES_KEY):
            yield key
            yield from _spellings(key)


def _spellings(key: bytes) -> Iterator[str]:
    """Every EncodingAESKey that a key may have been given as, and what they have in common.

    Of the 43 characters the last carries two bits that the key does not show: there are four.
    """
    for spare in range(4):
        # As many more bits as the base64 of a whole byte needs: the two are the first of them.
        yield base64.b64encode(key + bytes((spare << 6,))).decode()[:KEY_CHARACTERS]
    yield base64.b64encode(key).decode()[: KEY_CHARACTERS - 1]


def seal_of(options: SealOptions, settings: Settings) -> Seal:
    """What seals and opens.

    Raises:
        UsageError: Something is missing, or the key is none; no message shows a secret.
    """
    return _seal(secret_values(options, settings), options)


def secret_values(options: SealOptions, settings: Settings, *, samples: bool = False) -> dict[str, str]:
    """Token, EncodingAESKey and appid by their settings' names; what is not named is empty, or the sample."""
    return {
        name: settings.pick(name, getattr(options, name), None) or (sample if samples else "")
        for name, sample in _SAMPLES.items()
    }


def _seal(values: dict[str, str], options: SealOptions) -> Seal:
    missing = [name for name in SECRET_NAMES if not values[name]]
    if missing:
        names = [f"--{name.replace('_', '-')}" for name in missing] if options.are_options else missing
        message = f"sealing and opening need {' and '.join(names)}"
        variables = " ".join(f"WXKF_{name.upper()}" for name in missing)
        or_else = "add the option" if options.are_options else "name them in wxkf_settings"
        raise UsageError(message, f"set {variables}, or {or_else}")
    previous = decoded_key(options.previous_aes_key) if options.previous_aes_key else None
    return Seal(values["token"], decoded_key(values["aes_key"]), values["appid"], previous)
