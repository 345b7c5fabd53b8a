"""The folder of a cloud function: what must be in it before anything is started."""

import json
from pathlib import Path

from wxkf_cli.errors import UsageError
from wxkf_cli.wire.escape import quoted

SDK = "wx-server-sdk"
COMMON_JS = "only CommonJS is run: exports.main in index.js, and require"
_SHAPE = "a cloud function is a folder with index.js, in it exports.main = async (event, context) => { ... }"
_PACKAGE_LIMIT = 1_048_576


def checked_folder(named: str) -> Path:
    """The folder of a function.

    Raises:
        UsageError: There is none, or what is in it is not run.
    """
    folder, shown = Path(named), quoted(named, 200)
    if folder.is_file():
        message = f"--cloud-function {shown} is a file"
        raise UsageError(message, "name the folder that it is in")
    if not folder.is_dir():
        message = f"--cloud-function {shown}: there is no such folder"
        raise UsageError(message, _SHAPE)
    if not (folder / "index.js").is_file():
        others = [each.name for each in sorted(folder.glob("index.*")) if each.suffix in (".mjs", ".cjs", ".ts")]
        message = f"--cloud-function {shown}: there is no index.js in it"
        raise UsageError(message, f"{others[0]} is not run: {_SHAPE}" if others else _SHAPE)
    if _is_module(folder / "package.json"):
        message = f'--cloud-function {shown}: its package.json says "type": "module"'
        raise UsageError(message, COMMON_JS)
    return folder


def check_real_sdk(folder: Path) -> None:
    """Make sure that the SDK is where `require` looks for it.

    Raises:
        UsageError: It is not.
    """
    here = folder.resolve()
    if not any((above / "node_modules" / SDK).exists() for above in (here, *here.parents)):
        message = f"--real-sdk: there is no {SDK} in node_modules"
        raise UsageError(message, f"run npm install {SDK} in that folder, or leave --real-sdk out")


def _is_module(package: Path) -> bool:
    try:
        if package.stat().st_size > _PACKAGE_LIMIT:
            return False
        described = json.loads(package.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False  # Node will say what is wrong with it
    return isinstance(described, dict) and described.get("type") == "module"
