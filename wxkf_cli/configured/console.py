"""What the console of a handler says: the Token, and what seals and opens in the modes that are played."""

from typing import NamedTuple

from wxkf_cli.configured.assumptions import policy_of
from wxkf_cli.errors import UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.vocab.catalog import (
    SAMPLE_AES_KEY,
    SAMPLE_APPID,
    SAMPLE_OPENID,
    SAMPLE_ORIGINAL_ID,
    SAMPLE_TOKEN,
)
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import SEALED_MODES, DataFormat, Mode
from wxkf_cli.wire.crypto import decoded_key
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.escape import Redactor

_SAMPLES = {"token": SAMPLE_TOKEN, "aes_key": SAMPLE_AES_KEY, "appid": SAMPLE_APPID}


class Configured(NamedTuple):
    """What settings say of pushes.

    Attributes:
        sender: Who pushes, and what seals.
        modes: The encryption modes, in order.
        mode_chosen: Whether these were named.
        formats: The data formats, in order.
        policy: The assumptions about WeChat.
        redact: Masks the token and the key.
        values: The token, the key and the appid, by their names in the settings; empty where there is none.
    """

    sender: Sender
    modes: tuple[Mode, ...]
    mode_chosen: bool
    formats: tuple[DataFormat, ...]
    policy: Policy
    redact: Redactor
    values: dict[str, str]


def configured(settings: Settings, *, samples: bool) -> Configured:
    """What settings say of pushes.

    Args:
        settings: What was given, then the environment and the file.
        samples: Whether what is not named has the documented sample value: for handlers in this process.

    Raises:
        UsageError: No token, or a mode needs what is missing, or a value cannot be used.
    """
    values = {name: settings.pick(name, None, "") or (sample if samples else "") for name, sample in _SAMPLES.items()}
    if not values["token"]:
        message = "no token given: pushes are signed with the Token of your handler's settings"
        raise UsageError(message, "set WXKF_TOKEN, or token in wxkf_settings or wxkf.toml")
    named: list[str] = settings.pick("mode", None, [])
    has_key = bool(settings.pick("aes_key", None, ""))
    modes = tuple(map(Mode, dict.fromkeys(named))) or (Mode.SECURE if has_key else Mode.PLAINTEXT,)
    seal = None if set(SEALED_MODES).isdisjoint(modes) else _seal(values)
    data = settings.pick("data", None, "both")
    formats = tuple(DataFormat) if data == "both" else (DataFormat(data),)
    sender = Sender(
        values["token"],
        seal,
        settings.pick("original_id", None, SAMPLE_ORIGINAL_ID),
        settings.pick("openid", None, SAMPLE_OPENID),
        tuple(map(_header, settings.pick("header", None, []))),
        settings.pick("content_type", None, None),
    )
    secrets = [values[name] for name in ("token", "aes_key") if values[name] != _SAMPLES[name]]
    keys = [seal.key] if seal is not None and values["aes_key"] != SAMPLE_AES_KEY else []
    policy = policy_of(None, settings)
    return Configured(sender, modes, bool(named), formats, policy, Redactor([*secrets, *keys]), values)


def _seal(values: dict[str, str]) -> Seal:
    missing = [name for name, value in values.items() if not value]
    if missing:
        message = f"sealing and opening need {' and '.join(missing)}"
        variables = " ".join(f"WXKF_{name.upper()}" for name in missing)
        raise UsageError(message, f"set {variables}, or name them in wxkf_settings")
    return Seal(values["token"], decoded_key(values["aes_key"]), values["appid"])


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        message = f"{text!r} is not a header"
        raise UsageError(message, 'for example header = ["X-Env: test"]')
    return name.strip(), value.strip()
