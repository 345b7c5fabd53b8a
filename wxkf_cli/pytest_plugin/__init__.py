"""The pytest plugin: fixtures, a marker, options, and story files as tests.

Every run of pytest imports this module, whether it is about wxkf or not, so it imports nothing of wxkf: what does the
work is loaded when the first test or story needs it.
"""

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from wxkf_cli.testing import App, AsyncWeChat, WeChat, Witness

_STORY = ".story.toml"
_MARKER = (
    "wxkf(mode=..., format=..., ignore={rule: reason}): how the fixture `wxkf` pushes in this test, "
    "and which findings do not fail it"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("wxkf", "WeChat customer-service handlers (wxkf)")
    group.addoption("--wxkf-url", metavar="URL", help="test the handler at this URL, whatever the fixtures say")
    group.addoption("--wxkf-lang", choices=["en", "zh"], help="the language of messages")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", _MARKER)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect story files."""
    if not file_path.name.endswith(_STORY):
        return None
    from wxkf_cli.pytest_plugin.stories import StoryFile

    return StoryFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a marker with mistakes, whether or not the test uses the fixture."""
    if item.get_closest_marker("wxkf") is not None:
        from wxkf_cli.pytest_plugin.marking import marked, told

        with told():
            marked(item)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """After a test that passed: fail it for what was found and not expected."""
    wechat = item.stash.get(WECHAT, None)
    if wechat is not None and isinstance(item, pytest.Function):
        from wxkf_cli.pytest_plugin.marking import let_unittest_see

        let_unittest_see(item, wechat)
    result = yield
    wechat = item.stash.get(WECHAT, None)
    if wechat is not None:
        from wxkf_cli.pytest_plugin.marking import told

        with told():
            wechat.check()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a failure what was pushed in the test and what came back."""
    report = yield
    wechat = item.stash.get(WECHAT, None)
    if wechat is not None and report.when == "call" and report.failed:
        from wxkf_cli.pytest_plugin.marking import answers_of

        shown = answers_of(wechat, call)
        if shown:
            report.sections.append(("wxkf: what was pushed and what came back", shown))
    return report


@pytest.fixture(scope="session")
def wxkf_app() -> "App | str | None":
    """The app under test: override it to return an ASGI or WSGI app, a function, or `module:app`."""
    return None


@pytest.fixture(scope="session")
def wxkf_url() -> str | None:
    """The URL of the handler under test, where it is no app: override it."""
    return None


@pytest.fixture(scope="session")
def wxkf_settings() -> Mapping[str, Any]:
    """Settings that go before the environment and `wxkf.toml`, by the same names: override it to return a dict."""
    return {}


@pytest.fixture(scope="session")
def wxkf_witness() -> "Witness | None":
    """How often the handler has acted so far: override it to return a function; a push acted on twice is then found."""
    return None


@pytest.fixture
def wxkf(
    request: pytest.FixtureRequest,
    wxkf_app: "App | str | None",
    wxkf_url: str | None,
    wxkf_settings: Mapping[str, Any],
    wxkf_witness: "Witness | None",
) -> "Iterator[WeChat]":
    """A WeChat (`wxkf_cli.testing.WeChat`) that pushes to the handler under test; sessions, ids and quotas are new."""
    from wxkf_cli.pytest_plugin.marking import kept, options_of, told
    from wxkf_cli.testing import WeChat

    with told():
        app, options = options_of(request, wxkf_app, wxkf_url, wxkf_settings, wxkf_witness)
        wechat = WeChat(app, **options)
    kept(request.node, wechat)
    try:
        with told():
            wechat.open()
        yield wechat
    finally:
        wechat.close()


@pytest.fixture
def wxkf_async(
    request: pytest.FixtureRequest,
    wxkf_app: "App | str | None",
    wxkf_url: str | None,
    wxkf_settings: Mapping[str, Any],
    wxkf_witness: "Witness | None",
) -> "AsyncWeChat":
    """The same for asynchronous tests: `async with wxkf_async as wechat: answer = await wechat.user().text("人工")`."""
    from wxkf_cli.pytest_plugin.marking import kept, options_of, told
    from wxkf_cli.testing import AsyncWeChat

    with told():
        app, options = options_of(request, wxkf_app, wxkf_url, wxkf_settings, wxkf_witness)
        wechat = AsyncWeChat(app, **options)
    kept(request.node, wechat)
    return wechat


#: The WeChat of a test.
WECHAT: "pytest.StashKey[WeChat | AsyncWeChat]" = pytest.StashKey()
