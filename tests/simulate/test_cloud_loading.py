"""A cloud function that cannot be loaded: what is said of it, in Node's words."""

from pathlib import Path

import pytest

from tests.simulate.cloudfunctions import pushed, written
from wxkf_cli.errors import HandlerDown
from wxkf_cli.simulate.cloudfolder import COMMON_JS


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("exports.main = async ( => 1", "cannot be loaded: SyntaxError: "),
        ("exports.mian = async () => 1", "has no exports.main"),
        ("throw new Error('no')", "cannot be loaded: no (at index.js:1:7)"),
        ("export const main = async () => 'success'", "cannot be loaded: SyntaxError: Unexpected token 'export'"),
        ("import 'fs'", "cannot be loaded: SyntaxError: Cannot use import statement outside a module"),
        ("require('leftpad-of-nobody')", "cannot be loaded: Cannot find module 'leftpad-of-nobody'"),
        ("process.exit(0)", "ended while it was loaded: process.exit(0)"),
        ("process.kill(process.pid, 'SIGKILL')", "ended while it was loaded: signal SIGKILL"),
    ],
)
def test_what_cannot_be_loaded_is_a_handler_that_is_down(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(HandlerDown) as raised:
        pushed(written(tmp_path / "fn", source), ["a"])
    assert message in str(raised.value)
    assert str(tmp_path) not in f"{raised.value} {raised.value.hint}"


MODULES = {
    "an export": {"index.js": "export const main = async () => 'success'"},
    "an import": {"index.js": "import 'fs'"},
    "a top-level await": {"index.js": "await 1; exports.main = async () => 'success'"},
    "a module that is required": {"index.js": "require('./lib')", "lib.js": "export default 1"},
    "a module by its name": {"index.js": "require('./lib.mjs')", "lib.mjs": "export default 1"},
    "a package of modules": {
        "index.js": "require('lib')",
        "node_modules/lib/package.json": '{"type": "module"}',
        "node_modules/lib/index.js": "export default 1",
    },
}


@pytest.mark.parametrize("of", MODULES)
def test_modules_are_refused_by_every_version_of_node(tmp_path: Path, of: str) -> None:
    folder = tmp_path / "fn"
    for name, text in MODULES[of].items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(HandlerDown) as raised:
        pushed(folder, ["a"])
    assert raised.value.hint == COMMON_JS
