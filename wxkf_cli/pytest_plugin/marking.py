"""What fixtures, options and marker say of one test together, and how mistakes and failures of it are told."""

import functools
import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import pytest

from wxkf_cli.errors import UsageError, WxkfError
from wxkf_cli.pytest_plugin import WECHAT
from wxkf_cli.settings import Settings
from wxkf_cli.testing import App, AsyncWeChat, Failed, Options, WeChat, Witness
from wxkf_cli.testing.options import selection_of, settings_of, word
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wire.escape import quoted

#: Answers of one test that are shown beside its failure (ours).
_SHOWN = 5
_KEYS = ("mode", "format", "ignore")
_TEST = '@pytest.mark.wxkf(mode="secure", format="json", ignore={"KF307": "the SDK sends milliseconds"})'
_NO_HANDLER = """no handler to test: say in conftest.py where it is, by one of these fixtures

    @pytest.fixture
    def wxkf_app():
        return app                               # ASGI, WSGI, a function, or its name: "shop.wsgi:app"

    @pytest.fixture
    def wxkf_url():
        return "http://127.0.0.1:8000/wx"        # and token in wxkf_settings, or WXKF_TOKEN

or with --wxkf-url URL, or url or app in wxkf.toml"""


@contextmanager
def told() -> Iterator[None]:
    """Within, mistakes and failures fail the test with their own words, and without a traceback through wxkf."""
    try:
        yield
    except Failed as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    except WxkfError as error:
        failure = f"{error}\n  {error.hint}" if error.hint else str(error)
        raise pytest.fail.Exception(failure, pytrace=False) from None


def kept(node: pytest.Item, wechat: WeChat | AsyncWeChat) -> None:
    """Remember the WeChat of a test for its end."""
    node.stash[WECHAT] = wechat


def let_unittest_see(item: pytest.Function, wechat: WeChat | AsyncWeChat) -> None:
    """Check a test that `unittest.expectedFailure` has marked while it still runs: afterwards, it has passed."""
    if not any(getattr(each, "__unittest_expecting_failure__", False) for each in (item.obj, item.instance)):
        return
    test = item.obj

    def check() -> None:
        with told():
            wechat.check()

    @functools.wraps(test)
    def checked() -> None:
        test()
        check()

    @functools.wraps(test)
    async def checked_async() -> None:
        await test()
        check()

    item.obj = checked_async if inspect.iscoroutinefunction(test) else checked
    # pytest leaves it to unittest to look up what is asynchronous.
    setattr(item.instance, item.name, item.obj)


def marked(item: pytest.Item) -> Options:
    """What the markers of a test say, the nearest first; what is ignored adds up.

    Raises:
        UsageError: One says what cannot be.
    """
    said: Options = {}
    ignore: dict[str, str] = {}
    for marker in reversed(list(item.iter_markers("wxkf"))):
        if marker.args:
            message = f"@pytest.mark.wxkf({', '.join(map(repr, marker.args))})"
            raise UsageError(message, f"each thing has its name: {_TEST}")
        for key in marker.kwargs:
            if key not in _KEYS:
                near = get_close_matches(key, _KEYS, n=1)
                message = f"@pytest.mark.wxkf has no {quoted(key)}"
                raise UsageError(message, f"did you mean {near[0]}?" if near else f"it is written {_TEST}")
        _check_ignore(marker.kwargs)
        ignore.update(marker.kwargs.get("ignore") or {})
        for name, choices in (("mode", Mode), ("format", DataFormat)):
            value = word(choices, marker.kwargs.get(name), f"@pytest.mark.wxkf: {name}")
            if value is not None:
                said[name] = value  # type: ignore[literal-required] # the two names just above
    said["ignore"] = ignore
    return said


def _check_ignore(said: Mapping[str, Any]) -> None:
    """Complain of rules that do not exist, and of those without a reason."""
    try:
        selection_of({"ignore": said.get("ignore")}, Settings({}))
    except UsageError as error:
        message = f"@pytest.mark.wxkf: {error}"
        raise UsageError(message, error.hint) from error


def options_of(
    request: pytest.FixtureRequest,
    app: App | str | None,
    url: str | None,
    settings: Mapping[str, Any],
    witness: Witness | None,
) -> tuple[App | str | None, Options]:
    """The app under test, and everything else that a WeChat for one test is made with.

    Raises:
        UsageError: No handler, or what cannot be used.
    """
    config = request.config
    given = config.getoption("--wxkf-url")
    if given:
        app, url = None, given
    if app is not None and url is not None:
        message = "wxkf_app and wxkf_url both say where the handler is"
        raise UsageError(message, "override one of them")
    options: Options = {
        **marked(request.node),
        "url": url,
        "settings": settings,
        "folder": config.invocation_params.dir,
        "language": config.getoption("--wxkf-lang"),
        "witness": witness,
        "again": ("pytest", request.node.nodeid),
    }
    if app is None and url is None:
        found = settings_of(options)
        if found.find("url") is None and found.find("app") is None:
            raise UsageError(_NO_HANDLER)
    return app, options


def answers_of(wechat: WeChat | AsyncWeChat, call: pytest.CallInfo[None]) -> str:
    """The last answers of a failed test, written out; empty where its failure shows them itself."""
    is_ours = call.excinfo is not None and isinstance(call.excinfo.value, Failed | pytest.fail.Exception)
    answers = wechat.answers[-_SHOWN:]
    if is_ours or not answers:
        return ""
    left = len(wechat.answers) - len(answers)
    before = [f"({left} before these)"] if left else []
    return "\n".join([*before, *map(str, answers)])
