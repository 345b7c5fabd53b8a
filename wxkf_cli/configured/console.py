"""What the console of a handler says: the Token, and what seals and opens in the modes that are played."""

from typing import NamedTuple

from wxkf_cli.configured.assumptions import policy_of
from wxkf_cli.configured.sealing import SealOptions, console_of, secret_values, secrets_of
from wxkf_cli.errors import UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.vocab.catalog import SAMPLE_OPENID, SAMPLE_ORIGINAL_ID
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wire.escape import Redactor


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
    options = SealOptions(are_options=False)
    values = secret_values(options, settings, samples=samples)
    if not values["token"]:
        message = "no token given: pushes are signed with the Token of your handler's settings"
        raise UsageError(message, "set WXKF_TOKEN, or token in wxkf_settings or wxkf.toml")
    console = console_of(None, options, settings, samples=samples)
    data = settings.pick("data", None, "both")
    formats = tuple(DataFormat) if data == "both" else (DataFormat(data),)
    sender = Sender(
        console.token,
        console.seal,
        settings.pick("original_id", None, SAMPLE_ORIGINAL_ID),
        settings.pick("openid", None, SAMPLE_OPENID),
        tuple(map(_header, settings.pick("header", None, []))),
        settings.pick("content_type", None, None),
    )
    redact = Redactor(secrets_of(console.token, console.seal))
    return Configured(sender, console.modes, console.is_chosen, formats, policy_of(None, settings), redact, values)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        message = f"{text!r} is not a header"
        raise UsageError(message, 'for example header = ["X-Env: test"]')
    return name.strip(), value.strip()
