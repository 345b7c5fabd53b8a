"""Finding a handler in Python code: `module:app`, `module:factory()`, and whether it is ASGI, WSGI or plain."""

import importlib
import inspect
import os
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.choices import AppKind
from wxkf_cli.wire.escape import quoted, safe

_NAMED = re.compile(r"(?P<module>\w+(?:\.\w+)*):(?P<object>\w+(?:\.\w+)*)(?P<call>\(\))?")
_FORMS = "it is written module:app, or module:factory() for a function that makes it; for example shop.wsgi:application"


class Loaded(NamedTuple):
    """A handler in this process.

    Attributes:
        app: What is called.
        kind: How.
    """

    app: Callable[..., Any]
    kind: AppKind


def load(name: str, kind: AppKind | None = None) -> Loaded:
    """Import a handler, with the current folder importable as for `python -m`.

    Args:
        name: `module:app` or `module:factory()`.
        kind: How it is called; None to find out.

    Raises:
        UsageError: It cannot be imported, is not there, or is nothing that can be called.
    """
    found = _NAMED.fullmatch(name)
    if found is None:
        message = f"--app {quoted(name)} names no handler"
        raise UsageError(message, _FORMS)
    here = os.getcwd()  # noqa: PTH109 - as it is, for sys.path
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    app = _attribute(_module(found["module"], name), found["object"], name)
    if found["call"]:
        app = _made(app, name)
    if not callable(app):
        message = f"--app {quoted(name)} is of type {safe(type(app).__name__)}, which cannot be called"
        raise UsageError(message, _wsgi_of(app, found) or _FORMS)
    return Loaded(app, kind or kind_of(app, name))


def _wsgi_of(app: object, named: re.Match[str]) -> str:
    """What to name instead of an object that has its WSGI app in it, as a WeRoBot has; empty for any other."""
    try:
        inside = getattr(app, "wsgi", None)
    except Exception:  # a property: the code of somebody else
        return ""
    if not callable(inside):
        return ""
    if named["call"]:
        return f"let {named['object']}() give its .wsgi instead"
    return f"did you mean {named[0]}.wsgi?"


def kind_of(app: Callable[..., Any], name: str) -> AppKind:
    """How something is called, by how many arguments it must be given: three ASGI, two WSGI, one plain.

    Raises:
        UsageError: It does not tell.
    """
    if inspect.isclass(app):
        message = f"--app {quoted(name)} is a class"
        raise UsageError(message, f"name an instance of it, or let it make one: {safe(name)}()")
    try:
        signature = inspect.signature(app)
    except (TypeError, ValueError):
        signature = None
    count = _demanded(signature) if signature is not None else None
    if count == 0:
        message = f"--app {quoted(name)} takes nothing, so it is no handler"
        raise UsageError(message, f"is it a factory? Then it is written {safe(name)}()")
    kind = _KINDS.get(count) if count is not None else None
    if kind is None or (kind is AppKind.WSGI and is_coroutine_function(app)):
        takes = f"takes {signature}" if signature is not None else "does not say what it takes"
        message = f"--app {quoted(name)} {safe(takes)}, which is neither ASGI nor WSGI nor plain"
        hint = "(scope, receive, send), (environ, start_response) or (push); --app-kind asgi, wsgi or plain says which"
        raise UsageError(message, hint)
    return kind


#: How a handler is called that must be given so many arguments.
_KINDS = {3: AppKind.ASGI, 2: AppKind.WSGI, 1: AppKind.PLAIN}


def _demanded(signature: inspect.Signature) -> int | None:
    """How many arguments must be given, by place; None where that does not tell how it is called."""
    demanded = [each for each in signature.parameters.values() if each.default is each.empty]
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    others = [each for each in demanded if each.kind not in (*places, inspect.Parameter.VAR_KEYWORD)]
    return None if others else sum(each.kind in places for each in demanded)


def is_coroutine_function(app: Callable[..., Any]) -> bool:
    """Whether calling it gives something to await: a coroutine function, or an object whose `__call__` is one."""
    while hasattr(app, "func") and not inspect.isroutine(app):  # functools.partial
        app = app.func
    return inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(getattr(app, "__call__", None))  # noqa: B004


def _module(module: str, name: str) -> Any:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(f"{error.name}.")):
            message = f"--app {quoted(name)}: there is no module {quoted(error.name)} here"
            raise UsageError(message, f"it is looked for in {safe(os.getcwd())} and where Python looks") from error  # noqa: PTH109
        raise _failed(name, error, "importing it") from error
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        raise _failed(name, error, "importing it") from error


def _attribute(module: Any, path: str, name: str) -> Any:
    found = module
    for each in path.split("."):
        try:
            found = getattr(found, each)
        except AttributeError:
            import difflib  # noqa: PLC0415 - only a mistake needs it

            near = difflib.get_close_matches(each, dir(found), n=1)
            message = f"--app {quoted(name)}: {quoted(module.__name__)} has no {quoted(each)}"
            raise UsageError(message, f"did you mean {safe(near[0])}?" if near else _FORMS) from None
    return found


def _made(factory: Any, name: str) -> Any:
    if not callable(factory):
        message = f"--app {quoted(name)}: that is of type {safe(type(factory).__name__)} and no function"
        raise UsageError(message, "leave the () out")
    try:
        made = factory()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        raise _failed(name, error, "calling it") from error
    if inspect.iscoroutine(made):
        made.close()
        message = f"--app {quoted(name)}: the factory is a coroutine function"
        raise UsageError(message, "a factory is called without an event loop; let it be a plain function")
    return made


def _failed(name: str, error: BaseException, what: str) -> UsageError:
    """What failed in the code of a handler, and where."""
    said = traceback.format_exception_only(error)[-1].strip()
    message = f"--app {quoted(name)}: {what} failed: {safe(said, 300)}"
    if isinstance(error, SyntaxError):
        return UsageError(message, f"in {safe(_near(error.filename or ''))}, line {error.lineno}")
    frames = [each for each in traceback.extract_tb(error.__traceback__) if not _is_ours(each.filename)]
    if not frames:
        return UsageError(message)
    place = f"in {safe(_near(frames[-1].filename))}, line {frames[-1].lineno}"
    return UsageError(message, f"{place}: {safe(frames[-1].line or '')}".rstrip(": "))


def _is_ours(filename: str) -> bool:
    return filename == __file__ or filename.startswith("<frozen") or filename == importlib.__file__


def _near(filename: str) -> str:
    """A path as seen from the current folder, where it is inside it."""
    try:
        return str(Path(filename).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return filename
