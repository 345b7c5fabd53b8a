"""Where a handler is said to be: the options, and which place they name."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from wxkf_cli.cli.sealing import SealOptions
from wxkf_cli.errors import UsageError
from wxkf_cli.settings import Settings
from wxkf_cli.vocab.choices import AppKind, Client, Demo
from wxkf_cli.vocab.terms import Mode


@dataclass(frozen=True, slots=True)
class HandlerOptions:
    """The options that say where a handler is and how it is pushed to, as given; None where they were not."""

    url: str | None = None
    demo: Demo | None = None
    app: str | None = None
    app_kind: AppKind | None = None
    exec_: str | None = None
    path: str | None = None
    cloud_function: str | None = None
    real_sdk: bool = False
    container: bool = False
    token: str | None = None
    mode: list[Mode] | None = None
    aes_key: str | None = None
    appid: str | None = None
    openid: str | None = None
    original_id: str | None = None
    header: list[str] | None = None
    content_type: str | None = None
    deadline: float | None = None
    ca: str | None = None
    insecure: bool = False
    client: Client = Client.WIRE
    proxy: str | None = None
    cert: str | None = None
    wait: str | None = None
    keep_alive: bool = False

    @property
    def seal(self) -> SealOptions:
        """Those that name secrets."""
        return SealOptions(self.token, self.aes_key, self.appid)


class Place(NamedTuple):
    """A way to say where a handler is.

    Attributes:
        field: Of `HandlerOptions`.
        setting: Its name in the settings; empty where it is none.
        option: On the command line.
    """

    field: str
    setting: str
    option: str


URL = Place("url", "url", "--url")
DEMO = Place("demo", "", "--demo")
APP = Place("app", "app", "--app")
EXEC = Place("exec_", "exec", "--exec")
CLOUD_FUNCTION = Place("cloud_function", "", "--cloud-function")
PLACES = (URL, DEMO, APP, EXEC, CLOUD_FUNCTION)


def placed(options: HandlerOptions, settings: Settings) -> tuple[HandlerOptions, Place]:
    """The options with the place filled in from the settings where none of them names it, and which it is.

    Raises:
        UsageError: No place is named, or more than one, or one with an option that is another's.
    """
    given = [place for place in PLACES if getattr(options, place.field) is not None]
    by = "option"
    if not given:
        by = "setting"
        given = [place for place in PLACES if place.setting and settings.find(place.setting) is not None]
        found: dict[str, Any] = {place.field: settings.pick(place.setting, None, None) for place in given}
        options = replace(options, **found)
    if not given:
        message = "no handler given"
        hint = "name it with --url http://127.0.0.1:8000/wx or --app module:app, or try wxkf simulate --demo correct"
        raise UsageError(message, hint)
    if len(given) > 1:
        first, second = ((each.option if by == "option" else each.setting) for each in given[:2])
        message = f"{first} and {second} both name a handler"
        raise UsageError(message, "give one of them")
    place = given[0]
    _refuse_what_is_of_another(options, place)
    if place in (APP, EXEC):
        options = replace(
            options,
            path=settings.pick("path", options.path, "/"),
            app_kind=_kind_of_app(options, settings) if place is APP else None,
        )
    return options, place


def _kind_of_app(options: HandlerOptions, settings: Settings) -> AppKind | None:
    named = settings.pick("app_kind", options.app_kind.value if options.app_kind else None, None)
    return AppKind(named) if named is not None else None


def _refuse_what_is_of_another(options: HandlerOptions, place: Place) -> None:
    """Complain of an option that says something of another place."""
    over_network: dict[str, object] = {
        "--ca": options.ca,
        "--insecure": options.insecure,
        "--client httpx": options.client is not Client.WIRE,
        "--proxy": options.proxy,
        "--cert": options.cert,
        "--keep-alive": options.keep_alive,
        "--wait": options.wait,
    }
    wrong: tuple[tuple[str, object, tuple[Place, ...]], ...] = (
        ("--app-kind", options.app_kind, (APP,)),
        ("--path", options.path, (APP, EXEC)),
        ("--real-sdk", options.real_sdk, (CLOUD_FUNCTION,)),
        *((option, value, (URL, DEMO, EXEC)) for option, value in over_network.items()),
    )
    for option, value, places in wrong:
        if value and place not in places:
            message = f"{option} has no place beside {place.option}"
            raise UsageError(message, f"it goes with {' or '.join(each.option for each in places)}")
