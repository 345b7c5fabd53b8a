"""What a test says of the handler and of how it is pushed to, and what follows from it and from the settings."""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypedDict

from wxkf_cli import settings as all_settings
from wxkf_cli.configured.choosing import ChoiceOptions, chosen_findings
from wxkf_cli.configured.language import language as chosen_language
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.selection import Ignore, Selection
from wxkf_cli.settings import Settings
from wxkf_cli.testing.connecting import Place
from wxkf_cli.testing.mistakes import check_options
from wxkf_cli.vocab.choices import AppKind
from wxkf_cli.vocab.terms import DataFormat, Language, Mode
from wxkf_cli.wire.escape import quoted

#: How often the handler has acted so far: a function or coroutine function, or the URL of a counter.
Witness: TypeAlias = Callable[[], int | Awaitable[int]] | str


class Options(TypedDict, total=False):
    """What `WeChat` and `AsyncWeChat` take; each may be left out, and then comes from the settings.

    Attributes:
        url: Where the handler is, instead of an app.
        app_kind: How the app is called, where it does not tell: `asgi`, `wsgi` or `plain`.
        path: The path of the handler in the app, `/` unless given.
        token: The Token; for an app in this process the sample `AAAAA` unless given.
        aes_key: The EncodingAESKey, 43 characters; for an app in this process 43 times `A` unless given.
        appid: What sealed messages end with.
        mode: `plaintext`, `compatible` or `secure`; `secure` where there is a key, else `plaintext`.
        format: `xml` or `json`; `xml` unless given.
        deadline: Seconds that the handler has for each delivery; 5 unless given, as WeChat has it.
        settings: Other settings, by the names of `wxkf.toml`; or all of them.
        ignore: Rules that are left out, by code or name, each with the reason.
        language: Of messages: `en` or `zh`.
        seed: For ids and nonces; new ones for each object unless given.
        agents: How many sessions agents accept by themselves; 0 for agents that wait to be told.
        witness: How often the handler has acted so far: a function, called in another thread than the test's, or the
            URL of a counter. A push that comes more than once and is acted on more than once is then found (KF408).
        allow_remote: A public host that may be pushed to; loopback and private addresses always may.
        folder: Where settings are looked for, and upwards from there; the current folder unless given.
        again: The words of a command that plays the test again, for messages.
    """

    url: str | None
    app_kind: AppKind | str | None
    path: str | None
    token: str | None
    aes_key: str | None
    appid: str | None
    mode: Mode | str | None
    format: DataFormat | str | None
    deadline: float | None
    settings: Mapping[str, Any] | Settings | None
    ignore: Mapping[str, str] | None
    language: Language | str | None
    seed: int | None
    agents: int
    witness: Witness | None
    allow_remote: str | None
    folder: Path | str | None
    again: Sequence[str]


class Chosen(NamedTuple):
    """What follows from the options and the settings.

    Attributes:
        place: Where the handler is.
        settings: All of them, what was given among them.
        data: The data format; None where nothing says it.
        selection: Which findings count.
        language: Of messages.
    """

    place: Place
    settings: Settings
    data: DataFormat | None
    selection: Selection
    language: Language


def chosen(app: Any, options: Options) -> Chosen:
    """What follows from the options and the settings.

    Raises:
        UsageError: One that cannot be used, or that does not exist.
    """
    check_options(options, Options.__annotations__, "a WeChat")
    settings = settings_of(options)
    kind = word(AppKind, options.get("app_kind"), "app_kind")
    place = Place(options.get("url"), app, kind, options.get("path"), options.get("allow_remote"))
    given = word(DataFormat, options.get("format"), "format")
    data = given or word(DataFormat, _one_format(settings), "data")
    language = chosen_language(settings, word(Language, options.get("language"), "language"))
    return Chosen(place, settings, data, selection_of(options, settings), language)


def settings_of(options: Options) -> Settings:
    """The settings, with what the options say before them.

    Raises:
        SettingsError: One that does not exist or cannot be used.
    """
    given = options.get("settings")
    if isinstance(given, Settings):
        settings = given
    else:
        folder = options.get("folder")
        settings = all_settings.load(Path(folder), os.environ) if folder is not None else all_settings.here()
        settings = settings.having(given or {}, "settings")
    mode = word(Mode, options.get("mode"), "mode")
    named: dict[str, Any] = {
        "token": options.get("token"),
        "aes_key": options.get("aes_key"),
        "appid": options.get("appid"),
        "deadline": options.get("deadline"),
        "mode": [mode.value] if mode is not None else None,
    }
    return settings.having({name: value for name, value in named.items() if value is not None}, "the arguments")


def selection_of(options: Options, settings: Settings) -> Selection:
    """Which findings count.

    Raises:
        UsageError: A rule that does not exist, or one that is ignored without a reason.
    """
    ignores = options.get("ignore") or {}
    if not isinstance(ignores, Mapping):
        message = f"ignore={ignores!r}" if len(repr(ignores)) < 80 else "ignore"
        raise UsageError(message, 'each rule has its reason: ignore={"KF307": "the SDK sends milliseconds"}')
    for rule, reason in ignores.items():
        if not isinstance(reason, str) or not reason.strip():
            message = f"{quoted(rule)} is ignored without a reason"
            raise UsageError(message, f'say why: ignore={{"{rule}": "the SDK sends milliseconds"}}')
    left_out = [Ignore(rule, setting="ignore", origin="the test", reason=ignores[rule]) for rule in ignores]
    return chosen_findings(ChoiceOptions(), settings, left_out)


def _one_format(settings: Settings) -> str | None:
    data: str | None = settings.pick("data", None, None)
    return None if data == "both" else data


def word(choices: Any, given: Any, name: str) -> Any:
    """The member of an enumeration that a word stands for; None for None.

    Raises:
        UsageError: There is none.
    """
    if given is None:
        return None
    try:
        return choices(given)
    except ValueError:
        from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

        near = get_close_matches(str(given), list(choices), n=1)
        message = f"{name}={quoted(str(given))}"
        hint = f"did you mean {near[0]}?" if near else f"it takes {' or '.join(choices)}"
        raise UsageError(message, hint) from None
