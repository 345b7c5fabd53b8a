"""Imports point one way, and each foreign library is known to one file."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "wxkf_cli"

_PURE = {"vocab", "wire", "wechat"}
_EDGES = {*_PURE, "lint", "report", "simulate", "trial"}
#: Layer -> the layers it may import beside itself, `errors` and the version.
MAY_IMPORT = {
    "errors": set(),
    "vocab": set(),
    "wire": {"vocab"},
    "wechat": {"vocab", "wire"},
    "lint": _PURE,
    "report": {*_PURE, "lint"},
    "simulate": _PURE,
    # What a trial tells is what reports are made from, so its events are `report`'s.
    "trial": {*_PURE, "simulate", "lint", "report"},
    "settings": _PURE,
    "configured": {*_EDGES, "settings"},
    "testing": {*_EDGES, "settings", "configured"},
    "pytest_plugin": {*_EDGES, "settings", "configured", "testing"},
    "cli": {*_EDGES, "settings", "configured", "testing"},
    "__main__": {"cli"},
    "__init__": set(),
}

#: Library -> the one file that knows it.
ONLY_IN = {
    "lxml": "wire/xmlwire.py",
    "pyexpat": "wire/xmlwire.py",
    "httptools": "simulate/over_wire.py",
    "httpx": "simulate/over_httpx.py",
    "rich": "report/terminal.py",
    "cryptography": "wire/crypto.py",
    "xml": "no file: XML from outside goes through wire/xmlwire.py",
    "xmltodict": "no file: XML from outside goes through wire/xmlwire.py",
}

PURE_LAYERS = {"vocab", "wire", "wechat", "lint", "report"}
IMPURE = {"typer", "click", "httpx", "asyncio", "socket", "subprocess", "threading", "time", "random", "secrets"}


def imports() -> Iterator[tuple[str, str, str]]:
    """(file, layer, imported module) for every import anywhere in the package, those inside functions too."""
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE)
        layer = relative.parts[0].removesuffix(".py")
        here = ("wxkf_cli", *relative.parent.parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((str(relative), layer, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = here[: len(here) - node.level + 1] if node.level else ()
                module = ".".join((*above, *([node.module] if node.module else [])))
                names = [f"{module}.{alias.name}" for alias in node.names] if module == "wxkf_cli" else [module]
                yield from ((str(relative), layer, name) for name in names)


IMPORTS = list(imports())


def test_layers_import_only_what_lies_below_them() -> None:
    wrong = []
    for file, layer, module in IMPORTS:
        top, _, rest = module.partition(".")
        target = rest.split(".")[0]
        if top != "wxkf_cli" or target in ("", "__version__", "errors", layer):
            continue
        allowed = MAY_IMPORT.get(layer)
        if allowed is None:
            wrong.append(f"{file}: give the layer {layer!r} a row in MAY_IMPORT (tests/test_layers.py)")
        elif target not in allowed:
            wrong.append(f"{file} imports {module}: move what is shared below {layer!r}, or hand it in as an argument")
    assert not wrong, "\n".join(wrong)


def test_each_library_is_known_to_one_file() -> None:
    wrong = [
        f"{file} imports {module}: its place is {ONLY_IN[top]}"
        for file, _, module in IMPORTS
        if (top := module.split(".")[0]) in ONLY_IN and file != ONLY_IN[top]
    ]
    assert not wrong, "\n".join(wrong)


def test_pure_layers_have_no_clock_no_chance_and_no_io() -> None:
    wrong = [
        f"{file} imports {module}: {layer!r} is pure; let the caller pass the time, the nonce or the bytes"
        for file, layer, module in IMPORTS
        if layer in PURE_LAYERS and module.split(".")[0] in IMPURE
    ]
    assert not wrong, "\n".join(wrong)


def test_the_walk_sees_late_imports() -> None:
    assert ("wire/xmlwire.py", "wire", "lxml") in IMPORTS, "the walk no longer sees imports inside functions"
