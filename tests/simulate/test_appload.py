"""`--app module:app` is found, told apart, and what is wrong with it is said in one line."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.appload import kind_of, load
from wxkf_cli.vocab.choices import AppKind

MODULE = """
import functools

async def asgi(scope, receive, send): ...
def wsgi(environ, start_response): ...
def plain(push): ...
async def plain_async(push): ...
def plain_with_more(push, /, debug=False, *, log=None, **more): ...
def returns_a_coroutine(scope, receive, send): ...

class Asgi:
    async def __call__(self, scope, receive, send): ...
class Wsgi:
    def __call__(self, environ, start_response): ...
class Plain:
    def handle(self, push): ...

asgi_app, wsgi_app, plain_app = Asgi(), Wsgi(), Plain()
partial = functools.partial(plain_with_more, debug=True)

def factory(): return asgi
def crashing(): raise LookupError("no \\x1b[31mdatabase")
async def async_factory(): ...

def nothing(): ...
def anything(*arguments): ...
def four(a, b, c, d): ...
def named(push, *, secret): ...
async def async_wsgi(environ, start_response): ...
text = "no handler"
number = 5

class Robot:
    @property
    def wsgi(self): return wsgi
class BrokenRobot:
    @property
    def wsgi(self): raise RuntimeError("no handlers yet")
class NoRobot:
    wsgi = "no handler"
class inside:
    robot = Robot()

robot, broken_robot, no_robot = Robot(), BrokenRobot(), NoRobot()
def new_robot(): return Robot()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with modules in it, that is not importable but for being the current one."""
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", [each for each in sys.path if each])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop_apps.py").write_text(MODULE, "utf-8")
    (tmp_path / "shop_package").mkdir()
    (tmp_path / "shop_package" / "__init__.py").write_text("")
    (tmp_path / "shop_package" / "inner.py").write_text(MODULE, "utf-8")
    (tmp_path / "shop_crash.py").write_text("import os\n\nvalue = {}\nvalue['TOKEN']\n")
    (tmp_path / "shop_exit.py").write_text("raise SystemExit(3)\n")
    (tmp_path / "shop_syntax.py").write_text("def app(:\n")
    (tmp_path / "shop_import.py").write_text("import shop_no_such_thing\n")
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("shop_"):
            del sys.modules[name]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("asgi", AppKind.ASGI),
        ("wsgi", AppKind.WSGI),
        ("plain", AppKind.PLAIN),
        ("plain_async", AppKind.PLAIN),
        ("plain_with_more", AppKind.PLAIN),
        ("returns_a_coroutine", AppKind.ASGI),
        ("asgi_app", AppKind.ASGI),
        ("wsgi_app", AppKind.WSGI),
        ("plain_app.handle", AppKind.PLAIN),
        ("partial", AppKind.PLAIN),
        ("factory()", AppKind.ASGI),
        ("Asgi()", AppKind.ASGI),
    ],
)
@pytest.mark.parametrize("module", ["shop_apps", "shop_package.inner"])
def test_a_handler_is_found_and_told_apart(module: str, name: str, kind: AppKind) -> None:
    assert load(f"{module}:{name}").kind is kind


def test_frameworks_are_told_apart() -> None:
    from tests.apps import with_django, with_fastapi, with_flask

    apps: dict[AppKind, list[Any]] = {
        AppKind.ASGI: [with_fastapi.app, with_django.asgi],
        AppKind.WSGI: [with_flask.app, with_django.application],
    }
    for kind, each in apps.items():
        assert [kind_of(app, "x:y") for app in each] == [kind] * len(each)


def test_a_kind_that_is_named_is_not_guessed() -> None:
    assert load("shop_apps:anything", AppKind.WSGI).kind is AppKind.WSGI


#: Name -> what the message has, and the hint.
WRONG: dict[str, tuple[str, str]] = {
    "shop_apps": ("names no handler", "module:app"),
    "shop_apps:": ("names no handler", "module:app"),
    "shop_apps:app:app": ("names no handler", "module:app"),
    "shop_apps:factory(1)": ("names no handler", "module:factory()"),
    "./shop_apps.py:app": ("names no handler", "module:app"),
    "shop_\x1b[31m:app": (r'"shop_\x1b[31m:app" names no handler', "module:app"),
    "shop_nowhere:app": ('there is no module "shop_nowhere" here', "it is looked for in"),
    "shop_package.nowhere:app": ('there is no module "shop_package.nowhere" here', "it is looked for in"),
    "shop_apps.inner:app": ('there is no module "shop_apps.inner" here', "it is looked for in"),
    "shop_apps:asgy": ('"shop_apps" has no "asgy"', "did you mean asgi?"),
    "shop_apps:zzzzzzzz": ('"shop_apps" has no "zzzzzzzz"', "module:app"),
    "shop_apps:text": ("is of type str, which cannot be called", "module:app"),
    "shop_apps:text()": ("is of type str and no function", "leave the () out"),
    "shop_apps:number": ("is of type int, which cannot be called", "module:app"),
    "shop_apps:robot": ("is of type Robot, which cannot be called", "did you mean shop_apps:robot.wsgi?"),
    "shop_apps:inside.robot": ("is of type Robot", "did you mean shop_apps:inside.robot.wsgi?"),
    "shop_apps:new_robot()": ("is of type Robot", "let new_robot() give its .wsgi instead"),
    "shop_apps:broken_robot": ("is of type BrokenRobot", "module:app"),
    "shop_apps:no_robot": ("is of type NoRobot", "module:app"),
    "shop_apps:Asgi": ("is a class", "shop_apps:Asgi()"),
    "shop_apps:nothing": ("takes nothing", "shop_apps:nothing()"),
    "shop_apps:factory": ("takes nothing", "shop_apps:factory()"),
    "shop_apps:anything": ("takes (*arguments)", "--app-kind"),
    "shop_apps:four": ("takes (a, b, c, d)", "--app-kind"),
    "shop_apps:named": ("takes (push, *, secret)", "--app-kind"),
    "shop_apps:async_wsgi": ("takes (environ, start_response)", "--app-kind"),
    "shop_apps:async_factory()": ("the factory is a coroutine function", "plain function"),
    "shop_apps:crashing()": (r"calling it failed: LookupError: no \x1b[31mdatabase", "in shop_apps.py, line"),
    "shop_crash:app": ("importing it failed: KeyError: 'TOKEN'", "in shop_crash.py, line 4: value['TOKEN']"),
    "shop_exit:app": ("importing it failed: SystemExit: 3", "in shop_exit.py, line 1"),
    "shop_syntax:app": ("importing it failed: SyntaxError", "in shop_syntax.py, line 1"),
    "shop_import:app": ("importing it failed: ModuleNotFoundError: No module named 'shop_no_such_thing'", "line 1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_in_one_line(name: str) -> None:
    said, hint = WRONG[name]
    with pytest.raises(UsageError) as caught:
        load(name)
    message = str(caught.value)
    assert message.startswith('--app "')
    assert said in message
    assert hint in caught.value.hint
    assert message.isprintable()
    assert caught.value.hint.isprintable()
    assert caught.value.exit_code == 2
